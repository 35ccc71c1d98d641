package org.rulewalk.simulator.symbolic;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** One packet of a set, any of them: a value for each variable that anybody may ask. */
final class Point implements Bdd.Levels {
  private static final int WORDS = 64;

  /** The first variables, of which most are asked; the others are in the map. */
  private final long[] known = new long[WORDS];

  private final long[] values = new long[WORDS];
  private final Map<Integer, Boolean> others = new HashMap<>();
  private final int salt;

  private Point(int salt) {
    this.salt = salt;
  }

  /** A packet of a set that is not empty. */
  static Point in(Bdd bdd, int set, Random random) {
    Point point = new Point(random.nextInt());
    int node = set;
    while (node > Bdd.TRUE) {
      int low = bdd.low(node);
      boolean yes = low == Bdd.FALSE || bdd.high(node) != Bdd.FALSE && point.drawn(bdd.level(node));
      point.choose(bdd.level(node), yes);
      node = yes ? bdd.high(node) : low;
    }
    return point;
  }

  private void choose(int level, boolean yes) {
    int word = level >> 6;
    if (word >= WORDS) {
      others.put(level, yes);
      return;
    }
    known[word] |= 1L << level;
    values[word] |= yes ? 1L << level : 0;
  }

  private boolean drawn(int level) {
    int hash = (level ^ salt) * 0x9e3779b1;
    hash ^= hash >>> 15;
    hash *= 0x85ebca6b;
    return (hash >>> 13 & 1) != 0;
  }

  @Override
  public boolean contains(int level) {
    int word = level >> 6;
    if (word >= WORDS) {
      Boolean value = others.get(level);
      return value != null ? value : drawn(level);
    }
    return (known[word] >>> level & 1) != 0 ? (values[word] >>> level & 1) != 0 : drawn(level);
  }
}
