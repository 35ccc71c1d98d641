package org.rulewalk.diagnostics.dom0;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * Which lines of one list are which of another, in order and as many as possible (longest common
 * subsequence). For lists whose middle parts are very long: line by line, as far as they agree.
 */
final class Alignment {
  private static final long MOST_CELLS = 4_000_000;

  private Alignment() {}

  /**
   * Places in the second list by places in the first.
   *
   * @param same whether two places are alike
   */
  static Map<Integer, Integer> of(int first, int second, BiPredicate<Integer, Integer> same) {
    Map<Integer, Integer> pairs = new TreeMap<>();
    int start = 0;
    while (start < first && start < second && same.test(start, start)) {
      pairs.put(start, start);
      start++;
    }
    int endFirst = first;
    int endSecond = second;
    while (endFirst > start && endSecond > start && same.test(endFirst - 1, endSecond - 1)) {
      endFirst--;
      endSecond--;
      pairs.put(endFirst, endSecond);
    }
    int rows = endFirst - start;
    int columns = endSecond - start;
    if ((long) rows * columns <= MOST_CELLS && rows > 0 && columns > 0) {
      middle(start, rows, columns, same, pairs);
    }
    return pairs;
  }

  private static void middle(
      int start,
      int rows,
      int columns,
      BiPredicate<Integer, Integer> same,
      Map<Integer, Integer> pairs) {
    int[][] longest = new int[rows + 1][columns + 1];
    for (int i = rows - 1; i >= 0; i--) {
      for (int j = columns - 1; j >= 0; j--) {
        longest[i][j] =
            same.test(start + i, start + j)
                ? longest[i + 1][j + 1] + 1
                : Math.max(longest[i + 1][j], longest[i][j + 1]);
      }
    }
    int i = 0;
    int j = 0;
    while (i < rows && j < columns) {
      if (same.test(start + i, start + j)) {
        pairs.put(start + i++, start + j++);
      } else if (longest[i + 1][j] >= longest[i][j + 1]) {
        i++;
      } else {
        j++;
      }
    }
  }
}
