package org.rulewalk.simulator.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The trees find what a look at one box after the other finds. */
class ClassifierTest {
  private static final int[] WIDTHS = {1, 4, 9, 16, 17, 32, 32};

  private record Bounds(long[] low, long[] high, boolean ends) {
    boolean holds(long[] numbers) {
      for (int i = 0; i < numbers.length; i++) {
        if (numbers[i] < low[i] || numbers[i] > high[i]) {
          return false;
        }
      }
      return true;
    }
  }

  @Test
  void findsTheFirstBoxAndThoseBehindIt() {
    int found = 0;
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      KeyLayout layout = layout(random);
      List<Bounds> list = boxes(layout, random, seed % 40 == 0 ? 6000 : 1 + random.nextInt(300));
      Classifier classifier = Classifier.of(packed(layout, list));
      int keys = 1500;
      long[] packed = new long[keys * layout.words()];
      int[] expected = new int[keys];
      for (int i = 0; i < keys; i++) {
        long[] numbers = numbers(layout, list, random);
        layout.clear(packed, i * layout.words());
        for (int column = 0; column < numbers.length; column++) {
          layout.put(packed, i * layout.words(), column, numbers[column]);
        }
        expected[i] = first(list, numbers, 0);
        int box = -1;
        do {
          int next = first(list, numbers, box + 1);
          int got = classifier.first(packed, i * layout.words(), box + 1);
          assertEquals(next, got, "seed " + seed + ", key " + i + ", behind " + box);
          found += next >= 0 ? 1 : 0;
          box = next;
        } while (box >= 0 && !list.get(box).ends());
      }
      int[] batch = new int[keys];
      new BatchLookup(classifier).first(packed, keys, batch);
      org.junit.jupiter.api.Assertions.assertArrayEquals(expected, batch, "seed " + seed);
    }
    assertTrue(found > 250_000, "the boxes hardly hold a key: " + found);
  }

  @Test
  void nothingIsFoundWhereThereIsNoBox() {
    KeyLayout layout = new KeyLayout(List.of(8));
    Classifier classifier = Classifier.of(new Boxes(layout, 0));
    long[] key = new long[layout.words()];
    layout.clear(key, 0);
    assertEquals(-1, classifier.first(key, 0, 0));
  }

  @Test
  void memoryIsBoundedWhereNothingDividesTheBoxes() {
    KeyLayout layout = new KeyLayout(List.of(32, 32, 16));
    Random random = new Random(5);
    Boxes boxes = new Boxes(layout, 20_000);
    for (int i = 0; i < 20_000; i++) {
      boxes.add(false);
      for (int column = 0; column < 3; column++) {
        long half = layout.highest(column) / 2;
        boxes.limit(
            column,
            (long) (random.nextDouble() * half),
            half + (long) (random.nextDouble() * half));
      }
    }
    long bytes = Classifier.of(boxes).bytes();
    assertTrue(bytes < 20_000L * 1000, bytes + " bytes");
  }

  @Test
  void boxesThatNobodyFindsTakeNoRoomInTrees() {
    KeyLayout layout = new KeyLayout(List.of(32, 32));
    Random random = new Random(6);
    Boxes boxes = new Boxes(layout, 20_000);
    for (int i = 0; i < 20_000; i++) {
      boxes.add(true);
      if (i >= 256) {
        boxes.limit(0, random.nextInt(1 << 30), 1L << 31);
        boxes.limit(1, random.nextInt(1 << 30), 1L << 31);
      } else {
        boxes.limit(0, (long) i << 24, (i + 1L << 24) - 1);
        boxes.limit(1, 0, 1L << 31);
      }
    }
    Classifier classifier = Classifier.of(boxes);
    assertTrue(classifier.bytes() < 20_000 * 32 + 20_000, classifier.bytes() + " bytes");
    assertEquals(7, classifier.first(key(layout, 7 << 24, 9), 0, 0));
  }

  private static long[] key(KeyLayout layout, long... numbers) {
    long[] key = new long[layout.words()];
    layout.clear(key, 0);
    for (int column = 0; column < numbers.length; column++) {
      layout.put(key, 0, column, numbers[column]);
    }
    return key;
  }

  private static KeyLayout layout(Random random) {
    List<Integer> widths = new ArrayList<>();
    for (int i = 1 + random.nextInt(7); i > 0; i--) {
      widths.add(WIDTHS[random.nextInt(WIDTHS.length)]);
    }
    return new KeyLayout(widths);
  }

  private static List<Bounds> boxes(KeyLayout layout, Random random, int count) {
    List<Bounds> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long[] low = new long[layout.columns()];
      long[] high = new long[layout.columns()];
      for (int column = 0; column < low.length; column++) {
        long highest = layout.highest(column);
        if (random.nextInt(3) == 0) {
          high[column] = highest;
          continue;
        }
        long size = 1L << random.nextInt(layout.width(column) + 1);
        low[column] = random.nextLong() & highest & (random.nextBoolean() ? -size : -1);
        high[column] = Math.min(highest, low[column] + size - 1);
      }
      list.add(new Bounds(low, high, random.nextInt(3) > 0));
    }
    return list;
  }

  private static Boxes packed(KeyLayout layout, List<Bounds> list) {
    Boxes boxes = new Boxes(layout, 4);
    for (Bounds bounds : list) {
      boxes.add(bounds.ends());
      for (int column = 0; column < layout.columns(); column++) {
        boxes.limit(column, bounds.low()[column], bounds.high()[column]);
      }
    }
    return boxes;
  }

  /** Numbers at the edges of a box, or just beside them. */
  private static long[] numbers(KeyLayout layout, List<Bounds> list, Random random) {
    Bounds aimed = list.get(random.nextInt(list.size()));
    long[] numbers = new long[layout.columns()];
    for (int column = 0; column < numbers.length; column++) {
      long edge = random.nextBoolean() ? aimed.low()[column] : aimed.high()[column];
      long beside = random.nextInt(6) == 0 ? random.nextInt(3) - 1 : 0;
      numbers[column] = edge + beside & layout.highest(column);
    }
    return numbers;
  }

  private static int first(List<Bounds> list, long[] numbers, int from) {
    for (int i = from; i < list.size(); i++) {
      if (list.get(i).holds(numbers)) {
        return i;
      }
    }
    return -1;
  }
}
