package org.rulewalk.simulator.conntrack;

import org.rulewalk.simulator.packet.Protocol;

/**
 * A tracked connection (struct nf_conn). Mutable: it belongs to one run of a simulation, and {@link
 * Conntrack#copy} copies it.
 */
public final class Connection {
  /** Status bit: an expectation announced it. */
  public static final int EXPECTED = 1;

  /** Status bit: an answer was seen. */
  public static final int SEEN_REPLY = 1 << 1;

  /** Status bit: not to be dropped early. */
  public static final int ASSURED = 1 << 2;

  /** Status bit: it is in the table. */
  public static final int CONFIRMED = 1 << 3;

  /** Status bit: its source is translated. */
  public static final int SRC_NAT = 1 << 4;

  /** Status bit: its destination is translated. */
  public static final int DST_NAT = 1 << 5;

  /** Status bit: translation of the source is settled, even if to nothing. */
  public static final int SRC_NAT_DONE = 1 << 7;

  /** Status bit: translation of the destination is settled. */
  public static final int DST_NAT_DONE = 1 << 8;

  /** Status bit: it was taken out of the table. */
  public static final int DYING = 1 << 9;

  private final Zone zone;
  private final int protocol;
  private final Direction original;
  private Direction answering;
  private int status;
  private long mark;
  private String masqueradeDevice = "";
  private TcpState tcp = TcpState.UNUSED;
  private SctpState sctp = SctpState.UNUSED;
  private long expires = Long.MAX_VALUE;
  private long streamAfter;
  private int number;

  Connection(Zone zone, Tuple original, Tuple reply) {
    this.zone = zone;
    this.protocol = original.protocol();
    this.original = new Direction(this, original, false);
    this.answering = new Direction(this, reply, true);
    if (original.protocol() == Protocol.TCP) {
      tcp = new TcpState();
    } else if (original.protocol() == Protocol.SCTP) {
      sctp = new SctpState();
    }
  }

  Connection copy() {
    Connection twin = new Connection(zone, original(), reply());
    twin.status = status;
    twin.mark = mark;
    twin.masqueradeDevice = masqueradeDevice;
    twin.tcp = tcp == TcpState.UNUSED ? tcp : tcp.copy();
    twin.sctp = sctp == SctpState.UNUSED ? sctp : sctp.copy();
    twin.expires = expires;
    twin.streamAfter = streamAfter;
    twin.number = number;
    return twin;
  }

  /** The zone that it is in. */
  public Zone zone() {
    return zone;
  }

  /** The protocol above IP. */
  int protocol() {
    return protocol;
  }

  /** As the first packet had it, before any translation. */
  public Tuple original() {
    return original.tuple();
  }

  /** As answers have it, before they are translated back. */
  public Tuple reply() {
    return answering.tuple();
  }

  /** The tuple of a direction. */
  public Tuple tuple(boolean ofReply) {
    return direction(ofReply).tuple();
  }

  /** One of its directions. */
  public Direction direction(boolean ofReply) {
    return ofReply ? answering : original;
  }

  /** Gives it other answers; while its answers are in no table. */
  void setReply(Tuple tuple) {
    answering = new Direction(this, tuple, true);
  }

  /** Which one it was to be entered in its table. */
  int number() {
    return number;
  }

  void setNumber(int which) {
    number = which;
  }

  /** All status bits. */
  public int status() {
    return status;
  }

  /** Whether one of these status bits is set. */
  public boolean has(int bits) {
    return (status & bits) != 0;
  }

  void set(int bits) {
    status |= bits;
  }

  /** The connection's mark, 32 bits. */
  public long mark() {
    return mark;
  }

  /** Sets the connection's mark. */
  public void setMark(long value) {
    mark = value & 0xffffffffL;
  }

  /** The interface whose address masquerading took; empty if none did. */
  public String masqueradeDevice() {
    return masqueradeDevice;
  }

  void setMasqueradeDevice(String name) {
    masqueradeDevice = name;
  }

  /**
   * Reads a part of what following its packets reads, so that it is near then; the number says
   * nothing.
   *
   * @param step 0 to 2: each reads what the one before leads to
   */
  public long touch(int step) {
    switch (step) {
      case 0:
        return expires + status;
      case 1:
        return tcp.lastWindow + tcp.state.ordinal() + tcp.lastAck;
      default:
        return tcp.original.end + tcp.answering.end;
    }
  }

  /** When it leaves the table, by the table's clock; for ever where that stands still. */
  long expires() {
    return expires;
  }

  void setExpires(long when) {
    expires = when;
  }

  /** From when on UDP packets both ways make a stream. */
  long streamAfter() {
    return streamAfter;
  }

  void setStreamAfter(long when) {
    streamAfter = when;
  }

  TcpState tcp() {
    return tcp;
  }

  SctpState sctp() {
    return sctp;
  }

  /** A reset was sent for it: nothing but its end is expected (nf_conntrack_tcp_set_closing). */
  public void closeTcp() {
    if (has(CONFIRMED) && protocol == Protocol.TCP) {
      tcp.state = TcpState.State.CLOSE;
    }
  }

  /** The TCP state in the words of {@code conntrack -L}; NONE for other protocols. */
  public String tcpStateName() {
    return tcp.state.name();
  }
}
