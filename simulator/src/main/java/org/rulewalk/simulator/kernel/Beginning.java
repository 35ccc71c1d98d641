package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.conntrack.Direction;
import org.rulewalk.simulator.conntrack.Pattern;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.packet.PlainPacket;

/**
 * How a machine of a {@link Session} begins the connections of one likeness (see {@link
 * Session#likeness}) by a first packet of one kind, without asking rules.
 */
public final class Beginning {
  private final Host host;
  private final Pattern pattern;

  Beginning(Host host, Pattern pattern) {
    this.host = host;
    this.pattern = pattern;
  }

  /**
   * Begins the connection of a packet that belongs to none.
   *
   * @param tuple the packet's
   * @return empty, and nothing done, where rules have to be asked
   */
  public Optional<Direction> begin(Tuple tuple, PlainPacket packet) {
    return pattern
        .begin(host.tracker(), host.memory().conntrack, tuple, packet)
        .map(connection -> connection.direction(false));
  }
}
