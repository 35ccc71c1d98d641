package org.rulewalk.simulator.conntrack;

import java.util.function.Consumer;

/**
 * Directions of connections by zone and tuple: open addressing with linear probing. At least two of
 * three places are free, so that the first one looked at is mostly the right one: each other one
 * costs a wait for main memory. A lookup costs no allocation. Not thread-safe.
 */
final class Directions {
  private static final int LEAST = 16;

  private Direction[] slots = new Direction[LEAST];
  private int size;
  private int replaced;

  int size() {
    return size;
  }

  static int hash(long addresses, long rest) {
    long hash = (addresses * 0x9e3779b97f4a7c15L ^ rest) * 0xc2b2ae3d27d4eb4fL;
    return (int) (hash >>> 32);
  }

  /** How often something was taken out, or gave way to something else. */
  int replaced() {
    return replaced;
  }

  /** By the numbers of an IPv4 packet; null if there is none. */
  Direction find(long addresses, long rest) {
    return find(addresses, rest, hash(addresses, rest));
  }

  /** The same where their {@link #hash} is known. */
  Direction find(long addresses, long rest, int hash) {
    int mask = slots.length - 1;
    for (int at = hash & mask; slots[at] != null; at = at + 1 & mask) {
      if (slots[at].isAt(addresses, rest)) {
        return slots[at];
      }
    }
    return null;
  }

  /** Reads what {@link #find} begins with; the number says nothing. */
  int touch(int hash) {
    return slots[hash & slots.length - 1] == null ? 0 : 1;
  }

  /** By zone and tuple; null if there is none. */
  Direction find(int zone, Tuple tuple) {
    return slots[slot(zone, tuple)];
  }

  private int slot(int zone, Tuple tuple) {
    int hash = hash(Direction.addresses(tuple), Direction.rest(zone, tuple));
    int mask = slots.length - 1;
    int at = hash & mask;
    while (slots[at] != null && !slots[at].isOf(zone, tuple)) {
      at = at + 1 & mask;
    }
    return at;
  }

  private int slot(Direction direction) {
    int mask = slots.length - 1;
    int at = hash(direction.addresses(), direction.rest()) & mask;
    while (slots[at] != null && !slots[at].isLike(direction)) {
      at = at + 1 & mask;
    }
    return at;
  }

  /** Puts one in, unless there is one at its place. */
  void putIfAbsent(Direction direction) {
    if (slots[slot(direction)] == null) {
      put(direction);
    }
  }

  /** Puts one in, instead of what is at its place. */
  void put(Direction direction) {
    if (3L * (size + 1) > slots.length) {
      grow();
    }
    int at = slot(direction);
    if (slots[at] == null) {
      size++;
    } else {
      replaced++;
    }
    slots[at] = direction;
  }

  private void grow() {
    Direction[] before = slots;
    slots = new Direction[2 * before.length];
    size = 0;
    for (Direction each : before) {
      if (each != null) {
        put(each);
      }
    }
  }

  /** Takes one out, if it is the one at its place; those behind it move up. */
  void remove(Direction direction) {
    int gap = slot(direction);
    if (slots[gap] != direction) {
      return;
    }
    size--;
    replaced++;
    slots[gap] = null;
    int mask = slots.length - 1;
    for (int at = gap + 1 & mask; slots[at] != null; at = at + 1 & mask) {
      int home = hash(slots[at].addresses(), slots[at].rest()) & mask;
      if ((at - home & mask) >= (at - gap & mask)) {
        slots[gap] = slots[at];
        slots[at] = null;
        gap = at;
      }
    }
  }

  void forEach(Consumer<Direction> action) {
    for (Direction each : slots) {
      if (each != null) {
        action.accept(each);
      }
    }
  }
}
