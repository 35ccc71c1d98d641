package org.rulewalk.diagnostics.dom0;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.topology.Generation;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * The chain that an agent of release 4 writes for one client, line by line (qubesagent/firewall.py,
 * prepare_rules of NftablesWorker and of IptablesWorker), with the rule behind each line.
 */
final class AgentText {
  private static final String DNS_PORT = "53";

  private final Generation generation;
  private final IpVersion version;
  private final Optional<List<IpAddress>> resolvers;
  private final List<Line> lines = new ArrayList<>();

  private AgentText(Generation generation, IpVersion version, Optional<List<IpAddress>> resolvers) {
    this.generation = generation;
    this.version = version;
    this.resolvers = resolvers;
  }

  /**
   * A line.
   *
   * @param shown as the agent writes it; a host's name stands for its addresses
   * @param read the same without destinations that are not known
   */
  record Line(String shown, String read, Origin origin, Optional<String> host, boolean resolvers) {}

  /**
   * The lines for these rules and the end of the list.
   *
   * @param resolvers of the provider; empty if the capture does not tell
   */
  static List<Line> of(
      Generation generation,
      IpVersion version,
      Optional<List<IpAddress>> resolvers,
      List<FirewallRule> rules,
      java.util.function.Function<FirewallRule, Origin> origin,
      Origin end) {
    AgentText text = new AgentText(generation, version, resolvers);
    for (FirewallRule rule : rules) {
      if (isFor(rule, version)) {
        text.rule(rule, origin.apply(rule));
      }
    }
    text.end(end);
    return text.lines;
  }

  /** dom0 leaves out rules for destinations of the other version. */
  static boolean isFor(FirewallRule rule, IpVersion version) {
    return rule.host()
        .flatMap(Prefix::parse)
        .map(prefix -> prefix.version() == version)
        .orElse(true);
  }

  /** Whether a rule makes no line at all, and why. */
  static Optional<String> withoutEffect(FirewallRule rule) {
    if (!rule.isForDns()) {
      return Optional.empty();
    }
    String ports = ports(rule).orElse(DNS_PORT);
    if (!ports.equals(DNS_PORT)) {
      return Optional.of(
          "specialtarget=dns counts for port 53 alone: the agent skips it without a word");
    }
    return rule.host().isPresent()
        ? Optional.of(
            "specialtarget=dns and a destination must both hold: it is no filter of names, and matches only if the"
                + " destination is a resolver itself")
        : Optional.empty();
  }

  private static Optional<String> ports(FirewallRule rule) {
    return rule.value("dstports")
        .map(
            range -> {
              int dash = range.indexOf('-');
              boolean single =
                  dash > 0 && range.substring(0, dash).equals(range.substring(dash + 1));
              return single ? range.substring(0, dash) : range;
            });
  }

  private void end(Origin end) {
    String line = generation.isNft() ? action(false) : "-j " + action(false);
    lines.add(new Line(line, line, end, Optional.empty(), false));
  }

  private String action(boolean accepts) {
    boolean six = version == IpVersion.IPV6;
    if (generation.isNft()) {
      return accepts ? "accept" : "reject with icmp" + (six ? "v6" : "") + " type admin-prohibited";
    }
    return accepts
        ? "ACCEPT"
        : "REJECT --reject-with " + (six ? "icmp6-adm-prohibited" : "icmp-admin-prohibited");
  }

  private void rule(FirewallRule rule, Origin origin) {
    if (generation.isNft()) {
      nft(rule, origin);
    } else {
      iptables(rule, origin);
    }
  }

  private String icmp() {
    return version == IpVersion.IPV6 ? "icmpv6" : "icmp";
  }

  private String proto(String name) {
    return name.equals("icmp") ? icmp() : name;
  }

  private String full(String host) {
    return host.indexOf('/') >= 0 ? host : host + "/" + version.addressBits();
  }

  private void nft(FirewallRule rule, Origin origin) {
    String ip = version == IpVersion.IPV6 ? "ip6" : "ip";
    String begin =
        rule.value("proto")
            .map(p -> ip + (ip.equals("ip") ? " protocol " : " nexthdr ") + proto(p) + " ")
            .orElse("");
    String shown = begin;
    String read = begin;
    Optional<String> host = Optional.empty();
    if (rule.host().isPresent()) {
      boolean named = Prefix.parse(rule.host().get()).isEmpty();
      host = named ? rule.host() : host;
      String daddr =
          ip
              + " daddr "
              + (named ? "{ " + rule.host().get() + " }" : full(rule.host().get()))
              + " ";
      shown += daddr;
      read += named ? "" : daddr;
    }
    Optional<String> port = ports(rule);
    boolean unknown = false;
    if (rule.isForDns()) {
      if (!port.orElse(DNS_PORT).equals(DNS_PORT)) {
        return;
      }
      port = Optional.of(DNS_PORT);
      if (generation == Generation.RESOLVER_SET) {
        shown += ip + " daddr @dns-addr ";
        read += ip + " daddr @dns-addr ";
      } else {
        Optional<String> literal = literal();
        if (literal.isPresent() && literal.get().isEmpty()) {
          return;
        }
        unknown = literal.isEmpty();
        shown += ip + " daddr { " + literal.orElse("resolvers") + " } ";
        read += literal.map(addresses -> ip + " daddr { " + addresses + " } ").orElse("");
      }
    }
    Optional<String> type = rule.value("icmptype").map(t -> icmp() + " type " + t + " ");
    shown += type.orElse("");
    read += type.orElse("");
    String does = action(rule.accepts());
    if (port.isEmpty()) {
      lines.add(new Line(shown + does, read + does, origin, host, unknown));
      return;
    }
    List<String> protocols = rule.value("proto").map(List::of).orElse(List.of("tcp", "udp"));
    for (String protocol : protocols) {
      String rest = protocol + " dport " + port.get() + " " + does;
      lines.add(new Line(shown + rest, read + rest, origin, host, unknown));
    }
  }

  /** Empty where the capture does not tell; without addresses where there are none. */
  private Optional<String> literal() {
    return resolvers.map(
        all -> String.join(", ", all.stream().map(a -> a + "/" + version.addressBits()).toList()));
  }

  private void iptables(FirewallRule rule, Origin origin) {
    Optional<String> port = ports(rule);
    List<String> protocols =
        new ArrayList<>(rule.value("proto").map(p -> List.of(proto(p))).orElse(List.of("")));
    List<String> hosts = new ArrayList<>(List.of(rule.host().map(this::full).orElse("")));
    boolean unknown = false;
    boolean named = rule.host().isPresent() && Prefix.parse(rule.host().get()).isEmpty();
    if (rule.isForDns()) {
      if (!port.orElse(DNS_PORT).equals(DNS_PORT) || resolvers.map(List::isEmpty).orElse(false)) {
        return;
      }
      port = Optional.of(DNS_PORT);
      if (rule.value("proto").isEmpty()) {
        protocols = List.of("tcp", "udp");
      } else {
        protocols.retainAll(List.of("tcp", "udp"));
      }
      unknown = resolvers.isEmpty();
      List<String> all =
          resolvers.orElse(List.of()).stream().map(a -> full(a.toString())).sorted().toList();
      boolean narrowed = rule.host().isPresent();
      hosts =
          unknown ? List.of("") : narrowed ? all.stream().filter(hosts::contains).toList() : all;
    }
    String ports = port.map(p -> " --dport " + p.replace('-', ':')).orElse("");
    String type = rule.value("icmptype").map(t -> " --icmp-type " + t).orElse("");
    String does = " -j " + action(rule.accepts());
    for (String protocol : protocols) {
      for (String host : hosts) {
        String proto = protocol.isEmpty() ? "" : " -p " + protocol;
        String to = host.isEmpty() ? "" : " -d " + host;
        String rest = proto + ports + type + does;
        lines.add(
            new Line(
                ((unknown ? " -d resolver" : named ? " -d " + rule.host().get() : to) + rest)
                    .strip(),
                ((named || unknown ? "" : to) + rest).strip(),
                origin,
                named ? rule.host() : Optional.empty(),
                unknown));
      }
    }
  }
}
