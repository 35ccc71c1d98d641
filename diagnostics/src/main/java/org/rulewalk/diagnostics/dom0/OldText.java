package org.rulewalk.diagnostics.dom0;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.parsers.dom0.VmRules;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * The iptables script that dom0 writes for one client of a provider of release 3, in one value of
 * QubesDB (core-modules/006QubesProxyVm.py of release3.2; of release 4 for such providers:
 * qubes/ext/r3compatibility.py).
 */
final class OldText {
  /** A value must be shorter than this (qubes-core-qubesdb, QDB_MAX_DATA). */
  static final int LIMIT_BYTES = 3072;

  /** What stands before and behind the lines. */
  static final int FRAME_BYTES = "*filter\nCOMMIT\n".length();

  private static final String RESOLVER = "resolver";
  private static final int LONGEST_ADDRESS = 15;
  private static final String PROXY = "10.137.255.254";
  private static final String REJECT = "REJECT --reject-with icmp-host-prohibited";

  private final IpAddress client;
  private final Optional<List<IpAddress>> resolvers;
  private final List<AgentText.Line> lines = new ArrayList<>();

  private OldText(IpAddress client, Optional<List<IpAddress>> resolvers) {
    this.client = client;
    this.resolvers = resolvers;
  }

  /** The lines of release 3's dom0. */
  static List<AgentText.Line> of(
      VmRules.Old old,
      List<FirewallRule> rules,
      IpAddress client,
      Optional<List<IpAddress>> resolvers,
      Function<FirewallRule, Origin> origin,
      Function<Origin.Part, Origin> rest) {
    OldText text = new OldText(client, resolvers);
    for (FirewallRule rule : rules) {
      text.listed(rule, old.allows() ? REJECT : "ACCEPT", false, origin.apply(rule));
    }
    if (old.dns()) {
      for (String protocol : new String[] {"udp", "tcp"}) {
        text.toResolvers(protocol, "ACCEPT", true, rest.apply(Origin.Part.DNS));
      }
    }
    if (old.icmp()) {
      text.add(" -p icmp -j ACCEPT", rest.apply(Origin.Part.ICMP));
    }
    text.add(
        " -p tcp -d " + PROXY + " --dport 8082 -j " + (old.yumProxy() ? "ACCEPT" : "DROP"),
        rest.apply(Origin.Part.UPDATES));
    text.add(" -j " + (old.allows() ? "ACCEPT" : REJECT), rest.apply(Origin.Part.POLICY));
    return text.lines;
  }

  /** The lines of release 4's dom0, which knows no reject and no ICMP types here. */
  static List<AgentText.Line> ofRelease4(
      List<FirewallRule> rules,
      IpAddress client,
      Optional<List<IpAddress>> resolvers,
      Function<FirewallRule, Origin> origin,
      Origin end) {
    OldText text = new OldText(client, resolvers);
    for (FirewallRule rule : rules) {
      text.release4(rule, origin.apply(rule));
    }
    text.add(" -j DROP", end);
    return text.lines;
  }

  private void release4(FirewallRule rule, Origin origin) {
    String does = rule.accepts() ? "ACCEPT" : "DROP";
    if (!rule.isForDns()) {
      listed(rule, does, true, origin);
      return;
    }
    String ports = rule.value("dstports").orElse("53");
    // with a protocol or a destination the lines come to nothing: sets of letters, and of prefixes
    boolean written =
        (ports.equals("53") || ports.equals("53-53"))
            && rule.value("proto").isEmpty()
            && rule.host().isEmpty();
    if (written) {
      for (String protocol : new String[] {"tcp", "udp"}) {
        toResolvers(protocol, does, false, origin);
      }
    }
  }

  /** Release 4 writes the length of single addresses too. */
  private void listed(FirewallRule rule, String does, boolean lengths, Origin origin) {
    String host = rule.host().orElse("");
    Optional<Prefix> prefix = Prefix.parse(host);
    if (prefix.map(p -> p.version() == IpVersion.IPV6).orElse(false)) {
      return;
    }
    boolean named = !host.isEmpty() && prefix.isEmpty();
    String single = prefix.filter(p -> lengths && p.isSingle()).map(p -> "/32").orElse("");
    String to = host.isEmpty() ? "" : " -d " + prefix.map(Prefix::toString).orElse(host) + single;
    String rest =
        rule.value("proto").map(p -> " -p " + p).orElse("")
            + rule.value("dstports").map(p -> " --dport " + ports(p)).orElse("")
            + " -j "
            + does;
    String from = "-s " + client;
    lines.add(
        new AgentText.Line(
            from + to + rest,
            from + (named ? "" : to) + rest,
            origin,
            named ? rule.host() : Optional.empty(),
            false));
  }

  private static String ports(String range) {
    int dash = range.indexOf('-');
    boolean single = dash > 0 && range.substring(0, dash).equals(range.substring(dash + 1));
    return single ? range.substring(0, dash) : range.replace('-', ':');
  }

  private void toResolvers(String protocol, String does, boolean protocolFirst, Origin origin) {
    List<String> addresses =
        resolvers
            .map(all -> all.stream().map(IpAddress::toString).toList())
            .orElse(List.of("", ""));
    for (String address : addresses) {
      String to = " -d " + (address.isEmpty() ? RESOLVER : address);
      String proto = " -p " + protocol;
      String rest = " --dport 53 -j " + does;
      String shown = (protocolFirst ? proto + to : to + proto) + rest;
      String read = address.isEmpty() ? proto + rest : shown;
      String from = "-s " + client;
      lines.add(
          new AgentText.Line(
              from + shown, from + read, origin, Optional.empty(), address.isEmpty()));
    }
  }

  private void add(String rest, Origin origin) {
    String line = "-s " + client + rest;
    lines.add(new AgentText.Line(line, line, origin, Optional.empty(), false));
  }

  /** The bytes of one of its lines. */
  static int bytes(String shown, boolean unknownResolver) {
    int more = unknownResolver ? LONGEST_ADDRESS - RESOLVER.length() : 0;
    return ("-A FORWARD " + shown + "\n").getBytes(StandardCharsets.UTF_8).length + more;
  }
}
