package org.rulewalk.simulator.symbolic;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.value.Bits;

/**
 * What {@link Match#test} says, for all packets at once: the packets that pass a test. Where it
 * depends on chance, a rate or the clock, the set depends on a doubt: see {@link
 * PacketSet#possibly}.
 *
 * <p>Exact for all that looks at header fields, metadata, connection tracking and sets. What
 * searches bytes is taken for a fact of its own, the same for equal tests.
 */
public final class Tests implements Match.Cases<PacketSet> {
  private final Setting setting;
  private final SymbolicPacket packet;
  private final PacketSpace space;
  private final Bdd bdd;
  private final Expressions expressions;

  /** Tests of a packet as it is now. */
  public Tests(Setting setting, SymbolicPacket packet) {
    this.setting = setting;
    this.packet = packet;
    this.space = packet.space();
    this.bdd = space.bdd();
    this.expressions = new Expressions(setting, packet);
  }

  /** Packets that pass. */
  public PacketSet of(Match match) {
    return match.fold(this);
  }

  /** Packets that pass all of some tests. */
  public PacketSet allOf(List<Match> matches) {
    int result = Bdd.TRUE;
    for (int i = matches.size() - 1; i >= 0; i--) {
      result = bdd.and(result, of(matches.get(i)).node());
    }
    return space.set(result);
  }

  /** What an expression yields. */
  public SymbolicValue of(Expression expression) {
    return expressions.of(expression);
  }

  Expressions expressions() {
    return expressions;
  }

  Setting setting() {
    return setting;
  }

  /** The packet that is asked. */
  public SymbolicPacket packet() {
    return packet;
  }

  PacketSpace space() {
    return space;
  }

  /** A test of a value: some packets pass, and of those whose value is unknown, nobody knows. */
  private PacketSet result(Object question, int passing, int unknown) {
    return unknown == Bdd.FALSE
        ? space.set(passing)
        : space.set(
            bdd.or(bdd.minus(passing, unknown), bdd.and(unknown, setting.doubts().node(question))));
  }

  private int negatedIf(boolean negated, int where, int passing) {
    return negated ? bdd.minus(where, passing) : bdd.and(where, passing);
  }

  @Override
  public PacketSet compare(Match.Compare match) {
    SymbolicValue a = of(match.left());
    SymbolicValue b = of(match.right());
    int unknown = bdd.or(a.unknown(), bdd.and(a.present(), b.unknown()));
    int present = bdd.and(a.present(), b.present());
    boolean equality =
        match.operator() == Match.Operator.EQUAL || match.operator() == Match.Operator.NOT_EQUAL;
    if (a.isTuple() != b.isTuple() || a.isTuple() && !equality) {
      return result(match, Bdd.FALSE, unknown);
    }
    return result(match, bdd.and(present, holds(match.operator(), a, b)), unknown);
  }

  private int holds(Match.Operator operator, SymbolicValue a, SymbolicValue b) {
    switch (operator) {
      case EQUAL:
        return equal(a, b);
      case NOT_EQUAL:
        return bdd.not(equal(a, b));
      case LESS:
        return bdd.not(Words.atMost(bdd, b.word(), a.word()));
      case LESS_OR_EQUAL:
        return Words.atMost(bdd, a.word(), b.word());
      case GREATER:
        return bdd.not(Words.atMost(bdd, a.word(), b.word()));
      default:
        return Words.atMost(bdd, b.word(), a.word());
    }
  }

  private int equal(SymbolicValue a, SymbolicValue b) {
    if (a.parts() != b.parts()) {
      return Bdd.FALSE;
    }
    int result = Bdd.TRUE;
    for (int i = a.parts() - 1; i >= 0; i--) {
      result = bdd.and(result, SymbolicValue.equal(bdd, a.digits().get(i), b.digits().get(i)));
    }
    return result;
  }

  @Override
  public PacketSet range(Match.InRange match) {
    SymbolicValue value = of(match.left());
    if (value.isTuple()) {
      return result(match, Bdd.FALSE, value.unknown());
    }
    int within = value.digits().get(0).within(bdd, match.low(), match.high());
    if (match.low().compareTo(match.high()) > 0) {
      within = Bdd.FALSE;
    }
    return result(match, negatedIf(match.negated(), value.present(), within), value.unknown());
  }

  @Override
  public PacketSet set(Match.InSet match) {
    SymbolicValue key = of(match.left());
    Optional<ElementSet> elements = expressions.lookups().elements(match.set());
    if (elements.isPresent()) {
      int within = expressions.lookups().contains(key, elements.get());
      int unknown = bdd.or(key.unknown(), bdd.and(key.present(), updated(match.set())));
      return result(match, negatedIf(match.negated(), key.present(), within), unknown);
    }
    Question question = new Question.InSet(setting.table().title(), match.set(), match.left());
    int within = unknownSet(question, key.present());
    return result(match, negatedIf(match.negated(), key.present(), within), key.unknown());
  }

  private int updated(SetReference set) {
    return packet.updated(new SetName(setting.table().title(), set));
  }

  /** A set of a table, or an ipset where the table is empty. */
  record SetName(String table, SetReference set) {
    static SetName ofIpset(String name) {
      return new SetName("", new SetReference.Named(name));
    }
  }

  /** Packets that such a set has: equal questions of one packet have equal answers. */
  int unknownSet(Question question, int where) {
    int answer = packet.flag(new Fact.Tested(question, Optional.of(setting.place())));
    int later = bdd.and(where, packet.altered());
    return later == Bdd.FALSE
        ? bdd.and(where, answer)
        : bdd.and(where, bdd.choose(later, setting.doubts().node(question), answer));
  }

  @Override
  public PacketSet bits(Match.HasBits match) {
    SymbolicValue value = of(match.left());
    if (value.isTuple()) {
      return result(match, Bdd.FALSE, value.unknown());
    }
    int some = Bdd.FALSE;
    for (int i = value.word().length - 1; i >= 0; i--) {
      some = Words.bit(match.mask(), i) ? bdd.or(some, value.word()[i]) : some;
    }
    return result(match, negatedIf(match.negated(), value.present(), some), value.unknown());
  }

  @Override
  public PacketSet all(Match.AllOf match) {
    return allOf(match.parts());
  }

  @Override
  public PacketSet any(Match.AnyOf match) {
    int result = Bdd.FALSE;
    for (Match part : match.parts()) {
      result = bdd.or(result, of(part).node());
    }
    return space.set(result);
  }

  @Override
  public PacketSet not(Match.Not match) {
    return of(match.part()).not();
  }

  @Override
  public PacketSet limit(Match.RateLimit match) {
    return setting.doubts().about(match);
  }

  @Override
  public PacketSet quota(Match.Quota match) {
    return setting.doubts().about(match);
  }

  @Override
  public PacketSet extension(Match.Extension match) {
    return new XtTests(this).of(match.match());
  }

  @Override
  public PacketSet unknown(Match.Unknown match) {
    return setting.doubts().about(match);
  }

  /** Packets that are too broken for a test, so that it drops them at once. */
  PacketSet dropping(Match match) {
    return match instanceof Match.Extension
        ? new XtTests(this).dropping(((Match.Extension) match).match())
        : space.none();
  }

  /** Packets for which a number lies in a range, of those that have the number. */
  int within(SymbolicValue value, long low, long high) {
    return bdd.and(value.present(), value.digits().get(0).within(bdd, Bits.of(low), Bits.of(high)));
  }
}
