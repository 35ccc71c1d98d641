package org.rulewalk.parsers.iptables;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.NeededHeader;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.IpVersion;

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
          Map.entry("ah", 12),
          Map.entry("ecn", 20),
          Map.entry("ipcomp", 4),
          Map.entry("mh", 6),
          Map.entry("mobility-header", 6),
          Map.entry("ipv6-mh", 6));

  private static final Map<String, String> OTHER_NAMES =
      Map.of(
          "icmpv6", "icmp6",
          "ipv6-icmp", "icmp6",
          "mobility-header", "mh",
          "ipv6-mh", "mh");

  private NeededHeaders() {}

  /**
   * What a match needs, if it does.
   *
   * @param arguments what was written behind its name
   * @param nativePorts whether the tool loads tests of ports and flags as nftables' own, which fail
   *     without the header
   */
  static Optional<Statement> of(
      String match, IpVersion version, Arguments arguments, boolean nativePorts) {
    // over IPv6, this header is looked for among the extensions
    boolean extension = match.equals("ah") && version == IpVersion.IPV6;
    boolean ipOnly =
        match.equals("ecn") && arguments.textOf("ecn-tcp-cwr", "ecn-tcp-ece").isEmpty();
    if (extension || ipOnly) {
      return Optional.empty();
    }
    boolean own =
        nativePorts && (match.equals("tcp") && !arguments.has("tcp-option") || match.equals("udp"));
    return own
        ? Optional.empty()
        : Optional.ofNullable(BYTES.get(match))
            .map(
                bytes ->
                    new Match.Extension(
                        new NeededHeader(
                            OTHER_NAMES.getOrDefault(match, match), bytes, match.equals("tcp"))));
  }

  /** Whether a rule was loaded by a tool that leaves tests of ports to the kernel's extensions. */
  static boolean showOldTool(Rule rule) {
    List<XtMatch> extensions =
        rule.statements().stream()
            .filter(Match.Extension.class::isInstance)
            .map(statement -> ((Match.Extension) statement).match())
            .toList();
    boolean option = extensions.stream().anyMatch(XtMatch.TcpOptionPresent.class::isInstance);
    return extensions.stream()
        .filter(NeededHeader.class::isInstance)
        .map(match -> ((NeededHeader) match).asker())
        .anyMatch(asker -> asker.equals("udp") || asker.equals("tcp") && !option);
  }
}
