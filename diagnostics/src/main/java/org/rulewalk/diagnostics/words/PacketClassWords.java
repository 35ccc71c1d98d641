package org.rulewalk.diagnostics.words;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.symbolic.Fact;
import org.rulewalk.simulator.symbolic.PacketClass;
import org.rulewalk.simulator.symbolic.Question;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/** Classes of packets in the words of nft's rules: {@code ip saddr 10.0.0.0/8 tcp dport 80-90}. */
public final class PacketClassWords {
  private static final Bits ONE = Bits.of(1);
  private static final Map<Integer, String> STATES = new LinkedHashMap<>();

  static {
    // the bits seen, new, related, and whether rules made the connection
    STATES.put(0b1100, "new");
    STATES.put(0b1000, "established");
    STATES.put(0b1010, "related");
    STATES.put(0b0000, "invalid");
    STATES.put(0b0100, "untracked");
  }

  private PacketClassWords() {}

  /** One line; "all packets" where nothing is asked of them. */
  public static String of(PacketClass row) {
    List<PacketClass.Property> properties =
        row.conditions().keySet().stream()
            .sorted(Comparator.comparingInt(PacketClassWords::order))
            .toList();
    List<String> words = new ArrayList<>();
    for (PacketClass.Property property : properties) {
      if (!isImplied(property, row)) {
        words.add(of(property, row.conditions().get(property)));
      }
    }
    return words.isEmpty() ? "all packets" : String.join(" ", words);
  }

  /** As rules are written: interfaces, addresses, protocol, ports, the rest. */
  private static int order(PacketClass.Property property) {
    Fact fact = property.fact();
    if (fact.equals(new Fact.Meta(MetaKey.IIFNAME))) {
      return 0;
    }
    if (fact.equals(new Fact.Meta(MetaKey.OIFNAME))) {
      return 1;
    }
    if (fact == Fact.Part.VERSION) {
      return 2;
    }
    if (fact == Fact.Part.NETWORK4 || fact == Fact.Part.NETWORK6) {
      return 3;
    }
    if (fact == Fact.Part.PROTOCOL_FIELD) {
      return 4;
    }
    return fact == Fact.Part.TRANSPORT ? 5 : 6;
  }

  /** Whether other words of the line say it already. */
  private static boolean isImplied(PacketClass.Property property, PacketClass row) {
    if (property.fact() instanceof Fact.Present) {
      Fact of = ((Fact.Present) property.fact()).of();
      boolean has = !row.conditions().get(property).get(0).low().isZero();
      return has && row.conditions().keySet().stream().anyMatch(p -> p.fact().equals(of));
    }
    if (property.fact() == Fact.Part.VERSION) {
      return row.conditions().keySet().stream()
          .anyMatch(p -> p.fact() == Fact.Part.NETWORK4 || p.fact() == Fact.Part.NETWORK6);
    }
    return property.fact() == Fact.Part.PROTOCOL_FIELD
        && row.conditions().keySet().stream()
            .flatMap(p -> p.field().stream())
            .anyMatch(field -> field.layer().protocol() >= 0);
  }

  private static String of(PacketClass.Property property, List<Interval> values) {
    Fact fact = property.fact();
    if (fact == Fact.Part.CT_SEEN) {
      return "ct state " + states(values);
    }
    if (fact == Fact.Part.VERSION) {
      return "meta nfproto " + (values.get(0).low().isZero() ? "ipv4" : "ipv6");
    }
    if (property.width() == 1) {
      return oneBit(fact, !values.get(0).low().isZero());
    }
    return name(property) + " " + values(property, values);
  }

  private static String states(List<Interval> values) {
    List<String> words =
        STATES.entrySet().stream()
            .filter(state -> values.stream().anyMatch(v -> v.contains(Bits.of(state.getKey()))))
            .map(Map.Entry::getValue)
            .toList();
    if (words.size() == STATES.size() - 1) {
      return "!= "
          + STATES.values().stream()
              .filter(word -> !words.contains(word))
              .collect(Collectors.joining());
    }
    return listed(words);
  }

  private static String listed(List<String> words) {
    return words.size() == 1 ? words.get(0) : "{ " + String.join(", ", words) + " }";
  }

  private static String oneBit(Fact fact, boolean holds) {
    if (fact instanceof Fact.Tested) {
      return (holds ? "(passes " : "(fails ") + of(((Fact.Tested) fact).question()) + ")";
    }
    if (fact instanceof Fact.Present) {
      return (holds ? "(has " : "(has no ") + name(((Fact.Present) fact).of()) + ")";
    }
    return "(" + name(fact) + " is " + (holds ? "1" : "0") + ")";
  }

  private static String of(Question question) {
    if (question instanceof Question.Passes) {
      String test = ((Question.Passes) question).test().getClass().getSimpleName();
      return "-m " + test.toLowerCase(Locale.ROOT);
    }
    if (question instanceof Question.InIpset) {
      return "ipset " + ((Question.InIpset) question).name();
    }
    return question.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static String name(PacketClass.Property property) {
    Optional<HeaderField> field = property.field();
    if (field.isPresent()) {
      return field.get().nftName();
    }
    String base = name(property.fact());
    boolean header =
        property.fact() == Fact.Part.TRANSPORT
            || property.fact() == Fact.Part.NETWORK4
            || property.fact() == Fact.Part.NETWORK6;
    return header ? base + "," + property.first() + "," + property.width() : base;
  }

  private static String name(Fact fact) {
    if (fact instanceof Fact.Meta) {
      MetaKey key = ((Fact.Meta) fact).key();
      boolean bare = key.word().startsWith("iif") || key.word().startsWith("oif");
      return bare ? key.word() : "meta " + key.word();
    }
    if (fact instanceof Fact.Connection) {
      Fact.Connection connection = (Fact.Connection) fact;
      String direction =
          connection.direction().map(d -> d.name().toLowerCase(Locale.ROOT) + " ").orElse("");
      return "ct " + direction + connection.key().word();
    }
    if (fact instanceof Fact.Looked) {
      return ((Fact.Looked) fact).expression().fold(FieldWords.INSTANCE).name();
    }
    if (fact == Fact.Part.PROTOCOL_FIELD) {
      return "meta l4proto";
    }
    if (fact == Fact.Part.TRANSPORT) {
      return "@th";
    }
    return fact == Fact.Part.NETWORK4 || fact == Fact.Part.NETWORK6
        ? "@nh"
        : fact.toString().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static DataType type(PacketClass.Property property) {
    Fact fact = property.fact();
    if (property.field().isPresent()) {
      return property.field().get().type();
    }
    if (fact instanceof Fact.Meta) {
      return ((Fact.Meta) fact).key().type();
    }
    if (fact instanceof Fact.Connection) {
      CtKey key = ((Fact.Connection) fact).key();
      return key.type();
    }
    return fact == Fact.Part.PROTOCOL_FIELD ? DataType.INET_PROTO : DataType.INTEGER;
  }

  private static String values(PacketClass.Property property, List<Interval> values) {
    int width = property.width();
    if (type(property) == DataType.IFNAME) {
      return names(values, width);
    }
    List<Interval> without = complement(values, width);
    boolean negated = without.size() < values.size() && !without.isEmpty();
    DataType type = type(property);
    List<String> words =
        (negated ? without : values)
            .stream().flatMap(interval -> words(interval, type, width).stream()).toList();
    return (negated ? "!= " : "") + listed(words);
  }

  /** Names, beginnings of names, or all but some of them. */
  private static String names(List<Interval> values, int width) {
    List<String> plain = new ArrayList<>();
    for (Interval value : values) {
      int length = prefixLength(value, width);
      if (length < 0 || length % 8 != 0) {
        return exceptions(values, width);
      }
      plain.addAll(words(value, DataType.IFNAME, width));
    }
    return listed(plain);
  }

  private static String exceptions(List<Interval> values, int width) {
    Bits first = values.get(0).low();
    Bits last = values.get(values.size() - 1).high();
    int length = 0;
    while (length < width && same(first, last, length + 8, width)) {
      length += 8;
    }
    Bits mask = Bits.prefixMask(length, width);
    Bits low = first.and(mask);
    Bits high = low.or(Bits.ones(width).without(mask));
    List<String> left = new ArrayList<>();
    for (Interval gap : complement(values, width)) {
      if (gap.low().compareTo(low) >= 0 && gap.high().compareTo(high) <= 0) {
        left.addAll(words(gap, DataType.IFNAME, width));
      }
    }
    String except = listed(left);
    return length == 0 ? "!= " + except : first.and(mask).toName() + "* but not " + except;
  }

  private static boolean same(Bits one, Bits other, int length, int width) {
    return one.xor(other).and(Bits.prefixMask(length, width)).isZero();
  }

  /** What intervals in order leave out. */
  private static List<Interval> complement(List<Interval> intervals, int width) {
    List<Interval> rest = new ArrayList<>();
    Bits from = Bits.ZERO;
    boolean open = true;
    for (Interval interval : intervals) {
      if (!interval.low().equals(from)) {
        rest.add(new Interval(from, interval.low().minus(ONE)));
      }
      open = !interval.high().equals(Bits.ones(width));
      from = interval.high().plus(ONE);
    }
    if (open) {
      rest.add(new Interval(from, Bits.ones(width)));
    }
    return rest;
  }

  /** The length of the prefix that an interval is; −1 if it is none. */
  private static int prefixLength(Interval interval, int width) {
    Bits free = interval.low().xor(interval.high());
    boolean prefix = free.and(free.plus(ONE)).isZero() && interval.low().and(free).isZero();
    return prefix ? width - free.bitCount() : -1;
  }

  private static List<String> words(Interval interval, DataType type, int width) {
    if (interval.low().equals(interval.high())) {
      return List.of(ValueWords.of(interval.low(), type));
    }
    boolean address = type == DataType.IPV4_ADDR || type == DataType.IPV6_ADDR;
    int length = prefixLength(interval, width);
    if (address && length >= 0) {
      IpVersion version = type == DataType.IPV4_ADDR ? IpVersion.IPV4 : IpVersion.IPV6;
      return List.of(
          new org.rulewalk.simulator.value.IpAddress(version, interval.low()) + "/" + length);
    }
    if (type == DataType.IFNAME && length >= 0 && length % 8 == 0) {
      return List.of(interval.low().toName() + "*");
    }
    return List.of(
        ValueWords.of(interval.low(), type) + "-" + ValueWords.of(interval.high(), type));
  }
}
