package org.rulewalk.parsers.iproute;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.network.RoutingRule.Action;
import org.rulewalk.simulator.network.RoutingRule.PortRange;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/** A policy rule while its line is read. The setters that may fail tell whether they understood. */
final class RuleDraft {
  private static final long ALL_BITS = 0xffffffffL;
  private static final Map<String, Integer> PROTOCOLS =
      Map.ofEntries(
          Map.entry("icmp", 1),
          Map.entry("igmp", 2),
          Map.entry("ipencap", 4),
          Map.entry("ipip", 4),
          Map.entry("tcp", 6),
          Map.entry("udp", 17),
          Map.entry("dccp", 33),
          Map.entry("ipv6", 41),
          Map.entry("gre", 47),
          Map.entry("esp", 50),
          Map.entry("ah", 51),
          Map.entry("ipv6-icmp", 58),
          Map.entry("icmpv6", 58),
          Map.entry("ospf", 89),
          Map.entry("sctp", 132),
          Map.entry("udplite", 136));

  private final IpVersion version;
  private final long priority;
  private final Source source;
  private boolean not;
  private Optional<Prefix> from = Optional.empty();
  private Optional<Prefix> to = Optional.empty();
  private Optional<String> incoming = Optional.empty();
  private Optional<String> outgoing = Optional.empty();
  private OptionalLong mark = OptionalLong.empty();
  private long markMask;
  private int tos;
  private OptionalInt protocol = OptionalInt.empty();
  private Optional<PortRange> sourcePorts = Optional.empty();
  private Optional<PortRange> destinationPorts = Optional.empty();
  private Action action = Action.LOOKUP;
  private int table;
  private long gotoPriority;
  private int suppressPrefixLength = -1;
  private boolean understood = true;

  RuleDraft(IpVersion version, long priority, Source source) {
    this.version = version;
    this.priority = priority;
    this.source = source;
  }

  void not() {
    not = true;
  }

  void notUnderstood() {
    understood = false;
  }

  boolean from(Optional<Prefix> prefix) {
    from = prefix.filter(p -> p.length() > 0);
    return prefix.isPresent();
  }

  boolean to(Optional<Prefix> prefix) {
    to = prefix.filter(p -> p.length() > 0);
    return prefix.isPresent();
  }

  void incoming(String device) {
    incoming = Optional.of(device);
  }

  void outgoing(String device) {
    outgoing = Optional.of(device);
  }

  boolean mark(String word) {
    int slash = word.indexOf('/');
    mark = Numbers.unsigned(slash < 0 ? word : word.substring(0, slash));
    OptionalLong mask =
        slash < 0 ? OptionalLong.of(ALL_BITS) : Numbers.unsigned(word.substring(slash + 1));
    markMask = mask.orElse(ALL_BITS);
    return mark.isPresent() && mask.isPresent();
  }

  boolean tos(Optional<Integer> value) {
    tos = value.orElse(0);
    return value.isPresent();
  }

  boolean protocol(String word) {
    Integer named = PROTOCOLS.get(word);
    String digits = word.startsWith("ipproto-") ? word.substring("ipproto-".length()) : word;
    protocol = named != null ? OptionalInt.of(named) : Numbers.small(digits);
    return protocol.isPresent();
  }

  boolean sourcePorts(String word) {
    sourcePorts = ports(word);
    return sourcePorts.isPresent();
  }

  boolean destinationPorts(String word) {
    destinationPorts = ports(word);
    return destinationPorts.isPresent();
  }

  private static Optional<PortRange> ports(String word) {
    int dash = word.indexOf('-');
    OptionalInt low = Numbers.small(dash < 0 ? word : word.substring(0, dash));
    OptionalInt high = dash < 0 ? low : Numbers.small(word.substring(dash + 1));
    return low.isPresent() && high.isPresent()
        ? Optional.of(new PortRange(low.getAsInt(), high.getAsInt()))
        : Optional.empty();
  }

  void table(int number) {
    table = number;
  }

  boolean suppress(OptionalInt length) {
    suppressPrefixLength = length.orElse(-1);
    return length.isPresent();
  }

  void goTo(OptionalLong target) {
    action = Action.GOTO;
    gotoPriority = target.orElse(0);
  }

  boolean action(String word) {
    switch (word) {
      case "nop":
        action = Action.NOP;
        return true;
      case "blackhole":
        action = Action.BLACKHOLE;
        return true;
      case "unreachable":
        action = Action.UNREACHABLE;
        return true;
      case "prohibit":
        action = Action.PROHIBIT;
        return true;
      default:
        return false;
    }
  }

  RoutingRule finished() {
    return new RoutingRule(
        version,
        priority,
        not,
        from,
        to,
        incoming,
        outgoing,
        mark,
        markMask,
        tos,
        protocol,
        sourcePorts,
        destinationPorts,
        action,
        table,
        gotoPriority,
        suppressPrefixLength,
        understood,
        source);
  }
}
