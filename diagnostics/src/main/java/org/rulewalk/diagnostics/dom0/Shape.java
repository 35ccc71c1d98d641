package org.rulewalk.diagnostics.dom0;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;

/**
 * What a rule asks for and does, without the ways in which listings differ: the order of tests and
 * set elements, neighbouring addresses joined to a range, a protocol that a port implies, counters.
 *
 * @param tests what is looked at, and the values that it may have; all must hold
 * @param named sets in which the destination must be
 * @param others statements that the agent never writes
 * @param does accept, drop, or how it rejects
 */
public record Shape(
    Map<String, Set<List<Interval>>> tests, Set<String> named, Set<Statement> others, String does) {
  static final String SOURCE = "saddr";
  static final String DESTINATION = "daddr";
  static final String PROTOCOL = "protocol";
  static final String PORT = "dport";
  static final String ICMP_TYPE = "icmptype";

  private static final String ACCEPT = "accept";
  private static final String DROP = "drop";

  static Shape of(Rule rule) {
    Builder builder = new Builder();
    rule.statements().forEach(builder::statement);
    return new Shape(builder.tests, builder.named, builder.others, builder.does);
  }

  /** Whether it lets packets pass. */
  public boolean accepts() {
    return does.equals(ACCEPT);
  }

  /** Whether it drops or rejects. */
  public boolean denies() {
    return does.equals(DROP) || does.startsWith("reject");
  }

  /** Whether it decides about every packet. */
  boolean isForAll() {
    return tests.isEmpty() && named.isEmpty() && others.isEmpty();
  }

  /** The same with a plain drop in place of a reject: what agents before 4.0.27 wrote. */
  Shape dropping() {
    return denies() ? new Shape(tests, named, others, DROP) : this;
  }

  Shape without(String test) {
    Map<String, Set<List<Interval>>> fewer = new TreeMap<>(tests);
    fewer.remove(test);
    return new Shape(fewer, test.equals(DESTINATION) ? Set.of() : named, others, does);
  }

  /** The single addresses that it names as destinations; empty if it names networks, or none. */
  List<Interval> destinations() {
    List<Interval> all = new ArrayList<>();
    tests.getOrDefault(DESTINATION, Set.of()).forEach(all::addAll);
    return all;
  }

  /** The one value that a test asks for. */
  Optional<Bits> only(String test) {
    Set<List<Interval>> asked = tests.getOrDefault(test, Set.of());
    if (asked.size() != 1 || asked.iterator().next().size() != 1) {
      return Optional.empty();
    }
    Interval interval = asked.iterator().next().get(0);
    return interval.isSingle() ? Optional.of(interval.low()) : Optional.empty();
  }

  boolean isFrom(IpAddress client) {
    return only(SOURCE).map(client.value()::equals).orElse(false);
  }

  /**
   * Whether a flow passes every test, as far as these are ones that the agent writes.
   *
   * @param resolvers the elements of the named set
   */
  boolean takes(Flow flow, Set<IpAddress> resolvers) {
    boolean inSet = named.isEmpty() || resolvers.contains(flow.destination());
    return others.isEmpty()
        && inSet
        && holds(PROTOCOL, Bits.of(flow.protocol()))
        && holds(DESTINATION, flow.destination().value())
        && (!tests.containsKey(PORT) || holds(PORT, Bits.of(flow.port())))
        && (!tests.containsKey(ICMP_TYPE) || holds(ICMP_TYPE, Bits.of(flow.icmpType())));
  }

  private boolean holds(String test, Bits value) {
    return tests.getOrDefault(test, Set.of()).stream()
        .allMatch(asked -> asked.stream().anyMatch(interval -> interval.contains(value)));
  }

  /**
   * What of a packet the agent's rules look at.
   *
   * @param port 0 where there is none
   * @param icmpType −1 where there is none
   */
  public record Flow(IpAddress destination, int protocol, int port, int icmpType) {
    /** What a packet is to these rules. */
    public static Flow of(Packet packet) {
      boolean icmp = packet.protocol() == Protocol.ICMP || packet.protocol() == Protocol.ICMPV6;
      return new Flow(
          packet.destination(),
          packet.protocol(),
          Protocol.hasPorts(packet.protocol()) ? packet.destinationPort() : 0,
          icmp ? packet.icmpType() : -1);
    }
  }

  /** Collects a rule's statements. */
  private static final class Builder {
    private final Map<String, Set<List<Interval>>> tests = new TreeMap<>();
    private final Set<String> named = new HashSet<>();
    private final Set<Statement> others = new HashSet<>();
    private String does = "continue";

    void statement(Statement statement) {
      if (statement instanceof Match) {
        match((Match) statement);
      } else if (statement instanceof Statement.Decide) {
        Verdict verdict = ((Statement.Decide) statement).verdict();
        does =
            verdict instanceof Verdict.Jump
                ? "jump " + ((Verdict.Jump) verdict).chain()
                : verdict.word();
      } else if (statement instanceof Statement.Reject) {
        Statement.Reject reject = (Statement.Reject) statement;
        does = "reject " + reject.kind() + " " + reject.code();
      } else if (!(statement instanceof Statement.Note)) {
        others.add(statement);
      }
    }

    private void match(Match match) {
      boolean known = false;
      if (match instanceof Match.AllOf) {
        ((Match.AllOf) match).parts().forEach(this::match);
        known = true;
      } else if (match instanceof Match.Compare) {
        known = compare((Match.Compare) match);
      } else if (match instanceof Match.InRange && !((Match.InRange) match).negated()) {
        Match.InRange range = (Match.InRange) match;
        known = add(range.left(), List.of(new Interval(range.low(), range.high())));
      } else if (match instanceof Match.InSet && !((Match.InSet) match).negated()) {
        known = set((Match.InSet) match);
      }
      if (!known) {
        others.add(match);
      }
    }

    private boolean set(Match.InSet match) {
      if (match.set() instanceof SetReference.Named) {
        return name(match.left()).filter(DESTINATION::equals).isPresent()
            && named.add(((SetReference.Named) match.set()).name());
      }
      ElementSet elements = ((SetReference.Anonymous) match.set()).elements();
      boolean plain = elements.elements().stream().allMatch(e -> e.key().size() == 1);
      return plain
          && add(match.left(), elements.elements().stream().map(e -> e.key().get(0)).toList());
    }

    private boolean compare(Match.Compare compare) {
      boolean equal =
          compare.operator() == Match.Operator.EQUAL
              && compare.right() instanceof Expression.Constant
              && ((Expression.Constant) compare.right()).value() instanceof Value.Scalar;
      if (!equal) {
        return false;
      }
      Bits value = ((Value.Scalar) ((Expression.Constant) compare.right()).value()).bits();
      return compare.left() instanceof Expression.Binary
          ? prefix((Expression.Binary) compare.left(), value)
          : add(compare.left(), List.of(Interval.of(value)));
    }

    private boolean prefix(Expression.Binary masked, Bits value) {
      boolean plain =
          masked.operator() == Expression.Binary.Operator.AND
              && masked.left() instanceof Expression.Header
              && masked.right() instanceof Expression.Constant
              && ((Expression.Constant) masked.right()).value() instanceof Value.Scalar;
      if (!plain) {
        return false;
      }
      int width = ((Expression.Header) masked.left()).field().width();
      Bits mask = ((Value.Scalar) ((Expression.Constant) masked.right()).value()).bits();
      Bits host = Bits.ones(width).without(mask);
      boolean leading = mask.equals(Bits.prefixMask(mask.bitCount(), width));
      return leading && add(masked.left(), List.of(new Interval(value, value.or(host))));
    }

    private boolean add(Expression field, List<Interval> values) {
      Optional<String> name = name(field);
      if (name.isEmpty()) {
        return false;
      }
      implied(field).ifPresent(protocol -> put(PROTOCOL, List.of(Interval.of(protocol))));
      boolean everything =
          field instanceof Expression.Header
              && values.size() == 1
              && values
                  .get(0)
                  .equals(
                      new Interval(
                          Bits.ZERO, Bits.ones(((Expression.Header) field).field().width())));
      if (!everything) {
        put(name.get(), joined(values));
      }
      return true;
    }

    private void put(String name, List<Interval> values) {
      tests.computeIfAbsent(name, unused -> new HashSet<>()).add(values);
    }

    /** A list without order, overlaps and seams. */
    private static List<Interval> joined(List<Interval> values) {
      List<Interval> sorted = new ArrayList<>(values);
      sorted.sort(Comparator.comparing(Interval::low));
      List<Interval> joined = new ArrayList<>();
      for (Interval next : sorted) {
        Interval last = joined.isEmpty() ? next : joined.get(joined.size() - 1);
        boolean touches =
            !joined.isEmpty() && next.low().compareTo(last.high().plus(Bits.of(1))) <= 0;
        if (touches) {
          Bits high = last.high().compareTo(next.high()) >= 0 ? last.high() : next.high();
          joined.set(joined.size() - 1, new Interval(last.low(), high));
        } else {
          joined.add(next);
        }
      }
      return joined;
    }

    private static Optional<String> name(Expression expression) {
      if (expression instanceof Expression.Meta) {
        return ((Expression.Meta) expression).key() == MetaKey.L4PROTO
            ? Optional.of(PROTOCOL)
            : Optional.empty();
      }
      if (!(expression instanceof Expression.Header)) {
        return Optional.empty();
      }
      HeaderField field = ((Expression.Header) expression).field();
      if (field == HeaderField.IP_SADDR || field == HeaderField.IP6_SADDR) {
        return Optional.of(SOURCE);
      }
      if (field == HeaderField.IP_DADDR || field == HeaderField.IP6_DADDR) {
        return Optional.of(DESTINATION);
      }
      if (field == HeaderField.IP_PROTOCOL || field == HeaderField.IP6_NEXTHDR) {
        return Optional.of(PROTOCOL);
      }
      if (field == HeaderField.TCP_DPORT || field == HeaderField.UDP_DPORT) {
        return Optional.of(PORT);
      }
      boolean icmp = field == HeaderField.ICMP_TYPE || field == HeaderField.ICMPV6_TYPE;
      return icmp ? Optional.of(ICMP_TYPE) : Optional.empty();
    }

    private static Optional<Bits> implied(Expression expression) {
      if (!(expression instanceof Expression.Header)) {
        return Optional.empty();
      }
      int protocol = ((Expression.Header) expression).field().layer().protocol();
      boolean known =
          protocol == Protocol.TCP
              || protocol == Protocol.UDP
              || protocol == Protocol.ICMP
              || protocol == Protocol.ICMPV6;
      return known ? Optional.of(Bits.of(protocol)) : Optional.empty();
    }
  }
}
