package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.conntrack.Association;
import org.rulewalk.simulator.conntrack.Association.Info;
import org.rulewalk.simulator.conntrack.Connection;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.packet.PlainPacket;

/**
 * One direction of a connection that a machine of a {@link Session} tracks, to follow further
 * packets of it without asking rules.
 *
 * <p>A packet costs no lookup and no allocation. As long as it {@link #isAlive}.
 */
public final class Tracked {
  /** What {@link #follow} says where the connection is over and a new one may begin. */
  public static final long OVER = -1;

  private static final int STATUS_BITS = 10;

  private final Host host;
  private final Connection connection;
  private final boolean reply;
  private Info last = Info.NONE;

  Tracked(Host host, Connection connection, boolean reply) {
    this.host = host;
    this.connection = connection;
    this.reply = reply;
  }

  /** Whether the connection is still in the machine's table. */
  public boolean isAlive() {
    return host.memory().conntrack.holds(connection);
  }

  /** Its tuple as packets of this direction have it when they come to the machine. */
  public Tuple tuple() {
    return connection.tuple(reply);
  }

  /** The tuple that they have when they leave it; empty where that has no answer. */
  public Optional<Tuple> leavingTuple() {
    return connection.tuple(!reply).inverse();
  }

  /**
   * Follows a packet, whose addresses may be those of another machine's translation: just what
   * stands behind them is looked at.
   *
   * @return the packet's kind: rules that are steady treat packets of the same kind alike. {@link
   *     #OVER} where nothing was followed
   */
  public long follow(PlainPacket packet) {
    Optional<Info> info = host.tracker().again(connection, reply, packet);
    if (info.isEmpty()) {
      return OVER;
    }
    last = info.get();
    return last.ordinal()
        | (long) connection.status() << 3
        | (long) packet.flagsOrType() << 3 + STATUS_BITS
        | (long) packet.tos() << 3 + STATUS_BITS + 8
        | connection.mark() << 3 + STATUS_BITS + 16;
  }

  /** Reads what {@link #follow} will read, so that it is near then; the number says nothing. */
  public long touch() {
    return connection.touch();
  }

  /** What was said of the packet that was followed last. */
  Association association() {
    return last == Info.NONE ? Association.NONE : Association.of(connection, last);
  }
}
