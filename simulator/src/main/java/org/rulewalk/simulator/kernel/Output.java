package org.rulewalk.simulator.kernel;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.FibQuery.AddressType;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.SendError;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * The way out of a machine: output hook, routing anew, postrouting, the link
 * (net/ipv4/ip_output.c).
 */
final class Output {
  private static final IpAddress ALL_HOSTS = IpAddress.of("224.0.0.1");
  private static final IpAddress LOOPBACK4 = IpAddress.of("127.0.0.1");

  private final Host host;

  Output(Host host) {
    this.host = host;
  }

  /** A packet of this machine that answers another. */
  Skb fresh(Packet packet, Skb cause, Skb.Sender sender) {
    return fresh(packet, new Journey.Origin.Answers(cause.draft.id()), sender);
  }

  /** A packet of this machine. */
  Skb fresh(Packet packet, Journey.Origin origin, Skb.Sender sender) {
    Skb skb = new Skb(packet, host.draft(Optional.empty(), packet, origin));
    skb.sender = sender;
    skb.randomId =
        packet.version() == IpVersion.IPV4
            ? packet.u16(4) == 0 && !packet.dontFragment()
            : drawsLabels();
    return skb;
  }

  private boolean drawsLabels() {
    long setting = host.machine().settings().number("net.ipv6.auto_flowlabels", 1);
    return setting == 1 || setting == 3;
  }

  /** The route for a packet whose addresses are settled (ip_route_me_harder). */
  Optional<Way> wayOf(Skb skb, boolean foreignSource, String link) {
    return wayOf(skb, foreignSource, link, skb.packet.tos());
  }

  /**
   * The route for what answers a packet: over IPv6, its traffic class is not asked about
   * (tcp_v6_send_response, icmpv6_echo_reply).
   */
  Optional<Way> wayOfAnswer(Skb skb, boolean foreignSource, String link) {
    boolean v4 = skb.packet.version() == IpVersion.IPV4;
    return wayOf(skb, foreignSource, link, v4 ? skb.packet.tos() : 0);
  }

  private Optional<Way> wayOf(Skb skb, boolean foreignSource, String link, int tos) {
    Packet packet = skb.packet;
    boolean strict =
        Flow.isStrict(packet.destination()) && !link.isEmpty() && !link.equals(Flow.LOOPBACK);
    boolean ports = host.router().fib().looksAtPorts(packet.version());
    Flow flow =
        new Flow(
            routable(packet.source()),
            packet.destination(),
            Flow.LOOPBACK,
            strict ? Optional.of(link) : Optional.empty(),
            skb.mark,
            tos,
            ports ? Math.max(0, packet.protocol()) : 0,
            ports ? packet.sourcePort() : 0,
            ports ? packet.destinationPort() : 0);
    Departure departure = host.router().depart(flow, foreignSource);
    if (departure instanceof Departure.NoRoute) {
      Lookup.Failed failed = ((Departure.NoRoute) departure).lookup();
      skb.draft.stop(packet, new Stop.NoRoute(packet.destination(), failed));
      skb.draft.fail(errorOf(failed.failure()));
      return Optional.empty();
    }
    return Optional.of(Way.of((Departure.Leave) departure));
  }

  private static IpAddress routable(IpAddress source) {
    return source.isMulticast() ? IpAddress.any(source.version()) : source;
  }

  static SendError errorOf(Lookup.Failure failure) {
    return failure == Lookup.Failure.BLACKHOLE ? SendError.INVALID : SendError.UNREACHABLE;
  }

  /** Routes a packet again at the output hook; false if there is no way any more. */
  boolean reroute(Skb skb) {
    // ip6_route_me_harder leaves ::1 free to go by any interface
    String link = skb.packet.destination().isLoopback() ? "" : skb.out;
    Optional<Way> way = wayOf(skb, true, link);
    if (way.isEmpty()) {
      return false;
    }
    skb.way = way;
    skb.fixedHop = Optional.empty();
    // the rest of the output hook still sees the interface it began with
    noteRoute(skb);
    return true;
  }

  void noteRoute(Skb skb) {
    Way way = skb.way.orElseThrow();
    skb.heard = way.kind() == Way.Kind.BROADCAST || skb.packet.destination().equals(ALL_HOSTS);
    boolean local = way.kind() == Way.Kind.LOCAL;
    Optional<String> device = local ? Optional.empty() : Optional.of(way.device());
    skb.draft.add(new Step.Routed(skb.packet.destination(), device, way.gateway(), way.lookup()));
  }

  /** Sends a packet of this machine that has its route. */
  void send(Skb skb) {
    skb.out = skb.way.orElseThrow().device();
    noteRoute(skb);
    if (new HookRun(host, skb, Hook.OUTPUT).passes()) {
      leave(skb);
    }
  }

  /** Postrouting and what comes behind it. */
  void leave(Skb skb) {
    Way way = skb.way.orElseThrow();
    skb.out = way.device();
    if (skb.heard && !skb.isIncoming() && !way.device().equals(Flow.LOOPBACK)) {
      copyToSelf(skb);
    }
    if (new HookRun(host, skb, Hook.POSTROUTING).passes()) {
      if (hearsGroup(skb, way.device())) {
        copyToSelf(skb);
      }
      fit(skb);
    }
  }

  /** Over IPv6, a machine hears what it says to a group that it is in (ip6_finish_output2). */
  private boolean hearsGroup(Skb skb, String device) {
    IpAddress to = skb.packet.destination();
    return to.version() == IpVersion.IPV6
        && to.isMulticast()
        && !skb.isIncoming()
        && !device.equals(Flow.LOOPBACK)
        && host.router().isMember(to, device);
  }

  /**
   * A broadcast of this machine, and what a program sends to all hosts, also comes in at it, by a
   * copy of its own (ip_mc_output).
   */
  private void copyToSelf(Skb skb) {
    Skb copy = fresh(skb.packet, new Journey.Origin.Continues(skb.draft.id()), skb.sender);
    copy.out = skb.out;
    copy.mark = skb.mark;
    copy.association = skb.association;
    copy.randomId = skb.randomId;
    copy.way = skb.way;
    boolean passed = new HookRun(host, copy, Hook.POSTROUTING).passes();
    if (!copy.draft.metRules()) {
      // a copy that met no rule is no journey of its own
      copy.draft.withhold();
    }
    if (passed) {
      copy.draft.end(copy.packet, new End.Left(copy.out));
      host.run().later(() -> host.input().loop(copy, copy.out, copy.packet));
    }
  }

  private void fit(Skb skb) {
    Way way = skb.way.orElseThrow();
    Packet packet = skb.packet;
    boolean v4 = packet.version() == IpVersion.IPV4;
    int mtu = host.mtu(way);
    if (packet.dontFragment() && Fragmenter.isTooBig(skb, mtu)) {
      skb.draft.stop(packet, new Stop.TooBig(way.device(), mtu));
      skb.draft.fail(SendError.TOO_LONG);
      host.errors().send(skb, v4 ? IcmpErrors.UNREACHABLE : IcmpErrors.TOO_BIG6, v4 ? 4 : 0, mtu);
    } else if (Fragmenter.isDue(skb)) {
      if (!v4) {
        host.decide(new Doubt(Doubt.Kind.RANDOM, "fragment identification", true, Source.NONE));
      }
      hand(skb, Fragmenter.again(packet, skb.came.orElseThrow(), mtu, skb.isIncoming()));
    } else if (packet.length() <= mtu
        || skb.segmentBytes > 0 && skb.segmentBytes <= mtu
        || way.device().equals(Flow.LOOPBACK)) {
      hand(skb, List.of(packet));
    } else {
      hand(skb, Fragmenter.split(packet, mtu, skb.isIncoming()));
    }
  }

  private void hand(Skb skb, List<Packet> pieces) {
    Way way = skb.way.orElseThrow();
    if (way.device().equals(Flow.LOOPBACK)) {
      skb.draft.end(skb.packet, new End.Left(Flow.LOOPBACK));
      pieces.forEach(piece -> host.run().later(() -> host.input().loop(skb, Flow.LOOPBACK, piece)));
      return;
    }
    boolean up = host.device(way.device()).map(Interface::up).orElse(false);
    if (!up) {
      skb.draft.stop(skb.packet, new Stop.DeviceDown(way.device()));
      return;
    }
    if (!new HookRun(host, skb, Hook.EGRESS).passesDevice(way.device())) {
      return;
    }
    List<Link.End> receivers = receivers(skb, way);
    if (receivers.isEmpty()
        && !isEdgeOfReplay(way.device())
        && !(way.isGroup() && isGroup(skb.packet.destination(), way.device()))) {
      IpAddress next = skb.fixedHop.orElse(way.nextHop(skb.packet.destination()));
      skb.draft.stop(skb.packet, new Stop.NoNeighbour(way.device(), next));
      return;
    }
    skb.draft.end(skb.packet, new End.Left(way.device()));
    for (Packet piece : pieces) {
      Packet sent = skb.checksumPending ? Packets.summedUp(piece) : piece;
      host.run().transmit(host, skb, way, sent, receivers);
    }
  }

  /** A recording shows who is there; a capture knows no more than some of those outside. */
  private boolean isEdgeOfReplay(String device) {
    return host.run().isReplay()
        && host.run().network().peers(new Link.End(host.name(), device)).stream()
            .allMatch(
                end -> host.run().network().machine(end.machine()).orElseThrow().isExternal());
  }

  /** Rules may have written another address since the packet got its route. */
  private boolean isGroup(IpAddress address, String device) {
    AddressType type = host.addressType(address, device);
    return address.isMulticast() || type == AddressType.BROADCAST || type == AddressType.MULTICAST;
  }

  private List<Link.End> receivers(Skb skb, Way way) {
    if (way.isGroup() && isGroup(skb.packet.destination(), way.device())) {
      return host.run().network().peers(new Link.End(host.name(), way.device()));
    }
    IpAddress next = skb.fixedHop.orElse(way.nextHop(skb.packet.destination()));
    Optional<Link.End> found = new Neighbours(host).find(way.device(), next, skb.packet.source());
    return found.isPresent() ? List.of(found.get()) : List.of();
  }

  /**
   * A packet that a program wrote whole (raw_send_hdrinc, rawv6_send_hdrinc): routed by its
   * destination alone, header checksum, length and a missing source or identification filled in.
   */
  void sendRaw(Packet written, Journey.Origin origin) {
    Packet packet = written;
    if (written.version() == IpVersion.IPV4) {
      packet = written.edit().put16(2, written.length()).headerChecksum().toPacket();
    }
    Skb skb = fresh(packet, origin, Skb.Sender.PROGRAM);
    skb.randomId &= packet.version() == IpVersion.IPV4;
    Departure departure = host.router().depart(rawFlow(packet), false);
    if (departure instanceof Departure.NoRoute) {
      Lookup.Failed failed = ((Departure.NoRoute) departure).lookup();
      skb.draft.unsent(
          packet, new Stop.NoRoute(packet.destination(), failed), errorOf(failed.failure()));
      return;
    }
    Departure.Leave leave = (Departure.Leave) departure;
    skb.way = Optional.of(Way.of(leave));
    if (leave.kind() == Departure.Leave.Kind.UNICAST) {
      skb.fixedHop = leave.gateway().or(() -> Optional.of(written.destination()));
    }
    if (leave.kind() == Departure.Leave.Kind.BROADCAST && packet.version() == IpVersion.IPV4) {
      Lookup.Failed denied =
          new Lookup.Failed(Lookup.Failure.PROHIBITED, Optional.empty(), Optional.empty());
      skb.draft.unsent(
          packet, new Stop.NoRoute(packet.destination(), denied), SendError.UNREACHABLE);
      return;
    }
    if (packet.length() > host.mtu(skb.way.get())) {
      skb.draft.unsent(
          packet, new Stop.TooBig(leave.device(), host.mtu(skb.way.get())), SendError.TOO_LONG);
      return;
    }
    if (packet.version() == IpVersion.IPV4 && packet.source().isAny()) {
      skb.packet = packet.edit().address(true, leave.source()).toPacket();
    }
    send(skb);
  }

  /**
   * A packet of this machine that was recorded as it left: routed by its addresses, or by the
   * interface that it was seen at where these would lead elsewhere (a socket may be bound to it).
   */
  void sendRecorded(Packet packet, String device, Journey.Origin origin) {
    boolean kernel = packet.isIcmp();
    Skb skb = fresh(packet, origin, kernel ? Skb.Sender.KERNEL : Skb.Sender.PROGRAM);
    skb.randomId = false;
    skb.foretold = host.run().foretold();
    skb.segmentBytes = host.segmentBytes(device, packet);
    Optional<Way> way = wayOf(skb, true, "");
    if (way.isPresent() && !way.get().device().equals(device)) {
      Flow bound =
          Flow.to(packet.destination()).withSource(routable(packet.source())).withOutgoing(device);
      Departure departure = host.router().depart(bound, true);
      if (departure instanceof Departure.Leave) {
        way = Optional.of(Way.of((Departure.Leave) departure));
      }
    }
    if (way.isPresent()) {
      skb.way = way;
      send(skb);
    }
  }

  private static Flow rawFlow(Packet packet) {
    // "any" is this machine
    Flow flow =
        Flow.to(packet.destination().equals(IpAddress.ANY4) ? LOOPBACK4 : packet.destination());
    return new Flow(
        flow.source(),
        flow.destination(),
        Flow.LOOPBACK,
        Optional.empty(),
        0,
        0,
        Protocol.RAW,
        0,
        0);
  }
}
