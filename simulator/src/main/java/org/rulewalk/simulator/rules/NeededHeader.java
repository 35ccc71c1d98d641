package org.rulewalk.simulator.rules;

import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;

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
    if (!drops()) {
      return false;
    }
    Packet packet = context.packet();
    if (packet.fragmentOffset() != 0) {
      return dropsOverwriting && packet.fragmentOffset() == 1;
    }
    return packet.protocol() >= 0 && (!packet.hasTransport(bytes) || namesMore(packet));
  }

  /** Whether a packet without the header is dropped, and not just passed by (xt_ecn.c). */
  public boolean drops() {
    return !asker.equals("ecn");
  }

  /** Nothing may come behind the header of Mobile IPv6. */
  private boolean namesMore(Packet packet) {
    return packet.protocol() == Protocol.MOBILITY
        && asker.equals("mh")
        && packet.u8(packet.transportOffset()) != Protocol.NONE;
  }
}
