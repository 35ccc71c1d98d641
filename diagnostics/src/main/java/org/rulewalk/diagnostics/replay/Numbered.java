package org.rulewalk.diagnostics.replay;

import java.util.ArrayList;
import java.util.List;

/** Things by small numbers; memory by the largest of them. */
final class Numbered<T> {
  private final List<T> things = new ArrayList<>();

  /** The one with a number; null if there is none. */
  T get(int number) {
    return number < things.size() ? things.get(number) : null;
  }

  void put(int number, T thing) {
    while (things.size() <= number) {
      things.add(null);
    }
    things.set(number, thing);
  }

  void clear() {
    things.clear();
  }
}
