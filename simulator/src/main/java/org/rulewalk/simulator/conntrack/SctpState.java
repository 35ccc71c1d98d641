package org.rulewalk.simulator.conntrack;

/** What connection tracking remembers of an SCTP association (struct ip_ct_sctp). Mutable. */
final class SctpState {
  /** States (enum sctp_conntrack), and INVALID. */
  enum State {
    NONE,
    CLOSED,
    COOKIE_WAIT,
    COOKIE_ECHOED,
    ESTABLISHED,
    SHUTDOWN_SENT,
    SHUTDOWN_RECD,
    SHUTDOWN_ACK_SENT,
    HEARTBEAT_SENT,
    /** The packet can't belong to the association. */
    INVALID
  }

  /** Stands where a connection is not SCTP; nothing is written to it. */
  static final SctpState UNUSED = new SctpState();

  State state = State.NONE;
  long[] tags = new long[2];
  boolean[] init = new boolean[2];
  boolean heartbeatTagFailed;
  boolean lastReply;

  SctpState copy() {
    SctpState twin = new SctpState();
    twin.state = state;
    twin.tags = tags.clone();
    twin.init = init.clone();
    twin.heartbeatTagFailed = heartbeatTagFailed;
    twin.lastReply = lastReply;
    return twin;
  }
}
