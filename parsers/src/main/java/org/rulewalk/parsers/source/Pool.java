package org.rulewalk.parsers.source;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets equal values of a file be one object: rulesets say the same things over and over. Remembers
 * the first few thousand values; later ones pass through. Not thread-safe.
 *
 * @param <T> immutable values with {@code equals}
 */
public final class Pool<T> {
  private static final int MOST = 4096;

  private final Map<T, T> known = new HashMap<>();

  /** The value, or an equal one that was seen before. */
  public T one(T value) {
    T same = known.get(value);
    if (same != null) {
      return same;
    }
    if (known.size() < MOST) {
      known.put(value, value);
    }
    return value;
  }

  /** The same for each value of a list. */
  public List<T> all(List<T> values) {
    return values.stream().map(this::one).toList();
  }
}
