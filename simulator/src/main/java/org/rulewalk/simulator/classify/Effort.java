package org.rulewalk.simulator.classify;

/**
 * How much memory and time a build may take: the fewer boxes, the more for each
 * (docs/decisions/0011-matching.md tells how the numbers were found).
 *
 * @param growth how many places a box may take on average in the children of a tree's root
 * @param sample how many boxes of a list are looked at to choose a cut
 * @param shifts how many places of a column are tried for a cut
 * @param extraBits how many more bits a cut may have than the number of boxes in its list
 * @param leafSize lists as short as this are not cut
 */
record Effort(double growth, int sample, int shifts, int extraBits, int leafSize) {
  private static final double LAST_GROWTH = 4;
  private static final double FALL = 4;
  private static final int FEW = 4000;
  private static final int MANY = 40_000;

  static Effort of(int boxes) {
    if (boxes < FEW) {
      return new Effort(16, 512, 8, 4, 3);
    }
    return boxes < MANY ? new Effort(16, 256, 5, 3, 4) : new Effort(10, 128, 4, 2, 6);
  }

  /** How many places a box may take on average in all leaves of a tree. */
  double copies() {
    return 2 * growth;
  }

  /** How many places a box may take on average in the children of a node so deep. */
  double growth(int depth) {
    return Math.max(LAST_GROWTH, growth / Math.pow(FALL, depth));
  }
}
