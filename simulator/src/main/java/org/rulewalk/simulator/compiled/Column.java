package org.rulewalk.simulator.compiled;

import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Truth;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;

/** One number that rules look at, or the answer of one of their tests. */
sealed interface Column permits PacketColumn, Column.OfValue, Column.OfAnswer {

  /** What a packet has in a column. */
  interface Cells {
    /** A number. */
    void number(Bits value);

    /** A number of at most 63 bits. */
    void small(long value);

    /** Nothing. */
    void absent();

    /** It can't be told: rules must be asked one by one. */
    void unknown();
  }

  /** Reads it off a packet: calls exactly one method. */
  void read(PacketContext context, Cells cells);

  /** The value of an expression. */
  record OfValue(org.rulewalk.simulator.rules.Expression expression) implements Column {
    @Override
    public void read(PacketContext context, Cells cells) {
      Value value = expression.evaluate(context);
      if (value instanceof Value.Scalar) {
        cells.number(((Value.Scalar) value).bits());
      } else if (value instanceof Value.Unknown) {
        cells.unknown();
      } else {
        cells.absent();
      }
    }
  }

  /** Whether a test holds: 1 or 0. */
  record OfAnswer(Match match) implements Column {
    @Override
    public void read(PacketContext context, Cells cells) {
      boolean drops =
          match instanceof Match.Extension
              && ((Match.Extension) match).match().dropsAtOnce(context);
      Truth truth = drops ? Truth.NO : match.test(context);
      if (drops || truth instanceof Truth.Unknown) {
        cells.unknown();
      } else {
        cells.small(truth == Truth.YES ? 1 : 0);
      }
    }
  }
}
