package org.rulewalk.parsers.nft;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.parsers.source.Unwritable;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.value.Bits;

/** Writes matches in nft's language. */
final class MatchText implements Match.Cases<String> {
  private static final MatchText CASES = new MatchText();

  private MatchText() {}

  static String of(Match match) {
    return match.fold(CASES);
  }

  @Override
  public String compare(Match.Compare match) {
    Optional<String> block = block(match);
    if (block.isPresent()) {
      return block.get();
    }
    Expression left = match.left();
    String text = ExpressionText.of(left);
    if (!(match.right() instanceof Expression.Constant)) {
      return text + sign(match, true) + ExpressionText.of(match.right());
    }
    Expression.Constant right = (Expression.Constant) match.right();
    Bits bits = ExpressionText.scalar(right);
    if (ExpressionText.asksPresence(left) && bits.compareTo(Bits.of(1)) <= 0) {
      return text + sign(match, false) + (bits.isZero() ? "missing" : "exists");
    }
    boolean named = ExpressionText.isBitField(left) || left instanceof Expression.Binary;
    return text + sign(match, named) + LiteralText.operand(bits, right.type());
  }

  /** {@code ip saddr 10.0.0.0/8} and {@code iifname "vif*"}: the bits of a mask are compared. */
  private static Optional<String> block(Match.Compare match) {
    boolean masked =
        match.left() instanceof Expression.Binary
            && ((Expression.Binary) match.left()).operator() == Expression.Binary.Operator.AND
            && ((Expression.Binary) match.left()).right() instanceof Expression.Constant
            && match.right() instanceof Expression.Constant
            && (match.operator() == Match.Operator.EQUAL
                || match.operator() == Match.Operator.NOT_EQUAL);
    if (!masked) {
      return Optional.empty();
    }
    Expression.Binary left = (Expression.Binary) match.left();
    DataType type = ((Expression.Constant) match.right()).type();
    Bits mask = ExpressionText.scalar((Expression.Constant) left.right());
    Bits value = ExpressionText.scalar((Expression.Constant) match.right());
    if (!value.without(mask).isZero() || left.left() instanceof Expression.Binary) {
      return Optional.empty();
    }
    String start = ExpressionText.of(left.left()) + sign(match, false);
    if (type == DataType.IFNAME || type == DataType.IFACE_INDEX) {
      return Optional.of(start + LiteralText.pattern(value, mask));
    }
    if (LiteralText.isAddress(type) && LiteralText.isPrefix(mask, type)) {
      Bits last = value.or(Bits.ones(type == DataType.IPV4_ADDR ? 32 : 128).without(mask));
      return Optional.of(start + LiteralText.interval(new Interval(value, last), type));
    }
    return Optional.empty();
  }

  private static String sign(Match.Compare match, boolean written) {
    switch (match.operator()) {
      case EQUAL:
        return written ? " == " : " ";
      case NOT_EQUAL:
        return " != ";
      case LESS:
        return " < ";
      case LESS_OR_EQUAL:
        return " <= ";
      case GREATER:
        return " > ";
      default:
        return " >= ";
    }
  }

  @Override
  public String range(Match.InRange match) {
    DataType type = ExpressionTypes.of(match.left()).get(0);
    return ExpressionText.of(match.left())
        + (match.negated() ? " != " : " ")
        + LiteralText.range(match.low(), match.high(), type);
  }

  @Override
  public String set(Match.InSet match) {
    return ExpressionText.of(match.left())
        + (match.negated() ? " != " : " ")
        + ExpressionText.reference(match.set(), match.left(), List.of());
  }

  @Override
  public String bits(Match.HasBits match) {
    if (!ExpressionText.isBitField(match.left())) {
      return ExpressionText.of(match.left())
          + " & "
          + LiteralText.number(match.mask())
          + (match.negated() ? " == 0" : " != 0");
    }
    DataType type = ExpressionTypes.of(match.left()).get(0);
    String bits =
        type == DataType.CT_LABEL
            ? LiteralText.number(match.mask())
            : LiteralText.flags(match.mask(), type, ",");
    return ExpressionText.of(match.left()) + (match.negated() ? " ! " : " ") + bits;
  }

  @Override
  public String all(Match.AllOf match) {
    throw new Unwritable("a combination of tests that nft has no words for");
  }

  /** Rules that versions of nft load differently, and translations that say too little. */
  @Override
  public String any(Match.AnyOf match) {
    if (!match.parts().isEmpty() && match.parts().stream().allMatch(MatchText::isUnequal)) {
      return joined(match.parts());
    }
    boolean doubtful = match.parts().stream().anyMatch(MatchText::isDoubtful);
    if (doubtful && match.parts().get(0) instanceof Match.AllOf) {
      List<Match> first = ((Match.AllOf) match.parts().get(0)).parts();
      return joined(first.stream().filter(part -> !isLost(part)).toList());
    }
    if (doubtful) {
      return of(match.parts().get(0));
    }
    throw new Unwritable("a combination of tests that nft has no words for");
  }

  private static String joined(List<Match> parts) {
    return parts.stream().map(MatchText::of).collect(Collectors.joining(" "));
  }

  private static boolean isUnequal(Match match) {
    return match instanceof Match.Compare
        && ((Match.Compare) match).operator() == Match.Operator.NOT_EQUAL;
  }

  private static boolean isDoubtful(Match match) {
    return match instanceof Match.AllOf
        ? ((Match.AllOf) match).parts().stream().anyMatch(MatchText::isLost)
        : isLost(match);
  }

  private static boolean isLost(Match match) {
    if (!(match instanceof Match.Unknown)) {
      return false;
    }
    Doubt.Kind kind = ((Match.Unknown) match).doubt().kind();
    return kind == Doubt.Kind.LOST_ARGUMENTS || kind == Doubt.Kind.LOADED_AS;
  }

  @Override
  public String not(Match.Not match) {
    throw new Unwritable("the opposite of a test, which nft has no words for");
  }

  @Override
  public String limit(Match.RateLimit match) {
    return "limit rate "
        + (match.over() ? "over " : "")
        + (match.bytes() ? bytes(match.amount()) + "/" : match.amount() + "/")
        + unit(match.perSeconds())
        + burst(match);
  }

  private static String burst(Match.RateLimit match) {
    if (!match.bytes()) {
      return " burst " + match.burst() + " packets";
    }
    return match.burst() == 0 ? "" : " burst " + bytes(match.burst());
  }

  private static String bytes(long amount) {
    long number = amount;
    int unit = 0;
    while (number != 0 && number % 1024 == 0 && unit < 2) {
      number /= 1024;
      unit++;
    }
    return number + " " + List.of("bytes", "kbytes", "mbytes").get(unit);
  }

  private static String unit(long seconds) {
    switch ((int) seconds) {
      case 1:
        return "second";
      case 60:
        return "minute";
      case 3600:
        return "hour";
      case 24 * 3600:
        return "day";
      case 7 * 24 * 3600:
        return "week";
      default:
        throw new Unwritable("a rate per " + seconds + " seconds");
    }
  }

  @Override
  public String quota(Match.Quota match) {
    return "quota "
        + (match.over() ? "over " : "")
        + bytes(match.bytes())
        + (match.usedBytes() == 0 ? "" : " used " + bytes(match.usedBytes()));
  }

  @Override
  public String extension(Match.Extension match) {
    throw new Unwritable("a match of iptables that nft has no words for");
  }

  @Override
  public String unknown(Match.Unknown match) {
    return StatementText.asListed(match.text());
  }
}
