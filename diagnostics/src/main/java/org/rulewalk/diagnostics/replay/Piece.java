package org.rulewalk.diagnostics.replay;

import java.io.IOException;

/** Some packets in a row, in objects that are used again. */
final class Piece {
  final Sight[] sights;
  int size;

  Piece(int most) {
    sights = new Sight[most];
    for (int i = 0; i < most; i++) {
      sights[i] = new Sight();
    }
  }

  /** Takes the next packets of a recording; none are left at its end. */
  void read(Traffic traffic) throws IOException {
    size = 0;
    while (size < sights.length) {
      Sight next = traffic.next(sights[size]);
      if (next == null) {
        return;
      }
      sights[size++] = next;
    }
  }
}
