package org.rulewalk.simulator.kernel;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.conntrack.Association;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.rules.FibQuery.AddressType;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * What a machine does with a packet that passed its input hooks: sockets, and the kernel's own
 * answers (ip_local_deliver_finish, ip6_protocol_deliver_rcu).
 */
final class Upper {
  private static final int PROTOCOL_UNREACHABLE = 2;
  private static final int PORT_UNREACHABLE = 3;
  private static final int PORT_UNREACHABLE6 = 4;
  private static final int UNKNOWN_NEXT_HEADER = 1;
  private static final int ECHO_REPLY = 0;
  private static final int ECHO = 8;
  private static final int TIMESTAMP = 13;
  private static final int ECHO6 = 128;
  private static final int ECHO_REPLY6 = 129;

  private final Host host;
  private final Skb skb;
  private final Packet packet;
  private final boolean v4;
  private int namedAt;

  Upper(Host host, Skb skb) {
    this.host = host;
    this.skb = skb;
    this.packet = skb.packet;
    this.v4 = packet.version() == IpVersion.IPV4;
  }

  void deliver() {
    int protocol = packet.protocol();
    if (!v4) {
      Optional<ExtensionHeaders.Upper> upper = new ExtensionHeaders(host, skb).process();
      if (upper.isEmpty()) {
        return;
      }
      protocol = upper.get().protocol();
      namedAt = upper.get().namedAt();
    }
    boolean ofProgram =
        protocol == Protocol.TCP || protocol == Protocol.UDP || protocol == Protocol.UDPLITE;
    if (ofProgram && host.run().isReplay()) {
      end(End.Receiver.CONNECTION);
      return;
    }
    switch (protocol) {
      case Protocol.TCP:
        new TcpServer(host, skb, this).receive();
        return;
      case Protocol.UDP:
      case Protocol.UDPLITE:
        datagram();
        return;
      case Protocol.ICMP:
        if (v4) {
          icmp();
          return;
        }
        break;
      case Protocol.ICMPV6:
        if (!v4) {
          icmp6();
          return;
        }
        break;
      case Protocol.IGMP:
        if (v4) {
          end(End.Receiver.KERNEL);
          return;
        }
        break;
      case Protocol.NONE:
        if (!v4) {
          end(End.Receiver.KERNEL);
          return;
        }
        break;
      default:
        break;
    }
    noHandler();
  }

  void end(End.Receiver receiver) {
    skb.draft.end(packet, new End.Delivered(receiver, Optional.empty()));
  }

  void end(Listener listener) {
    skb.draft.end(packet, new End.Delivered(End.Receiver.LISTENER, Optional.of(listener)));
  }

  private void noHandler() {
    end(End.Receiver.NOBODY);
    if (v4) {
      host.errors().send(skb, IcmpErrors.UNREACHABLE, PROTOCOL_UNREACHABLE, 0);
    } else {
      host.errors().send(skb, IcmpErrors.PARAMETER_PROBLEM6, UNKNOWN_NEXT_HEADER, namedAt);
    }
  }

  /** The socket that waits for this packet, if one does. */
  Optional<Listener> listener(int protocol) {
    int port = packet.destinationPort();
    Machine machine = host.machine();
    boolean takesAll =
        machine
            .external()
            .map(external -> !external.servicesKnown() && !external.silent())
            .orElse(false);
    if (takesAll) {
      return Optional.of(
          new Listener(
              protocol,
              Optional.empty(),
              true,
              packet.version(),
              port,
              Optional.empty(),
              "",
              Source.NONE));
    }
    return machine.listeners().orElse(List.of()).stream()
        .filter(candidate -> candidate.takes(protocol, packet.destination(), port))
        .filter(candidate -> candidate.device().map(skb.in::equals).orElse(true))
        .findFirst();
  }

  private void datagram() {
    int at = packet.transportOffset();
    int length = packet.u16(at + 4);
    boolean broken =
        !packet.hasTransport(8) || length < 8 && length != 0 || length > packet.transportLength();
    if (broken || !hasGoodSum(length)) {
      end(End.Receiver.KERNEL);
      return;
    }
    if (host.client().map(client -> client.takesDatagram(packet)).orElse(false)) {
      end(End.Receiver.CONNECTION);
      return;
    }
    Optional<Listener> listener = listener(packet.protocol());
    if (listener.isPresent()) {
      end(listener.get());
      echo();
      return;
    }
    end(End.Receiver.NOBODY);
    // the packet has left connection tracking behind (nf_reset_ct in udp.c)
    skb.association = Association.NONE;
    if (v4) {
      host.errors().send(skb, IcmpErrors.UNREACHABLE, PORT_UNREACHABLE, 0);
    } else {
      host.errors().send(skb, IcmpErrors.UNREACHABLE6, PORT_UNREACHABLE6, 0);
    }
  }

  /** A checksum covers what the datagram's own length says, UDP-Lite's as much as it wants. */
  private boolean hasGoodSum(int length) {
    boolean light = packet.protocol() == Protocol.UDPLITE;
    if (packet.u16(packet.transportOffset() + 6) == 0) {
      return v4 && !light;
    }
    if (length == 0 || length == packet.transportLength()) {
      return skb.hasSoundDatagramChecksum(packet.protocol());
    }
    return light
        ? packet.hasValidTransportChecksum(Protocol.UDPLITE, length)
        : packet.withTransportLength(length).hasValidTransportChecksum(Protocol.UDP, length);
  }

  /**
   * A service answers with what it was sent, from the address that was asked, as servers take care
   * to do: enough to know whether an answer gets back.
   */
  private void echo() {
    boolean group = skb.way.map(Way::isGroup).orElse(false);
    if (group && !v4) {
      // over IPv6, no socket sends from a group's address (ip6_datagram_send_ctl)
      return;
    }
    Flow to = Flow.to(packet.source());
    Flow flow = !v4 && packet.source().isLinkLocal() ? to.withOutgoing(skb.heardOn()) : to;
    Departure departure =
        host.router().depart(group ? flow : flow.withSource(packet.destination()), true);
    Optional<Departure.Leave> leave =
        departure instanceof Departure.Leave
            ? Optional.of((Departure.Leave) departure)
            : Optional.empty();
    Optional<Way> way = leave.map(Way::of);
    if (way.map(chosen -> chosen.kind() == Way.Kind.BROADCAST).orElse(false)) {
      // a server has no leave to send to all (SO_BROADCAST)
      return;
    }
    int written = packet.u16(packet.transportOffset() + 4);
    boolean whole = packet.protocol() == Protocol.UDPLITE || written == 0;
    int all = whole ? packet.transportLength() : written;
    byte[] data = packet.slice(packet.transportOffset() + 8, all - 8);
    int length = packet.version().headerBytes() + 8 + data.length;
    boolean fits = way.map(w -> length <= host.mtu(w) && !Host.isMtuLocked(w)).orElse(true);
    Packet answer =
        Packets.udp(
            leave.map(Departure.Leave::source).orElse(packet.destination()),
            packet.source(),
            packet.destinationPort(),
            packet.sourcePort(),
            data,
            new Packets.IpOptions(host.answerTtl(skb), 0, fits, 0));
    Skb out = host.output().fresh(answer, skb, Skb.Sender.PROGRAM);
    out.randomId |= v4;
    if (way.isEmpty()) {
      Lookup.Failed failed = ((Departure.NoRoute) departure).lookup();
      out.draft.stop(answer, new Stop.NoRoute(answer.destination(), failed));
      out.draft.withhold();
      return;
    }
    out.way = way;
    out.packet = host.onWay(answer, way.get());
    host.output().send(out);
  }

  /** Sends an answer of the kernel from the packet's destination back to its source. */
  void reply(Packet answer) {
    reply(answer, Skb.Sender.KERNEL, Optional.empty());
  }

  /** The same for a socket of a program. */
  void replyOfSocket(Packet answer) {
    reply(answer, Skb.Sender.PROGRAM, Optional.empty());
  }

  private void reply(Packet answer, Skb.Sender sender, Optional<Way> known) {
    Packet whole = skb.options.map(options -> options.answered(answer)).orElse(answer);
    Skb out = host.output().fresh(whole, skb, sender);
    out.mark = host.replyMark(skb);
    out.checksumPending = answer.isTcp() && (!v4 || !isReset(answer));
    boolean foreign = host.machine().external().map(Machine.External::anyAddress).orElse(false);
    Optional<Way> way =
        known.or(() -> host.output().wayOfAnswer(out, foreign || !v4, linkOf(answer)));
    if (way.isEmpty()) {
      out.draft.withhold();
      return;
    }
    out.way = way;
    out.packet = host.onWay(whole, way.get());
    host.output().send(out);
  }

  /** The interface that an answer keeps to; to ::1, a ping's answer finds any. */
  private String linkOf(Packet answer) {
    return answer.isTcp() || !answer.destination().isLoopback() ? skb.heardOn() : "";
  }

  private static boolean isReset(Packet answer) {
    return (answer.tcpFlags() & TcpFlags.RST) != 0;
  }

  /**
   * Whether the packet is to this machine alone (ipv6_unicast_destination). For IPv4, an answer
   * from a group's address finds no way by itself.
   */
  boolean isUnicast() {
    IpAddress to = packet.destination();
    return v4 || !to.isMulticast() && host.addressType(to, skb.in) != AddressType.ANYCAST;
  }

  private boolean hasGoodChecksum() {
    return packet.hasTransport(8) && skb.hasSoundChecksum(packet.protocol());
  }

  private void icmp() {
    if (!hasGoodChecksum()) {
      end(End.Receiver.KERNEL);
      return;
    }
    boolean asks = packet.icmpType() == ECHO || packet.icmpType() == TIMESTAMP;
    if (!asks) {
      boolean mine = host.client().map(client -> client.takesIcmp(packet)).orElse(false);
      end(mine ? End.Receiver.CONNECTION : End.Receiver.KERNEL);
      return;
    }
    Settings settings = host.machine().settings();
    boolean group = skb.way.map(Way::isGroup).orElse(false);
    boolean ignored =
        settings.flag("net.ipv4.icmp_echo_ignore_all", false)
            || group && settings.flag("net.ipv4.icmp_echo_ignore_broadcasts", true);
    boolean answered = !ignored && answersPing();
    end(answered ? End.Receiver.KERNEL : End.Receiver.NOBODY);
    if (!answered) {
      return;
    }
    int type = packet.icmpType() == ECHO ? ECHO_REPLY : TIMESTAMP + 1;
    Packets.IpOptions ip = new Packets.IpOptions(host.answerTtl(skb), packet.tos(), false, 0);
    answering4(group).ifPresent(from -> answerQuery(from, type, ip, Optional.empty()));
  }

  /** Who answers a ping: for a group's address, whoever the sender is reached from. */
  private Optional<IpAddress> answering4(boolean group) {
    if (!group) {
      return Optional.of(packet.destination());
    }
    Departure departure = host.router().depart(Flow.to(packet.source()), true);
    return departure instanceof Departure.Leave
        ? Optional.of(((Departure.Leave) departure).source())
        : Optional.empty();
  }

  private boolean answersPing() {
    return host.machine().external().map(Machine.External::answersPing).orElse(true);
  }

  private boolean isIgnoredGroup() {
    String key = packet.destination().isMulticast() ? "multicast" : isUnicast() ? "" : "anycast";
    return !key.isEmpty()
        && host.machine().settings().flag("net.ipv6.icmp.echo_ignore_" + key, false);
  }

  /**
   * Who answers a ping: whom it was to, or for an address that is shared, one that is not, by the
   * interface that it came in by; empty if there is no way back there.
   */
  private Optional<Departure.Leave> answeringShared() {
    Departure departure =
        host.router().depart(Flow.to(packet.source()).withOutgoing(skb.heardOn()), true);
    return departure instanceof Departure.Leave
        ? Optional.of((Departure.Leave) departure)
        : Optional.empty();
  }

  private boolean answersAsAsked() {
    boolean shared = host.machine().settings().flag("net.ipv6.anycast_src_echo_reply", false);
    return isUnicast() || shared && !packet.destination().isMulticast();
  }

  private void answerQuery(IpAddress from, int type, Packets.IpOptions ip, Optional<Way> way) {
    int at = packet.transportOffset();
    byte[] data = packet.slice(at + 8, packet.transportLength() - 8);
    reply(
        Packets.icmp(from, packet.source(), type, packet.icmpCode(), packet.u32(at + 4), data, ip),
        Skb.Sender.KERNEL,
        way);
  }

  private void icmp6() {
    if (!hasGoodChecksum()) {
      end(End.Receiver.KERNEL);
      return;
    }
    if (packet.icmpType() != ECHO6) {
      boolean mine = host.client().map(client -> client.takesIcmp(packet)).orElse(false);
      end(mine ? End.Receiver.CONNECTION : End.Receiver.KERNEL);
      return;
    }
    boolean ignored = host.machine().settings().flag("net.ipv6.icmp.echo_ignore_all", false);
    boolean answered = !ignored && !isIgnoredGroup() && answersPing();
    end(answered ? End.Receiver.KERNEL : End.Receiver.NOBODY);
    if (answered) {
      Packets.IpOptions ip = new Packets.IpOptions(host.hopLimit(skb.in), packet.tos(), false, 0);
      if (answersAsAsked()) {
        answerQuery(packet.destination(), ECHO_REPLY6, ip, Optional.empty());
      } else {
        answeringShared()
            .ifPresent(
                leave -> answerQuery(leave.source(), ECHO_REPLY6, ip, Optional.of(Way.of(leave))));
      }
    }
  }
}
