package org.rulewalk.simulator.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.trace.ConnectResult;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.SendError;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** A program that connects, sends a datagram and waits, or pings, and what it is told. */
final class Client {
  private static final int EPHEMERAL_PORT = 40000;
  private static final int PING_IDENTIFIER = 0x1234;
  private static final int PING_DATA = 56;
  private static final long INITIAL_SEQUENCE = 0x10000000L;
  private static final int WINDOW = 64240;

  private final Host host;
  private final Probe.Connect probe;
  private final int port;
  private IpAddress source;
  private Optional<ConnectResult> seen = Optional.empty();

  Client(Host host, Probe.Connect probe) {
    this.host = host;
    this.probe = probe;
    this.port = probe.sourcePort().orElse(EPHEMERAL_PORT);
    this.source = IpAddress.any(probe.to().version());
  }

  private boolean isPing() {
    return probe.protocol() == Protocol.ICMP || probe.protocol() == Protocol.ICMPV6;
  }

  private boolean isV4() {
    return probe.to().version() == IpVersion.IPV4;
  }

  /** What the program saw; silence is no answer. */
  ConnectResult result() {
    return seen.orElse(ConnectResult.NO_ANSWER);
  }

  private void see(ConnectResult result) {
    seen = seen.or(() -> Optional.of(result));
  }

  void start() {
    host.setClient(this);
    Flow flow = flow(IpAddress.any(probe.to().version()));
    Departure first = host.router().depart(flow, false);
    Departure second = first;
    if (first instanceof Departure.Leave) {
      second = host.router().depart(flow.withSource(((Departure.Leave) first).source()), true);
    }
    Journey.Origin origin = new Journey.Origin.Probe();
    if (second instanceof Departure.NoRoute) {
      Packet unsent = packet();
      Draft draft = host.draft(Optional.empty(), unsent, origin);
      Departure.NoRoute none = (Departure.NoRoute) second;
      SendError error = Output.errorOf(none.lookup().failure());
      draft.unsent(unsent, new Stop.NoRoute(probe.to(), none.lookup()), error);
      see(ConnectResult.UNREACHABLE);
      return;
    }
    Departure.Leave leave = (Departure.Leave) second;
    source = leave.source();
    Skb skb = host.output().fresh(packet(), origin, Skb.Sender.PROGRAM);
    skb.randomId |= isV4();
    skb.way = Optional.of(Way.of(leave));
    host.output().send(skb);
    // the sockets of TCP swallow the error and go on trying
    boolean told = probe.protocol() != Protocol.TCP;
    skb.draft.error().filter(error -> told).ifPresent(error -> see(resultOf(error)));
  }

  private static ConnectResult resultOf(SendError error) {
    return error == SendError.NOT_PERMITTED
        ? ConnectResult.NOT_PERMITTED
        : ConnectResult.UNREACHABLE;
  }

  private Flow flow(IpAddress from) {
    boolean ports = !isPing();
    int protocol = isPing() && !isV4() ? Protocol.ICMPV6 : probe.protocol();
    return new Flow(
        from,
        probe.to(),
        Flow.LOOPBACK,
        Optional.empty(),
        0,
        0,
        protocol,
        ports ? port : 0,
        ports ? probe.port() : 0);
  }

  private Packet packet() {
    boolean whole = isPing() || !host.isMtuLocked(probe.to());
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT.withDontFragment(whole);
    switch (probe.protocol()) {
      case Protocol.TCP:
        Handshake opening = Handshake.opening(probe.to().version(), host.mtuTowards(probe.to()));
        Packets.Tcp syn =
            new Packets.Tcp(
                port, probe.port(), INITIAL_SEQUENCE, 0, TcpFlags.SYN, opening.firstWindow());
        return Packets.tcp(source, probe.to(), syn, opening.options(), new byte[0], ip);
      case Protocol.UDP:
        byte[] data = "rulewalk".getBytes(StandardCharsets.US_ASCII);
        return Packets.udp(source, probe.to(), port, probe.port(), data, ip);
      default:
        int type = isV4() ? 8 : 128;
        long rest = (long) PING_IDENTIFIER << 16 | 1;
        return Packets.icmp(source, probe.to(), type, 0, rest, new byte[PING_DATA], ip);
    }
  }

  /** Whether a TCP segment is for this program's socket. */
  boolean isMine(Packet packet) {
    return probe.protocol() == packet.protocol()
        && packet.source().equals(probe.to())
        && packet.destination().equals(source)
        && packet.sourcePort() == probe.port()
        && packet.destinationPort() == port;
  }

  /** Takes a TCP segment: RFC 9293 section 3.10.7.3, SYN-SENT. */
  void receive(Skb skb, Upper upper) {
    Packet packet = skb.packet;
    int at = packet.transportOffset();
    boolean acknowledges = (packet.tcpFlags() & TcpFlags.ACK) != 0;
    boolean fits = acknowledges && packet.u32(at + 8) == INITIAL_SEQUENCE + 1;
    boolean reset = (packet.tcpFlags() & TcpFlags.RST) != 0;
    if (acknowledges && !fits) {
      if (!reset) {
        upper.reply(Resets.answerTo(packet, host.defaultTtl(skb), 0));
      }
      return;
    }
    if (reset) {
      if (fits) {
        see(ConnectResult.REFUSED);
      }
      return;
    }
    if (fits && (packet.tcpFlags() & TcpFlags.SYN) != 0) {
      see(ConnectResult.CONNECTED);
      long next = packet.u32(at + 4) + 1 & 0xffffffffL;
      Packets.Tcp ack =
          new Packets.Tcp(port, probe.port(), INITIAL_SEQUENCE + 1, next, TcpFlags.ACK, WINDOW);
      upper.reply(
          Packets.tcp(
              source, probe.to(), ack, new byte[0], new byte[0], Packets.IpOptions.DEFAULT));
    }
  }

  /** Takes a datagram if it is the awaited answer. */
  boolean takesDatagram(Packet packet) {
    if (!isMine(packet)) {
      return false;
    }
    see(ConnectResult.ANSWERED);
    return true;
  }

  /** Takes an echo reply, or an error about the packet that was sent. */
  boolean takesIcmp(Packet packet) {
    int type = packet.icmpType();
    boolean echo = type == (isV4() ? 0 : 129);
    if (echo && isPing()) {
      boolean mine = packet.u16(packet.transportOffset() + 4) == PING_IDENTIFIER;
      if (mine) {
        see(ConnectResult.ANSWERED);
      }
      return mine;
    }
    if (!packet.isIcmpError() || !isAboutMine(packet)) {
      return false;
    }
    new IcmpReport(probe.protocol(), packet).result().ifPresent(this::see);
    return true;
  }

  private boolean isAboutMine(Packet error) {
    byte[] quote = error.slice(error.transportOffset() + 8, error.transportLength() - 8);
    if (quote.length < (isV4() ? 28 : 48) || quote[0] >>> 4 != (isV4() ? 4 : 6)) {
      return false;
    }
    Packet quoted = Packet.of(quote);
    boolean addresses = quoted.source().equals(source) && quoted.destination().equals(probe.to());
    if (isPing()) {
      return addresses
          && quoted.isIcmp()
          && quoted.u16(quoted.transportOffset() + 4) == PING_IDENTIFIER;
    }
    return addresses
        && quoted.protocol() == probe.protocol()
        && quoted.sourcePort() == port
        && quoted.destinationPort() == probe.port();
  }
}
