package org.rulewalk.simulator.classify;

/** The keys that can come to a node: those between two keys in every column. */
record Region(long[] low, long[] high) {
  static Region all(KeyLayout layout) {
    long[] low = new long[layout.words()];
    long[] high = new long[layout.words()];
    layout.clear(low, 0);
    layout.clear(high, 0);
    for (int column = 0; column < layout.columns(); column++) {
      layout.put(high, 0, column, layout.highest(column));
    }
    return new Region(low, high);
  }

  /** Whether a cut looks at the highest bits in which the region's keys differ, or above. */
  boolean isDivided(Cut cut, KeyLayout layout) {
    int above = cut.shift() + cut.bits();
    return number(low, cut, layout) >>> above == number(high, cut, layout) >>> above;
  }

  private static long number(long[] key, Cut cut, KeyLayout layout) {
    int column = cut.column();
    return key[layout.word(column)] >>> layout.shift(column) & layout.highest(column);
  }

  /** The part of a divided region in a slot; it may be empty. */
  Region slot(Cut cut, int slot, KeyLayout layout) {
    int above = cut.shift() + cut.bits();
    long from = number(low, cut, layout);
    long to = number(high, cut, layout);
    long first = (from >>> above << cut.bits() | slot) << cut.shift();
    long last = first + (1L << cut.shift()) - 1;
    return new Region(
        with(low, cut, layout, Math.max(first, from)), with(high, cut, layout, Math.min(last, to)));
  }

  private static long[] with(long[] key, Cut cut, KeyLayout layout, long number) {
    long[] changed = key.clone();
    int column = cut.column();
    changed[layout.word(column)] &= ~(layout.highest(column) << layout.shift(column));
    layout.put(changed, 0, column, number);
    return changed;
  }
}
