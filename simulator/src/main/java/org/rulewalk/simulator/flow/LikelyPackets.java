package org.rulewalk.simulator.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.symbolic.Doubts;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.PacketSpace;
import org.rulewalk.simulator.symbolic.SymbolicPacket;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/** What packets of a machine mostly look like: wishes for examples, the dearest first. */
public final class LikelyPackets {
  private static final List<String> USUAL =
      List.of("10.137.0.0/16", "192.168.0.0/16", "10.0.0.0/8", "1.0.0.0/8", "fd00::/8", "2000::/3");

  private static final List<Prefix> ODD =
      Stream.of("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/127", "ff00::/8")
          .map(Prefix::of)
          .toList();

  private static final List<Integer> USUAL_PROTOCOLS =
      List.of(Protocol.TCP, Protocol.UDP, Protocol.ICMP, Protocol.ICMPV6);

  private LikelyPackets() {}

  /** Wishes for packets that come to a machine, or that it makes. */
  public static List<PacketSet> of(Machine machine, MachineFlow.Start start, PacketSpace space) {
    Doubts doubts = new Doubts(space);
    SymbolicPacket packet = SymbolicPacket.in(space);
    Selectors four = Selectors.of(packet, IpVersion.IPV4, doubts);
    Selectors six = Selectors.of(packet, IpVersion.IPV6, doubts);
    List<PacketSet> wishes = new ArrayList<>();
    wishes.add(unicast(four, six, space));
    if (start == MachineFlow.Start.ARRIVING) {
      wishes.addAll(interfaces(machine, four, space));
    }
    wishes.add(space.ordinary());
    wishes.add(packet.inState(CtKey.STATE_NEW));
    wishes.add(packet.inState(CtKey.STATE_ESTABLISHED));
    for (int protocol : USUAL_PROTOCOLS) {
      wishes.add(four.ofProtocol(protocol));
    }
    for (Interface own : machine.interfaces()) {
      for (Interface.Address address : own.addresses()) {
        boolean sent = start == MachineFlow.Start.SENT;
        wishes.add(
            from(sent ? address.prefix().address().toPrefix() : address.prefix(), four, six));
      }
    }
    for (String usual : USUAL) {
      Prefix prefix = Prefix.of(usual);
      wishes.add(from(prefix, four, six));
      wishes.add(four.destination(prefix).or(six.destination(prefix)));
    }
    return wishes;
  }

  /** Addresses that packets between single hosts don't have. */
  public static List<Prefix> odd() {
    return ODD;
  }

  /** Packets that are meant where nothing else is said: whole, between single hosts. */
  public static PacketSet usual(PacketSpace space) {
    Doubts doubts = new Doubts(space);
    SymbolicPacket packet = SymbolicPacket.in(space);
    Selectors four = Selectors.of(packet, IpVersion.IPV4, doubts);
    Selectors six = Selectors.of(packet, IpVersion.IPV6, doubts);
    return space.ordinary().and(unicast(four, six, space));
  }

  private static List<PacketSet> interfaces(Machine machine, Selectors four, PacketSpace space) {
    List<PacketSet> wishes = new ArrayList<>();
    PacketSet existing = space.none();
    for (Interface own : machine.interfaces()) {
      existing = own.up() ? existing.or(four.incoming(own.name())) : existing;
    }
    wishes.add(existing);
    wishes.add(four.incoming(Flow.LOOPBACK).not());
    machine.interfaces().forEach(own -> wishes.add(four.incoming(own.name())));
    return wishes;
  }

  /** Packets between single hosts that are not the machine itself. */
  private static PacketSet unicast(Selectors four, Selectors six, PacketSpace space) {
    PacketSet odd = space.none();
    for (Prefix own : ODD) {
      Selectors selectors = own.version() == IpVersion.IPV4 ? four : six;
      odd = odd.or(selectors.source(own)).or(selectors.destination(own));
    }
    return odd.not();
  }

  private static PacketSet from(Prefix prefix, Selectors four, Selectors six) {
    return four.source(prefix).or(six.source(prefix));
  }
}
