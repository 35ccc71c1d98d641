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
  private static final double MOST_GROWTH = 16;
  private static final double LAST_GROWTH = 2;
  private static final double LEAST_COPIES = 4;
  private static final double FALL = 4;
  private static final int FEW = 4000;
  private static final int MANY = 40_000;
  private static final double ROOT_GROWTH = 64 * Math.sqrt(1000);

  static Effort of(int boxes) {
    double growth = Math.min(MOST_GROWTH, ROOT_GROWTH / Math.sqrt(Math.max(1, boxes)));
    if (boxes < FEW) {
      return new Effort(growth, 512, 8, 4, 3);
    }
    return boxes < MANY ? new Effort(growth, 256, 5, 3, 4) : new Effort(growth, 128, 4, 2, 6);
  }

  /** How many places a box may take on average in all leaves of a tree. */
  double copies() {
    return Math.max(LEAST_COPIES, 2 * growth);
  }

  /** How many places a box may take on average in the children of a node so deep. */
  double growth(int depth) {
    return Math.max(LAST_GROWTH, growth / Math.pow(FALL, depth));
  }
}
