package org.rulewalk.simulator.kernel;

import java.util.OptionalInt;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.packet.Ip4Options;
import org.rulewalk.simulator.packet.Ip4Options.Kind;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.route.Arrival;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.value.IpAddress;

/**
 * What the options of an IPv4 header do to a packet that arrives and goes on (ip_rcv_options in
 * net/ipv4/ip_input.c, ip_forward_options in net/ipv4/ip_options.c). Source routes are refused, as
 * every kernel does unless told otherwise; times that routers write are left out.
 */
final class ReceivedOptions {
  private final Host host;
  private final Skb skb;

  ReceivedOptions(Host host, Skb skb) {
    this.host = host;
    this.skb = skb;
  }

  /** Whether the packet may go on behind its routing. */
  boolean pass() {
    Packet packet = skb.packet;
    if (!Ip4Options.areIn(packet)) {
      return true;
    }
    Ip4Options options = Ip4Options.of(packet, true);
    OptionalInt broken = options.brokenAt();
    if (broken.isPresent()) {
      stop(Arrival.Reason.BROKEN_OPTIONS);
      host.errors().send(skb, IcmpErrors.PARAMETER_PROBLEM, 0, (long) broken.getAsInt() << 24);
      return false;
    }
    options.trailing().ifPresent(this::clear);
    boolean routed = options.find(Kind.LSRR).isPresent() || options.find(Kind.SSRR).isPresent();
    if (routed) {
      stop(Arrival.Reason.SOURCE_ROUTE);
    }
    return !routed;
  }

  /** What stands behind the end of the list becomes zero. */
  private void clear(int from) {
    int end = (skb.packet.u8(0) & 0xf) * 4;
    skb.packet = skb.packet.edit().put(from, new byte[end - from]).headerChecksum().toPacket();
  }

  private void stop(Arrival.Reason reason) {
    skb.draft.stop(skb.packet, new Stop.Refused(reason, skb.in));
  }

  /** Writes the address by which the packet leaves into its list of routers. */
  void record() {
    Packet packet = skb.packet;
    if (!Ip4Options.areIn(packet)) {
      return;
    }
    OptionalInt at = Ip4Options.of(packet, true).find(Kind.RR);
    if (at.isEmpty()) {
      return;
    }
    int next = packet.u8(at.getAsInt() + 2);
    if (next <= packet.u8(at.getAsInt() + 1)) {
      Way way = skb.way.orElseThrow();
      IpAddress own =
          way.lookup()
              .flatMap(found -> found.route().preferredSource())
              .or(
                  () ->
                      host.router()
                          .selectAddress(
                              way.device(),
                              way.nextHop(packet.destination()),
                              Interface.Scope.GLOBAL))
              .orElse(IpAddress.ANY4);
      skb.packet =
          packet
              .edit()
              .put(at.getAsInt() + next - 1, own.toBytes())
              .put8(at.getAsInt() + 2, next + 4)
              .headerChecksum()
              .toPacket();
    }
  }
}
