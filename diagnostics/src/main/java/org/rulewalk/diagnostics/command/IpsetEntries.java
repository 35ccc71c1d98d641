package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.rulewalk.parsers.ipset.IpsetSaveParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** Entries put into a set of ipset, taken from it, and asked for. */
final class IpsetEntries {
  private static final int MOST = 1 << 16;
  private static final Pattern RANGE = Pattern.compile("\\brange (\\S+)-(\\S+)");
  private static final Pattern TIMEOUT = Pattern.compile("\\btimeout (\\d+)");

  private final Machine machine;
  private final IpSet set;
  private final boolean forgiving;

  IpsetEntries(Machine machine, IpSet set, boolean forgiving) {
    this.machine = machine;
    this.set = set;
    this.forgiving = forgiving;
  }

  private Outcome error(String message) {
    return IpsetTool.error(machine, message);
  }

  Outcome run(String command, List<String> words) {
    if (set.type().parts().isEmpty()) {
      return member(command, words);
    }
    Optional<Outcome> wrong =
        wrong(words.get(0))
            .or(() -> command.equals("test") ? several(words.get(0)) : Optional.empty());
    if (wrong.isPresent()) {
      return wrong.get();
    }
    Optional<List<IpSet.Entry>> read = read(command, words);
    if (read.isEmpty()) {
      return Outcome.notUnderstood(
          machine, "the entry `" + String.join(" ", words) + "` is not understood");
    }
    if (read.get().stream().anyMatch(this::isOutOfRange)) {
      return error("Element is out of the range of the set");
    }
    return command.equals("test")
        ? tested(words.get(0), read.get())
        : changed(command.equals("add"), read.get());
  }

  /** What ipset itself refuses. */
  private Optional<Outcome> wrong(String word) {
    String[] parts = word.split(",", -1);
    boolean optional = set.type().word().equals("bitmap:ip,mac");
    if (parts.length < set.type().parts().size() && !optional) {
      String place = parts.length == 1 ? "Second" : "Third";
      return Optional.of(
          error("Syntax error: " + place + " element is missing from " + word + "."));
    }
    boolean wholeAllowed = set.type().word().endsWith("iface");
    for (int i = 0; i < Math.min(parts.length, set.type().parts().size()); i++) {
      if (set.type().parts().get(i) != IpSet.Part.ADDRESS) {
        continue;
      }
      String address = parts[i].replaceFirst("/.*", "");
      IpVersion version = set.type().version().orElse(IpVersion.IPV4);
      boolean other =
          IpAddress.parse(address).filter(each -> each.version() != version).isPresent();
      if (other) {
        String family = version == IpVersion.IPV4 ? "IPv4" : "IPv6";
        return Optional.of(
            error(
                "Syntax error: cannot parse "
                    + parts[i]
                    + ": resolving to "
                    + family
                    + " address failed"));
      }
      if (parts[i].endsWith("/0") && !wholeAllowed) {
        return Optional.of(error("The value of the CIDR parameter of the IP address is invalid"));
      }
    }
    return Optional.empty();
  }

  /** A test is for one entry: prefixes are tested only in sets of networks. */
  private Optional<Outcome> several(String word) {
    String[] kinds = set.type().word().replaceFirst(".*:", "").split(",");
    String[] parts = word.split(",", -1);
    String version = set.type().version().filter(IpVersion.IPV6::equals).map(v -> "6").orElse("");
    for (int i = 0; kinds.length > 1 && i < Math.min(kinds.length, parts.length); i++) {
      boolean span = parts[i].indexOf('-') > 0;
      boolean wide = kinds[i].equals("ip") && parts[i].matches(".*/(?!32$|128$).*");
      if (wide || span && !kinds[i].equals("iface") && !kinds[i].equals("mac")) {
        String what =
            wide
                ? "IP/CIDR range"
                : kinds[i].equals("port") ? "FROM-TO port range" : "FROM-TO IP range";
        return Optional.of(
            error(
                what
                    + " is not allowed in command test with set type "
                    + set.type().word()
                    + " and family inet"
                    + version));
      }
    }
    return Optional.empty();
  }

  /** The entries that words mean, with what the kernel adds to them. */
  private Optional<List<IpSet.Entry>> read(String command, List<String> words) {
    String options =
        words.stream()
            .skip(1)
            .map(word -> word.indexOf(' ') >= 0 ? '"' + word + '"' : word)
            .collect(Collectors.joining(" "));
    String create = "create s " + set.type().word() + " " + set.type().options();
    Problems problems = new Problems();
    IpSet read =
        IpsetSaveParser.parse(
                SourceText.of(
                    "", create + "\nadd s " + words.get(0) + " " + options(command, options)),
                problems)
            .get("s");
    if (read == null || read.entries().isEmpty() || !problems.list().isEmpty()) {
      return Optional.empty();
    }
    List<IpSet.Entry> entries = new ArrayList<>();
    for (IpSet.Entry entry : read.entries()) {
      single(entry, 0, entries);
    }
    return entries.size() <= MOST ? Optional.of(entries) : Optional.empty();
  }

  private String options(String command, String given) {
    if (!command.equals("add")) {
      return given;
    }
    String counts = set.type().options().contains("counters") ? "packets 0 bytes 0 " : "";
    Matcher timeout = TIMEOUT.matcher(set.type().options());
    String lives = timeout.find() ? "timeout " + timeout.group(1) + " " : "";
    return (given.contains("timeout ") ? "" : lives)
        + (given.contains("packets ") ? "" : counts)
        + given;
  }

  /** Sets of addresses, unlike those of networks, hold every address by itself. */
  private void single(IpSet.Entry entry, int from, List<IpSet.Entry> entries) {
    String[] kinds = set.type().word().replaceFirst(".*:", "").split(",");
    for (int i = from; i < kinds.length; i++) {
      if (!kinds[i].equals("ip")) {
        continue;
      }
      int most = Math.min(set.type().netmask(), set.width(i));
      Bits value = entry.values().get(i).and(Bits.prefixMask(most, set.width(i)));
      int length = Math.min(most, entry.lengths().get(i));
      Bits step = Bits.ones(set.width(i) - most).plus(Bits.of(1));
      Bits last = value.or(Bits.ones(set.width(i) - length));
      for (Bits at = value; at.compareTo(last) <= 0 && entries.size() <= MOST; at = at.plus(step)) {
        single(replaced(entry, i, at), i + 1, entries);
      }
      return;
    }
    entries.add(entry);
  }

  private IpSet.Entry replaced(IpSet.Entry entry, int part, Bits value) {
    List<Bits> values = new ArrayList<>(entry.values());
    List<Integer> lengths = new ArrayList<>(entry.lengths());
    values.set(part, value);
    lengths.set(part, set.width(part));
    return new IpSet.Entry(values, lengths, entry.nomatch(), entry.options());
  }

  private boolean isOutOfRange(IpSet.Entry entry) {
    Matcher range = RANGE.matcher(set.type().options());
    if (!range.find()) {
      return false;
    }
    Bits value = entry.values().get(0);
    return bound(range.group(1)).filter(low -> value.compareTo(low) < 0).isPresent()
        || bound(range.group(2)).filter(high -> value.compareTo(high) > 0).isPresent();
  }

  private static Optional<Bits> bound(String word) {
    return word.matches("\\d{1,5}")
        ? Optional.of(Bits.of(Long.parseLong(word)))
        : IpAddress.parse(word).map(IpAddress::value);
  }

  private Outcome tested(String word, List<IpSet.Entry> named) {
    IpSet.Entry first = named.get(0);
    boolean there = set.contains(first.values()) || holds(set.entries(), first).isPresent();
    return there
        ? Outcome.nothing(machine, 0).saying("Warning: " + word + " is in set " + set.name() + ".")
        : Outcome.nothing(machine, 1).saying(word + " is NOT in set " + set.name() + ".");
  }

  private static Optional<IpSet.Entry> holds(List<IpSet.Entry> entries, IpSet.Entry wanted) {
    return entries.stream()
        .filter(
            each ->
                each.values().equals(wanted.values()) && each.lengths().equals(wanted.lengths()))
        .findFirst();
  }

  private Outcome changed(boolean adds, List<IpSet.Entry> named) {
    List<IpSet.Entry> entries = new ArrayList<>(set.entries());
    for (IpSet.Entry entry : named) {
      Optional<IpSet.Entry> there = holds(entries, entry);
      if (adds && there.isPresent() && !forgiving) {
        return with(entries, "Element cannot be added to the set: it's already added");
      }
      if (!adds && there.isEmpty() && !forgiving) {
        return with(entries, "Element cannot be deleted from the set: it's not added");
      }
      there.ifPresent(entries::remove);
      if (adds) {
        entries.add(entry);
      }
    }
    return IpsetTool.with(machine, new IpSet(set.name(), set.type(), entries, set.members()));
  }

  /** Of a range, what stands before the one that fails is done. */
  private Outcome with(List<IpSet.Entry> entries, String error) {
    Machine changed =
        IpsetTool.with(machine, new IpSet(set.name(), set.type(), entries, set.members()))
            .machine();
    return IpsetTool.error(changed, error);
  }

  private Outcome member(String command, List<String> words) {
    String name = words.get(0);
    List<String> members = new ArrayList<>(set.members());
    boolean there = members.contains(name);
    if (command.equals("test")) {
      return tested(name, there);
    }
    IpSet named = machine.ipsets().get(name);
    if (named == null) {
      return error("Set to be added/deleted/tested as element does not exist.");
    }
    if (named.type().parts().isEmpty()) {
      return error("Sets with list:set type cannot be added to the set.");
    }
    boolean adds = command.equals("add");
    if (adds && there && !forgiving) {
      return error("Element cannot be added to the set: it's already added");
    }
    if (!adds && !there && !forgiving) {
      return error("Element cannot be deleted from the set: it's not added");
    }
    members.remove(name);
    if (adds) {
      Optional<Integer> place = place(members, words);
      if (place.isEmpty()) {
        return error("Set to be added/deleted/tested as element does not exist.");
      }
      members.add(place.get(), name);
    }
    return IpsetTool.with(machine, new IpSet(set.name(), set.type(), List.of(), members));
  }

  private Outcome tested(String name, boolean there) {
    return there
        ? Outcome.nothing(machine, 0).saying("Warning: " + name + " is in set " + set.name() + ".")
        : Outcome.nothing(machine, 1).saying(name + " is NOT in set " + set.name() + ".");
  }

  private static Optional<Integer> place(List<String> members, List<String> words) {
    for (String key : Arrays.asList("before", "after")) {
      Optional<String> other = IpTool.after(words, key);
      if (other.isPresent()) {
        int at = members.indexOf(other.get());
        return at < 0 ? Optional.empty() : Optional.of(key.equals("after") ? at + 1 : at);
      }
    }
    return Optional.of(members.size());
  }
}
