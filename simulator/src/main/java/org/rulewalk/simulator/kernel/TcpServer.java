package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.rules.TcpOptions;
import org.rulewalk.simulator.trace.End;

/**
 * What a machine does with a TCP segment: the side that is connected to, and segments for nobody
 * (RFC 9293 section 3.10.7; net/ipv4/tcp_ipv4.c, tcp_input.c).
 */
final class TcpServer {
  private static final int ECN_BITS = 3;
  private static final int ECE = 0x40;
  private static final int OFFER = 0xc0;

  private final Host host;
  private final Skb skb;
  private final Packet packet;
  private final Upper upper;

  TcpServer(Host host, Skb skb, Upper upper) {
    this.host = host;
    this.skb = skb;
    this.packet = skb.packet;
    this.upper = upper;
  }

  private boolean has(int flag) {
    return (packet.tcpFlags() & flag) != 0;
  }

  void receive() {
    if (skb.packetType != Skb.PACKET_HOST) {
      upper.end(End.Receiver.KERNEL);
      return;
    }
    int header = (packet.u8(packet.transportOffset() + 12) >>> 4) * 4;
    boolean broken =
        !packet.isTcp()
            || header < 20
            || header > packet.transportLength()
            || !skb.hasSoundChecksum(Protocol.TCP);
    if (broken) {
      upper.end(End.Receiver.KERNEL);
      return;
    }
    if (TcpOptions.maybeSigned(packet)) {
      // no socket here has a key
      upper.end(End.Receiver.KERNEL);
      return;
    }
    Optional<Client> client = host.client().filter(asking -> asking.isMine(packet));
    if (client.isPresent()) {
      upper.end(End.Receiver.CONNECTION);
      client.get().receive(skb, upper);
      return;
    }
    Optional<Sockets.Stage> stage = host.memory().sockets.find(packet);
    if (stage.isPresent()) {
      upper.end(End.Receiver.CONNECTION);
      follow(stage.get());
      return;
    }
    Optional<Listener> listener = upper.listener(Protocol.TCP);
    if (listener.isEmpty()) {
      upper.end(End.Receiver.NOBODY);
      if (isToThisMachine()) {
        reset().ifPresent(upper::reply);
      }
      return;
    }
    upper.end(listener.get());
    listen();
  }

  private boolean isToThisMachine() {
    return upper.isUnicast() && skb.way.map(way -> way.kind() == Way.Kind.LOCAL).orElse(true);
  }

  /** A socket in LISTEN. */
  private void listen() {
    if (has(TcpFlags.ACK)) {
      reset().ifPresent(upper::replyOfSocket);
    } else if (has(TcpFlags.SYN) && !has(TcpFlags.RST) && !has(TcpFlags.FIN) && isToThisMachine()) {
      accept();
    }
  }

  private void accept() {
    host.memory().sockets.put(packet, Sockets.Stage.HALF_OPEN);
    Handshake answer = Handshake.answering(packet, host.mtuTowards(packet.source()));
    long next = packet.u32(packet.transportOffset() + 4) + 1 & 0xffffffffL;
    Packets.Tcp header =
        new Packets.Tcp(
            packet.destinationPort(),
            packet.sourcePort(),
            Sockets.INITIAL_SEQUENCE,
            next,
            TcpFlags.SYN | TcpFlags.ACK | congestionBit(),
            answer.window());
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT.withTtl(host.defaultTtl(skb));
    upper.replyOfSocket(
        Packets.tcp(
            packet.destination(), packet.source(), header, answer.options(), new byte[0], ip));
  }

  /** Congestion notification is agreed to where it is offered (tcp_ecn_create_request). */
  private int congestionBit() {
    boolean offered = (packet.tcpFlags() & OFFER) == OFFER && (packet.tos() & ECN_BITS) == 0;
    boolean agreed = host.machine().settings().number("net.ipv4.tcp_ecn", 2) != 0;
    return offered && agreed ? ECE : 0;
  }

  /** A segment of a connection that was begun before. */
  private void follow(Sockets.Stage stage) {
    if (has(TcpFlags.RST)) {
      host.memory().sockets.remove(packet);
      return;
    }
    if (stage == Sockets.Stage.HALF_OPEN) {
      if (!has(TcpFlags.ACK)) {
        return;
      }
      boolean fits = packet.u32(packet.transportOffset() + 8) == Sockets.INITIAL_SEQUENCE + 1;
      if (fits) {
        host.memory().sockets.put(packet, Sockets.Stage.ESTABLISHED);
      } else {
        reset().ifPresent(upper::replyOfSocket);
      }
    }
  }

  /** No socket expects the segment: it is reset, unless it is a reset itself. */
  private Optional<Packet> reset() {
    return has(TcpFlags.RST)
        ? Optional.empty()
        : Optional.of(Resets.answerTo(packet, host.answerTtl(skb), packet.tos() & ~ECN_BITS));
  }
}
