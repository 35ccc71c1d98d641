package org.rulewalk.simulator.classify;

/**
 * A node's question: some neighbouring bits of a column.
 *
 * @param shift the lowest of them
 * @param bits how many
 */
record Cut(int column, int shift, int bits) {
  int slots() {
    return 1 << bits;
  }

  /**
   * The first slot that a box with this lower bound stands in; further ones follow, in a circle.
   */
  int slot(long value) {
    return (int) (value >>> shift) & slots() - 1;
  }

  /** How many slots a box stands in. */
  int span(long low, long high) {
    long steps = (high >>> shift) - (low >>> shift) + 1;
    return (int) Math.min(steps, slots());
  }
}
