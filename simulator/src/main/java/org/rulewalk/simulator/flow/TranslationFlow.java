package org.rulewalk.simulator.flow;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Statement.Nat;
import org.rulewalk.simulator.symbolic.Doubts;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.SymbolicPacket;
import org.rulewalk.simulator.symbolic.SymbolicValue;
import org.rulewalk.simulator.symbolic.Tests;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What translation makes of the packets of new connections: where a rule gives one address and one
 * port, be it by a map, they are written; of all else (ranges, masquerading) nothing is known
 * afterwards but that equal rules do the same.
 */
final class TranslationFlow {
  private final Machine machine;
  private final IpVersion version;
  private final boolean source;
  private final Doubts doubts;
  private final Router router;

  TranslationFlow(Machine machine, IpVersion version, Hook hook, Doubts doubts) {
    this.machine = machine;
    this.version = version;
    this.source = isSource(hook);
    this.doubts = doubts;
    this.router = new Router(machine);
  }

  static boolean isSource(Hook hook) {
    return hook == Hook.POSTROUTING || hook == Hook.INPUT;
  }

  /**
   * Packets after a translation.
   *
   * @param vague those of which it is not known what was written
   */
  record Written(SymbolicPacket packet, PacketSet vague) {
    private Written with(HeaderField field, PacketSet where, SymbolicValue value, int part) {
      PacketSet known = where.and(value.isPresent());
      return new Written(packet.with(field, known, value, part), vague);
    }

    private Written lost(HeaderField field, PacketSet where, Nat nat, Doubts doubts) {
      return where.isEmpty()
          ? this
          : new Written(packet.unknown(field, where, nat, doubts), vague.or(where));
    }
  }

  /** What tells translations apart whose result is not known. */
  Object manner(Nat nat) {
    boolean own = nat.kind() == Nat.Kind.MASQUERADE || nat.kind() == Nat.Kind.REDIRECT;
    return List.of(nat, own ? addresses() : List.of());
  }

  private List<Object> addresses() {
    return machine.interfaces().stream()
        .<Object>map(i -> List.of(i.name(), i.addresses(version)))
        .toList();
  }

  /** The packets once they are translated. */
  Written applied(Nat nat, Tests tests, PacketSet where) {
    Written start = new Written(tests.packet(), where.space().none());
    Written next;
    if (nat.kind() == Nat.Kind.REDIRECT) {
      next = redirected(start, where, nat);
    } else if (nat.kind() == Nat.Kind.MASQUERADE) {
      next = masqueraded(start, where, nat);
    } else {
      next = addressed(start, where, nat, tests);
    }
    HeaderField port = source ? HeaderField.TH_SPORT : HeaderField.TH_DPORT;
    PacketSet withPorts = where.and(havePorts(next.packet()));
    boolean drawn =
        nat.flags().contains(Nat.Flag.RANDOM) || nat.flags().contains(Nat.Flag.FULLY_RANDOM);
    if (drawn || nat.portMax().isPresent()) {
      return next.lost(port, withPorts, nat, doubts);
    }
    if (nat.port().isEmpty()) {
      return next;
    }
    SymbolicValue value = tests.of(nat.port().get());
    return next.with(port, withPorts, value, 0)
        .lost(port, withPorts.minus(value.isPresent()), nat, doubts);
  }

  private HeaderField address() {
    if (version == IpVersion.IPV4) {
      return source ? HeaderField.IP_SADDR : HeaderField.IP_DADDR;
    }
    return source ? HeaderField.IP6_SADDR : HeaderField.IP6_DADDR;
  }

  private Written addressed(Written start, PacketSet where, Nat nat, Tests tests) {
    HeaderField port = source ? HeaderField.TH_SPORT : HeaderField.TH_DPORT;
    PacketSet withPorts = where.and(havePorts(start.packet()));
    Optional<Expression> single =
        nat.kind() == Nat.Kind.NETMAP || nat.addressMax().isPresent()
            ? Optional.empty()
            : nat.address();
    if (single.isPresent()) {
      SymbolicValue value = tests.of(single.get());
      Written next = start.with(address(), where, value, 0);
      next = value.parts() > 1 ? next.with(port, withPorts, value, 1) : next;
      PacketSet vague = where.minus(value.isPresent());
      return next.lost(address(), vague, nat, doubts).lost(port, vague.and(withPorts), nat, doubts);
    }
    return nat.address().isPresent() ? start.lost(address(), where, nat, doubts) : start;
  }

  /** Packets of protocols that have ports. */
  private PacketSet havePorts(SymbolicPacket packet) {
    return Selectors.of(packet, version, doubts).withPorts();
  }

  private Written redirected(Written start, PacketSet where, Nat nat) {
    Selectors selectors = Selectors.of(start.packet(), version, doubts);
    return own(
        start,
        where,
        nat,
        selectors::incoming,
        device -> device.addresses(version).stream().map(a -> a.prefix().address()).findFirst());
  }

  /** Which of several addresses is taken depends on the way, and is not worked out. */
  private Written masqueraded(Written start, PacketSet where, Nat nat) {
    Selectors selectors = Selectors.of(start.packet(), version, doubts);
    return own(
        start,
        where,
        nat,
        selectors::outgoing,
        device ->
            device.addresses(version).size() == 1
                ? router.selectAddress(
                    device.name(), IpAddress.any(version), Interface.Scope.GLOBAL)
                : Optional.empty());
  }

  /** Writes an address of this machine that depends on the interface. */
  private Written own(
      Written start,
      PacketSet where,
      Nat nat,
      Function<String, PacketSet> by,
      Function<Interface, Optional<IpAddress>> address) {
    SymbolicPacket next = start.packet();
    PacketSet left = where;
    for (Interface device : machine.interfaces()) {
      Optional<IpAddress> taken = address.apply(device);
      PacketSet here = taken.isPresent() ? left.and(by.apply(device.name())) : where.space().none();
      if (!here.isEmpty()) {
        next = next.with(address(), here, taken.get().value());
        left = left.minus(here);
      }
    }
    return new Written(next, start.vague()).lost(address(), left, nat, doubts);
  }
}
