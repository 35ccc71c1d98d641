package org.rulewalk.simulator.flow;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.symbolic.Doubts;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.PacketSpace;
import org.rulewalk.simulator.symbolic.Setting;
import org.rulewalk.simulator.symbolic.SymbolicPacket;
import org.rulewalk.simulator.symbolic.Tests;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/**
 * Packets by what routing looks at, as they are at one point of their way.
 *
 * <p>Asked for the way back, source and destination change places, as for the reverse path filter.
 */
final class Selectors {
  private static final Table NO_TABLE =
      new Table(
          Family.INET, "", Table.Tool.NFT, List.of(), Map.of(), List.of(), false, "", Source.NONE);

  private final Tests tests;
  private final PacketSpace space;
  private final IpVersion version;
  private final View view;
  private final Map<Object, PacketSet> addresses;

  /**
   * How routing is asked about the packet.
   *
   * @param back whether it is asked for the way back to the source
   * @param incoming the interface by which the packet is taken to come in; empty for its own
   * @param marked whether it is taken to have the packet's mark, or none
   */
  record View(boolean back, Optional<String> incoming, boolean marked) {
    private static final View PLAIN = new View(false, Optional.empty(), true);
  }

  private Selectors(
      Tests tests,
      PacketSpace space,
      IpVersion version,
      View view,
      Map<Object, PacketSet> addresses) {
    this.tests = tests;
    this.space = space;
    this.version = version;
    this.view = view;
    this.addresses = addresses;
  }

  static Selectors of(SymbolicPacket packet, IpVersion version, Doubts doubts) {
    Setting setting =
        new Setting("", NO_TABLE, Hook.PREROUTING, Map.of(), Setting.Contents.AS_CAPTURED, doubts);
    return new Selectors(
        new Tests(setting, packet), packet.space(), version, View.PLAIN, new HashMap<>());
  }

  Selectors asked(View otherwise) {
    return new Selectors(tests, space, version, otherwise, addresses);
  }

  PacketSet none() {
    return space.none();
  }

  PacketSet destination(Prefix prefix) {
    return address(prefix, !view.back());
  }

  PacketSet source(Prefix prefix) {
    return address(prefix, view.back());
  }

  PacketSet destination(IpAddress address) {
    return destination(address.toPrefix());
  }

  PacketSet source(IpAddress address) {
    return source(address.toPrefix());
  }

  private PacketSet address(Prefix prefix, boolean destination) {
    if (prefix.version() != version) {
      return space.none();
    }
    HeaderField field =
        version == IpVersion.IPV4
            ? destination ? HeaderField.IP_DADDR : HeaderField.IP_SADDR
            : destination ? HeaderField.IP6_DADDR : HeaderField.IP6_SADDR;
    return addresses.computeIfAbsent(
        List.of(field, prefix),
        unused -> within(Expression.of(field), prefix.first().value(), prefix.last().value()));
  }

  PacketSet incoming(String device) {
    if (view.incoming().isPresent()) {
      return view.incoming().get().equals(device) ? space.all() : space.none();
    }
    Bits name = Bits.ofName(device);
    return within(Expression.of(MetaKey.IIFNAME), name, name);
  }

  PacketSet outgoing(String device) {
    Bits name = Bits.ofName(device);
    return within(Expression.of(MetaKey.OIFNAME), name, name);
  }

  /** Packets whose type of service has just these of the bits of a mask. */
  PacketSet tos(int value, int mask) {
    HeaderField field = version == IpVersion.IPV4 ? HeaderField.IP_TOS : HeaderField.IP6_TCLASS;
    return masked(Expression.of(field), value, mask);
  }

  private PacketSet mark(long value, long mask) {
    if (!view.marked()) {
      return value == 0 ? space.all() : space.none();
    }
    return masked(Expression.of(MetaKey.MARK), value, mask);
  }

  private PacketSet masked(Expression left, long value, long mask) {
    return tests.of(
        new Match.Compare(
            left.masked(Bits.of(mask), DataType.INTEGER),
            Match.Operator.EQUAL,
            Expression.number(Bits.of(value), DataType.INTEGER)));
  }

  private PacketSet within(Expression left, Bits low, Bits high) {
    return tests.of(new Match.InRange(left, false, low, high));
  }

  /** Packets that a policy rule is for (fib_rule_match). */
  PacketSet selected(RoutingRule rule) {
    PacketSet chosen = space.version(version);
    chosen = narrowed(chosen, rule.from().map(this::source));
    chosen = narrowed(chosen, rule.to().map(this::destination));
    chosen = narrowed(chosen, rule.incoming().map(this::incoming));
    if (rule.outgoing().isPresent()) {
      chosen = space.none();
    }
    if (rule.mark().isPresent()) {
      long mask = rule.markMask();
      long value = rule.mark().getAsLong() & mask;
      chosen = chosen.and(mark(value, mask));
    }
    if (rule.tos() != 0) {
      chosen = chosen.and(tos(rule.tos(), 0xfc));
    }
    if (rule.protocol().isPresent()) {
      chosen = chosen.and(ofProtocol(rule.protocol().getAsInt()));
    }
    HeaderField from = view.back() ? HeaderField.TH_DPORT : HeaderField.TH_SPORT;
    HeaderField to = view.back() ? HeaderField.TH_SPORT : HeaderField.TH_DPORT;
    chosen = narrowed(chosen, rule.sourcePorts().map(range -> ports(from, range)));
    chosen = narrowed(chosen, rule.destinationPorts().map(range -> ports(to, range)));
    return rule.not() ? space.version(version).minus(chosen) : chosen;
  }

  private PacketSet ports(HeaderField field, RoutingRule.PortRange range) {
    return within(Expression.of(field), Bits.of(range.low()), Bits.of(range.high()));
  }

  /** Packets with one port, as their source or their destination. */
  PacketSet port(boolean source, int port) {
    HeaderField field = source ? HeaderField.TH_SPORT : HeaderField.TH_DPORT;
    return within(Expression.of(field), Bits.of(port), Bits.of(port));
  }

  /** Packets of one protocol above IP. */
  PacketSet ofProtocol(int protocol) {
    Bits number = Bits.of(protocol);
    return within(Expression.of(MetaKey.L4PROTO), number, number);
  }

  /** Packets of the protocols whose headers begin with two ports. */
  PacketSet withPorts() {
    PacketSet found = space.none();
    for (int protocol :
        new int[] {Protocol.TCP, Protocol.UDP, Protocol.UDPLITE, Protocol.SCTP, Protocol.DCCP}) {
      found = found.or(ofProtocol(protocol));
    }
    return found;
  }

  /** IPv6 packets whose source must not leave its link or host (ip6_forward). */
  PacketSet bound() {
    PacketSet odd = space.none();
    for (String prefix : List.of("::/127", "ff00::/8", "fe80::/10")) {
      odd = odd.or(source(Prefix.of(prefix)));
    }
    return odd;
  }

  /** Errors and pings: what is told about other packets, and what is asked of hosts. */
  PacketSet errors() {
    return ofProtocol(version == IpVersion.IPV4 ? Protocol.ICMP : Protocol.ICMPV6);
  }

  private static PacketSet narrowed(PacketSet set, Optional<PacketSet> by) {
    return by.map(set::and).orElse(set);
  }
}
