package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.rules.FibQuery.AddressType;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * ICMP errors that a machine sends (__icmp_send in net/ipv4/icmp.c, icmp6_send in net/ipv6/icmp.c).
 */
final class IcmpErrors {
  static final int UNREACHABLE = 3;
  static final int REDIRECT = 5;
  static final int TIME_EXCEEDED = 11;
  static final int PARAMETER_PROBLEM = 12;
  static final int UNREACHABLE6 = 1;
  static final int TOO_BIG6 = 2;
  static final int TIME_EXCEEDED6 = 3;
  static final int PARAMETER_PROBLEM6 = 4;

  private static final int MAX_BYTES4 = 576;
  private static final int MAX_BYTES6 = 1280;
  private static final int INTERNETWORK_CONTROL = 0xc0;
  private static final IpAddress DUMMY = IpAddress.of("192.0.0.8");

  private final Host host;

  IcmpErrors(Host host) {
    this.host = host;
  }

  /**
   * Sends an error about a packet to its sender, unless the packet is one that must not cause
   * errors.
   *
   * @param rest the four bytes behind the checksum: MTU, gateway, pointer
   */
  void send(Skb about, int type, int code, long rest) {
    // the kernel's one ICMP socket is busy with the packet that the error would be about
    if (about.sender == Skb.Sender.KERNEL && about.packet.isIcmp()) {
      return;
    }
    if (about.packet.version() == IpVersion.IPV4) {
      send4(about, type, code, rest);
    } else {
      send6(about, type, code, rest);
    }
  }

  private void send4(Skb about, int type, int code, long rest) {
    Packet packet = about.packet;
    boolean unfit =
        about.packetType != Skb.PACKET_HOST
            || about.way.map(Way::isGroup).orElse(true)
            || packet.fragmentOffset() != 0
            || packet.protocol() == Protocol.ICMP && !isQuery(packet);
    if (unfit) {
      return;
    }
    boolean local = about.way.map(way -> way.kind() == Way.Kind.LOCAL).orElse(false);
    Optional<IpAddress> source =
        local ? Optional.of(packet.destination()).filter(to -> !to.isAny()) : inboundAddress(about);
    int tos = packet.tos() & 0x1e | INTERNETWORK_CONTROL;
    Flow flow =
        new Flow(
            source.orElse(IpAddress.ANY4),
            about.options.flatMap(IpOptions::firstStopBack).orElse(packet.source()),
            Flow.LOOPBACK,
            Optional.empty(),
            host.replyMark(about),
            tos & 0x1c,
            Protocol.ICMP,
            0,
            0);
    Departure departure = host.router().depart(flow, false);
    if (departure instanceof Departure.NoRoute) {
      return;
    }
    Way way = Way.of((Departure.Leave) departure);
    IpAddress from = source.orElse(((Departure.Leave) departure).source());
    int options = about.options.map(IpOptions::answerBytes).orElse(0);
    int room = Math.min(host.mtu(way), MAX_BYTES4) - 28 - options;
    if (room <= 20) {
      return;
    }
    Packets.IpOptions ip = new Packets.IpOptions(host.answerTtl(about), tos, false, 0);
    Packet error =
        Packets.icmp(
            from.isAny() ? DUMMY : from, packet.source(), type, code, rest, quote(about, room), ip);
    emit(about.options.map(read -> read.answered(error)).orElse(error), about, way);
  }

  private static byte[] quote(Skb about, int most) {
    Packet packet = about.packet;
    if (!about.checksumPending) {
      return packet.slice(0, most);
    }
    int at = packet.transportOffset() + Packets.checksumOffset(packet.protocol());
    return packet.edit().put16(at, packet.pseudoHeaderSum()).toPacket().slice(0, most);
  }

  private Optional<IpAddress> inboundAddress(Skb about) {
    boolean inbound =
        host.machine().settings().flag("net.ipv4.icmp_errors_use_inbound_ifaddr", false);
    return inbound && about.isIncoming()
        ? host.router().selectAddress(about.in, about.packet.source(), Interface.Scope.LINK)
        : Optional.empty();
  }

  /** ICMP types that may cause errors: the others are errors, not known, or have no use. */
  private static boolean isQuery(Packet packet) {
    if (!packet.hasTransport(1)) {
      return false;
    }
    int type = packet.u8(packet.transportOffset());
    return type == 0 || type == 8 || type >= 13 && type <= 18;
  }

  private void send6(Skb about, int type, int code, long rest) {
    Packet packet = about.packet;
    IpAddress sender = packet.source();
    boolean group = packet.destination().isMulticast() || about.packetType != Skb.PACKET_HOST;
    boolean unfit =
        group && type != TOO_BIG6 && !isAboutOption(packet, type, code, rest)
            || sender.isAny()
            || sender.isMulticast()
            || packet.protocol() == Protocol.ICMPV6 && isError6(packet);
    if (unfit) {
      return;
    }
    Optional<IpAddress> source =
        !group && isOwn(packet.destination(), about)
            ? Optional.of(packet.destination())
            : input6(about);
    Flow flow =
        new Flow(
            source.orElse(IpAddress.any(IpVersion.IPV6)),
            sender,
            Flow.LOOPBACK,
            sender.isLinkLocal() ? Optional.of(device(about)) : Optional.empty(),
            host.replyMark(about),
            0,
            Protocol.ICMPV6,
            0,
            0);
    Departure departure = host.router().depart(flow, true);
    if (departure instanceof Departure.NoRoute) {
      return;
    }
    if (((Departure.Leave) departure)
        .lookup()
        .filter(found -> isAnycast(found, sender))
        .isPresent()) {
      return;
    }
    Way way = Way.of((Departure.Leave) departure);
    IpAddress from = source.orElse(((Departure.Leave) departure).source());
    Packets.IpOptions ip = new Packets.IpOptions(host.hopLimit(way.device()), 0, true, 0);
    byte[] quote = quote(about, MAX_BYTES6 - 48);
    emit(Packets.icmp(from, sender, type, code, rest, quote, ip), about, way);
  }

  /** Groups are told of options that ask for it whoever is meant (opt_unrec). */
  private static boolean isAboutOption(Packet packet, int type, int code, long pointer) {
    return type == PARAMETER_PROBLEM6 && code == 2 && packet.u8((int) pointer) >>> 6 == 2;
  }

  /** Several nodes may share the address: a subnet's own counts (ipv6_anycast_destination). */
  private static boolean isAnycast(Lookup.Found way, IpAddress address) {
    Prefix destination = way.route().destination();
    boolean subnet =
        destination.length() < 127
            && way.hop().gateway().isEmpty()
            && destination.address().equals(address);
    return way.route().type() == Route.Type.ANYCAST || subnet;
  }

  private static String device(Skb about) {
    return about.in.isEmpty() ? about.out : about.heardOn();
  }

  /** An address that errors can come from: of this machine, shared ones as well. */
  private boolean isOwn(IpAddress address, Skb about) {
    if (host.addressType(address, device(about)) == AddressType.ANYCAST) {
      return true;
    }
    if (address.isLinkLocal()) {
      return host.device(device(about)).map(i -> i.has(address)).orElse(false);
    }
    return host.machine().has(address);
  }

  /** An address of the interface that the packet came in by, unless the way back prefers one. */
  private Optional<IpAddress> input6(Skb about) {
    Lookup back = host.router().fib().lookup(Flow.to(about.packet.source()));
    boolean preferred =
        back instanceof Lookup.Found && ((Lookup.Found) back).route().preferredSource().isPresent();
    return preferred || about.in.isEmpty()
        ? Optional.empty()
        : host.router().selectAddress(about.in, about.packet.source(), Interface.Scope.GLOBAL);
  }

  private static boolean isError6(Packet packet) {
    // a first fragment may end before it
    return packet.hasTransport(1)
        ? packet.u8(packet.transportOffset()) < 128
        : !packet.isFragment();
  }

  private void emit(Packet error, Skb about, Way way) {
    Skb out = host.output().fresh(error, about, Skb.Sender.KERNEL);
    out.mark = host.replyMark(about);
    out.way = Optional.of(way);
    boolean redirect = error.version() == IpVersion.IPV4 && error.icmpType() == REDIRECT;
    if (error.isIcmpError() || redirect) {
      out.attach(about.association);
    }
    host.output().send(out);
  }
}
