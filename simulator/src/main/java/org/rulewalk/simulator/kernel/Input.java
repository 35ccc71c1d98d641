package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.route.Arrival;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Source;

/**
 * The way of a packet that comes in: prerouting, routing, then input or forward
 * (net/ipv4/ip_input.c, ip_forward.c, net/ipv6/ip6_input.c, ip6_output.c).
 */
final class Input {
  private static final int TC_PRIO_BULK = 2;
  private static final int TC_PRIO_INTERACTIVE_BULK = 4;
  private static final int TC_PRIO_INTERACTIVE = 6;
  private static final MacAddress NO_MAC = new MacAddress(0);
  private static final int HOST_REDIRECT = 1;
  private static final int FRAGMENTATION_NEEDED = 4;
  private static final int SOURCE_ROUTE_FAILED = 5;
  private static final int HEADER_CUT = 3;
  private static final int DESTINATION4 = 16;
  private static final int PAYLOAD_LENGTH = 4;

  private final Host host;

  Input(Host host) {
    this.host = host;
  }

  /** A packet arrives from a link. */
  void receive(String device, Skb.Frame frame, Journey.Origin origin) {
    Packet packet = frame.packet();
    Skb skb = new Skb(packet, host.draft(Optional.of(device), packet, origin));
    skb.in = device;
    skb.packetType = frame.type();
    skb.link = frame.link();
    skb.randomId = frame.randomId();
    skb.foretold = host.run().foretold();
    if (!host.device(device).map(Interface::up).orElse(false)) {
      skb.draft.stop(packet, new Stop.NotReceived(device));
      return;
    }
    if (host.machine().external().map(Machine.External::silent).orElse(false)) {
      skb.draft.end(packet, new End.Delivered(End.Receiver.SILENT, Optional.empty()));
      return;
    }
    Optional<String> fault = new Sanity(host.machine()).faultOf(skb);
    if (fault.isPresent()) {
      skb.draft.stop(packet, new Stop.Malformed(fault.get()));
      return;
    }
    skb.packet = Sanity.trimmed(packet);
    skb.segmentBytes = host.segmentBytes(device, skb.packet);
    if (new ExtensionHeaders(host, skb).passesOnArrival()
        && new HookRun(host, skb, Hook.INGRESS).passesDevice(device)
        && new HookRun(host, skb, Hook.PREROUTING).passes()) {
      route(skb);
    }
  }

  /** A packet of this machine comes in again, with its mark, connection and route. */
  void loop(Skb sent, String device, Packet packet) {
    Journey.Origin origin = new Journey.Origin.Continues(sent.draft.id());
    Skb skb = new Skb(packet, host.draft(Optional.of(device), packet, origin));
    skb.in = device;
    skb.packetType = device.equals(Flow.LOOPBACK) ? Skb.PACKET_HOST : Skb.PACKET_LOOPBACK;
    skb.inherit(sent);
    skb.association = sent.association;
    // dev_loopback_xmit: nobody sums up a copy of what was sent here
    skb.verified = sent.verified || skb.packetType == Skb.PACKET_LOOPBACK;
    skb.way = sent.way;
    skb.link = Optional.of(new Skb.LinkHeader(Optional.of(NO_MAC), Optional.of(NO_MAC)));
    Optional<String> fault = new Sanity(host.machine()).faultOf(skb);
    if (fault.isPresent()) {
      skb.draft.stop(skb.packet, new Stop.Malformed(fault.get()));
      return;
    }
    if (!new ExtensionHeaders(host, skb).passesOnArrival()) {
      return;
    }
    if (!new HookRun(host, skb, Hook.PREROUTING).passes()) {
      return;
    }
    if (skb.way.isEmpty()) {
      route(skb);
      return;
    }
    Way way = skb.way.get();
    Arrival here =
        new Arrival.Deliver(Arrival.Deliver.Kind.valueOf(way.kind().name()), way.lookup());
    Optional<Arrival> next = afterOptions(skb, here);
    if (next.isPresent() && next.get().equals(here)) {
      local(skb);
    } else {
      next.ifPresent(arrival -> go(skb, arrival));
    }
  }

  private void route(Skb skb) {
    Arrival arrival =
        host.machine().external().map(Machine.External::anyAddress).orElse(false)
            ? new Arrival.Deliver(Arrival.Deliver.Kind.LOCAL, Optional.empty())
            : host.router().arrive(skb.packet, skb.in, skb.mark);
    if (!(arrival instanceof Arrival.Drop) || isKept((Arrival.Drop) arrival)) {
      Optional<Arrival> next = afterOptions(skb, arrival);
      if (next.isEmpty()) {
        return;
      }
      arrival = next.get();
    }
    go(skb, arrival);
  }

  /** Where a machine forwards nothing, the packet still gets the route that says so. */
  private static boolean isKept(Arrival.Drop drop) {
    return drop.reason() == Arrival.Reason.NOT_FORWARDING;
  }

  private void go(Skb skb, Arrival arrival) {
    if (arrival instanceof Arrival.Deliver) {
      deliver(skb, (Arrival.Deliver) arrival);
    } else if (arrival instanceof Arrival.Forward) {
      Arrival.Forward forward = (Arrival.Forward) arrival;
      skb.way = Optional.of(Way.forward(forward.lookup()));
      forward(skb, forward.redirect());
    } else if (arrival instanceof Arrival.Drop) {
      skb.draft.stop(skb.packet, new Stop.Refused(((Arrival.Drop) arrival).reason(), skb.in));
    } else {
      noRoute(skb, ((Arrival.NoRoute) arrival).lookup());
    }
  }

  /** IPv4 options are read when the way is known (ip_rcv_options), and may lead elsewhere. */
  private Optional<Arrival> afterOptions(Skb skb, Arrival arrival) {
    if (!skb.packet.hasIpOptions()) {
      return Optional.of(arrival);
    }
    Way.Kind kind =
        arrival instanceof Arrival.Deliver
            ? Way.Kind.valueOf(((Arrival.Deliver) arrival).kind().name())
            : Way.Kind.UNICAST;
    IpOptions options = IpOptions.of(skb.packet, self(skb, kind == Way.Kind.LOCAL));
    skb.options = Optional.of(options);
    skb.packet = options.written();
    if (options.tellsTime()) {
      host.decide(new Doubt(Doubt.Kind.TIME, "timestamp option", true, Source.NONE));
    }
    if (options.fault().isPresent()) {
      refuse(skb, options.fault().getAsInt(), kind);
      return Optional.empty();
    }
    if (!options.isSourceRouted()) {
      return Optional.of(arrival);
    }
    if (!host.machine().settings().both(IpVersion.IPV4, skb.in, "accept_source_route", false)) {
      return Optional.of(new Arrival.Drop(Arrival.Reason.SOURCE_ROUTE));
    }
    SourceRoute.Result result =
        new SourceRoute(host.router(), skb, options).follow(arrival, DESTINATION4);
    if (result instanceof SourceRoute.Wrong) {
      refuse(skb, ((SourceRoute.Wrong) result).pointer(), kind);
      return Optional.empty();
    }
    return Optional.of(((SourceRoute.Onward) result).arrival());
  }

  private void refuse(Skb skb, int pointer, Way.Kind kind) {
    skb.draft.stop(skb.packet, new Stop.Refused(Arrival.Reason.OPTIONS, skb.in));
    skb.way = skb.way.or(() -> Optional.of(new Way(kind, "", Optional.empty(), Optional.empty())));
    host.errors().send(skb, IcmpErrors.PARAMETER_PROBLEM, 0, (long) pointer << 24);
  }

  /** By which address this machine stands in a packet's options (fib_compute_spec_dst). */
  private IpAddress self(Skb skb, boolean forHere) {
    if (forHere) {
      return skb.packet.destination();
    }
    Departure back = host.router().depart(Flow.to(skb.packet.source()), true);
    return back instanceof Departure.Leave ? ((Departure.Leave) back).source() : IpAddress.ANY4;
  }

  private void deliver(Skb skb, Arrival.Deliver arrival) {
    skb.way =
        Optional.of(
            new Way(
                Way.Kind.valueOf(arrival.kind().name()),
                Flow.LOOPBACK,
                Optional.empty(),
                arrival.lookup()));
    IpAddress destination = skb.packet.destination();
    skb.draft.add(
        new Step.Routed(destination, Optional.empty(), Optional.empty(), arrival.lookup()));
    local(skb);
  }

  private void local(Skb skb) {
    if (skb.packet.isFragment() && skb.packet.version() == IpVersion.IPV4 && !defragmented(skb)) {
      return;
    }
    if (!new HookRun(host, skb, Hook.INPUT).passes()) {
      return;
    }
    boolean fragment = skb.packet.isFragment() && skb.came.isEmpty();
    if (fragment && !(new ExtensionHeaders(host, skb).passesUntilFragment() && defragmented(skb))) {
      return;
    }
    new Upper(host, skb).deliver();
  }

  private boolean defragmented(Skb skb) {
    if (FragmentQueue.lacksUpperHeader(skb.packet)) {
      skb.draft.end(skb.packet, new End.Delivered(End.Receiver.KERNEL, Optional.empty()));
      host.errors().send(skb, IcmpErrors.PARAMETER_PROBLEM6, HEADER_CUT, 0);
      return false;
    }
    if (FragmentQueue.isUneven(skb.packet)) {
      skb.draft.end(skb.packet, new End.Delivered(End.Receiver.KERNEL, Optional.empty()));
      host.errors().send(skb, IcmpErrors.PARAMETER_PROBLEM6, 0, PAYLOAD_LENGTH);
      return false;
    }
    Optional<FragmentQueue.Whole> whole = host.memory().fragments.add(skb.packet, skb.options);
    if (whole.isEmpty()) {
      skb.draft.stop(skb.packet, new Stop.Incomplete(skb.packet.version() == IpVersion.IPV6));
      return false;
    }
    skb.packet = whole.get().packet();
    skb.options = whole.get().options();
    skb.came = whole;
    return true;
  }

  /** There is no way: the sender is told, except by a blackhole (ip_error, ip6_pkt_drop). */
  private void noRoute(Skb skb, Lookup.Failed failed) {
    skb.draft.stop(skb.packet, new Stop.NoRoute(skb.packet.destination(), failed));
    if (failed.failure() == Lookup.Failure.BLACKHOLE) {
      return;
    }
    skb.way = Optional.of(new Way(Way.Kind.UNICAST, "", Optional.empty(), Optional.empty()));
    if (skb.packet.version() == IpVersion.IPV4) {
      host.errors().send(skb, IcmpErrors.UNREACHABLE, code4(failed.failure()), 0);
    } else {
      int code = failed.failure() == Lookup.Failure.PROHIBITED ? 1 : 0;
      host.errors().send(skb, IcmpErrors.UNREACHABLE6, code, 0);
    }
  }

  private static int code4(Lookup.Failure failure) {
    switch (failure) {
      case HOST_UNREACHABLE:
        return 1;
      case PROHIBITED:
        return 13;
      default:
        return 0;
    }
  }

  /** The class that a type of service stands for (ip_tos2prio). */
  private static int priorityOf(int tos) {
    switch (tos & 0x18) {
      case 0x08:
        return TC_PRIO_BULK;
      case 0x10:
        return TC_PRIO_INTERACTIVE;
      case 0x18:
        return TC_PRIO_INTERACTIVE_BULK;
      default:
        return 0;
    }
  }

  private void forward(Skb skb, boolean redirect) {
    Way way = skb.way.orElseThrow();
    skb.out = way.device();
    host.output().noteRoute(skb);
    boolean v4 = skb.packet.version() == IpVersion.IPV4;
    if (skb.packetType != Skb.PACKET_HOST) {
      skb.draft.stop(skb.packet, new Stop.Refused(Arrival.Reason.NOT_FORWARDING, skb.in));
      return;
    }
    if (skb.packet.ttl() <= 1) {
      skb.draft.stop(skb.packet, new Stop.Expired());
      host.errors().send(skb, v4 ? IcmpErrors.TIME_EXCEEDED : IcmpErrors.TIME_EXCEEDED6, 0, 0);
      return;
    }
    if (skb.options.map(IpOptions::isStrict).orElse(false) && way.gateway().isPresent()) {
      skb.draft.stop(skb.packet, new Stop.Refused(Arrival.Reason.SOURCE_ROUTE, skb.in));
      host.errors().send(skb, IcmpErrors.UNREACHABLE, SOURCE_ROUTE_FAILED, 0);
      return;
    }
    if (!v4 && !isForwardableSource(skb)) {
      return;
    }
    int mtu = host.mtu(way);
    if (skb.packet.dontFragment() && Fragmenter.isTooBig(skb, mtu)) {
      skb.draft.stop(skb.packet, new Stop.TooBig(way.device(), mtu));
      int type = v4 ? IcmpErrors.UNREACHABLE : IcmpErrors.TOO_BIG6;
      host.errors().send(skb, type, v4 ? FRAGMENTATION_NEEDED : 0, mtu);
      return;
    }
    skb.packet = skb.packet.edit().ttl(skb.packet.ttl() - 1).toPacket();
    if (redirect && host.mayRedirect(skb.packet.source())) {
      IpAddress next = way.nextHop(skb.packet.destination());
      host.errors().send(skb, IcmpErrors.REDIRECT, HOST_REDIRECT, next.value().low());
    }
    if (v4) {
      skb.priority = priorityOf(skb.packet.tos());
      skb.lostClass = Optional.empty();
    }
    if (new HookRun(host, skb, Hook.FORWARD).passes()) {
      skb.options.ifPresent(
          options -> skb.packet = options.forwarded(skb.packet, leaving(skb, way)));
      host.output().leave(skb);
    }
  }

  /** The address of the interface that a packet leaves by (ip_rt_get_source). */
  private IpAddress leaving(Skb skb, Way way) {
    IpAddress next = way.nextHop(skb.packet.destination());
    return way.lookup()
        .flatMap(found -> found.route().preferredSource())
        .or(() -> host.router().selectAddress(way.device(), next, Interface.Scope.GLOBAL))
        .orElse(IpAddress.ANY4);
  }

  /** Link-local sources stay on their link (ip6_forward). */
  private boolean isForwardableSource(Skb skb) {
    IpAddress source = skb.packet.source();
    boolean good =
        !source.isAny() && !source.isMulticast() && !source.isLoopback() && !source.isLinkLocal();
    if (!good && !isBackWhereItCame(skb)) {
      skb.draft.stop(skb.packet, new Stop.Refused(Arrival.Reason.MARTIAN_SOURCE, skb.in));
      if (source.isLinkLocal()) {
        host.errors().send(skb, IcmpErrors.UNREACHABLE6, 2, 0);
      }
      return false;
    }
    return true;
  }

  private static boolean isBackWhereItCame(Skb skb) {
    return skb.in.equals(skb.out) && skb.packet.protocol() != Protocol.ROUTING;
  }
}
