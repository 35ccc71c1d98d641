package org.rulewalk.parsers.ipset;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.IpSet.Entry;
import org.rulewalk.simulator.rules.IpSet.Part;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Prefix;

/** A set that is being read. */
final class SetDraft {
  private static final int MOST_ENTRIES = 1 << 20;
  private static final Map<String, Integer> PROTOCOLS =
      Map.of(
          "icmp",
          1,
          "tcp",
          6,
          "udp",
          17,
          "icmpv6",
          58,
          "ipv6-icmp",
          58,
          "sctp",
          132,
          "udplite",
          136);

  private final String name;
  private final IpSet.Type type;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> members = new ArrayList<>();

  private SetDraft(String name, IpSet.Type type) {
    this.name = name;
    this.type = type;
  }

  static SetDraft create(String name, String word, List<String> options) {
    int colon = word.indexOf(':');
    if (colon < 0) {
      throw new Misread("`" + word + "` is no type of set");
    }
    List<Part> parts = new ArrayList<>();
    boolean bitmap = word.startsWith("bitmap:");
    if (!word.startsWith("list:")) {
      for (String part : word.substring(colon + 1).split(",")) {
        parts.add(part(part, bitmap));
      }
    }
    boolean addresses = parts.contains(Part.ADDRESS);
    IpVersion version = option(options, "family").equals("inet6") ? IpVersion.IPV6 : IpVersion.IPV4;
    String netmask = option(options, "netmask");
    String markMask = option(options, "markmask");
    return new SetDraft(
        name,
        new IpSet.Type(
            word,
            parts,
            addresses ? Optional.of(version) : Optional.empty(),
            netmask.isEmpty() ? version.addressBits() : (int) number(netmask),
            markMask.isEmpty() ? 0xffffffffL : number(markMask),
            String.join(" ", options)));
  }

  private static Part part(String word, boolean bitmap) {
    switch (word) {
      case "ip":
      case "net":
        return Part.ADDRESS;
      case "port":
        return bitmap ? Part.BARE_PORT : Part.PORT;
      case "iface":
        return Part.INTERFACE;
      case "mark":
        return Part.MARK;
      case "mac":
        return Part.MAC;
      default:
        throw new Misread("`" + word + "` is no part of a set's key");
    }
  }

  private static String option(List<String> options, String wanted) {
    int at = options.indexOf(wanted);
    return at >= 0 && at + 1 < options.size() ? options.get(at + 1) : "";
  }

  private static long number(String text) {
    try {
      return Long.decode(text);
    } catch (NumberFormatException e) {
      throw new Misread("`" + text + "` is no number");
    }
  }

  /** One value of a part, and how many of its leading bits count. */
  private record Value(Bits bits, int length) {}

  void add(String text, List<String> options) {
    boolean nomatch = options.contains("nomatch");
    String others =
        options.stream().filter(word -> !word.equals("nomatch")).collect(Collectors.joining(" "));
    if (type.parts().isEmpty()) {
      members.add(text);
      return;
    }
    String[] words = text.split(",", -1);
    // a bitmap of addresses may leave out the Ethernet address
    if (words.length > type.parts().size()) {
      throw new Misread("`" + text + "` has more parts than the set's key");
    }
    List<List<Value>> choices = new ArrayList<>();
    for (int i = 0; i < type.parts().size(); i++) {
      Part part = type.parts().get(i);
      choices.add(i < words.length ? values(part, words[i]) : List.of(new Value(Bits.ZERO, 0)));
    }
    combine(choices, 0, new ArrayList<>(), nomatch, others);
  }

  private void combine(
      List<List<Value>> choices, int at, List<Value> chosen, boolean nomatch, String options) {
    if (at == choices.size()) {
      if (entries.size() >= MOST_ENTRIES) {
        throw new Misread("the set `" + name + "` has more than " + MOST_ENTRIES + " entries");
      }
      entries.add(
          new Entry(
              chosen.stream().map(Value::bits).toList(),
              chosen.stream().map(Value::length).toList(),
              nomatch,
              options));
      return;
    }
    for (Value value : choices.get(at)) {
      List<Value> more = new ArrayList<>(chosen);
      more.add(value);
      combine(choices, at + 1, more, nomatch, options);
    }
  }

  private List<Value> values(Part part, String word) {
    switch (part) {
      case ADDRESS:
        return addresses(word);
      case PORT:
        return ports(word);
      case BARE_PORT:
        return range(word, "", 16);
      case INTERFACE:
        String device = word.startsWith("physdev:") ? word.substring("physdev:".length()) : word;
        return List.of(new Value(Bits.ofName(device), 128));
      case MARK:
        return List.of(new Value(Bits.of(number(word) & type.markMask()), 32));
      default:
        return MacAddress.parse(word.toLowerCase(java.util.Locale.ROOT))
            .map(mac -> List.of(new Value(Bits.of(mac.value()), 48)))
            .orElseThrow(() -> new Misread("`" + word + "` is no Ethernet address"));
    }
  }

  private List<Value> addresses(String word) {
    int dash = word.indexOf('-');
    if (dash > 0) {
      return span(address(word.substring(0, dash)), address(word.substring(dash + 1)));
    }
    Prefix prefix =
        Prefix.parse(word)
            .filter(p -> p.version() == type.version().orElse(IpVersion.IPV4))
            .orElseThrow(() -> new Misread("`" + word + "` is no address of this set's family"));
    return List.of(new Value(prefix.first().value(), prefix.length()));
  }

  private IpAddress address(String word) {
    return IpAddress.parse(word)
        .filter(a -> a.version() == type.version().orElse(IpVersion.IPV4))
        .orElseThrow(() -> new Misread("`" + word + "` is no address of this set's family"));
  }

  /** A range as the fewest prefixes. */
  private List<Value> span(IpAddress low, IpAddress high) {
    int width = low.version().addressBits();
    List<Value> prefixes = new ArrayList<>();
    Bits at = low.value();
    while (at.compareTo(high.value()) <= 0 && prefixes.size() < 2 * width) {
      int length = width;
      while (length > 0 && fits(at, length - 1, width, high.value())) {
        length--;
      }
      prefixes.add(new Value(at, length));
      Bits last = at.or(Bits.ones(width - length));
      if (last.equals(high.value())) {
        break;
      }
      at = last.plus(Bits.of(1));
    }
    return prefixes;
  }

  private static boolean fits(Bits at, int length, int width, Bits high) {
    Bits rest = Bits.ones(width - length);
    return at.and(rest).isZero() && at.or(rest).compareTo(high) <= 0;
  }

  /** {@code tcp:80}, {@code 80}, {@code udp:53-60}, {@code icmp:echo-request}, {@code 47:0}. */
  private List<Value> ports(String word) {
    int colon = word.indexOf(':');
    return range(
        colon < 0 ? word : word.substring(colon + 1),
        colon < 0 ? "tcp" : word.substring(0, colon),
        24);
  }

  private static List<Value> range(String word, String protocol, int width) {
    long base = 0;
    if (!protocol.isEmpty()) {
      Integer known = PROTOCOLS.get(protocol);
      base = (known != null ? known : number(protocol)) << 16;
    }
    int dash = word.indexOf('-', 1);
    long slash = word.indexOf('/');
    if (slash > 0) {
      int cut = (int) slash;
      return List.of(
          new Value(
              Bits.of(base | number(word.substring(0, cut)) << 8 | number(word.substring(cut + 1))),
              width));
    }
    boolean isRange = dash > 0 && Character.isDigit(word.charAt(0));
    long low = isRange ? number(word.substring(0, dash)) : icmpOrNumber(word);
    long high = isRange ? number(word.substring(dash + 1)) : low;
    List<Value> values = new ArrayList<>();
    for (long port = low; port <= Math.min(high, 65535); port++) {
      values.add(new Value(Bits.of(base | port), width));
    }
    return values;
  }

  private static long icmpOrNumber(String word) {
    switch (word) {
      case "echo-reply":
      case "pong":
        return 0;
      case "echo-request":
      case "ping":
        return 8 << 8;
      default:
        return number(word);
    }
  }

  IpSet toSet() {
    return new IpSet(name, type, entries, members);
  }
}
