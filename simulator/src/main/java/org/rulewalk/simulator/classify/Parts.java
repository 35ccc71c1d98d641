package org.rulewalk.simulator.classify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Divides boxes so that each part has a column in which all its boxes are narrow: cut there, no box
 * stands in many children. A second tree costs a second descent, so few boxes stay together.
 */
final class Parts {
  private static final int MOST = 4;
  private static final int FEW = 4000;
  private static final int SAMPLE = 1024;
  private static final int MANY = 64;

  /** A box is wide that takes more than the column's numbers divided by two to this power. */
  private static final int WIDE = 6;

  private Parts() {}

  /** The parts, each in order; none is empty. */
  static List<int[]> of(Boxes boxes) {
    int[] rest = new int[boxes.size()];
    Arrays.setAll(rest, i -> i);
    List<int[]> parts = new ArrayList<>();
    while (parts.size() < MOST - 1 && rest.length >= FEW) {
      int[] wide = wide(rest, boxes);
      if (wide.length == 0 || wide.length > rest.length / 2) {
        break;
      }
      parts.add(without(rest, wide));
      rest = wide;
    }
    if (rest.length > 0) {
      parts.add(rest);
    }
    return parts;
  }

  /** The boxes that are wide in the column in which the fewest are. */
  private static int[] wide(int[] list, Boxes boxes) {
    int[] fewest = list;
    int[] found = new int[list.length];
    for (int column = 0; column < boxes.layout().columns(); column++) {
      long most = boxes.layout().highest(column) >>> WIDE;
      if (!tellsApart(list, column, boxes)) {
        continue;
      }
      int wide = 0;
      for (int box : list) {
        found[wide] = box;
        wide += boxes.high(box, column) - boxes.low(box, column) > most ? 1 : 0;
      }
      if (wide < fewest.length) {
        fewest = Arrays.copyOf(found, wide);
      }
    }
    return fewest;
  }

  /** Whether boxes have many different numbers in a column: a sample of them has. */
  private static boolean tellsApart(int[] list, int column, Boxes boxes) {
    Set<Long> different = new HashSet<>();
    for (int i = 0; i < SAMPLE && different.size() < MANY; i++) {
      different.add(boxes.low(list[(int) ((long) i * list.length / SAMPLE)], column));
    }
    return different.size() == MANY;
  }

  private static int[] without(int[] list, int[] others) {
    int[] rest = new int[list.length - others.length];
    int next = 0;
    int kept = 0;
    for (int box : list) {
      if (next < others.length && others[next] == box) {
        next++;
      } else {
        rest[kept++] = box;
      }
    }
    return rest;
  }
}
