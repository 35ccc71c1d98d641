package org.rulewalk.simulator.rules;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.value.Bits;

/**
 * The elements of a set or map: keys of one or several parts, each part a value or an interval,
 * with data where it is a map.
 *
 * <p>Immutable; two are equal if they have the same elements in any order. A lookup of single
 * values costs one hash; of intervals with one part, a binary search; of intervals with several
 * parts, a look at each element.
 */
public final class ElementSet {
  /** The set without elements. */
  public static final ElementSet EMPTY = new ElementSet(List.of());

  private final List<Element> elements;
  private final Map<List<Bits>, Element> exact = new HashMap<>();
  private final List<Element> intervals = new ArrayList<>();
  private final List<Element> ranges = new ArrayList<>();
  private final Optional<Element> catchAll;

  /** A set of these elements; intervals of one part must not overlap. */
  public ElementSet(List<Element> elements) {
    this.elements = List.copyOf(elements);
    Optional<Element> rest = Optional.empty();
    for (Element element : this.elements) {
      if (element.key().isEmpty()) {
        rest = Optional.of(element);
      } else if (element.key().stream().allMatch(Interval::isSingle)) {
        exact.putIfAbsent(element.key().stream().map(Interval::low).toList(), element);
      } else if (element.key().size() == 1) {
        intervals.add(element);
      } else {
        ranges.add(element);
      }
    }
    intervals.sort((a, b) -> a.key().get(0).low().compareTo(b.key().get(0).low()));
    catchAll = rest;
  }

  /**
   * A value or an interval, both ends included.
   *
   * @param low lowest value
   * @param high highest value
   */
  public record Interval(Bits low, Bits high) {
    /** One value. */
    public static Interval of(Bits value) {
      return new Interval(value, value);
    }

    /** Whether low and high are the same. */
    public boolean isSingle() {
      return low.equals(high);
    }

    /** Whether the value lies within. */
    public boolean contains(Bits value) {
      return value.compareTo(low) >= 0 && value.compareTo(high) <= 0;
    }
  }

  /**
   * One element.
   *
   * @param key its parts; none for the catch-all element {@code *}
   * @param value the data of a map; empty for sets and verdict maps
   * @param verdict the data of a verdict map
   * @param object the data of an object map: the object's name
   * @param attributes what else was written: timeout, expiry, comment, counter …
   */
  public record Element(
      List<Interval> key,
      Optional<Value> value,
      Optional<Verdict> verdict,
      Optional<String> object,
      Attributes attributes) {
    /** Keeps a copy. */
    public Element {
      key = List.copyOf(key);
    }

    /** An element of a set. */
    public static Element of(List<Interval> key) {
      return new Element(
          key, Optional.empty(), Optional.empty(), Optional.empty(), Attributes.NONE);
    }

    /** An element of a map. */
    public static Element of(List<Interval> key, Value value) {
      return new Element(
          key, Optional.of(value), Optional.empty(), Optional.empty(), Attributes.NONE);
    }

    /** An element of a verdict map. */
    public static Element of(List<Interval> key, Verdict verdict) {
      return new Element(
          key, Optional.empty(), Optional.of(verdict), Optional.empty(), Attributes.NONE);
    }

    /** An element of a map of objects. */
    public static Element ofObject(List<Interval> key, String object) {
      return new Element(
          key, Optional.empty(), Optional.empty(), Optional.of(object), Attributes.NONE);
    }

    /** The same with other attributes. */
    public Element with(Attributes other) {
      return new Element(key, value, verdict, object, other);
    }

    boolean holds(List<Bits> wanted) {
      if (wanted.size() != key.size()) {
        return false;
      }
      for (int i = 0; i < key.size(); i++) {
        if (!key.get(i).contains(wanted.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * What an element carries beside key and data; none of it decides a lookup.
   *
   * @param timeoutMillis how long it lives, 0 for the set's own
   * @param expiresMillis how long it has still to live when captured, 0 if not known
   * @param comment a remark, empty if none
   * @param statements counters and limits, run when the element matches
   */
  public record Attributes(
      long timeoutMillis, long expiresMillis, String comment, List<Statement> statements) {
    /** Nothing. */
    public static final Attributes NONE = new Attributes(0, 0, "", List.of());

    /** Keeps a copy. */
    public Attributes {
      statements = List.copyOf(statements);
    }
  }

  /** All elements, in the order they were written. */
  public List<Element> elements() {
    return elements;
  }

  /** Whether an element holds this key. */
  public boolean contains(List<Bits> key) {
    return find(key).isPresent();
  }

  /** The element that holds this key; the catch-all element where no other does. */
  public Optional<Element> find(List<Bits> key) {
    Element found = exact.get(key);
    if (found != null) {
      return Optional.of(found);
    }
    if (key.size() == 1 && !intervals.isEmpty()) {
      int at = lastStartingAtOrBefore(key.get(0));
      if (at >= 0 && intervals.get(at).holds(key)) {
        return Optional.of(intervals.get(at));
      }
    }
    for (Element element : ranges) {
      if (element.holds(key)) {
        return Optional.of(element);
      }
    }
    return catchAll;
  }

  private int lastStartingAtOrBefore(Bits value) {
    int low = 0;
    int high = intervals.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (intervals.get(middle).key().get(0).low().compareTo(value) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** The same with one more element; an element with the same key is replaced. */
  public ElementSet plus(Element element) {
    List<Element> all = new ArrayList<>(elements);
    all.removeIf(old -> old.key().equals(element.key()));
    all.add(element);
    return new ElementSet(all);
  }

  /** The same without the element of exactly this key. */
  public ElementSet minus(List<Bits> key) {
    List<Element> all = new ArrayList<>(elements);
    all.removeIf(old -> old.key().equals(key.stream().map(Interval::of).toList()));
    return new ElementSet(all);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ElementSet
        && elements.size() == ((ElementSet) other).elements.size()
        && new HashSet<>(elements).equals(new HashSet<>(((ElementSet) other).elements));
  }

  @Override
  public int hashCode() {
    return elements.stream().mapToInt(Element::hashCode).sum();
  }

  @Override
  public String toString() {
    return Collections.unmodifiableList(elements).toString();
  }
}
