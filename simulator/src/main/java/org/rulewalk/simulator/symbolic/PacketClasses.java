package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.HeaderField.Layer;
import org.rulewalk.simulator.value.Bits;

/**
 * A set of packets as classes that people can read: apart from each other, together the set. Values
 * of a property that lead to the same further conditions stand in one class.
 *
 * @param classes at most as many as were asked for
 * @param complete whether they are all
 */
public record PacketClasses(List<PacketClass> classes, boolean complete) {
  private static final int MOST_INTERVALS = 2000;

  /** Keeps a copy. */
  public PacketClasses {
    classes = List.copyOf(classes);
  }

  /**
   * The classes of a set.
   *
   * @param among packets that are meant anyway, such as {@link PacketSpace#ordinary}: what all of
   *     them have is not mentioned
   */
  public static PacketClasses of(PacketSet set, PacketSet among, int most) {
    Search search = new Search(set.space(), most);
    Bdd bdd = set.space().bdd();
    int inside = bdd.and(set.node(), among.node());
    if (inside != Bdd.FALSE) {
      search.collect(bdd.simplify(set.node(), among.node()), new LinkedHashMap<>());
    }
    return new PacketClasses(search.found, search.complete);
  }

  private static final class Search {
    private final PacketSpace space;
    private final Bdd bdd;
    private final int most;
    private final List<PacketClass> found = new ArrayList<>();
    private boolean complete = true;

    Search(PacketSpace space, int most) {
      this.space = space;
      this.bdd = space.bdd();
      this.most = most;
    }

    void collect(int node, Map<PacketClass.Property, List<Interval>> path) {
      if (node == Bdd.FALSE) {
        return;
      }
      if (found.size() >= most) {
        complete = false;
        return;
      }
      if (node == Bdd.TRUE) {
        found.add(new PacketClass(path));
        return;
      }
      int level = bdd.level(node);
      PacketClass.Property property = property(space.fact(level), space.bit(level), path);
      Map<Integer, List<Interval>> byRest = new LinkedHashMap<>();
      split(node, property, 0, Bits.ZERO, byRest);
      byRest.forEach(
          (rest, values) -> {
            Map<PacketClass.Property, List<Interval>> longer = new LinkedHashMap<>(path);
            longer.put(property, values);
            collect(rest, longer);
          });
    }

    /** Sorts the values of a property by what remains to be asked. */
    private void split(
        int node,
        PacketClass.Property property,
        int bit,
        Bits value,
        Map<Integer, List<Interval>> byRest) {
      int left = property.width() - bit;
      if (byRest.size() > MOST_INTERVALS) {
        complete = false;
        return;
      }
      if (left == 0 || !dependsOn(node, property, bit)) {
        Bits low = value.shiftLeft(left);
        add(
            byRest.computeIfAbsent(node, unused -> new ArrayList<>()),
            low,
            low.or(Bits.ones(left)));
        return;
      }
      int level = space.level(property.fact(), property.first() + bit);
      split(bdd.restrict(node, level, false), property, bit + 1, value.shiftLeft(1), byRest);
      split(
          bdd.restrict(node, level, true),
          property,
          bit + 1,
          value.shiftLeft(1).or(Bits.of(1)),
          byRest);
    }

    private boolean dependsOn(int node, PacketClass.Property property, int bit) {
      int highest = 0;
      for (int i = bit; i < property.width(); i++) {
        highest = Math.max(highest, space.level(property.fact(), property.first() + i));
      }
      return node > Bdd.TRUE && bdd.level(node) <= highest;
    }

    private static void add(List<Interval> values, Bits low, Bits high) {
      int last = values.size() - 1;
      if (last >= 0 && values.get(last).high().plus(Bits.of(1)).equals(low)) {
        values.set(last, new Interval(values.get(last).low(), high));
      } else {
        values.add(new Interval(low, high));
      }
    }

    /** The property that a bit belongs to, by what the path says of the packet. */
    private PacketClass.Property property(
        Fact fact, int bit, Map<PacketClass.Property, List<Interval>> path) {
      if (!(fact instanceof Fact.Part) || fact.width() <= 8) {
        return new PacketClass.Property(fact, 0, fact.width(), protocolField(fact, path));
      }
      return field(fact, bit, path)
          .map(
              field ->
                  new PacketClass.Property(
                      fact, field.bitOffset(), field.width(), Optional.of(field)))
          .orElseGet(() -> new PacketClass.Property(fact, bit / 8 * 8, 8, Optional.empty()));
    }

    private static Optional<HeaderField> protocolField(
        Fact fact, Map<PacketClass.Property, List<Interval>> path) {
      if (fact != Fact.Part.PROTOCOL_FIELD) {
        return Optional.empty();
      }
      return Optional.of(
          single(path, Fact.Part.VERSION).orElse(0) == 0
              ? HeaderField.IP_PROTOCOL
              : HeaderField.IP6_NEXTHDR);
    }

    private static Optional<HeaderField> field(
        Fact fact, int bit, Map<PacketClass.Property, List<Interval>> path) {
      Optional<Integer> protocol = single(path, Fact.Part.PROTOCOL_FIELD);
      List<Layer> layers = new ArrayList<>();
      if (fact == Fact.Part.NETWORK4) {
        layers.add(Layer.IP4);
      } else if (fact == Fact.Part.NETWORK6) {
        layers.add(Layer.IP6);
      } else if (fact == Fact.Part.LINK) {
        layers.add(Layer.ETHER);
      } else {
        for (Layer layer : Layer.values()) {
          if (protocol.isPresent() && layer.protocol() == protocol.get()) {
            layers.add(layer);
          }
        }
        layers.add(Layer.TH);
      }
      for (Layer layer : layers) {
        for (HeaderField field : HeaderField.values()) {
          boolean holds =
              field.layer() == layer
                  && bit >= field.bitOffset()
                  && bit < field.bitOffset() + field.width();
          if (holds) {
            return Optional.of(field);
          }
        }
      }
      return Optional.empty();
    }

    private static Optional<Integer> single(
        Map<PacketClass.Property, List<Interval>> path, Fact fact) {
      return path.entrySet().stream()
          .filter(e -> e.getKey().fact().equals(fact))
          .map(Map.Entry::getValue)
          .filter(values -> values.size() == 1 && values.get(0).isSingle())
          .map(values -> values.get(0).low().toInt())
          .findFirst();
    }
  }
}
