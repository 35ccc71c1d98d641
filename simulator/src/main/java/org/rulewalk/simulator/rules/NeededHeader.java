package org.rulewalk.simulator.rules;

import org.rulewalk.simulator.packet.Packet;

/**
 * What many matches of iptables ask for before they look: a packet without the whole header is
 * dropped at once, and later fragments fail the test (par->hotdrop in net/netfilter/xt_*.c).
 *
 * @param asker the match that asks, by the name that iptables gives it
 * @param bytes of the upper-layer header that are read
 * @param dropsOverwriting whether the fragment that could overwrite TCP's flags is dropped as well
 */
public record NeededHeader(String asker, int bytes, boolean dropsOverwriting) implements XtMatch {
  @Override
  public Truth test(PacketContext context) {
    return Truth.of(context.packet().hasTransport(bytes));
  }

  @Override
  public boolean dropsAtOnce(PacketContext context) {
    Packet packet = context.packet();
    return packet.fragmentOffset() == 0
        ? packet.protocol() >= 0 && !packet.hasTransport(bytes)
        : dropsOverwriting && packet.fragmentOffset() == 1;
  }
}
