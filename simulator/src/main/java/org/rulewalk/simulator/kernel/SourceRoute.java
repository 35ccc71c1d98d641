package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.route.Arrival;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.value.IpAddress;

/**
 * An IPv4 packet whose sender says by which machines it is to go, on a machine that follows such
 * ways (ip_options_rcv_srr in net/ipv4/ip_options.c).
 */
final class SourceRoute {
  private final Router router;
  private final Skb skb;
  private final IpOptions options;

  SourceRoute(Router router, Skb skb, IpOptions options) {
    this.router = router;
    this.skb = skb;
    this.options = options;
  }

  /** Where the packet goes next, or where in its header something is wrong. */
  sealed interface Result permits Onward, Wrong {}

  /** It goes there. */
  record Onward(Arrival arrival) implements Result {}

  /** The sender is told of what is wrong. */
  record Wrong(int pointer) implements Result {}

  /**
   * Follows the way.
   *
   * @param arrival where it would go by its destination alone
   * @param wrongDestination what is told of a packet that had to come by other machines
   */
  Result follow(Arrival arrival, int wrongDestination) {
    if (skb.packetType != Skb.PACKET_HOST) {
      return refused();
    }
    if (arrival instanceof Arrival.Forward) {
      return options.isStrict() ? new Wrong(wrongDestination) : new Onward(unredirected(arrival));
    }
    if (!isLocal(arrival)) {
      return refused();
    }
    Arrival next = arrival;
    int place = options.routePlace();
    while (place <= options.routeLength() && isLocal(next)) {
      if (place + 3 > options.routeLength()) {
        return new Wrong(options.placeOffset());
      }
      IpAddress stop = options.stopAt(place);
      Packet towards = skb.packet.edit().address(false, stop).toPacket();
      next = router.arrive(towards, skb.in, skb.mark);
      if (isLocal(next)) {
        // this machine as well: the header keeps its checksum until it leaves
        skb.packet = skb.packet.edit().put(16, stop.toBytes()).toPacket();
        options.headFor(Optional.empty());
        place += 4;
      } else if (next instanceof Arrival.Forward) {
        options.headFor(Optional.of(stop));
      } else {
        return refused();
      }
    }
    return new Onward(unredirected(next));
  }

  private static Result refused() {
    return new Onward(new Arrival.Drop(Arrival.Reason.SOURCE_ROUTE));
  }

  private static boolean isLocal(Arrival arrival) {
    return arrival instanceof Arrival.Deliver
        && ((Arrival.Deliver) arrival).kind() == Arrival.Deliver.Kind.LOCAL;
  }

  /** Nobody is told of a better way than the one that was asked for. */
  private static Arrival unredirected(Arrival arrival) {
    return arrival instanceof Arrival.Forward
        ? new Arrival.Forward(((Arrival.Forward) arrival).lookup(), false)
        : arrival;
  }
}
