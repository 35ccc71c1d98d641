package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.parsers.ipset.IpsetSaveParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.IpSet;

/** ipset (version 7.17). */
final class IpsetTool {
  private static final String TITLE = "ipset v7.17: ";
  private static final String MISSING = "The set with the given name does not exist";
  private static final Map<String, String> COMMANDS =
      Map.ofEntries(
          Map.entry("create", "create"),
          Map.entry("-N", "create"),
          Map.entry("n", "create"),
          Map.entry("add", "add"),
          Map.entry("-A", "add"),
          Map.entry("del", "del"),
          Map.entry("-D", "del"),
          Map.entry("test", "test"),
          Map.entry("-T", "test"),
          Map.entry("flush", "flush"),
          Map.entry("-F", "flush"),
          Map.entry("destroy", "destroy"),
          Map.entry("-X", "destroy"),
          Map.entry("x", "destroy"),
          Map.entry("rename", "rename"),
          Map.entry("-E", "rename"),
          Map.entry("e", "rename"),
          Map.entry("swap", "swap"),
          Map.entry("-W", "swap"),
          Map.entry("w", "swap"),
          Map.entry("list", "list"),
          Map.entry("-L", "list"),
          Map.entry("save", "list"),
          Map.entry("-S", "list"));

  private final Machine before;
  private final Invocation invocation;
  private boolean forgiving;

  IpsetTool(Machine before, Invocation invocation) {
    this.before = before;
    this.invocation = invocation;
  }

  Outcome run() {
    List<String> words = new ArrayList<>(invocation.arguments());
    forgiving = takeForgiving(words);
    boolean quiet = words.removeIf(word -> word.equals("-q") || word.equals("-quiet"));
    if (words.isEmpty()) {
      return Outcome.refused(before, 2, TITLE + "No command specified.");
    }
    if (List.of("restore", "-R", "--restore").contains(words.get(0))) {
      return restore(words);
    }
    Outcome outcome = one(before, words);
    return quiet && outcome.isUnderstood() ? outcome.saying("") : outcome;
  }

  private static boolean takeForgiving(List<String> words) {
    return words.removeIf(word -> List.of("-exist", "-!", "--exist").contains(word));
  }

  private Outcome restore(List<String> words) {
    int file = words.indexOf("-file") >= 0 ? words.indexOf("-file") : words.indexOf("-f");
    Optional<String> text =
        file >= 0 && file + 1 < words.size()
            ? invocation.files().text(words.get(file + 1))
            : invocation.input().filter(Listing::isExact).map(Listing::text);
    if (text.isEmpty()) {
      return Outcome.notUnderstood(before, "what it is to load isn't known");
    }
    boolean forgives = forgiving;
    Machine machine = before;
    int number = 0;
    for (String line : text.get().split("\n")) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      List<String> parts = new ArrayList<>(List.of(line.strip().split("[ \t]+")));
      forgiving = takeForgiving(parts) || forgives;
      Outcome outcome = one(machine, parts);
      if (outcome.kind() == Outcome.Kind.REFUSED) {
        String message = outcome.message().replaceFirst(TITLE, "Error in line " + number + ": ");
        return Outcome.refused(machine, 1, TITLE + message);
      }
      if (!outcome.isUnderstood()) {
        return outcome;
      }
      machine = outcome.machine();
    }
    return Outcome.changed(machine);
  }

  static Outcome error(Machine machine, String message) {
    return Outcome.refused(machine, 1, TITLE + message);
  }

  private static Outcome misused(Machine machine, String message) {
    return Outcome.refused(machine, 2, TITLE + message);
  }

  private Outcome one(Machine machine, List<String> words) {
    String command = COMMANDS.getOrDefault(words.get(0), "");
    if (command.isEmpty()) {
      return misused(machine, "No command specified: unknown argument " + words.get(0));
    }
    boolean needsName = !List.of("flush", "destroy", "list").contains(command);
    if (words.size() < 2 && needsName) {
      return misused(machine, "Missing mandatory argument to command " + command);
    }
    if (words.size() < 3 && needsName) {
      return misused(machine, "Missing second mandatory argument to command " + command);
    }
    String name = words.size() > 1 && !words.get(1).startsWith("-") ? words.get(1) : "";
    Optional<IpSet> set = Optional.ofNullable(machine.ipsets().get(name));
    if (command.equals("create")) {
      return create(machine, words);
    }
    if (!name.isEmpty() && set.isEmpty()) {
      return error(machine, MISSING);
    }
    switch (command) {
      case "flush":
        return flush(machine, name);
      case "destroy":
        return destroy(machine, name);
      case "rename":
        return rename(machine, set.orElseThrow(), words.get(2));
      case "swap":
        return swap(machine, set.orElseThrow(), words.get(2));
      case "list":
        return Outcome.printed(machine, Listing.UNKNOWN);
      default:
        return new IpsetEntries(machine, set.orElseThrow(), forgiving)
            .run(command, words.subList(2, words.size()));
    }
  }

  private Outcome create(Machine machine, List<String> words) {
    String name = words.get(1);
    Optional<String> options = IpsetOptions.listed(words.subList(2, words.size()));
    if (options.isEmpty()) {
      return error(machine, "Syntax error: typename '" + words.get(2) + "' is unknown");
    }
    Problems problems = new Problems();
    String line = "create " + name + " " + words.get(2) + " " + options.get();
    Optional<IpSet> made =
        Optional.ofNullable(IpsetSaveParser.parse(SourceText.of("", line), problems).get(name));
    if (made.isEmpty() || !problems.list().isEmpty()) {
      return Outcome.notUnderstood(machine, "the set's type is not understood");
    }
    IpSet known = machine.ipsets().get(name);
    if (known != null) {
      return forgiving && known.type().word().equals(made.get().type().word())
          ? Outcome.nothing(machine, 0)
          : error(machine, "Set cannot be created: set with the same name already exists");
    }
    return with(machine, made.get());
  }

  static Outcome with(Machine machine, IpSet set) {
    Map<String, IpSet> sets = new LinkedHashMap<>(machine.ipsets());
    sets.put(set.name(), set);
    return Outcome.changed(machine.withIpsets(sets));
  }

  private static Outcome flush(Machine machine, String name) {
    Map<String, IpSet> sets = new LinkedHashMap<>();
    machine
        .ipsets()
        .forEach(
            (n, s) ->
                sets.put(
                    n,
                    name.isEmpty() || name.equals(n)
                        ? new IpSet(n, s.type(), List.of(), List.of())
                        : s));
    return Outcome.changed(machine.withIpsets(sets));
  }

  /** A rule uses it, or a set of sets has it. */
  private static boolean isUsed(Machine machine, String name) {
    boolean byRule =
        machine.ruleset().tables().stream()
            .flatMap(table -> table.chains().stream())
            .flatMap(chain -> chain.rules().stream())
            .anyMatch(
                rule ->
                    name.isEmpty()
                        ? rule.source().text().contains("--match-set")
                        : rule.source().text().contains("-set " + name + " "));
    return byRule
        || !name.isEmpty()
            && machine.ipsets().values().stream().anyMatch(set -> set.members().contains(name));
  }

  private static Outcome destroy(Machine machine, String name) {
    if (isUsed(machine, name)) {
      return error(machine, "Set cannot be destroyed: it is in use by a kernel component");
    }
    Map<String, IpSet> sets = new LinkedHashMap<>(machine.ipsets());
    if (name.isEmpty()) {
      sets.clear();
    } else {
      sets.remove(name);
    }
    return Outcome.changed(machine.withIpsets(sets));
  }

  private static Outcome rename(Machine machine, IpSet set, String name) {
    if (machine.ipsets().containsKey(name)) {
      return error(machine, "Set cannot be renamed: a set with the new name already exists");
    }
    if (isUsed(machine, set.name())) {
      return error(machine, "Set cannot be renamed: it is in use by another system");
    }
    Map<String, IpSet> sets = new LinkedHashMap<>(machine.ipsets());
    sets.remove(set.name());
    sets.put(name, new IpSet(name, set.type(), set.entries(), set.members()));
    return Outcome.changed(machine.withIpsets(sets));
  }

  /** Rules and sets go on naming the same; what is behind the names changes. */
  private static Outcome swap(Machine machine, IpSet one, String name) {
    IpSet other = machine.ipsets().get(name);
    if (other == null) {
      return error(machine, "Sets cannot be swapped: the second set does not exist");
    }
    boolean same =
        one.type().word().equals(other.type().word())
            && one.type().version().equals(other.type().version());
    if (!same) {
      return error(machine, "The sets cannot be swapped: their type does not match");
    }
    Map<String, IpSet> sets = new LinkedHashMap<>(machine.ipsets());
    sets.put(one.name(), new IpSet(one.name(), other.type(), other.entries(), other.members()));
    sets.put(name, new IpSet(name, one.type(), one.entries(), one.members()));
    return Outcome.changed(machine.withIpsets(sets));
  }
}
