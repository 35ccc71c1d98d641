package org.rulewalk.simulator.region;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Truth;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.Bits;

/**
 * What is learnt from runs about one packet: all packets that would have been treated alike.
 *
 * <p>Starts with all that are asked about. Each statement that a run executes takes out those for
 * which it would have done something else, as do sockets, routes and neighbours. A value that a run
 * carries somewhere else, an address behind a translation or a port in the answer, is known again
 * by being the same number; a field that has it by chance makes the region smaller, never wrong.
 */
public final class Widening {
  /** So many combinations are asked of one statement; beyond, values count each by itself. */
  private static final int MOST_COMBINATIONS = 1 << 20;

  private final Known known;
  private final Box.Point point;
  private Box box;

  /** As it was before the rule that is asked now, without the tests that it has passed. */
  private Box atRule;

  Widening(Known known, Box.Point point, Box within) {
    this.known = known;
    this.point = point;
    this.box = within;
    this.atRule = within;
    if (point.source().equals(point.destination())) {
      keep(EnumSet.of(Field.SOURCE, Field.DESTINATION));
    }
  }

  /** The packet that is sent. */
  Box.Point point() {
    return point;
  }

  /** The packets that were treated alike in all runs so far. */
  public Box box() {
    return box;
  }

  /** The fields that may still have several values. */
  Set<Field> open() {
    Set<Field> open = EnumSet.noneOf(Field.class);
    for (Field field : Field.values()) {
      if (box.isOpen(field)) {
        open.add(field);
      }
    }
    return open;
  }

  private void narrow(Field field, Intervals values) {
    if (!values.contains(box.of(field))) {
      box = box.with(field, box.of(field).and(values));
    }
  }

  /** These fields keep the value that they have. */
  void keep(Set<Field> fields) {
    fields.forEach(field -> narrow(field, Intervals.of(point.of(field))));
  }

  /** Choices that are followed as before while this listens. */
  public Choices hearing(Choices choices) {
    return new Choices() {
      @Override
      public boolean decide(String machine, Doubt doubt) {
        return choices.decide(machine, doubt);
      }

      @Override
      public boolean waives(String machine, Step step) {
        return choices.waives(machine, step);
      }

      @Override
      public boolean waives(String machine, Step step, boolean answer) {
        return choices.waives(machine, step, answer);
      }

      @Override
      public void deciding(String machine, Step step, PacketContext context) {
        choices.deciding(machine, step, context);
      }

      @Override
      public Optional<Hearer> hearer() {
        return Optional.of(
            (machine, rule, statement, context) -> {
              choices.hearer().ifPresent(o -> o.asks(machine, rule, statement, context));
              hear(rule, statement, context);
            });
      }
    };
  }

  /**
   * Of a rule that doesn't match, one test that fails is enough to know: the packets that pass
   * those before it may differ from this one, as long as they fail this test, too.
   */
  private void hear(Rule rule, Statement statement, PacketContext context) {
    if (statement == rule.statements().get(0)) {
      atRule = box;
    }
    if (!atRule.isOpen() || isIdle(statement)) {
      return;
    }
    if (!(statement instanceof Match)) {
      statement.fold(new Hearing(this, context));
      atRule = box;
      return;
    }
    Match match = (Match) statement;
    Truth truth = match.test(context);
    if (truth == Truth.NO && !dropsAtOnce(match, context)) {
      box = failing(rule, match, context);
      atRule = box;
      return;
    }
    narrow(match, context);
    if (truth instanceof Truth.Unknown) {
      atRule = box;
    }
  }

  private static boolean isIdle(Statement statement) {
    return statement instanceof Statement.Note && ((Statement.Note) statement).isIdle();
  }

  private static boolean dropsAtOnce(Match match, PacketContext context) {
    return match instanceof Match.Extension
        && ((Match.Extension) match).match().dropsAtOnce(context);
  }

  private void narrow(Match match, PacketContext context) {
    if (box.isOpen() && !known.plain().narrows(this, match, context)) {
      match.fold((Statement.Cases<Void>) new Hearing(this, context));
    }
  }

  /** The region of the failing test that takes the least: nothing, else ports, else any. */
  private Box failing(Rule rule, Match first, PacketContext context) {
    List<Statement> statements = rule.statements();
    Optional<Box> ports = Optional.empty();
    Optional<Box> any = Optional.empty();
    for (int i = statements.indexOf(first); i < statements.size(); i++) {
      Statement statement = statements.get(i);
      if (isIdle(statement)) {
        continue;
      }
      if (!(statement instanceof Match)) {
        break;
      }
      if (statement != first && ((Match) statement).test(context) != Truth.NO) {
        continue;
      }
      box = atRule;
      narrow((Match) statement, context);
      Box narrowed = box;
      if (narrowed == atRule || narrowed.equals(atRule)) {
        return atRule;
      }
      boolean ofPorts = narrowed.with(Field.PORT, atRule.ports()).equals(atRule);
      ports = ports.or(() -> ofPorts ? Optional.of(narrowed) : Optional.empty());
      any = any.or(() -> Optional.of(narrowed));
    }
    return ports.isPresent() ? ports.get() : any.orElseThrow();
  }

  /** A run has ended. */
  public void ran(Network network, Trace trace) {
    Set<Field> addresses = EnumSet.of(Field.SOURCE, Field.DESTINATION);
    addresses.retainAll(open());
    addresses.forEach(
        field -> narrow(field, known.addresses().like(point.version(), point.of(field))));
    if (!box.isOpen(Field.PORT)) {
      return;
    }
    for (Journey journey : trace.journeys()) {
      Machine machine = network.machine(journey.machine()).orElseThrow();
      machine.routingRules().forEach(this::narrow);
      Packet last = journey.last();
      boolean asked =
          journey.end() instanceof End.Delivered
              && VariedContext.hasPorts(last)
              && last.destinationPort() == point.port();
      if (asked) {
        List<Interval> waiting = new ArrayList<>();
        for (Listener listener : machine.listeners().orElse(List.of())) {
          if (listener.protocol() == last.protocol()) {
            waiting.add(Interval.of(Bits.of(listener.port())));
          }
        }
        Intervals busy = Intervals.ofAll(waiting);
        Bits port = Bits.of(point.port());
        narrow(
            Field.PORT,
            busy.contains(port) ? Intervals.of(port) : Field.PORT.all(point.version()).minus(busy));
      }
    }
  }

  private void narrow(RoutingRule rule) {
    rule.sourcePorts().ifPresent(this::narrow);
    rule.destinationPorts().ifPresent(this::narrow);
  }

  private void narrow(RoutingRule.PortRange range) {
    Intervals within = Intervals.of(Bits.of(range.low()), Bits.of(range.high()));
    inOrOut(Field.PORT, within);
  }

  /** The values that pass a test as the field's own does, or fail as it does. */
  void asItsOwn(Field field, Intervals passing, Intervals failing) {
    narrow(field, passing.contains(point.of(field)) ? passing : failing);
  }

  /** The values of a field that are among some as its own is, or as it is not. */
  void inOrOut(Field field, Intervals some) {
    boolean in = some.contains(point.of(field));
    narrow(field, in ? some : field.all(point.version()).minus(some));
  }

  /**
   * Keeps the packets for which something that was seen of the packet stays the same.
   *
   * @param cuts where it may change
   * @param what computes it
   */
  void same(Cuts cuts, PacketContext context, Function<PacketContext, Object> what) {
    List<Field> fields = new ArrayList<>();
    Map<Field, List<Interval>> stretches = new EnumMap<>(Field.class);
    long combinations = 1;
    for (Field field : cuts.fields()) {
      if (field != Field.PORT && cuts.isEverywhere(field)) {
        keep(Set.of(field));
        continue;
      }
      List<Interval> parts =
          cuts.isEverywhere(field) ? each(field) : box.of(field).stretches(cuts.of(field));
      if (combinations * parts.size() > MOST_COMBINATIONS) {
        keep(Set.of(field));
        continue;
      }
      combinations *= parts.size();
      fields.add(field);
      stretches.put(field, parts);
    }
    Map<Field, Bits> fixed = new EnumMap<>(Field.class);
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      List<Field> others = fields.subList(i + 1, fields.size());
      List<Object> expected =
          column(field, point.of(field), others, stretches, fixed, context, what);
      List<Interval> alike = new ArrayList<>();
      for (Interval part : stretches.get(field)) {
        if (part.contains(point.of(field))
            || column(field, part.low(), others, stretches, fixed, context, what)
                .equals(expected)) {
          alike.add(part);
        }
      }
      narrow(field, Intervals.ofAll(alike));
      fixed.put(field, point.of(field));
    }
  }

  private List<Interval> each(Field field) {
    List<Interval> each = new ArrayList<>();
    for (Interval part : box.of(field).parts()) {
      for (long port = part.low().low(); port <= part.high().low(); port++) {
        each.add(Interval.of(Bits.of(port)));
      }
    }
    return each;
  }

  /** What is seen with one value of a field, for every combination of the others. */
  private List<Object> column(
      Field field,
      Bits value,
      List<Field> others,
      Map<Field, List<Interval>> stretches,
      Map<Field, Bits> fixed,
      PacketContext context,
      Function<PacketContext, Object> what) {
    Map<Field, Bits> changed = new EnumMap<>(fixed);
    changed.put(field, value);
    List<Object> seen = new ArrayList<>();
    fill(others, changed, stretches, context, what, seen);
    return seen;
  }

  private void fill(
      List<Field> others,
      Map<Field, Bits> changed,
      Map<Field, List<Interval>> stretches,
      PacketContext context,
      Function<PacketContext, Object> what,
      List<Object> seen) {
    if (others.isEmpty()) {
      seen.add(what.apply(new VariedContext(context, point, changed)));
      return;
    }
    Field first = others.get(0);
    for (Interval part : stretches.get(first)) {
      Map<Field, Bits> more = new EnumMap<>(changed);
      more.put(first, part.low());
      fill(others.subList(1, others.size()), more, stretches, context, what, seen);
    }
  }
}
