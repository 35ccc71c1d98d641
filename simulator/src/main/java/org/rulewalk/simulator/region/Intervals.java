package org.rulewalk.simulator.region;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.value.Bits;

/**
 * A set of unsigned numbers, as intervals that are in order and neither overlap nor touch.
 *
 * @param parts from the lowest to the highest, both ends of each included
 */
public record Intervals(List<Interval> parts) {
  /** No number. */
  public static final Intervals NONE = new Intervals(List.of());

  private static final Bits ONE = Bits.of(1);
  private static final Bits LAST = Bits.ones(128);

  /** Keeps a copy. */
  public Intervals {
    parts = List.copyOf(parts);
  }

  /** One number. */
  public static Intervals of(Bits value) {
    return new Intervals(List.of(Interval.of(value)));
  }

  /** The numbers from low to high. */
  public static Intervals of(Bits low, Bits high) {
    return new Intervals(List.of(new Interval(low, high)));
  }

  /** The numbers that are in one of these intervals; they may overlap. */
  public static Intervals ofAll(Collection<Interval> some) {
    List<Interval> sorted = new ArrayList<>(some);
    sorted.sort(Comparator.comparing(Interval::low));
    List<Interval> parts = new ArrayList<>();
    for (Interval next : sorted) {
      int last = parts.size() - 1;
      if (last >= 0 && touches(parts.get(last), next)) {
        Bits high = max(parts.get(last).high(), next.high());
        parts.set(last, new Interval(parts.get(last).low(), high));
      } else {
        parts.add(next);
      }
    }
    return new Intervals(parts);
  }

  private static boolean touches(Interval a, Interval b) {
    return a.high().equals(LAST) || b.low().compareTo(a.high().plus(ONE)) <= 0;
  }

  private static Bits max(Bits a, Bits b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  private static Bits min(Bits a, Bits b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  /** Whether it holds no number. */
  public boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Whether it holds just one. */
  public boolean isSingle() {
    return parts.size() == 1 && parts.get(0).isSingle();
  }

  /**
   * The lowest number.
   *
   * @throws java.util.NoSuchElementException if there is none
   */
  public Bits first() {
    return parts.stream().findFirst().orElseThrow().low();
  }

  /** Whether the number is among them. */
  public boolean contains(Bits value) {
    int low = 0;
    int high = parts.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (parts.get(middle).contains(value)) {
        return true;
      }
      if (parts.get(middle).low().compareTo(value) > 0) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return false;
  }

  /** Whether all of the other's numbers are among these. */
  public boolean contains(Intervals other) {
    int at = 0;
    for (int i = 0; i < other.parts.size(); i++) {
      Interval part = other.parts.get(i);
      while (at < parts.size() && parts.get(at).high().compareTo(part.low()) < 0) {
        at++;
      }
      if (at == parts.size()
          || parts.get(at).low().compareTo(part.low()) > 0
          || parts.get(at).high().compareTo(part.high()) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The numbers that are in both. */
  public Intervals and(Intervals other) {
    List<Interval> both = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < parts.size() && j < other.parts.size()) {
      Interval a = parts.get(i);
      Interval b = other.parts.get(j);
      Bits low = max(a.low(), b.low());
      Bits high = min(a.high(), b.high());
      if (low.compareTo(high) <= 0) {
        both.add(new Interval(low, high));
      }
      if (a.high().compareTo(b.high()) < 0) {
        i++;
      } else {
        j++;
      }
    }
    return new Intervals(both);
  }

  /** The numbers that are in at least one. */
  public Intervals or(Intervals other) {
    List<Interval> all = new ArrayList<>(parts);
    all.addAll(other.parts);
    return ofAll(all);
  }

  /** The numbers of this one that the other lacks. */
  public Intervals minus(Intervals other) {
    List<Interval> rest = new ArrayList<>();
    int j = 0;
    for (Interval part : parts) {
      Bits low = part.low();
      boolean left = true;
      while (j < other.parts.size() && other.parts.get(j).high().compareTo(low) < 0) {
        j++;
      }
      for (int k = j; left && k < other.parts.size(); k++) {
        Interval hole = other.parts.get(k);
        if (hole.low().compareTo(part.high()) > 0) {
          break;
        }
        if (hole.low().compareTo(low) > 0) {
          rest.add(new Interval(low, hole.low().minus(ONE)));
        }
        left = hole.high().compareTo(part.high()) < 0;
        low = left ? hole.high().plus(ONE) : low;
      }
      if (left) {
        rest.add(new Interval(low, part.high()));
      }
    }
    return new Intervals(rest);
  }

  /**
   * The stretches of these numbers that begin at a cut or at their own beginning, and hold a
   * property at their first number.
   *
   * @param cuts in order
   */
  Intervals where(Collection<Bits> cuts, Predicate<Bits> property) {
    List<Interval> holding = new ArrayList<>();
    for (Interval stretch : stretches(cuts)) {
      if (property.test(stretch.low())) {
        holding.add(stretch);
      }
    }
    return ofAll(holding);
  }

  /** These numbers, parted at each cut. */
  List<Interval> stretches(Collection<Bits> cuts) {
    List<Interval> stretches = new ArrayList<>();
    for (Interval part : parts) {
      Bits low = part.low();
      for (Bits cut : cuts) {
        if (cut.compareTo(low) > 0 && cut.compareTo(part.high()) <= 0) {
          stretches.add(new Interval(low, cut.minus(ONE)));
          low = cut;
        }
      }
      stretches.add(new Interval(low, part.high()));
    }
    return stretches;
  }
}
