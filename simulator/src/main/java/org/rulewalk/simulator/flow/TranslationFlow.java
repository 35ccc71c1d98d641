package org.rulewalk.simulator.flow;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Statement.Nat;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.symbolic.Doubts;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.SymbolicPacket;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What translation makes of the packets of new connections: one address and one port are written,
 * of all else (ranges, maps) nothing is known afterwards but that equal rules do the same.
 */
final class TranslationFlow {
  private final Machine machine;
  private final IpVersion version;
  private final Hook hook;
  private final Doubts doubts;

  TranslationFlow(Machine machine, IpVersion version, Hook hook, Doubts doubts) {
    this.machine = machine;
    this.version = version;
    this.hook = hook;
    this.doubts = doubts;
  }

  static boolean isSource(Hook hook) {
    return hook == Hook.POSTROUTING || hook == Hook.INPUT;
  }

  /** One address or port, or neither, that packets get for certain. */
  private record Target(Optional<Bits> address, Optional<Bits> port) {
    boolean isCertain() {
      return address.isPresent() || port.isPresent();
    }
  }

  /** What tells translations apart: where they lead, or else the rule and what it depends on. */
  Object manner(Nat nat) {
    Target target = target(nat);
    if (nat.kind() == Nat.Kind.MASQUERADE || nat.kind() == Nat.Kind.REDIRECT) {
      return List.of(nat, addresses());
    }
    return target.isCertain() && nat.flags().isEmpty() ? target : nat;
  }

  private List<Object> addresses() {
    return machine.interfaces().stream()
        .<Object>map(i -> List.of(i.name(), i.addresses(version)))
        .toList();
  }

  private Target target(Nat nat) {
    Optional<Bits> address = Optional.empty();
    Optional<Bits> port = Optional.empty();
    if (nat.address().isPresent()) {
      Optional<List<Bits>> parts = constant(nat.address().get());
      boolean single = parts.isPresent() && nat.addressMax().isEmpty();
      address = single ? Optional.of(parts.get().get(0)) : Optional.empty();
      port = single && parts.get().size() > 1 ? Optional.of(parts.get().get(1)) : port;
    }
    if (nat.port().isPresent() && nat.portMax().isEmpty()) {
      port = constant(nat.port().get()).map(parts -> parts.get(0));
    }
    return new Target(address, port);
  }

  private static Optional<List<Bits>> constant(Expression expression) {
    if (!(expression instanceof Expression.Constant)) {
      return Optional.empty();
    }
    Value value = ((Expression.Constant) expression).value();
    if (value instanceof Value.Range) {
      Value.Range range = (Value.Range) value;
      return range.low().equals(range.high()) ? range.low().asKey() : Optional.empty();
    }
    return value.asKey();
  }

  /** The packets once they are translated. */
  SymbolicPacket applied(Nat nat, SymbolicPacket packet, PacketSet where) {
    boolean source = isSource(hook);
    HeaderField address =
        version == IpVersion.IPV4
            ? source ? HeaderField.IP_SADDR : HeaderField.IP_DADDR
            : source ? HeaderField.IP6_SADDR : HeaderField.IP6_DADDR;
    HeaderField port = source ? HeaderField.TH_SPORT : HeaderField.TH_DPORT;
    Target target = target(nat);
    SymbolicPacket next = packet;
    if (nat.kind() == Nat.Kind.REDIRECT) {
      next = redirected(next, where, address, nat);
    } else if (nat.kind() == Nat.Kind.MASQUERADE || nat.kind() == Nat.Kind.NETMAP) {
      next = next.unknown(address, where, nat, doubts);
    } else if (nat.address().isPresent()) {
      next =
          target.address().isPresent()
              ? next.with(address, where, target.address().get())
              : next.unknown(address, where, nat, doubts);
    }
    PacketSet withPorts = where.and(havePorts(next));
    if (target.port().isPresent()) {
      return next.with(port, withPorts, target.port().get());
    }
    boolean drawn =
        nat.flags().contains(Nat.Flag.RANDOM) || nat.flags().contains(Nat.Flag.FULLY_RANDOM);
    boolean mapped = nat.address().isPresent() && target.address().isEmpty();
    return drawn || mapped || nat.port().isPresent()
        ? next.unknown(port, withPorts, nat, doubts)
        : next;
  }

  /** Packets of protocols that have ports. */
  private PacketSet havePorts(SymbolicPacket packet) {
    return Selectors.of(packet, version, doubts).withPorts();
  }

  private SymbolicPacket redirected(
      SymbolicPacket packet, PacketSet where, HeaderField address, Nat nat) {
    Selectors selectors = Selectors.of(packet, version, doubts);
    SymbolicPacket next = packet;
    PacketSet left = where;
    for (Interface own : machine.interfaces()) {
      Optional<IpAddress> first =
          own.addresses(version).stream().map(a -> a.prefix().address()).findFirst();
      PacketSet here = left.and(selectors.incoming(own.name()));
      if (first.isPresent() && !here.isEmpty()) {
        next = next.with(address, here, first.get().value());
        left = left.minus(here);
      }
    }
    return next.unknown(address, left, nat, doubts);
  }
}
