package org.rulewalk.simulator.conntrack;

import java.util.EnumMap;
import java.util.Map;
import org.rulewalk.simulator.conntrack.TcpState.State;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.packet.Protocol;

/**
 * How long a connection stays in the table after a packet of it (nf_conntrack_*_timeout_*; the
 * defaults are those of the kernel). In nanoseconds.
 */
public final class Timeouts {
  private static final long SECOND = 1_000_000_000L;
  private static final String PREFIX = "net.netfilter.nf_conntrack_";
  private static final long STREAM_AFTER = 2 * SECOND;

  private final long[] tcp = new long[State.values().length];
  private final long retransmitted;
  private final long unacknowledged;
  private final int mostRetransmissions;
  private final long udp;
  private final long udpStream;
  private final long icmp;
  private final long icmpv6;
  private final long gre;
  private final long greStream;
  private final long generic;
  private final Map<SctpState.State, Long> sctp = new EnumMap<>(SctpState.State.class);
  private final long sctpHeartbeat;

  /** Those of a machine. */
  public Timeouts(Settings settings) {
    for (State state : State.values()) {
      tcp[state.ordinal()] = tcp(settings, state);
    }
    retransmitted = seconds(settings, "tcp_timeout_max_retrans", 300);
    unacknowledged = seconds(settings, "tcp_timeout_unacknowledged", 300);
    mostRetransmissions = (int) settings.number(PREFIX + "tcp_max_retrans", 3);
    udp = seconds(settings, "udp_timeout", 30);
    udpStream = seconds(settings, "udp_timeout_stream", 120);
    icmp = seconds(settings, "icmp_timeout", 30);
    icmpv6 = seconds(settings, "icmpv6_timeout", 30);
    gre = seconds(settings, "gre_timeout", 30);
    greStream = seconds(settings, "gre_timeout_stream", 180);
    generic = seconds(settings, "generic_timeout", 600);
    sctpHeartbeat = seconds(settings, "sctp_timeout_heartbeat_sent", 30);
    for (SctpState.State state : SctpState.State.values()) {
      sctp.put(state, sctp(settings, state));
    }
  }

  private static long seconds(Settings settings, String name, long otherwise) {
    return settings.number(PREFIX + name, otherwise) * SECOND;
  }

  private static long tcp(Settings settings, State state) {
    switch (state) {
      case SYN_SENT:
      case SYN_SENT2:
        return seconds(settings, "tcp_timeout_syn_sent", 120);
      case SYN_RECV:
        return seconds(settings, "tcp_timeout_syn_recv", 60);
      case ESTABLISHED:
        return seconds(settings, "tcp_timeout_established", 432000);
      case FIN_WAIT:
        return seconds(settings, "tcp_timeout_fin_wait", 120);
      case CLOSE_WAIT:
        return seconds(settings, "tcp_timeout_close_wait", 60);
      case LAST_ACK:
        return seconds(settings, "tcp_timeout_last_ack", 30);
      case TIME_WAIT:
        return seconds(settings, "tcp_timeout_time_wait", 120);
      default:
        return seconds(settings, "tcp_timeout_close", 10);
    }
  }

  private static long sctp(Settings settings, SctpState.State state) {
    switch (state) {
      case COOKIE_WAIT:
      case COOKIE_ECHOED:
      case SHUTDOWN_SENT:
      case SHUTDOWN_ACK_SENT:
        return seconds(
            settings, "sctp_timeout_" + state.name().toLowerCase(java.util.Locale.ROOT), 3);
      case ESTABLISHED:
        return seconds(settings, "sctp_timeout_established", 210);
      default:
        return seconds(settings, "sctp_timeout_closed", 10);
    }
  }

  /** How long a connection stays after the packet that it has just taken. */
  long after(Connection connection, long now) {
    switch (connection.protocol()) {
      case Protocol.TCP:
        return tcp(connection);
      case Protocol.UDP:
      case Protocol.UDPLITE:
        return udp(connection, now);
      case Protocol.ICMP:
        return icmp;
      case Protocol.ICMPV6:
        return icmpv6;
      case Protocol.GRE:
        return connection.has(Connection.SEEN_REPLY) ? greStream : gre;
      case Protocol.SCTP:
        return sctp.getOrDefault(connection.sctp().state, sctpHeartbeat);
      default:
        return generic;
    }
  }

  // the end of nf_conntrack_tcp_packet
  private long tcp(Connection connection) {
    TcpState state = connection.tcp();
    long timeout = tcp[state.state.ordinal()];
    boolean waiting = state.original.unacknowledged || state.answering.unacknowledged;
    if (state.retransmissions >= mostRetransmissions || state.lastWindow == 0) {
      timeout = Math.min(timeout, retransmitted);
    } else if (waiting) {
      timeout = Math.min(timeout, unacknowledged);
    }
    boolean oneSided = state.state == State.ESTABLISHED && !connection.has(Connection.SEEN_REPLY);
    return oneSided ? Math.min(timeout, unacknowledged) : timeout;
  }

  // nf_conntrack_udp_packet
  private long udp(Connection connection, long now) {
    if (!connection.has(Connection.CONFIRMED)) {
      connection.setStreamAfter(now + STREAM_AFTER);
    }
    if (!connection.has(Connection.SEEN_REPLY) || now <= connection.streamAfter()) {
      return udp;
    }
    connection.set(Connection.ASSURED);
    return udpStream;
  }
}
