package org.rulewalk.diagnostics.replay;

import java.io.IOException;
import org.rulewalk.simulator.conntrack.Direction;

/**
 * Packets that were read before the first of them is taken, with their connections brought near:
 * waiting for main memory is most of what a packet of a known connection costs, and reads that do
 * not depend on each other wait together.
 */
final class Batch {
  private static final int SIZE = 64;
  private static final int STEPS = 3;

  private final Traffic traffic;
  private final Sight[] sights = new Sight[SIZE];
  private final Direction[] directions = new Direction[SIZE];
  private int size;
  private int at;

  /** What was read ahead; kept so that it is not left out. */
  private long touched;

  Batch(Traffic traffic) {
    this.traffic = traffic;
    for (int i = 0; i < SIZE; i++) {
      sights[i] = new Sight();
    }
  }

  /** The next packet, which holds until the one after that is asked for; null at the end. */
  Sight next() throws IOException {
    if (at == size) {
      read();
      touch();
    }
    return at == size ? null : sights[at++];
  }

  private void read() throws IOException {
    at = 0;
    size = 0;
    while (size < SIZE) {
      Sight next = traffic.next(sights[size]);
      if (next == null) {
        return;
      }
      sights[size++] = next;
    }
  }

  private void touch() {
    for (int i = 0; i < size; i++) {
      Sight sight = sights[i];
      touched += sight.plain ? sight.place.follower.touch(sight.raw, sight.leaving) : 0;
    }
    for (int i = 0; i < size; i++) {
      Sight sight = sights[i];
      directions[i] =
          sight.plain ? sight.place.follower.peek(sight.raw, sight.leaving) : Direction.NONE;
    }
    for (int step = 0; step < STEPS; step++) {
      for (int i = 0; i < size; i++) {
        touched +=
            directions[i] == Direction.NONE ? 0 : directions[i].connection().touch(step);
      }
    }
  }
}
