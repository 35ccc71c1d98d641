package org.rulewalk.simulator.compiled;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;

/**
 * Turns the tests of one chain into conditions of columns. What does not reduce to ranges becomes a
 * column of its own, which holds the test's answer; a few of those are worth their price.
 */
final class Conditions implements Match.Cases<Optional<Condition>> {
  private static final int MOST_ANSWERS = 12;
  private static final int MOST_ELEMENTS = 64;

  private final Table table;
  private final Set<String> updatedSets;
  private final Set<Match> answers = new HashSet<>();

  /** For a table; {@code updatedSets} are those that its rules change. */
  Conditions(Table table, Set<String> updatedSets) {
    this.table = table;
    this.updatedSets = updatedSets;
  }

  /** When the test holds; empty where that may be in doubt, or is too costly to tell. */
  Optional<Condition> of(Match match) {
    if (Doubtful.isDoubtful(match, table)) {
      return Optional.empty();
    }
    return match.fold(this).or(() -> answer(match));
  }

  private Optional<Condition> answer(Match match) {
    if (answers.size() == MOST_ANSWERS && !answers.contains(match)) {
      return Optional.empty();
    }
    answers.add(match);
    return Optional.of(Condition.of(new Column.OfAnswer(match), 1, 1));
  }

  @Override
  public Optional<Condition> compare(Match.Compare match) {
    if (!(match.right() instanceof Expression.Constant)) {
      return Optional.empty();
    }
    Value value = ((Expression.Constant) match.right()).value();
    return value instanceof Value.Scalar
        ? Optional.of(
            FieldConditions.within(
                match.left(), Intervals.of(match.operator(), ((Value.Scalar) value).bits())))
        : Optional.empty();
  }

  @Override
  public Optional<Condition> range(Match.InRange match) {
    List<Interval> intervals =
        match.low().compareTo(match.high()) > 0
            ? List.of()
            : List.of(new Interval(match.low(), match.high()));
    return Optional.of(
        FieldConditions.within(
            match.left(), match.negated() ? Intervals.complement(intervals) : intervals));
  }

  @Override
  public Optional<Condition> bits(Match.HasBits match) {
    Expression masked =
        new Expression.Binary(
            Expression.Binary.Operator.AND,
            match.left(),
            Expression.number(match.mask(), org.rulewalk.simulator.rules.DataType.INTEGER));
    Match.Operator operator = match.negated() ? Match.Operator.EQUAL : Match.Operator.NOT_EQUAL;
    return Optional.of(FieldConditions.within(masked, Intervals.of(operator, Bits.ZERO)));
  }

  @Override
  public Optional<Condition> set(Match.InSet match) {
    Optional<ElementSet> known = elements(match.set());
    List<Expression> parts =
        match.left() instanceof Expression.Concatenation
            ? ((Expression.Concatenation) match.left()).parts()
            : List.of(match.left());
    boolean nested =
        parts.stream()
            .anyMatch(
                part ->
                    part instanceof Expression.Concatenation
                        || part instanceof Expression.MapLookup
                        || part instanceof Expression.Constant);
    if (known.isEmpty() || nested || known.get().elements().size() > MOST_ELEMENTS) {
      return Optional.empty();
    }
    if (parts.size() == 1) {
      return single(match.left(), match.negated(), known.get());
    }
    return match.negated() ? Optional.empty() : concatenated(parts, known.get());
  }

  private Optional<ElementSet> elements(SetReference set) {
    if (set instanceof SetReference.Anonymous) {
      return Optional.of(((SetReference.Anonymous) set).elements());
    }
    String name = ((SetReference.Named) set).name();
    return updatedSets.contains(name)
        ? Optional.empty()
        : Optional.of(table.sets().get(name).elements());
  }

  private static Optional<Condition> single(Expression left, boolean negated, ElementSet elements) {
    List<Interval> intervals = new ArrayList<>();
    List<Interval> wide = new ArrayList<>();
    for (ElementSet.Element element : elements.elements()) {
      if (element.key().isEmpty()) {
        intervals.add(new Interval(Bits.ZERO, Intervals.HIGHEST));
      } else if (element.key().size() == 1) {
        Interval interval = element.key().get(0);
        (interval.isSingle() ? intervals : wide).add(interval);
      }
    }
    if (Intervals.overlap(wide)) {
      return Optional.empty();
    }
    intervals.addAll(wide);
    List<Interval> asked = negated ? Intervals.complement(intervals) : intervals;
    return Optional.of(FieldConditions.within(left, asked));
  }

  private static Optional<Condition> concatenated(List<Expression> parts, ElementSet elements) {
    Condition any = Condition.NEVER;
    for (ElementSet.Element element : elements.elements()) {
      if (!element.key().isEmpty() && element.key().size() != parts.size()) {
        continue;
      }
      Optional<Condition> all = Optional.of(Condition.ALWAYS);
      for (int i = 0; i < parts.size(); i++) {
        Interval interval =
            element.key().isEmpty()
                ? new Interval(Bits.ZERO, Intervals.HIGHEST)
                : element.key().get(i);
        Condition part = FieldConditions.within(parts.get(i), List.of(interval));
        all = all.flatMap(before -> before.and(part));
      }
      if (all.isEmpty()) {
        return Optional.empty();
      }
      any = any.or(all.get());
    }
    return Optional.of(any);
  }

  @Override
  public Optional<Condition> all(Match.AllOf match) {
    Optional<Condition> all = Optional.of(Condition.ALWAYS);
    for (Match part : match.parts()) {
      Optional<Condition> one = of(part);
      all = all.flatMap(before -> one.flatMap(before::and));
    }
    return all;
  }

  @Override
  public Optional<Condition> any(Match.AnyOf match) {
    Condition any = Condition.NEVER;
    for (Match part : match.parts()) {
      Optional<Condition> one = of(part);
      if (one.isEmpty()) {
        return Optional.empty();
      }
      any = any.or(one.get());
    }
    return Optional.of(any);
  }

  @Override
  public Optional<Condition> not(Match.Not match) {
    return Optional.empty();
  }

  @Override
  public Optional<Condition> limit(Match.RateLimit match) {
    return Optional.empty();
  }

  @Override
  public Optional<Condition> quota(Match.Quota match) {
    return Optional.empty();
  }

  @Override
  public Optional<Condition> extension(Match.Extension match) {
    return Optional.empty();
  }

  @Override
  public Optional<Condition> unknown(Match.Unknown match) {
    return Optional.empty();
  }
}
