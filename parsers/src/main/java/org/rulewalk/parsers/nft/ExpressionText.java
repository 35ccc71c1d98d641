package org.rulewalk.parsers.nft;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.rulewalk.parsers.source.Unwritable;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.FibQuery;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;

/**
 * Writes expressions in nft's language; the counterpart of {@link TermReader} and {@link Lowering}.
 *
 * @param data what the values of a map in the expression are
 */
record ExpressionText(List<DataType> data) implements Expression.Cases<String> {
  /** Metadata that nft lists without the word meta. */
  private static final List<MetaKey> BARE =
      List.of(
          MetaKey.IIF,
          MetaKey.OIF,
          MetaKey.IIFNAME,
          MetaKey.OIFNAME,
          MetaKey.IIFGROUP,
          MetaKey.OIFGROUP);

  /** Something that a rule looks at. */
  static String of(Expression expression) {
    return expression.fold(new ExpressionText(List.of()));
  }

  /** Something that a rule writes somewhere, where a map yields values of these types. */
  static String of(Expression expression, List<DataType> data) {
    return expression.fold(new ExpressionText(data));
  }

  @Override
  public String constant(Expression.Constant constant) {
    if (constant.value() instanceof Value.Scalar) {
      return LiteralText.value(((Value.Scalar) constant.value()).bits(), constant.type());
    }
    return ElementText.data(constant.value(), List.of(constant.type()));
  }

  @Override
  public String header(Expression.Header header) {
    return header.field().nftName();
  }

  @Override
  public String raw(Expression.RawPayload raw) {
    return "@" + base(raw.base()) + "," + raw.bitOffset() + "," + raw.width();
  }

  private static String base(HeaderField.Base base) {
    switch (base) {
      case LINK:
        return "ll";
      case NETWORK:
        return "nh";
      case TRANSPORT:
        return "th";
      default:
        return "ih";
    }
  }

  @Override
  public String meta(Expression.Meta meta) {
    return (BARE.contains(meta.key()) ? "" : "meta ") + meta.key().word();
  }

  @Override
  public String ct(Expression.Ct ct) {
    return "ct "
        + ct.direction().map(d -> d.name().toLowerCase(Locale.ROOT) + " ").orElse("")
        + ct.key().word();
  }

  @Override
  public String fib(Expression.Fib fib) {
    FibQuery query = fib.query();
    String selectors =
        query.selectors().stream()
            .sorted()
            .map(selector -> selector.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(" . "));
    FibQuery.Result result =
        query.result() == FibQuery.Result.PRESENT ? FibQuery.Result.OIF : query.result();
    return "fib " + selectors + " " + result.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String route(Expression.Route route) {
    switch (route.key()) {
      case CLASSID:
        return "rt classid";
      case NEXTHOP_IP:
        return "rt ip nexthop";
      case NEXTHOP_IP6:
        return "rt ip6 nexthop";
      case TCP_MSS:
        return "rt mtu";
      default:
        return "rt ipsec";
    }
  }

  @Override
  public String tcpOption(Expression.TcpOption option) {
    return FieldText.words(option);
  }

  @Override
  public String ipOption(Expression.IpOption option) {
    return IpOptions.words(option);
  }

  @Override
  public String extension(Expression.Extension extension) {
    return FieldText.words(extension);
  }

  @Override
  public String sctpChunk(Expression.SctpChunk chunk) {
    return SctpChunks.words(chunk);
  }

  @Override
  public String binary(Expression.Binary binary) {
    if (isSubtype(binary)) {
      return "tcp option mptcp subtype";
    }
    String left = operand(binary.left(), false);
    return left + " " + sign(binary.operator()) + " " + operand(binary.right(), isShift(binary));
  }

  private static boolean isSubtype(Expression.Binary binary) {
    return binary.equals(
        new Expression.Binary(
            Expression.Binary.Operator.SHIFT_RIGHT,
            new Expression.TcpOption(30, 2, 1),
            Expression.number(4, DataType.INTEGER)));
  }

  private static boolean isShift(Expression.Binary binary) {
    return binary.operator() == Expression.Binary.Operator.SHIFT_LEFT
        || binary.operator() == Expression.Binary.Operator.SHIFT_RIGHT;
  }

  private String operand(Expression expression, boolean plainNumber) {
    if (expression instanceof Expression.Constant) {
      Expression.Constant constant = (Expression.Constant) expression;
      Bits bits = scalar(constant);
      return plainNumber ? LiteralText.number(bits) : LiteralText.operand(bits, constant.type());
    }
    String text = expression.fold(this);
    return expression instanceof Expression.Binary ? "(" + text + ")" : text;
  }

  /** The number that a constant is. */
  static Bits scalar(Expression.Constant constant) {
    if (constant.value() instanceof Value.Scalar) {
      return ((Value.Scalar) constant.value()).bits();
    }
    throw new Unwritable("a range where one value is expected");
  }

  private static String sign(Expression.Binary.Operator operator) {
    switch (operator) {
      case AND:
        return "&";
      case OR:
        return "|";
      case XOR:
        return "^";
      case SHIFT_LEFT:
        return "<<";
      default:
        return ">>";
    }
  }

  @Override
  public String concatenation(Expression.Concatenation concatenation) {
    return concatenation.parts().stream()
        .map(part -> part.fold(this))
        .collect(Collectors.joining(" . "));
  }

  @Override
  public String map(Expression.MapLookup lookup) {
    return lookup.key().fold(this) + " map " + reference(lookup.map(), lookup.key(), data);
  }

  @Override
  public String opaque(Expression.Opaque opaque) {
    return opaque.text();
  }

  /** {@code @name} or the elements themselves, for keys of this kind. */
  static String reference(SetReference set, Expression key, List<DataType> data) {
    if (set instanceof SetReference.Named) {
      return "@" + LiteralText.name(((SetReference.Named) set).name());
    }
    ElementSet elements = ((SetReference.Anonymous) set).elements();
    List<DataType> types = ExpressionTypes.of(key);
    return elements.elements().stream()
        .map(element -> ElementText.of(element, types, data))
        .collect(Collectors.joining(", ", "{ ", " }"));
  }

  /** Whether this is a question that exists and missing answer. */
  static boolean asksPresence(Expression expression) {
    return expression instanceof Expression.Fib
            && ((Expression.Fib) expression).query().result() == FibQuery.Result.PRESENT
        || ExpressionTypes.of(expression).equals(List.of(DataType.BOOLEAN));
  }

  /** Whether this is a key of connection tracking whose values are bits with names. */
  static boolean isBitField(Expression expression) {
    List<DataType> types = ExpressionTypes.of(expression);
    boolean label =
        expression instanceof Expression.Ct && ((Expression.Ct) expression).key() == CtKey.LABEL;
    return !(expression instanceof Expression.Binary)
        && types.size() == 1
        && (LiteralText.isBitField(types.get(0)) || label);
  }
}
