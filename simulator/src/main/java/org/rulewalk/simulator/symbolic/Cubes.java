package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.value.Bits;

/**
 * Takes a set of packets apart into few lines that a person can read. Walks the diagram property by
 * property, not bit by bit, so that "port 80 to 90" is one step; then joins lines that differ in
 * one property.
 */
public final class Cubes {
  private static final int MOST_PATTERNS = 512;

  private final PacketSpace space;
  private final Bdd bdd;
  private final int most;
  private final List<Map<Cube.Property, List<Cube.Pattern>>> found = new ArrayList<>();
  private boolean complete = true;

  private Cubes(PacketSpace space, int most) {
    this.space = space;
    this.bdd = space.bdd();
    this.most = most;
  }

  /**
   * What a set of packets consists of.
   *
   * @param cubes have no packet in common
   * @param complete whether they are all of the set, or the rest was left out
   */
  public record Parts(List<Cube> cubes, boolean complete) {
    /** Keeps a copy. */
    public Parts {
      cubes = List.copyOf(cubes);
    }
  }

  /** The lines of a set that depends on no doubt, and how many may be written at most. */
  public static Parts of(PacketSet set, int most) {
    Cubes cubes = new Cubes(set.space(), most);
    cubes.walk(set.node(), new LinkedHashMap<>());
    List<Map<Cube.Property, List<Cube.Pattern>>> joined = cubes.joined();
    return new Parts(joined.stream().map(Cube::new).toList(), cubes.complete);
  }

  private void walk(int node, Map<Cube.Property, List<Cube.Pattern>> sofar) {
    if (node == Bdd.FALSE) {
      return;
    }
    if (found.size() >= most) {
      complete = false;
      return;
    }
    if (node == Bdd.TRUE) {
      found.add(sofar);
      return;
    }
    Cube.Property property = property(bdd.level(node), sofar);
    Map<Integer, List<Cube.Pattern>> exits = new LinkedHashMap<>();
    List<Cube.Pattern> known =
        sofar.getOrDefault(property, List.of(new Cube.Pattern(Bits.ZERO, Bits.ZERO)));
    leave(node, property, new Cube.Pattern(Bits.ZERO, Bits.ZERO), exits);
    exits.forEach(
        (exit, patterns) -> {
          List<Cube.Pattern> both = both(known, patterns);
          if (!both.isEmpty()) {
            Map<Cube.Property, List<Cube.Pattern>> next = new LinkedHashMap<>(sofar);
            next.put(property, both);
            walk(exit, next);
          }
        });
  }

  private static List<Cube.Pattern> both(List<Cube.Pattern> one, List<Cube.Pattern> other) {
    Set<Cube.Pattern> all = new LinkedHashSet<>();
    for (Cube.Pattern a : one) {
      other.forEach(b -> a.and(b).ifPresent(all::add));
    }
    return List.copyOf(all);
  }

  /** The values of a property that lead to each node behind it. */
  private void leave(
      int node,
      Cube.Property property,
      Cube.Pattern pattern,
      Map<Integer, List<Cube.Pattern>> exits) {
    if (node == Bdd.FALSE) {
      return;
    }
    int bit = node == Bdd.TRUE ? -1 : bitOf(bdd.level(node), property);
    if (bit < 0) {
      List<Cube.Pattern> patterns = exits.computeIfAbsent(node, unused -> new ArrayList<>());
      if (patterns.size() < MOST_PATTERNS) {
        patterns.add(pattern);
      } else {
        complete = false;
      }
      return;
    }
    Bits one = Bits.of(1).shiftLeft(property.width() - 1 - bit);
    Bits mask = pattern.mask().or(one);
    leave(bdd.low(node), property, new Cube.Pattern(pattern.value(), mask), exits);
    leave(bdd.high(node), property, new Cube.Pattern(pattern.value().or(one), mask), exits);
  }

  /** Which bit of a property a variable is, from its first; −1 if none. */
  private int bitOf(int level, Cube.Property property) {
    Fact fact = space.fact(level);
    if (isState(fact) && isState(property.fact())) {
      return ((Fact.Part) fact).ordinal() - Fact.Part.CT_SEEN.ordinal();
    }
    int bit = space.bit(level) - property.first();
    return fact.equals(property.fact()) && bit >= 0 && bit < property.width() ? bit : -1;
  }

  private static boolean isState(Fact fact) {
    return fact == Fact.Part.CT_SEEN
        || fact == Fact.Part.CT_NEW
        || fact == Fact.Part.CT_RELATED
        || fact == Fact.Part.CT_TEMPLATE;
  }

  private Cube.Property property(int level, Map<Cube.Property, List<Cube.Pattern>> sofar) {
    Fact fact = space.fact(level);
    int bit = space.bit(level);
    if (isState(fact)) {
      return new Cube.Property(Fact.Part.CT_SEEN, 0, 4, Optional.empty());
    }
    if (fact == Fact.Part.NETWORK4) {
      return header(fact, bit, HeaderField.Layer.IP4);
    }
    if (fact == Fact.Part.NETWORK6) {
      return header(fact, bit, HeaderField.Layer.IP6);
    }
    if (fact == Fact.Part.TRANSPORT) {
      return header(fact, bit, layer(sofar));
    }
    if (fact == Fact.Part.LINK) {
      return header(fact, bit, HeaderField.Layer.ETHER);
    }
    return new Cube.Property(fact, 0, fact.width(), Optional.empty());
  }

  /** Which header stands above IP, by what is known of the packet so far. */
  private static HeaderField.Layer layer(Map<Cube.Property, List<Cube.Pattern>> sofar) {
    Cube.Property protocol =
        new Cube.Property(
            Fact.Part.PROTOCOL_FIELD, 0, Fact.Part.PROTOCOL_FIELD.width(), Optional.empty());
    Set<HeaderField.Layer> layers = new LinkedHashSet<>();
    for (Cube.Pattern pattern : sofar.getOrDefault(protocol, List.of())) {
      boolean single = pattern.mask().equals(Bits.ones(protocol.width()));
      layers.add(single ? layer(pattern.value().toInt()) : HeaderField.Layer.TH);
    }
    return layers.size() == 1 ? layers.iterator().next() : HeaderField.Layer.TH;
  }

  private static HeaderField.Layer layer(int protocol) {
    for (HeaderField.Layer layer : HeaderField.Layer.values()) {
      if (layer.base() == HeaderField.Base.TRANSPORT && layer.protocol() == protocol) {
        return layer;
      }
    }
    return HeaderField.Layer.TH;
  }

  /** The field that has a bit; of several the widest; bytes where there is none. */
  private static Cube.Property header(Fact fact, int bit, HeaderField.Layer layer) {
    HeaderField best = null;
    for (HeaderField field : HeaderField.values()) {
      boolean has =
          field.layer() == layer
              && bit >= field.bitOffset()
              && bit < field.bitOffset() + field.width();
      if (has && (best == null || field.width() > best.width())) {
        best = field;
      }
    }
    return best == null
        ? new Cube.Property(fact, bit / 8 * 8, 8, Optional.empty())
        : new Cube.Property(fact, best.bitOffset(), best.width(), Optional.of(best));
  }

  /** Joins lines that differ in the values of one property. */
  private List<Map<Cube.Property, List<Cube.Pattern>>> joined() {
    List<Map<Cube.Property, List<Cube.Pattern>>> lines = new ArrayList<>(found);
    boolean again = true;
    while (again) {
      int before = lines.size();
      Set<Cube.Property> properties = new LinkedHashSet<>();
      lines.forEach(line -> properties.addAll(line.keySet()));
      for (Cube.Property property : properties) {
        lines = joinedBy(property, lines);
      }
      again = lines.size() < before;
    }
    return lines;
  }

  private static List<Map<Cube.Property, List<Cube.Pattern>>> joinedBy(
      Cube.Property property, List<Map<Cube.Property, List<Cube.Pattern>>> lines) {
    Map<Map<Cube.Property, List<Cube.Pattern>>, List<Cube.Pattern>> byRest = new LinkedHashMap<>();
    List<Map<Cube.Property, List<Cube.Pattern>>> joined = new ArrayList<>();
    for (Map<Cube.Property, List<Cube.Pattern>> line : lines) {
      if (!line.containsKey(property)) {
        joined.add(line);
        continue;
      }
      Map<Cube.Property, List<Cube.Pattern>> rest = new HashMap<>(line);
      rest.remove(property);
      byRest.computeIfAbsent(rest, unused -> new ArrayList<>()).addAll(line.get(property));
    }
    byRest.forEach(
        (rest, patterns) -> {
          Map<Cube.Property, List<Cube.Pattern>> line = new LinkedHashMap<>(rest);
          List<Cube.Pattern> simple = simplified(patterns);
          if (!simple.contains(new Cube.Pattern(Bits.ZERO, Bits.ZERO))) {
            line.put(property, simple);
          }
          joined.add(line);
        });
    return joined;
  }

  /** Joins patterns that differ in their last bit, as long as there are such. */
  private static List<Cube.Pattern> simplified(List<Cube.Pattern> patterns) {
    Set<Cube.Pattern> left = new LinkedHashSet<>();
    for (Cube.Pattern pattern : patterns) {
      Cube.Pattern widest = pattern;
      while (!widest.mask().isZero() && left.remove(widest.twin())) {
        widest = widest.wider();
      }
      left.add(widest);
    }
    return List.copyOf(left);
  }

  /** Packets as they usually are: whole, without IPv6 extension headers and IPv4 options. */
  public static PacketSet usual(PacketSpace space) {
    SymbolicPacket packet = SymbolicPacket.in(space);
    Bdd bdd = space.bdd();
    int fragment = Words.equal(bdd, packet.word(Fact.Part.NETWORK4, 50, 14), Bits.ZERO);
    int header = Words.equal(bdd, packet.word(Fact.Part.NETWORK4, 4, 4), Bits.of(5));
    int four = bdd.or(packet.six(), bdd.and(fragment, header));
    int length =
        Words.equal(
            bdd, packet.word(Fact.Part.TRANSPORT_LENGTH), Bits.of(SymbolicPacket.MOST_TRANSPORT));
    int started = bdd.minus(bdd.not(packet.extended()), packet.flag(Fact.Part.CT_TEMPLATE));
    return space.set(bdd.and(bdd.and(four, length), started));
  }

  /** The same packets, and all that differ from them only in what {@link #usual} is about. */
  public static PacketSet whateverUsual(PacketSet set) {
    PacketSet result = set;
    for (Fact fact :
        List.of(
            Fact.Part.TRANSPORT_LENGTH,
            Fact.Part.UPPER_KNOWN,
            Fact.Part.UPPER_PROTOCOL,
            Fact.Part.AUTHENTICATION,
            Fact.Part.LATER_FRAGMENT,
            Fact.Part.CT_TEMPLATE)) {
      result = result.forget(fact);
    }
    Bdd bdd = set.space().bdd();
    return set.space()
        .set(
            bdd.exists(
                result.node(),
                level ->
                    set.space().isOf(level, Fact.Part.NETWORK4, 50, 14)
                        || set.space().isOf(level, Fact.Part.NETWORK4, 4, 4)));
  }
}
