package org.rulewalk.simulator.compiled;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.classify.Boxes;
import org.rulewalk.simulator.classify.KeyLayout;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.value.Bits;

/** The columns that a chain's rules look at, and how packets and conditions are written in them. */
final class ChainKey {
  private final List<Column> columns;
  private final List<Optional<Ranks>> ranks = new ArrayList<>();
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
    columns = List.copyOf(bounds.keySet());
    List<Integer> widths = new ArrayList<>();
    for (Column column : columns) {
      places.put(column, places.size());
      if (column instanceof PacketColumn) {
        ranks.add(Optional.empty());
        widths.add(((PacketColumn) column).width());
      } else {
        Ranks own = new Ranks(bounds.get(column));
        ranks.add(Optional.of(own));
        widths.add(32 - Integer.numberOfLeadingZeros(own.absent()));
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
      Optional<Ranks> own = ranks.get(place);
      boxes.limit(
          place,
          own.isPresent() ? own.get().of(range.low()) : range.low().low(),
          own.isPresent() ? own.get().of(range.high()) : range.high().low());
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
      for (column = 0; column < columns.size() && known; column++) {
        columns.get(column).read(context, this);
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
      Optional<Ranks> own = ranks.get(column);
      layout.put(key, 0, column, own.isPresent() ? own.get().of(high, low) : low);
    }

    @Override
    public void absent() {
      Optional<Ranks> own = ranks.get(column);
      layout.put(key, 0, column, own.isPresent() ? own.get().absent() : layout.highest(column));
    }

    @Override
    public void unknown() {
      known = false;
    }
  }
}
