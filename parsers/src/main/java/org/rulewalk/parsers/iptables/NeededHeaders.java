package org.rulewalk.parsers.iptables;

import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.NeededHeader;
import org.rulewalk.simulator.rules.Statement;

/** Which matches need how much of the header above IP, or drop the packet. */
final class NeededHeaders {
  private static final Map<String, Integer> BYTES =
      Map.ofEntries(
          Map.entry("tcp", 20),
          Map.entry("udp", 8),
          Map.entry("udplite", 8),
          Map.entry("icmp", 8),
          Map.entry("icmp6", 8),
          Map.entry("icmpv6", 8),
          Map.entry("ipv6-icmp", 8),
          Map.entry("multiport", 4),
          Map.entry("sctp", 12),
          Map.entry("dccp", 12),
          Map.entry("esp", 8),
          Map.entry("ipcomp", 4),
          Map.entry("mh", 6),
          Map.entry("mobility-header", 6),
          Map.entry("ipv6-mh", 6));

  private NeededHeaders() {}

  /**
   * What a match needs, if it does.
   *
   * @param arguments what was written behind its name
   * @param nativePorts whether the tool loads tests of ports and flags as nftables' own, which fail
   *     without the header
   */
  static Optional<Statement> of(String match, Arguments arguments, boolean nativePorts) {
    boolean own =
        nativePorts && (match.equals("tcp") && !arguments.has("tcp-option") || match.equals("udp"));
    return own
        ? Optional.empty()
        : Optional.ofNullable(BYTES.get(match))
            .map(bytes -> new Match.Extension(new NeededHeader(bytes, match.equals("tcp"))));
  }
}
