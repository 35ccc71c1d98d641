package org.rulewalk.simulator.compiled;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rulewalk.simulator.classify.Boxes;
import org.rulewalk.simulator.classify.KeyLayout;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.value.Bits;

/** The columns that a chain's rules look at, and how packets and conditions are written in them. */
final class ChainKey {
  private final Column[] columns;
  private final Ranks[] ranks;
  private final Map<Column, Integer> places = new LinkedHashMap<>();
  private final KeyLayout layout;

  /** The columns of some conditions. */
  ChainKey(Iterable<Condition> conditions) {
    Map<Column, List<Bits>> bounds = new LinkedHashMap<>();
    for (Condition condition : conditions) {
      condition.asked().forEach(column -> bounds.putIfAbsent(column, new ArrayList<>()));
      for (List<Condition.Range> ranges : condition.alternatives()) {
        for (Condition.Range range : ranges) {
          List<Bits> known = bounds.computeIfAbsent(range.column(), unused -> new ArrayList<>());
          if (!(range.column() instanceof PacketColumn)) {
            known.add(range.low());
            if (!range.high().equals(Intervals.HIGHEST)) {
              known.add(range.high().plus(Bits.of(1)));
            }
          }
        }
      }
    }
    columns = bounds.keySet().toArray(Column[]::new);
    ranks = new Ranks[columns.length];
    List<Integer> widths = new ArrayList<>();
    for (int i = 0; i < columns.length; i++) {
      places.put(columns[i], i);
      if (columns[i] instanceof PacketColumn) {
        ranks[i] = Ranks.NONE;
        widths.add(((PacketColumn) columns[i]).width());
      } else {
        ranks[i] = new Ranks(bounds.get(columns[i]));
        widths.add(32 - Integer.numberOfLeadingZeros(ranks[i].absent()));
      }
    }
    layout = new KeyLayout(widths);
  }

  KeyLayout layout() {
    return layout;
  }

  /** Makes the last box that of an alternative. */
  void limit(Boxes boxes, List<Condition.Range> alternative) {
    for (Condition.Range range : alternative) {
      int place = places.get(range.column());
      Ranks own = ranks[place];
      boxes.limit(
          place,
          own == Ranks.NONE ? range.low().low() : own.of(range.low()),
          own == Ranks.NONE ? range.high().low() : own.of(range.high()));
    }
  }

  /** Writes keys for packets; one a thread. */
  final class Writer implements Column.Cells {
    private final long[] key = new long[layout.words()];
    private int column;
    private boolean known;

    /**
     * Writes the key of a packet.
     *
     * @return false if something of it can't be told
     */
    boolean write(PacketContext context) {
      layout.clear(key, 0);
      known = true;
      for (column = 0; column < columns.length && known; column++) {
        columns[column].read(context, this);
      }
      return known;
    }

    long[] key() {
      return key;
    }

    @Override
    public void number(Bits value) {
      put(value.high(), value.low());
    }

    @Override
    public void small(long value) {
      put(0, value);
    }

    private void put(long high, long low) {
      Ranks own = ranks[column];
      layout.put(key, 0, column, own == Ranks.NONE ? low : own.of(high, low));
    }

    @Override
    public void absent() {
      Ranks own = ranks[column];
      layout.put(key, 0, column, own == Ranks.NONE ? layout.highest(column) : own.absent());
    }

    @Override
    public void unknown() {
      known = false;
    }
  }
}
