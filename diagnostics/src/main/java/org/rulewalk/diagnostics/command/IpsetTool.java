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
import org.rulewalk.simulator.value.IpVersion;

/** ipset (version 7.17). */
final class IpsetTool {
  private final Machine before;
  private final Invocation invocation;
  private boolean forgiving;

  IpsetTool(Machine before, Invocation invocation) {
    this.before = before;
    this.invocation = invocation;
  }

  Outcome run() {
    List<String> words = new ArrayList<>(invocation.arguments());
    forgiving = words.removeIf(word -> List.of("-exist", "-!", "--exist").contains(word));
    words.removeIf(word -> word.equals("-q") || word.equals("-quiet"));
    if (words.isEmpty()) {
      return Outcome.refused(before, 1, "ipset v7.17: No command specified.");
    }
    if (List.of("restore", "-R", "--restore").contains(words.get(0))) {
      return restore(words);
    }
    return one(before, words);
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
    Machine machine = before;
    for (String line : text.get().split("\n")) {
      if (!line.isBlank() && !line.startsWith("#")) {
        Outcome outcome = one(machine, new ArrayList<>(List.of(line.strip().split("[ \t]+"))));
        if (outcome.kind() != Outcome.Kind.CHANGED && outcome.kind() != Outcome.Kind.NOTHING) {
          return outcome;
        }
        machine = outcome.machine();
      }
    }
    return Outcome.changed(machine);
  }

  private static Outcome error(Machine machine, String message) {
    return Outcome.refused(machine, 1, "ipset v7.17: " + message);
  }

  private Outcome one(Machine machine, List<String> words) {
    String name = words.size() > 1 ? words.get(1) : "";
    Optional<IpSet> set = Optional.ofNullable(machine.ipsets().get(name));
    boolean known = set.isPresent();
    switch (words.get(0)) {
      case "create":
      case "-N":
      case "n":
        if (known) {
          return forgiving
              ? Outcome.nothing(machine, 0)
              : error(machine, "Set cannot be created: set with the same name already exists");
        }
        return parsed(String.join(" ", words).replaceFirst("^\\S+", "create"), name)
            .map(made -> with(machine, made))
            .orElseGet(() -> Outcome.notUnderstood(machine, "the set's type is not understood"));
      case "add":
      case "-A":
      case "del":
      case "-D":
      case "test":
      case "-T":
        return set.map(s -> entry(machine, s, words)).orElseGet(() -> missing(machine));
      case "flush":
      case "-F":
        return name.isEmpty()
            ? flushAll(machine)
            : set.map(s -> with(machine, new IpSet(name, s.type(), List.of(), List.of())))
                .orElseGet(() -> missing(machine));
      case "destroy":
      case "-X":
      case "x":
        return name.isEmpty() || known ? destroy(machine, name) : missing(machine);
      case "list":
      case "-L":
      case "save":
      case "-S":
        return name.isEmpty() || known
            ? Outcome.printed(machine, Listing.UNKNOWN)
            : missing(machine);
      default:
        return Outcome.notUnderstood(machine, "`ipset " + words.get(0) + "` is not known here");
    }
  }

  private static Outcome missing(Machine machine) {
    return error(machine, "The set with the given name does not exist");
  }

  private static Outcome with(Machine machine, IpSet set) {
    Map<String, IpSet> sets = new LinkedHashMap<>(machine.ipsets());
    sets.put(set.name(), set);
    return Outcome.changed(machine.withIpsets(sets));
  }

  private static Outcome flushAll(Machine machine) {
    Map<String, IpSet> sets = new LinkedHashMap<>();
    machine.ipsets().forEach((n, s) -> sets.put(n, new IpSet(n, s.type(), List.of(), List.of())));
    return Outcome.changed(machine.withIpsets(sets));
  }

  private static Outcome destroy(Machine machine, String name) {
    Map<String, IpSet> sets = new LinkedHashMap<>(machine.ipsets());
    boolean used =
        machine.ruleset().tables().stream()
            .flatMap(table -> table.chains().stream())
            .flatMap(chain -> chain.rules().stream())
            .anyMatch(
                rule ->
                    name.isEmpty()
                        ? rule.source().text().contains("--match-set")
                        : rule.source().text().contains("-set " + name + " "));
    if (used) {
      return error(machine, "Set cannot be destroyed: it is in use by a kernel component");
    }
    if (name.isEmpty()) {
      sets.clear();
    } else {
      sets.remove(name);
    }
    return Outcome.changed(machine.withIpsets(sets));
  }

  private static Optional<IpSet> parsed(String text, String name) {
    Problems problems = new Problems();
    Map<String, IpSet> sets = IpsetSaveParser.parse(SourceText.of("", text), problems);
    return problems.list().isEmpty() ? Optional.ofNullable(sets.get(name)) : Optional.empty();
  }

  private Outcome entry(Machine machine, IpSet set, List<String> words) {
    String rest = String.join(" ", words.subList(2, words.size()));
    String family =
        set.type().version().filter(version -> version == IpVersion.IPV6).isPresent()
            ? " family inet6"
            : "";
    String create = "create " + set.name() + " " + set.type().word() + family;
    Optional<IpSet> read = parsed(create + "\nadd " + set.name() + " " + rest, set.name());
    if (read.isEmpty() || read.get().entries().isEmpty() || !set.members().isEmpty()) {
      return Outcome.notUnderstood(machine, "the entry `" + rest + "` is not understood");
    }
    List<IpSet.Entry> named = read.get().entries();
    List<IpSet.Entry> entries = new ArrayList<>(set.entries());
    boolean there = entries.containsAll(named);
    boolean adds = words.get(0).equals("add") || words.get(0).equals("-A");
    if (words.get(0).equals("test") || words.get(0).equals("-T")) {
      return Outcome.nothing(machine, there ? 0 : 1);
    }
    if (adds && there && !forgiving) {
      return error(machine, "Element cannot be added to the set: it's already added");
    }
    if (!adds && !there && !forgiving) {
      return error(machine, "Element cannot be deleted from the set: it's not added");
    }
    entries.removeAll(named);
    if (adds) {
      entries.addAll(named);
    }
    return with(machine, new IpSet(set.name(), set.type(), entries, set.members()));
  }
}
