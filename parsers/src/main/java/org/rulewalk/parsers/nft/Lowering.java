package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.ElementSet.Element;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.FibQuery;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Match.Operator;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;

/**
 * Says what written expressions mean, as nft compiles them (nftables: src/evaluate.c,
 * src/netlink_linearize.c).
 *
 * <p>All methods throw {@link Misread} for what has no meaning.
 */
final class Lowering {
  private static final Set<DataType> BIT_FIELDS =
      Set.of(
          DataType.CT_STATE,
          DataType.CT_STATUS,
          DataType.CT_EVENT,
          DataType.CT_LABEL,
          DataType.TCP_FLAG);

  private final Scope scope;

  Lowering(Scope scope) {
    this.scope = scope;
  }

  /** An expression with what it yields: one type and width a part. */
  record Typed(Expression expression, List<DataType> types, List<Integer> widths) {
    public Typed {
      types = List.copyOf(types);
      widths = List.copyOf(widths);
    }

    static Typed of(Expression expression, DataType type, int width) {
      return new Typed(expression, List.of(type), List.of(width));
    }

    DataType type() {
      return types.get(0);
    }

    int width() {
      return widths.get(0);
    }
  }

  /** How a match is written. */
  enum Relation {
    /** No operator between the two sides. */
    IMPLICIT,
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL,
    /** {@code !}: none of the bits. */
    NONE_OF
  }

  /** Something of the packet, or computed from it. */
  Typed selector(Term term) {
    if (term instanceof Term.Field) {
      Term.Field field = (Term.Field) term;
      return Typed.of(placed(field.expression()), field.type(), field.width());
    }
    if (term instanceof Term.Binary) {
      Term.Binary binary = (Term.Binary) term;
      Typed left = selector(binary.left());
      boolean shift =
          binary.operator() == Expression.Binary.Operator.SHIFT_LEFT
              || binary.operator() == Expression.Binary.Operator.SHIFT_RIGHT;
      Expression right =
          isSelector(binary.right())
              ? selector(binary.right()).expression()
              : Expression.number(
                  Literals.value(binary.right(), shift ? DataType.INTEGER : left.type()),
                  left.type());
      return Typed.of(
          new Expression.Binary(binary.operator(), left.expression(), right),
          left.type(),
          left.width());
    }
    if (term instanceof Term.Concat) {
      return concatenation((Term.Concat) term, List.of());
    }
    throw new Misread("a field of the packet is expected here");
  }

  /** In a table for one version, that of ICMP and IGMP is not tested. */
  private Expression placed(Expression expression) {
    boolean single = scope.family() == Family.IP || scope.family() == Family.IP6;
    if (!single || !(expression instanceof Expression.Header)) {
      return expression;
    }
    HeaderField field = ((Expression.Header) expression).field();
    boolean foreign =
        field.layer().version().map(version -> !scope.family().sees(version)).orElse(false);
    return foreign ? new Expression.Header(field, true) : expression;
  }

  /** The key that is looked up in a named set, whose declaration tells what constants in it are. */
  Typed key(Term term, String set) {
    return term instanceof Term.Concat
        ? concatenation(
            (Term.Concat) term, scope.shape(set).map(Scope.Shape::types).orElse(List.of()))
        : selector(term);
  }

  private Typed concatenation(Term.Concat term, List<DataType> types) {
    List<Typed> parts = new ArrayList<>();
    for (Term part : term.parts()) {
      boolean constant = part instanceof Term.Word || part instanceof Term.Quoted;
      parts.add(
          constant && parts.size() < types.size()
              ? constant(part, types.get(parts.size()))
              : selector(part));
    }
    return new Typed(
        new Expression.Concatenation(parts.stream().map(Typed::expression).toList()),
        parts.stream().map(Typed::type).toList(),
        parts.stream().map(Typed::width).toList());
  }

  private static Typed constant(Term term, DataType type) {
    return Typed.of(Expression.number(Literals.value(term, type), type), type, Scope.width(type));
  }

  private static boolean isSelector(Term term) {
    if (term instanceof Term.Binary) {
      return isSelector(((Term.Binary) term).left()) || isSelector(((Term.Binary) term).right());
    }
    if (term instanceof Term.Concat) {
      return ((Term.Concat) term).parts().stream().anyMatch(Lowering::isSelector);
    }
    return term instanceof Term.Field || term instanceof Term.Lookup;
  }

  /** A value to be written somewhere: a constant of the type, or something computed. */
  Expression value(Term term, DataType type, int width) {
    if (term instanceof Term.Lookup) {
      return lookup((Term.Lookup) term, List.of(type));
    }
    if (isSelector(term)) {
      return computed(term, type);
    }
    if (Literals.isSpan(term, type)) {
      Interval interval = Literals.interval(term, type, width);
      return new Expression.Constant(
          new Value.Range(Value.of(interval.low()), Value.of(interval.high())), type);
    }
    return Expression.number(Literals.value(term, type), type);
  }

  private Expression computed(Term term, DataType type) {
    if (term instanceof Term.Binary) {
      Term.Binary binary = (Term.Binary) term;
      return new Expression.Binary(
          binary.operator(), operand(binary.left(), type), operand(binary.right(), type));
    }
    return selector(term).expression();
  }

  private Expression operand(Term term, DataType type) {
    return isSelector(term)
        ? computed(term, type)
        : Expression.number(Literals.value(term, type), type);
  }

  /** The data of a map for a key of the packet. */
  Expression lookup(Term.Lookup term, List<DataType> dataTypes) {
    Typed key = selector(term.key());
    return new Expression.MapLookup(key.expression(), reference(term.map(), key, dataTypes));
  }

  /** What a rule puts into a map. */
  Expression data(Term term, String map) {
    DataType type =
        scope.shape(map).map(Scope.Shape::data).orElse(List.of()).stream()
            .findFirst()
            .orElse(DataType.INTEGER);
    return value(term, type, Scope.width(type));
  }

  /** A verdict by map. */
  Statement verdictMap(Term keyTerm, Term map) {
    Typed key = selector(keyTerm);
    return new Statement.DecideByMap(key.expression(), reference(map, key, List.of()));
  }

  private SetReference reference(Term term, Typed key, List<DataType> dataTypes) {
    if (term instanceof Term.SetName) {
      return new SetReference.Named(((Term.SetName) term).name());
    }
    if (term instanceof Term.Elements) {
      List<Term.Item> items = ((Term.Elements) term).items();
      return new SetReference.Anonymous(elements(items, key.types(), key.widths(), dataTypes));
    }
    throw new Misread("a set or map is expected here");
  }

  /** The elements of a set or map. */
  ElementSet elements(
      List<Term.Item> items, List<DataType> types, List<Integer> widths, List<DataType> dataTypes) {
    List<Element> elements = new ArrayList<>(items.size());
    for (Term.Item item : items) {
      elements.add(element(item, types, widths, dataTypes));
    }
    return new ElementSet(elements);
  }

  private Element element(
      Term.Item item, List<DataType> types, List<Integer> widths, List<DataType> dataTypes) {
    List<Interval> key = Literals.key(item.key(), types, widths);
    Element element;
    if (item.verdict().isPresent()) {
      element = Element.of(key, item.verdict().get());
    } else if (item.data().isPresent() && dataTypes.isEmpty()) {
      element = Element.ofObject(key, name(item.data().get()));
    } else if (item.data().isPresent()) {
      element = Element.of(key, data(item.data().get(), dataTypes));
    } else {
      element = Element.of(key);
    }
    return element.with(
        new ElementSet.Attributes(
            item.timeoutMillis(), item.expiresMillis(), item.comment(), item.statements()));
  }

  private static String name(Term term) {
    return term instanceof Term.Quoted ? ((Term.Quoted) term).text() : ((Term.Word) term).text();
  }

  private static Value data(Term term, List<DataType> types) {
    if (types.size() == 1) {
      Interval interval = Literals.interval(term, types.get(0), Scope.width(types.get(0)));
      return interval.isSingle()
          ? Value.of(interval.low())
          : new Value.Range(Value.of(interval.low()), Value.of(interval.high()));
    }
    List<Integer> widths = types.stream().map(Scope::width).toList();
    List<Interval> parts = Literals.key(term, types, widths);
    Value low = new Value.Tuple(parts.stream().map(Interval::low).toList());
    boolean single = parts.stream().allMatch(Interval::isSingle);
    return single
        ? low
        : new Value.Range(low, new Value.Tuple(parts.stream().map(Interval::high).toList()));
  }

  /**
   * A match.
   *
   * @param text its words, asked for where its value is a name that only the machine knows
   */
  Match match(Term leftTerm, Relation relation, Term right, Supplier<String> text) {
    try {
      return certain(leftTerm, relation, right);
    } catch (Literals.UnknownName e) {
      return Actions.unknown(
          text.get(), e.getMessage(), Doubt.Kind.MISSING_FILE, relation == Relation.NOT_EQUAL);
    }
  }

  private Match certain(Term leftTerm, Relation relation, Term right) {
    Term versioned = Translations.versioned(leftTerm, right, scope.family());
    if (versioned != leftTerm) {
      return certain(versioned, relation, right);
    }
    Optional<Match> existence = existence(leftTerm, relation, right);
    if (existence.isPresent()) {
      return existence.get();
    }
    if (right instanceof Term.Existence && isKindOfOption(leftTerm)) {
      Expression.TcpOption option = (Expression.TcpOption) ((Term.Field) leftTerm).expression();
      Term presence = Fields.tcpOption(String.valueOf(option.kind()), "");
      return certain(presence, relation, right);
    }
    Typed left =
        right instanceof Term.SetName
            ? key(leftTerm, ((Term.SetName) right).name())
            : selector(leftTerm);
    boolean negated = relation == Relation.NOT_EQUAL;
    if (right instanceof Term.Elements || right instanceof Term.SetName) {
      SetReference set = reference(right, left, List.of());
      Match match = new Match.InSet(left.expression(), negated, set);
      return Translations.isEitherPort(left, set) ? Translations.perhapsNegated(match) : match;
    }
    if (left.types().size() > 1) {
      return concatenated(left, negated, right);
    }
    if (relation == Relation.NONE_OF) {
      return new Match.HasBits(left.expression(), true, Literals.value(right, left.type()));
    }
    boolean bits = BIT_FIELDS.contains(left.type()) && !(leftTerm instanceof Term.Binary);
    // of a test for exactly these bits, nft prints the bits with bars and no operator
    boolean exact = right instanceof Term.Span || right instanceof Term.Binary;
    if (relation == Relation.IMPLICIT && bits && !exact) {
      Bits value = Literals.value(right, left.type());
      Match match = new Match.HasBits(left.expression(), false, value);
      return Translations.isTranslatedState(left, value, scope)
          ? Translations.perhapsMoreStates(match)
          : match;
    }
    if (isSelector(right)) {
      return new Match.Compare(left.expression(), operator(relation), selector(right).expression());
    }
    return compared(left, relation, negated, right);
  }

  /** The JSON listing asks for the first byte of an option without a name. */
  private static boolean isKindOfOption(Term term) {
    if (!(term instanceof Term.Field)) {
      return false;
    }
    Expression expression = ((Term.Field) term).expression();
    return expression instanceof Expression.TcpOption
        && ((Expression.TcpOption) expression).byteOffset() == 0
        && ((Expression.TcpOption) expression).byteLength() == 1;
  }

  private static Match concatenated(Typed left, boolean negated, Term right) {
    Element only = Element.of(Literals.key(right, left.types(), left.widths()));
    return new Match.InSet(
        left.expression(), negated, new SetReference.Anonymous(new ElementSet(List.of(only))));
  }

  private static Match compared(Typed left, Relation relation, boolean negated, Term right) {
    DataType type = left.type();
    if (!Literals.isSpan(right, type)) {
      return new Match.Compare(
          left.expression(),
          operator(relation),
          Expression.number(Literals.value(right, type), type));
    }
    Interval interval = Literals.interval(right, type, left.width());
    if (right instanceof Term.Span) {
      return new Match.InRange(left.expression(), negated, interval.low(), interval.high());
    }
    Bits mask = Bits.ones(left.width()).without(interval.low().xor(interval.high()));
    return Match.masked(left.expression(), negated, interval.low(), mask, type);
  }

  private static Operator operator(Relation relation) {
    switch (relation) {
      case NOT_EQUAL:
        return Operator.NOT_EQUAL;
      case LESS:
        return Operator.LESS;
      case LESS_OR_EQUAL:
        return Operator.LESS_OR_EQUAL;
      case GREATER:
        return Operator.GREATER;
      case GREATER_OR_EQUAL:
        return Operator.GREATER_OR_EQUAL;
      default:
        return Operator.EQUAL;
    }
  }

  /**
   * {@code exists} and {@code missing}: a routing question asks for presence, the rest says 1 or 0.
   */
  private Optional<Match> existence(Term left, Relation relation, Term right) {
    boolean asked =
        right instanceof Term.Existence
            || right instanceof Term.Word
                && Symbols.number(DataType.BOOLEAN, ((Term.Word) right).text()).isPresent();
    if (!asked || !(left instanceof Term.Field)) {
      return Optional.empty();
    }
    Expression expression = ((Term.Field) left).expression();
    if (!(expression instanceof Expression.Fib)) {
      return Optional.empty();
    }
    FibQuery query = ((Expression.Fib) expression).query();
    Expression present =
        new Expression.Fib(new FibQuery(query.selectors(), FibQuery.Result.PRESENT));
    Bits value = Literals.value(right, DataType.BOOLEAN);
    return Optional.of(
        Match.equal(present, relation == Relation.NOT_EQUAL, value, DataType.BOOLEAN));
  }

  Scope scope() {
    return scope;
  }
}
