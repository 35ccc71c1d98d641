package org.rulewalk.diagnostics.replay;

import java.io.Closeable;
import java.io.IOException;
import org.rulewalk.simulator.conntrack.Direction;

/**
 * Packets that were read before the first of them is taken, with their connections brought near:
 * waiting for main memory is most of what a packet of a known connection costs, and reads that do
 * not depend on each other wait together.
 */
final class Batch implements Closeable {
  private static final int SIZE = 64;
  private static final int STEPS = 3;

  private final ReadAhead pieces;
  private final Sight[] near = new Sight[SIZE];
  private Piece piece = new Piece(1);
  private int at;

  /** What was read ahead; kept so that it is not left out. */
  private long touched;

  Batch(ReadAhead pieces) {
    this.pieces = pieces;
  }

  /** The next packet, which holds until the one after that is asked for; null at the end. */
  Sight next() throws IOException {
    if (at == piece.size) {
      piece = pieces.next(piece);
      at = 0;
    }
    if (at == piece.size) {
      return null;
    }
    if (at % SIZE == 0) {
      touch(at, Math.min(SIZE, piece.size - at));
    }
    return piece.sights[at++];
  }

  private void touch(int from, int count) {
    int known = 0;
    for (int i = 0; i < count; i++) {
      Sight sight = piece.sights[from + i];
      if (sight.plain) {
        near[known++] = sight;
        touched += sight.place.follower.touch(sight.lookup);
      }
    }
    for (int i = 0; i < known; i++) {
      near[i].place.follower.lookAhead(near[i].lookup);
    }
    for (int step = 0; step < STEPS; step++) {
      for (int i = 0; i < known; i++) {
        Direction direction = near[i].lookup.ahead();
        touched += direction == Direction.NONE ? 0 : direction.connection().touch(step);
      }
    }
  }

  @Override
  public void close() {
    pieces.close();
  }
}
