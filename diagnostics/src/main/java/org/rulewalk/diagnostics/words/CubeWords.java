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
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.symbolic.Cube;
import org.rulewalk.simulator.symbolic.Fact;
import org.rulewalk.simulator.symbolic.Question;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/** Classes of packets in the words of nft's rules: {@code ip saddr 10.0.0.0/8 tcp dport 80-90}. */
public final class CubeWords {
  private static final Map<Integer, String> STATES = new LinkedHashMap<>();

  static {
    // the bits seen, new, related, and whether rules made the connection
    STATES.put(0b1100, "new");
    STATES.put(0b1000, "established");
    STATES.put(0b1010, "related");
    STATES.put(0b0000, "invalid");
    STATES.put(0b0100, "untracked");
  }

  private CubeWords() {}

  /** One line; "all packets" where nothing is asked of them. */
  public static String of(Cube cube) {
    List<Cube.Property> properties =
        cube.values().keySet().stream().sorted(Comparator.comparingInt(CubeWords::order)).toList();
    List<String> words = new ArrayList<>();
    for (Cube.Property property : properties) {
      if (!isImplied(property, cube)) {
        words.add(of(property, cube.values().get(property)));
      }
    }
    return words.isEmpty() ? "all packets" : String.join(" ", words);
  }

  /** As rules are written: interfaces, addresses, protocol, ports, the rest. */
  private static int order(Cube.Property property) {
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
  private static boolean isImplied(Cube.Property property, Cube cube) {
    if (property.fact() == Fact.Part.VERSION) {
      return cube.values().keySet().stream()
          .anyMatch(p -> p.fact() == Fact.Part.NETWORK4 || p.fact() == Fact.Part.NETWORK6);
    }
    return property.fact() == Fact.Part.PROTOCOL_FIELD
        && cube.values().keySet().stream()
            .flatMap(p -> p.field().stream())
            .anyMatch(field -> field.layer().protocol() >= 0);
  }

  private static String of(Cube.Property property, List<Cube.Pattern> patterns) {
    Fact fact = property.fact();
    if (fact == Fact.Part.CT_SEEN) {
      return "ct state " + states(patterns);
    }
    if (fact == Fact.Part.VERSION) {
      return "meta nfproto " + (patterns.get(0).value().isZero() ? "ipv4" : "ipv6");
    }
    if (property.width() == 1) {
      return oneBit(fact, !patterns.get(0).value().isZero());
    }
    return name(property) + " " + values(property, patterns);
  }

  private static String states(List<Cube.Pattern> patterns) {
    List<String> words =
        STATES.entrySet().stream()
            .filter(state -> patterns.stream().anyMatch(p -> fits(p, state.getKey())))
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

  private static boolean fits(Cube.Pattern pattern, int state) {
    return Bits.of(state).and(pattern.mask()).equals(pattern.value().and(pattern.mask()));
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

  private static String name(Cube.Property property) {
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

  private static DataType type(Cube.Property property) {
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

  private static String values(Cube.Property property, List<Cube.Pattern> patterns) {
    int width = property.width();
    Optional<List<Interval>> intervals = Interval.of(patterns, width);
    if (intervals.isEmpty()) {
      return patterns.stream()
          .map(p -> "& 0x" + hex(p.mask()) + " == 0x" + hex(p.value()))
          .collect(Collectors.joining(" or "));
    }
    List<Interval> without = Interval.complement(intervals.get(), width);
    boolean negated = without.size() < intervals.get().size() && !without.isEmpty();
    DataType type = type(property);
    List<String> words =
        (negated ? without : intervals.get())
            .stream().flatMap(interval -> words(interval, type, width).stream()).toList();
    return (negated ? "!= " : "") + listed(words);
  }

  private static String hex(Bits bits) {
    return bits.high() == 0
        ? Long.toHexString(bits.low())
        : Long.toHexString(bits.high()) + String.format(Locale.ROOT, "%016x", bits.low());
  }

  private static List<String> words(Interval interval, DataType type, int width) {
    if (interval.low().equals(interval.high())) {
      return List.of(ValueWords.of(interval.low(), type));
    }
    boolean address = type == DataType.IPV4_ADDR || type == DataType.IPV6_ADDR;
    int length = interval.prefixLength(width);
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
