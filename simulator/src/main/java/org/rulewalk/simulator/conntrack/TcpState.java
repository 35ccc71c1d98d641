package org.rulewalk.simulator.conntrack;

/** What connection tracking remembers of a TCP connection (struct ip_ct_tcp). Mutable. */
final class TcpState {
  /** States of a connection (enum tcp_conntrack), and what the table says beside them. */
  enum State {
    NONE,
    SYN_SENT,
    SYN_RECV,
    ESTABLISHED,
    FIN_WAIT,
    CLOSE_WAIT,
    LAST_ACK,
    TIME_WAIT,
    CLOSE,
    SYN_SENT2,
    /** The packet can't belong to the connection. */
    INVALID,
    /** The packet passes and changes nothing. */
    IGNORE
  }

  /** What kind of segment a packet is, by its flags. */
  enum Segment {
    SYN,
    SYN_ACK,
    FIN,
    ACK,
    RST,
    NONE
  }

  /** One side's window, in sequence numbers of 32 bits. */
  static final class Side {
    int end;
    int maxEnd;
    long maxWindow;
    int maxAck;
    boolean maxAckKnown;
    int scale;
    boolean scaling;
    boolean sackPermitted;
    boolean liberal;
    boolean closeStarted;

    /** Whether data of this side waits for an acknowledgement. */
    boolean unacknowledged;

    Side copy() {
      Side twin = new Side();
      twin.end = end;
      twin.maxEnd = maxEnd;
      twin.maxWindow = maxWindow;
      twin.maxAck = maxAck;
      twin.maxAckKnown = maxAckKnown;
      twin.scale = scale;
      twin.scaling = scaling;
      twin.sackPermitted = sackPermitted;
      twin.liberal = liberal;
      twin.closeStarted = closeStarted;
      twin.unacknowledged = unacknowledged;
      return twin;
    }

    /** Forgets all but the leniency (nf_ct_tcp_state_reset). */
    void reset() {
      end = 0;
      maxEnd = 0;
      maxWindow = 0;
      maxAck = 0;
      maxAckKnown = false;
      scale = 0;
      scaling = false;
      sackPermitted = false;
      closeStarted = false;
      unacknowledged = false;
    }
  }

  /** Stands where a connection is not TCP; nothing is written to it. */
  static final TcpState UNUSED = new TcpState();

  State state = State.NONE;
  int retransmissions;
  Side original = new Side();
  Side answering = new Side();
  Segment lastSegment = Segment.NONE;
  boolean lastReply;
  int lastSequence;
  int lastAck;
  int lastEnd;
  int lastWindow;
  int lastScale;
  boolean lastScaling;
  boolean lastSackPermitted;
  boolean simultaneousOpen;
  boolean challengeAckExpected;

  /** The side that sends packets of a direction. */
  Side side(boolean reply) {
    return reply ? answering : original;
  }

  TcpState copy() {
    TcpState twin = new TcpState();
    twin.state = state;
    twin.retransmissions = retransmissions;
    twin.original = original.copy();
    twin.answering = answering.copy();
    twin.lastSegment = lastSegment;
    twin.lastReply = lastReply;
    twin.lastSequence = lastSequence;
    twin.lastAck = lastAck;
    twin.lastEnd = lastEnd;
    twin.lastWindow = lastWindow;
    twin.lastScale = lastScale;
    twin.lastScaling = lastScaling;
    twin.lastSackPermitted = lastSackPermitted;
    twin.simultaneousOpen = simultaneousOpen;
    twin.challengeAckExpected = challengeAckExpected;
    return twin;
  }

  /** Takes over a state that a listing names; windows are not listed, so they are not checked. */
  void restore(String name) {
    for (State candidate : State.values()) {
      if (candidate.name().equals(name)) {
        state = candidate;
      }
    }
    original.liberal = true;
    answering.liberal = true;
  }
}
