package org.rulewalk.diagnostics.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Truth;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;

/** Says of a match that failed what the packet had and what the rule asks for. */
public final class MatchWords implements Match.Cases<List<MatchWords.Mismatch>> {
  private static final int MOST_ELEMENTS = 4;

  private final PacketContext context;

  private MatchWords(PacketContext context) {
    this.context = context;
  }

  /**
   * What differs.
   *
   * @param actual what the packet has; "none" where it has no such thing
   */
  public record Mismatch(String field, String actual, String wanted) {}

  /** What differs in a match that the packet fails; none where it passes. */
  public static List<Mismatch> of(Match match, PacketContext context) {
    return match.test(context) == Truth.NO ? match.fold(new MatchWords(context)) : List.of();
  }

  /** Whether a match that the packet fails is always one difference. */
  public static boolean isOne(Match match) {
    return match instanceof Match.Compare
        || match instanceof Match.InRange
        || match instanceof Match.InSet
        || match instanceof Match.HasBits;
  }

  private List<Mismatch> differs(Expression left, boolean negated, String wanted) {
    FieldWords.Named named = left.fold(FieldWords.INSTANCE);
    Expression plain = left instanceof Expression.Binary ? ((Expression.Binary) left).left() : left;
    Value value = plain.evaluate(context);
    String actual = value == Value.ABSENT ? "none" : ValueWords.of(value, named.types());
    return List.of(new Mismatch(named.name(), actual, negated ? "other than " + wanted : wanted));
  }

  @Override
  public List<Mismatch> compare(Match.Compare match) {
    FieldWords.Named named = match.left().fold(FieldWords.INSTANCE);
    boolean negated = match.operator() == Match.Operator.NOT_EQUAL;
    String wanted = match.right().fold(FieldWords.INSTANCE).name();
    if (match.right() instanceof Expression.Constant) {
      wanted = constant(match.left(), (Expression.Constant) match.right(), named.types());
    }
    switch (match.operator()) {
      case LESS:
        wanted = "less than " + wanted;
        break;
      case LESS_OR_EQUAL:
        wanted = "at most " + wanted;
        break;
      case GREATER:
        wanted = "more than " + wanted;
        break;
      case GREATER_OR_EQUAL:
        wanted = "at least " + wanted;
        break;
      default:
        break;
    }
    return differs(match.left(), negated, wanted);
  }

  private static String constant(Expression left, Expression.Constant right, List<DataType> types) {
    Optional<Bits> mask = mask(left);
    Optional<List<Bits>> value = right.value().asKey();
    return mask.isPresent() && value.isPresent()
        ? ValueWords.masked(value.get().get(0), mask.get(), types.get(0))
        : ValueWords.of(right.value(), types);
  }

  private static Optional<Bits> mask(Expression left) {
    if (left instanceof Expression.Binary) {
      Expression right = ((Expression.Binary) left).right();
      boolean and = ((Expression.Binary) left).operator() == Expression.Binary.Operator.AND;
      if (and && right instanceof Expression.Constant) {
        return ((Expression.Constant) right).value().asKey().map(parts -> parts.get(0));
      }
    }
    return Optional.empty();
  }

  @Override
  public List<Mismatch> range(Match.InRange match) {
    DataType type = match.left().fold(FieldWords.INSTANCE).types().get(0);
    String wanted = ValueWords.of(match.low(), type) + "-" + ValueWords.of(match.high(), type);
    return differs(match.left(), match.negated(), wanted);
  }

  @Override
  public List<Mismatch> set(Match.InSet match) {
    return differs(match.left(), match.negated(), elements(match));
  }

  private static String elements(Match.InSet match) {
    if (match.set() instanceof SetReference.Named) {
      return "in set @" + ((SetReference.Named) match.set()).name();
    }
    List<DataType> types = match.left().fold(FieldWords.INSTANCE).types();
    ElementSet elements = ((SetReference.Anonymous) match.set()).elements();
    List<String> words = new ArrayList<>();
    for (ElementSet.Element element : elements.elements()) {
      List<String> parts = new ArrayList<>();
      for (int i = 0; i < element.key().size(); i++) {
        ElementSet.Interval interval = element.key().get(i);
        DataType type = types.get(Math.min(i, types.size() - 1));
        String low = ValueWords.of(interval.low(), type);
        parts.add(interval.isSingle() ? low : low + "-" + ValueWords.of(interval.high(), type));
      }
      words.add(String.join(" . ", parts));
    }
    boolean more = words.size() > MOST_ELEMENTS;
    return String.join(", ", more ? words.subList(0, MOST_ELEMENTS) : words) + (more ? ", …" : "");
  }

  @Override
  public List<Mismatch> bits(Match.HasBits match) {
    DataType type = match.left().fold(FieldWords.INSTANCE).types().get(0);
    return differs(match.left(), match.negated(), ValueWords.of(match.mask(), type));
  }

  @Override
  public List<Mismatch> all(Match.AllOf match) {
    List<Mismatch> found = new ArrayList<>();
    match.parts().forEach(part -> found.addAll(of(part, context)));
    return found;
  }

  @Override
  public List<Mismatch> any(Match.AnyOf match) {
    return match.parts().isEmpty() ? List.of() : of(match.parts().get(0), context);
  }

  @Override
  public List<Mismatch> not(Match.Not match) {
    return List.of(new Mismatch("a negated match", "holds", "not to hold"));
  }

  @Override
  public List<Mismatch> limit(Match.RateLimit match) {
    return List.of();
  }

  @Override
  public List<Mismatch> quota(Match.Quota match) {
    return List.of();
  }

  @Override
  public List<Mismatch> extension(Match.Extension match) {
    XtMatch extension = match.match();
    if (extension instanceof XtMatch.Conntrack) {
      return conntrack((XtMatch.Conntrack) extension);
    }
    String name = extension.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    return List.of(new Mismatch("-m " + name, "does not hold", "to hold"));
  }

  private List<Mismatch> conntrack(XtMatch.Conntrack match) {
    List<Mismatch> found = new ArrayList<>();
    Value state = context.ct(CtKey.STATE, Optional.empty());
    match
        .state()
        .ifPresent(
            asked -> {
              int bits = state.asKey().map(parts -> parts.get(0).toInt()).orElse(0);
              if ((bits & asked.mask()) != 0 == asked.negated()) {
                String wanted = ValueWords.of(Bits.of(asked.mask()), DataType.CT_STATE);
                found.add(
                    new Mismatch(
                        "ct state",
                        ValueWords.of(state, List.of(DataType.CT_STATE)),
                        asked.negated() ? "other than " + wanted : wanted));
              }
            });
    match.others().forEach(other -> found.addAll(of(other, context)));
    return found;
  }

  @Override
  public List<Mismatch> unknown(Match.Unknown match) {
    return List.of();
  }
}
