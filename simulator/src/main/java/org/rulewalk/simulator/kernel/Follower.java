package org.rulewalk.simulator.kernel;

import org.rulewalk.simulator.conntrack.Association;
import org.rulewalk.simulator.conntrack.Association.Info;
import org.rulewalk.simulator.conntrack.Connection;
import org.rulewalk.simulator.conntrack.Conntrack;
import org.rulewalk.simulator.conntrack.Direction;
import org.rulewalk.simulator.conntrack.Lookup;
import org.rulewalk.simulator.packet.PlainPacket;

/**
 * Follows connections that a machine of a {@link Session} tracks, in zone 0, without asking rules.
 *
 * <p>A packet costs one lookup and no allocation that lasts.
 */
public final class Follower {
  /** What {@link #follow} says where the connection is over and a new one may begin. */
  public static final long OVER = -1;

  private static final int STATUS_BITS = 10;

  private final Host host;

  Follower(Host host) {
    this.host = host;
  }

  void keepTime(long now) {
    host.keepTime(now);
  }

  /** Where a packet, or its answer, is tracked; {@link Direction#NONE} where it isn't. */
  public Direction direction(Lookup packet) {
    return host.memory().conntrack.direction(packet);
  }

  /** The same for packets that left another machine, where their answers have a direction. */
  public Direction arrivingFrom(Direction answers) {
    return host.memory().conntrack.arrivingFrom(answers);
  }

  /** See {@link Conntrack#touch}. */
  public int touch(Lookup packet) {
    return host.memory().conntrack.touch(packet);
  }

  /** See {@link Conntrack#lookAhead}. */
  public void lookAhead(Lookup packet) {
    host.memory().conntrack.lookAhead(packet);
  }

  /** See {@link Session#likeness}; of a packet that comes in, and would leave as it is. */
  public int likeness(PlainPacket packet) {
    return host.likeness().of(packet);
  }

  /** Whether a connection is still in the machine's table. */
  public boolean isAlive(Direction direction) {
    return host.memory().conntrack.holds(direction.connection());
  }

  /**
   * Follows a packet, whose addresses may be those of another machine's translation: just what
   * stands behind them is looked at.
   *
   * @return the packet's kind: rules that are steady treat packets of the same kind alike. {@link
   *     #OVER} where nothing was followed
   */
  public long follow(Direction direction, PlainPacket packet) {
    return follow(direction.connection(), direction.isReply(), packet);
  }

  /** The same by the direction of the packet's answers: what was looked up is near. */
  public long followAnswered(Direction answers, PlainPacket packet) {
    return follow(answers.connection(), !answers.isReply(), packet);
  }

  private long follow(Connection connection, boolean reply, PlainPacket packet) {
    Info info = host.tracker().again(connection, reply, packet);
    if (info == null) {
      return OVER;
    }
    return info.ordinal()
        | (long) connection.status() << 3
        | (long) packet.flagsOrType() << 3 + STATUS_BITS
        | (long) packet.tos() << 3 + STATUS_BITS + 8
        | connection.mark() << 3 + STATUS_BITS + 16;
  }

  /** What connection tracking says of a packet whose kind {@link #follow} told. */
  public static Association association(Direction direction, long kind) {
    Info info = Info.values()[(int) kind & 7];
    return info == Info.NONE ? Association.NONE : Association.of(direction.connection(), info);
  }
}
