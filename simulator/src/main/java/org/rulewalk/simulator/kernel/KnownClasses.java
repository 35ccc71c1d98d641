package org.rulewalk.simulator.kernel;

/**
 * Numbers for keys of five numbers, in the order in which they come: open addressing with linear
 * probing. A lookup costs no allocation; memory by the number of keys. Not thread-safe.
 */
final class KnownClasses {
  private static final int WORDS = 5;
  private static final int LEAST = 64;

  private long[] keys = new long[LEAST * WORDS];
  private int[] numbers = new int[LEAST];
  private int size;

  int size() {
    return size;
  }

  /** The number of a key, which gets the next one if it has none. */
  int of(long first, long second, long third, long fourth, long fifth) {
    int slot = slot(first, second, third, fourth, fifth);
    if (numbers[slot] == 0) {
      if (2 * size >= numbers.length) {
        grow();
        slot = slot(first, second, third, fourth, fifth);
      }
      put(slot, first, second, third, fourth, fifth, ++size);
    }
    return numbers[slot] - 1;
  }

  private int slot(long first, long second, long third, long fourth, long fifth) {
    int mask = numbers.length - 1;
    long hash = mix(mix(mix(mix(first) ^ second) ^ third) ^ fourth) ^ fifth;
    int slot = (int) (mix(hash) >>> 32) & mask;
    while (numbers[slot] != 0 && !isAt(slot * WORDS, first, second, third, fourth, fifth)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private static long mix(long hash) {
    long mixed = hash * 0x9e3779b97f4a7c15L;
    return mixed ^ mixed >>> 29;
  }

  private boolean isAt(int at, long first, long second, long third, long fourth, long fifth) {
    return keys[at] == first
        && keys[at + 1] == second
        && keys[at + 2] == third
        && keys[at + 3] == fourth
        && keys[at + 4] == fifth;
  }

  private void put(
      int slot, long first, long second, long third, long fourth, long fifth, int number) {
    int at = slot * WORDS;
    keys[at] = first;
    keys[at + 1] = second;
    keys[at + 2] = third;
    keys[at + 3] = fourth;
    keys[at + 4] = fifth;
    numbers[slot] = number;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldNumbers = numbers;
    keys = new long[2 * oldKeys.length];
    numbers = new int[2 * oldNumbers.length];
    for (int i = 0; i < oldNumbers.length; i++) {
      if (oldNumbers[i] != 0) {
        int at = i * WORDS;
        long first = oldKeys[at];
        long second = oldKeys[at + 1];
        long third = oldKeys[at + 2];
        long fourth = oldKeys[at + 3];
        long fifth = oldKeys[at + 4];
        int slot = slot(first, second, third, fourth, fifth);
        put(slot, first, second, third, fourth, fifth, oldNumbers[i]);
      }
    }
  }
}
