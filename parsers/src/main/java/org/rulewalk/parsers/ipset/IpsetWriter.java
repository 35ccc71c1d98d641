package org.rulewalk.parsers.ipset;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Prefix;

/** Writes sets as {@code ipset save} prints them and {@code ipset restore} loads them. */
public final class IpsetWriter {
  private static final Map<Integer, String> PROTOCOLS =
      Map.of(
          Protocol.ICMP, "icmp",
          Protocol.TCP, "tcp",
          Protocol.UDP, "udp",
          Protocol.ICMPV6, "icmpv6",
          Protocol.SCTP, "sctp",
          Protocol.UDPLITE, "udplite");

  private IpsetWriter() {}

  /** All sets, then what they hold: sets of sets name ones that are there by then. */
  public static String write(Collection<IpSet> sets) {
    StringBuilder text = new StringBuilder();
    for (IpSet set : sets) {
      line(text, "create", set.name(), set.type().word(), set.type().options());
    }
    for (IpSet set : sets) {
      for (IpSet.Entry entry : set.entries()) {
        String options = (entry.nomatch() ? "nomatch " : "") + entry.options();
        line(text, "add", set.name(), entry(set, entry), options.strip());
      }
      set.members().forEach(member -> line(text, "add", set.name(), member, ""));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String... words) {
    text.append(String.join(" ", words).strip()).append('\n');
  }

  private static String entry(IpSet set, IpSet.Entry entry) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < entry.values().size(); i++) {
      IpSet.Part part = set.type().parts().get(i);
      boolean leftOut = part == IpSet.Part.MAC && entry.lengths().get(i) == 0;
      if (!leftOut) {
        parts.add(part(set, part, entry.values().get(i), entry.lengths().get(i)));
      }
    }
    return String.join(",", parts);
  }

  private static String part(IpSet set, IpSet.Part part, Bits value, int length) {
    switch (part) {
      case ADDRESS:
        IpVersion version = set.type().version().orElse(IpVersion.IPV4);
        return new Prefix(new IpAddress(version, value), length).toString();
      case PORT:
        return port(value.low());
      case BARE_PORT:
        return String.valueOf(value.low());
      case INTERFACE:
        return value.toName();
      case MARK:
        return String.format("0x%08x", value.low());
      default:
        return new MacAddress(value.low()).toString().toUpperCase(Locale.ROOT);
    }
  }

  private static String port(long value) {
    int protocol = (int) (value >> 16);
    long number = value & 0xffff;
    String name = PROTOCOLS.getOrDefault(protocol, String.valueOf(protocol));
    boolean typed = protocol == Protocol.ICMP || protocol == Protocol.ICMPV6;
    return name + ":" + (typed ? (number >> 8) + "/" + (number & 0xff) : String.valueOf(number));
  }
}
