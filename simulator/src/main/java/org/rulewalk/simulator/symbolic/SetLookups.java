package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.ElementSet.Element;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.value.Bits;

/** What {@link ElementSet#find} does, for all keys at once. */
final class SetLookups {
  private final Setting setting;
  private final PacketSpace space;
  private final Bdd bdd;
  private final Expressions expressions;
  private final SymbolicPacket packet;

  SetLookups(Setting setting, SymbolicPacket packet, Expressions expressions) {
    this.setting = setting;
    this.packet = packet;
    this.space = packet.space();
    this.bdd = space.bdd();
    this.expressions = expressions;
  }

  /**
   * Packets whose key an element holds.
   *
   * @param node those that this element decides
   */
  record Hit(Element element, int node) {}

  /** The elements as far as they are known; empty where they are not, or may change. */
  Optional<ElementSet> elements(SetReference reference) {
    if (reference instanceof SetReference.Anonymous) {
      return Optional.of(((SetReference.Anonymous) reference).elements());
    }
    String name = ((SetReference.Named) reference).name();
    return setting.contents() == Setting.Contents.ANY
        ? Optional.empty()
        : Optional.ofNullable(setting.table().sets().get(name)).map(NamedSet::elements);
  }

  /** Packets with a known key that the set has. */
  int contains(SymbolicValue key, ElementSet set) {
    boolean all = set.elements().stream().anyMatch(element -> element.key().isEmpty());
    if (all) {
      return key.present();
    }
    List<Element> fitting =
        set.elements().stream().filter(e -> e.key().size() == key.parts()).toList();
    List<Integer> boxes =
        overlaps(fitting)
            ? hits(key, set).stream().map(Hit::node).toList()
            : fitting.stream().map(element -> box(key, element)).toList();
    return bdd.and(key.present(), union(boxes, 0, boxes.size()));
  }

  /** Intervals of one part that overlap hide each other: a search looks at one of them alone. */
  private static boolean overlaps(List<Element> elements) {
    List<Interval> sorted =
        elements.stream()
            .filter(element -> element.key().size() == 1)
            .map(element -> element.key().get(0))
            .filter(interval -> !interval.isSingle())
            .sorted(Comparator.comparing(Interval::low))
            .toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).low().compareTo(sorted.get(i - 1).high()) <= 0) {
        return true;
      }
    }
    return false;
  }

  int union(List<Integer> sets, int from, int to) {
    if (to - from <= 1) {
      return from == to ? Bdd.FALSE : sets.get(from);
    }
    int middle = (from + to) >>> 1;
    return bdd.or(union(sets, from, middle), union(sets, middle, to));
  }

  private int box(SymbolicValue key, Element element) {
    int result = Bdd.TRUE;
    for (int i = element.key().size() - 1; i >= 0; i--) {
      Interval interval = element.key().get(i);
      result = bdd.and(result, key.digits().get(i).within(bdd, interval.low(), interval.high()));
    }
    return result;
  }

  /** Which element decides for which keys. */
  List<Hit> hits(SymbolicValue key, ElementSet set) {
    List<Hit> hits = new ArrayList<>();
    int left = key.present();
    Set<List<Interval>> seen = new HashSet<>();
    List<Element> intervals = new ArrayList<>();
    List<Element> ranges = new ArrayList<>();
    Optional<Element> rest = Optional.empty();
    List<Integer> taken = new ArrayList<>();
    for (Element element : set.elements()) {
      if (element.key().isEmpty()) {
        rest = Optional.of(element);
      } else if (element.key().size() != key.parts()) {
        continue;
      } else if (!element.key().stream().allMatch(Interval::isSingle)) {
        (element.key().size() == 1 ? intervals : ranges).add(element);
      } else if (seen.add(element.key())) {
        int node = bdd.and(key.present(), box(key, element));
        taken.add(node);
        hits.add(new Hit(element, node));
      }
    }
    left = bdd.minus(left, union(taken, 0, taken.size()));
    left = addIntervals(key, intervals, left, hits);
    for (Element element : ranges) {
      int node = bdd.and(left, box(key, element));
      hits.add(new Hit(element, node));
      left = bdd.minus(left, node);
    }
    int others = left;
    rest.ifPresent(element -> hits.add(new Hit(element, others)));
    return hits;
  }

  /** Of intervals with one part, the last that starts at or before the key is the one asked. */
  private int addIntervals(SymbolicValue key, List<Element> intervals, int left, List<Hit> hits) {
    List<Element> sorted = new ArrayList<>(intervals);
    sorted.sort(Comparator.comparing(element -> element.key().get(0).low()));
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i++) {
      Interval own = sorted.get(i).key().get(0);
      Bits high = own.high();
      if (i + 1 < sorted.size()) {
        Bits after = sorted.get(i + 1).key().get(0).low();
        if (after.equals(own.low())) {
          continue;
        }
        Bits before = after.minus(Bits.of(1));
        high = before.compareTo(high) < 0 ? before : high;
      }
      int node = bdd.and(left, key.digits().get(0).within(bdd, own.low(), high));
      taken.add(node);
      hits.add(new Hit(sorted.get(i), node));
    }
    return bdd.minus(left, union(taken, 0, taken.size()));
  }

  /** What a map holds for the key. */
  SymbolicValue data(Expression.MapLookup lookup) {
    SymbolicValue key = expressions.of(lookup.key());
    Optional<ElementSet> elements = elements(lookup.map());
    if (elements.isEmpty()) {
      return SymbolicValue.unknown(space, perhaps(lookup, bdd.or(key.present(), key.unknown())));
    }
    int present = Bdd.FALSE;
    int unknown = bdd.or(key.unknown(), bdd.and(key.present(), updated(lookup.map())));
    List<Digits> words = List.of();
    boolean tuple = false;
    for (Hit hit : hits(key, elements.get())) {
      SymbolicValue data =
          hit.element().value().map(expressions::of).orElseGet(() -> SymbolicValue.absent(space));
      int here = bdd.and(hit.node(), data.present());
      unknown = bdd.or(unknown, bdd.and(hit.node(), data.unknown()));
      if (here != Bdd.FALSE && present == Bdd.FALSE) {
        words = data.digits();
        tuple = data.isTuple();
        present = here;
      } else if (here != Bdd.FALSE && data.parts() == words.size()) {
        words = merged(here, data.digits(), words);
        present = bdd.or(present, here);
      } else {
        unknown = bdd.or(unknown, here);
      }
    }
    List<Digits> found = words.isEmpty() ? List.of(Digits.of(new int[0])) : words;
    return new SymbolicValue(
        space, bdd.minus(present, unknown), perhaps(lookup, unknown), found, tuple);
  }

  /** Of packets with a key that is not known, some find nothing in the map. */
  private int perhaps(Expression.MapLookup lookup, int unknown) {
    return unknown == Bdd.FALSE ? unknown : bdd.and(unknown, setting.doubts().node(lookup));
  }

  /** Packets for whose key a map holds anything, be it a range. */
  int withData(SymbolicValue key, ElementSet set) {
    List<Integer> found =
        hits(key, set).stream()
            .filter(hit -> hit.element().value().isPresent())
            .map(Hit::node)
            .toList();
    return union(found, 0, found.size());
  }

  private int updated(SetReference set) {
    return packet.updated(new Tests.SetName(setting.table().title(), set));
  }

  private List<Digits> merged(int where, List<Digits> then, List<Digits> otherwise) {
    List<Digits> all = new ArrayList<>();
    for (int i = 0; i < then.size(); i++) {
      all.add(Digits.of(Words.choose(bdd, where, then.get(i).word(), otherwise.get(i).word())));
    }
    return all;
  }
}
