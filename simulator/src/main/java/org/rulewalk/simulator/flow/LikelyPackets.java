package org.rulewalk.simulator.flow;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.symbolic.Doubts;
import org.rulewalk.simulator.symbolic.Example;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.PacketSpace;
import org.rulewalk.simulator.symbolic.SymbolicPacket;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/** What packets of a machine mostly look like: wishes for examples, the dearest first. */
public final class LikelyPackets {
  private static final List<String> USUAL =
      List.of("10.137.0.0/16", "192.168.0.0/16", "10.0.0.0/8", "1.0.0.0/8", "fd00::/8", "2000::/3");

  private LikelyPackets() {}

  /** Wishes for packets that start at a machine. */
  public static List<PacketSet> of(Machine machine, PacketSpace space) {
    Doubts doubts = new Doubts(space);
    SymbolicPacket packet = SymbolicPacket.in(space);
    Selectors four = Selectors.of(packet, IpVersion.IPV4, doubts);
    Selectors six = Selectors.of(packet, IpVersion.IPV6, doubts);
    List<PacketSet> wishes = new ArrayList<>();
    PacketSet existing = space.none();
    for (Interface own : machine.interfaces()) {
      existing = own.up() ? existing.or(four.incoming(own.name())) : existing;
    }
    wishes.add(existing);
    wishes.add(four.incoming(Flow.LOOPBACK).not());
    wishes.addAll(Example.natural(space));
    for (Interface own : machine.interfaces()) {
      wishes.add(four.incoming(own.name()));
      own.addresses().forEach(a -> wishes.add(from(a.prefix(), four, six)));
    }
    for (String usual : USUAL) {
      Prefix prefix = Prefix.of(usual);
      wishes.add(from(prefix, four, six));
      wishes.add(four.destination(prefix).or(six.destination(prefix)));
    }
    return wishes;
  }

  private static PacketSet from(Prefix prefix, Selectors four, Selectors six) {
    return four.source(prefix).or(six.source(prefix));
  }
}
