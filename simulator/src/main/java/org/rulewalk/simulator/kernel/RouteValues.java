package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.FibQuery;
import org.rulewalk.simulator.rules.FibQuery.AddressType;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/**
 * What rules ask of the routing tables (net/ipv4/netfilter/nft_fib_ipv4.c, ipt_rpfilter.c, and
 * their IPv6 twins; net/netfilter/nft_rt.c).
 */
final class RouteValues {
  private static final int DEFAULT_SEGMENT = 536;
  private static final IpAddress LIMITED_BROADCAST = IpAddress.of("255.255.255.255");

  private final Host host;
  private final Skb skb;
  private final Hook hook;

  RouteValues(Host host, Skb skb, Hook hook) {
    this.host = host;
    this.skb = skb;
    this.hook = hook;
  }

  Value fib(FibQuery query) {
    return query.result() == FibQuery.Result.TYPE ? Value.of(type(query).number()) : device(query);
  }

  private Optional<String> constraint(FibQuery query) {
    if (query.selectors().contains(FibQuery.Selector.OIF)) {
      return Optional.of(skb.out);
    }
    return query.selectors().contains(FibQuery.Selector.IIF)
        ? Optional.of(skb.in)
        : Optional.empty();
  }

  private AddressType type(FibQuery query) {
    boolean destination = query.selectors().contains(FibQuery.Selector.DADDR);
    IpAddress address = destination ? skb.packet.destination() : skb.packet.source();
    Optional<String> device = constraint(query);
    return address.version() == IpVersion.IPV4
        ? host.router().addressType(address, device)
        : type6(query, address, device);
  }

  private AddressType type6(FibQuery query, IpAddress address, Optional<String> device) {
    boolean own =
        device.map(name -> host.device(name).map(i -> i.has(address)).orElse(false)).orElse(false);
    Lookup lookup = host.router().fib().lookup(flow(query, address));
    if (lookup instanceof Lookup.Failed) {
      switch (((Lookup.Failed) lookup).failure()) {
        case PROHIBITED:
          return AddressType.PROHIBIT;
        case BLACKHOLE:
          return AddressType.BLACKHOLE;
        default:
          return AddressType.UNREACHABLE;
      }
    }
    Lookup.Found found = (Lookup.Found) lookup;
    if (isAnycast(found, address)) {
      return AddressType.ANYCAST;
    }
    if (own || device.isEmpty() && found.route().type() == Route.Type.LOCAL) {
      return AddressType.LOCAL;
    }
    if (address.isMulticast()) {
      return AddressType.MULTICAST;
    }
    return address.isAny() || address.isLoopback() ? AddressType.UNSPEC : AddressType.UNICAST;
  }

  /**
   * The first address of a network on the link counts as its routers' (ipv6_anycast_destination).
   */
  private static boolean isAnycast(Lookup.Found found, IpAddress address) {
    Prefix prefix = found.route().destination();
    return found.route().type() == Route.Type.ANYCAST
        || prefix.length() < 127
            && found.hop().gateway().isEmpty()
            && prefix.address().equals(address);
  }

  private Flow flow(FibQuery query, IpAddress towards) {
    boolean destination = query.selectors().contains(FibQuery.Selector.DADDR);
    IpAddress from = destination ? skb.packet.source() : skb.packet.destination();
    Flow flow =
        new Flow(
            sourceOrAny(from),
            towards,
            Flow.LOOPBACK,
            Optional.empty(),
            query.selectors().contains(FibQuery.Selector.MARK) ? skb.mark : 0,
            skb.packet.tos(),
            Math.max(0, skb.packet.protocol()),
            0,
            0);
    boolean forwardedReverse =
        hook == Hook.FORWARD && !destination && query.selectors().contains(FibQuery.Selector.IIF);
    return forwardedReverse ? flow.withIncoming(skb.out) : flow;
  }

  private static IpAddress sourceOrAny(IpAddress address) {
    boolean odd = address.isMulticast() || address.equals(LIMITED_BROADCAST);
    return odd ? IpAddress.any(address.version()) : address;
  }

  private Value device(FibQuery query) {
    Packet packet = skb.packet;
    // kernels before 6.17 do so in the prerouting hook alone
    if ((hook == Hook.PREROUTING || hook == Hook.INPUT) && isLooped()) {
      return result(query, skb.in);
    }
    if (isStartingUp(packet)) {
      return result(query, skb.in);
    }
    boolean destination = query.selectors().contains(FibQuery.Selector.DADDR);
    IpAddress towards = destination ? packet.destination() : packet.source();
    Optional<String> wanted = constraint(query);
    Flow flow = flow(query, towards);
    if (towards.version() == IpVersion.IPV6 && towards.isLinkLocal()) {
      flow = flow.withOutgoing(wanted.orElse(skb.in.isEmpty() ? skb.out : skb.in));
    }
    Lookup lookup = host.router().fib().lookup(flow);
    if (lookup instanceof Lookup.Failed) {
      return Value.of(0);
    }
    Lookup.Found found = (Lookup.Found) lookup;
    Route.Type type = found.route().type();
    // IPv4 finds the device of a subnet's broadcast address, too
    if (type == Route.Type.LOCAL || type == Route.Type.ANYCAST) {
      return Value.of(0);
    }
    boolean fits = wanted.map(name -> uses(found, name)).orElse(true);
    return fits ? result(query, wanted.orElse(found.hop().device())) : Value.of(0);
  }

  /** A host without an address asks for one: 0.0.0.0 to all. */
  private static boolean isStartingUp(Packet packet) {
    boolean zero = packet.version() == IpVersion.IPV4 && packet.source().value().low() >>> 24 == 0;
    IpAddress to = packet.destination();
    return zero && (to.equals(LIMITED_BROADCAST) || to.value().low() >>> 8 == 0xe00000);
  }

  private static boolean uses(Lookup.Found found, String device) {
    return found.route().hops().stream().anyMatch(hop -> hop.device().equals(device));
  }

  private static Value result(FibQuery query, String device) {
    return query.result() == FibQuery.Result.PRESENT
        ? Value.of(device.isEmpty() ? 0 : 1)
        : Value.of(Bits.ofName(device));
  }

  /** Whether this machine hears itself (nft_fib_is_loopback, rpfilter_is_loopback). */
  private boolean isLooped() {
    return skb.in.equals(Flow.LOOPBACK) || skb.packetType == Skb.PACKET_LOOPBACK;
  }

  boolean reversePath(XtMatch.ReversePath match) {
    return isReversePathGood(match) != match.inverted();
  }

  private boolean isReversePathGood(XtMatch.ReversePath match) {
    Packet packet = skb.packet;
    boolean v4 = packet.version() == IpVersion.IPV4;
    if (isLooped() || (v4 ? isStartingUp(packet) : packet.source().isAny())) {
      return true;
    }
    Flow flow =
        new Flow(
            sourceOrAny(packet.destination()),
            packet.source(),
            Flow.LOOPBACK,
            Optional.empty(),
            match.validMark() ? skb.mark : 0,
            packet.tos(),
            v4 ? 0 : Math.max(0, packet.protocol()),
            0,
            0);
    boolean bound = !v4 && (packet.source().isLinkLocal() || !match.loose());
    Lookup lookup =
        host.router()
            .fib()
            .lookup(bound && packet.source().isLinkLocal() ? flow.withOutgoing(skb.in) : flow);
    if (lookup instanceof Lookup.Failed) {
      return false;
    }
    Lookup.Found found = (Lookup.Found) lookup;
    switch (found.route().type()) {
      case UNICAST:
        return match.loose() || uses(found, skb.in);
      case LOCAL:
        return match.acceptLocal() && (!v4 || match.loose() || uses(found, skb.in));
      default:
        return false;
    }
  }

  Value route(Expression.Route.Key key) {
    if (skb.way.isEmpty()) {
      return Value.ABSENT;
    }
    Way way = skb.way.get();
    IpAddress next = way.nextHop(skb.packet.destination());
    switch (key) {
      case NEXTHOP_IP:
        return next.version() == IpVersion.IPV4 ? Value.of(next.value()) : Value.ABSENT;
      case NEXTHOP_IP6:
        return next.version() == IpVersion.IPV6 ? Value.of(next.value()) : Value.ABSENT;
      case TCP_MSS:
        return Value.of(segmentSize(way));
      case CLASSID:
        return realm();
      default:
        return Value.of(0);
    }
  }

  /** Realms of routes are known, but not how the kernel joins them. */
  private Value realm() {
    boolean some = skb.packet.version() == IpVersion.IPV4 && host.router().usesRealms();
    return some
        ? new Value.Unknown(new Doubt(Doubt.Kind.NOT_SIMULATED, "rt classid", false, Source.NONE))
        : Value.of(0);
  }

  /**
   * The smaller MTU of both directions, less the smallest headers (nft_rt.c get_tcpmss,
   * xt_TCPMSS.c).
   */
  private long segmentSize(Way way) {
    IpVersion version = skb.packet.version();
    long headers = leastHeaders(version);
    // a route of IPv4 never has more (IP_MAX_MTU)
    long mtu = version == IpVersion.IPV4 ? Math.min(host.mtu(way), 0xffff) : host.mtu(way);
    Lookup back = host.router().fib().lookup(Flow.to(skb.packet.source()));
    if (back instanceof Lookup.Found && !isOwn((Lookup.Found) back)) {
      mtu = Math.min(mtu, host.mtu(Way.forward((Lookup.Found) back)));
    }
    return mtu <= headers ? DEFAULT_SEGMENT : Math.min(mtu - headers, 0xffff);
  }

  private static boolean isOwn(Lookup.Found back) {
    Route.Type type = back.route().type();
    return type == Route.Type.LOCAL || type == Route.Type.ANYCAST;
  }

  /** The smallest headers of IP and TCP together, in bytes. */
  static int leastHeaders(IpVersion version) {
    return version.headerBytes() + 20;
  }
}
