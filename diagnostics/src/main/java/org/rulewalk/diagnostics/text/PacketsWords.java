package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.reach.Packets;
import org.rulewalk.simulator.region.Intervals;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/** Classes of packets in nft's words: {@code ip saddr 10.0.0.0/8 tcp dport 22, 80-90}. */
public final class PacketsWords {
  private static final Intervals PORTS = Intervals.of(Bits.of(1), Bits.of(65535));

  private PacketsWords() {}

  /** All of a class; {@code everything} is every TCP and UDP port, and pings. */
  public static String of(Packets packets) {
    return String.join("; ", packets.clauses().stream().map(PacketsWords::clause).toList());
  }

  private static String clause(Packets.Clause clause) {
    List<String> words = new ArrayList<>();
    clause.sources().ifPresent(some -> words.add(addresses("saddr", some)));
    clause.destinations().ifPresent(some -> words.add(addresses("daddr", some)));
    List<String> services = services(clause.services());
    if (words.isEmpty()) {
      return String.join("; ", services);
    }
    String prefix = String.join(" ", words) + " ";
    return String.join("; ", services.stream().map(prefix::concat).toList());
  }

  private static List<String> services(Map<String, Intervals> services) {
    boolean everything =
        PORTS.equals(services.get("tcp"))
            && PORTS.equals(services.get("udp"))
            && services.containsKey("ping");
    List<String> words = new ArrayList<>();
    if (everything) {
      words.add("everything");
    }
    services.forEach(
        (word, ports) -> {
          boolean told = everything && List.of("tcp", "udp", "ping").contains(word);
          if (!told) {
            words.add(
                isPorts(word) && !ports.equals(PORTS) ? word + " dport " + ports(ports) : word);
          }
        });
    return words;
  }

  private static boolean isPorts(String word) {
    return word.equals("tcp") || word.equals("udp");
  }

  private static String ports(Intervals ports) {
    return String.join(
        ", ",
        ports.parts().stream()
            .map(
                part ->
                    part.isSingle()
                        ? "" + part.low().toInt()
                        : part.low().toInt() + "-" + part.high().toInt())
            .toList());
  }

  private static String addresses(String field, Packets.Some some) {
    String name = (some.version() == IpVersion.IPV4 ? "ip " : "ip6 ") + field + " ";
    Intervals rest = some.among().minus(some.values());
    if (rest.isEmpty() && !some.values().isSingle()) {
      return name + "any other";
    }
    List<String> direct = blocks(some.values(), some.version());
    List<String> others = blocks(rest, some.version());
    return !others.isEmpty() && others.size() < direct.size()
        ? name + "!= " + String.join(", ", others)
        : name + String.join(", ", direct);
  }

  private static List<String> blocks(Intervals addresses, IpVersion version) {
    List<String> blocks = new ArrayList<>();
    for (Interval part : addresses.parts()) {
      blocks.add(block(part, version));
    }
    return blocks;
  }

  private static String block(Interval part, IpVersion version) {
    IpAddress low = new IpAddress(version, part.low());
    IpAddress high = new IpAddress(version, part.high());
    Bits differing = part.low().xor(part.high());
    int length = version.addressBits() - differing.bitCount();
    boolean prefix = differing.equals(Bits.ones(differing.bitCount()));
    return Optional.of(new Prefix(low, length))
        .filter(p -> prefix && p.first().equals(low) && p.last().equals(high))
        .map(Prefix::toString)
        .orElse(low + "-" + high);
  }
}
