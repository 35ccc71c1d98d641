package org.rulewalk.diagnostics.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;

/**
 * A rule of iptables that accepts, in nft's language. Only what people write in such rules: who,
 * where, which port, which state; a rule that asks for more has no translation here.
 */
public final class RuleInNft {
  private RuleInNft() {}

  /** Matches and verdict, without the command and the chain; empty where something has no words. */
  public static Optional<String> of(Rule rule) {
    List<String> words = new ArrayList<>();
    for (Statement statement : rule.statements()) {
      if (statement instanceof Match) {
        Optional<String> word = match((Match) statement);
        if (word.isEmpty()) {
          return Optional.empty();
        }
        words.add(word.get());
      } else if (statement instanceof Statement.Decide) {
        words.add("counter accept");
      } else if (!(statement instanceof Statement.Note)) {
        return Optional.empty();
      }
    }
    return Optional.of(String.join(" ", withoutImplied(words)));
  }

  /** A port's name says the protocol already. */
  private static List<String> withoutImplied(List<String> words) {
    List<String> kept = new ArrayList<>();
    for (String word : words) {
      String protocol = word.substring(word.lastIndexOf(' ') + 1);
      boolean implied =
          (word.equals("meta l4proto " + protocol) || word.equals("ip protocol " + protocol))
              && words.stream().anyMatch(w -> w.startsWith(protocol + " "));
      if (!implied) {
        kept.add(word);
      }
    }
    return kept;
  }

  private static Optional<String> match(Match match) {
    if (match instanceof Match.Compare) {
      return compare((Match.Compare) match);
    }
    if (match instanceof Match.InRange) {
      Match.InRange range = (Match.InRange) match;
      return field(range.left())
          .map(
              named ->
                  named.name()
                      + (range.negated() ? " != " : " ")
                      + ValueWords.of(range.low(), named.types().get(0))
                      + "-"
                      + ValueWords.of(range.high(), named.types().get(0)));
    }
    if (match instanceof Match.Extension) {
      XtMatch extension = ((Match.Extension) match).match();
      return extension instanceof XtMatch.Conntrack
          ? states((XtMatch.Conntrack) extension)
          : Optional.empty();
    }
    return Optional.empty();
  }

  private static Optional<String> states(XtMatch.Conntrack match) {
    boolean plain = match.others().isEmpty() && match.state().isPresent();
    if (!plain) {
      return Optional.empty();
    }
    XtMatch.Conntrack.StateTest asked = match.state().get();
    int translated = XtMatch.Conntrack.SNAT | XtMatch.Conntrack.DNAT;
    return (asked.mask() & translated) != 0
        ? Optional.empty()
        : Optional.of(
            "ct state "
                + (asked.negated() ? "!= " : "")
                + ValueWords.of(Bits.of(asked.mask()), DataType.CT_STATE));
  }

  private static Optional<String> compare(Match.Compare match) {
    boolean equal = match.operator() == Match.Operator.EQUAL;
    boolean simple = equal || match.operator() == Match.Operator.NOT_EQUAL;
    if (!simple || !(match.right() instanceof Expression.Constant)) {
      return Optional.empty();
    }
    Optional<List<Bits>> value = ((Expression.Constant) match.right()).value().asKey();
    return field(match.left())
        .filter(named -> value.map(parts -> parts.size() == 1).orElse(false))
        .map(
            named ->
                named.name()
                    + (equal ? " " : " != ")
                    + text(match.left(), value.get().get(0), named));
  }

  private static String text(Expression left, Bits value, FieldWords.Named named) {
    DataType type = named.types().get(0);
    String text =
        left instanceof Expression.Binary
            ? ValueWords.masked(value, mask((Expression.Binary) left).orElseThrow(), type)
            : ValueWords.of(value, type);
    return type == DataType.IFNAME ? "\"" + text + "\"" : text;
  }

  private static Optional<FieldWords.Named> field(Expression left) {
    if (left instanceof Expression.Binary) {
      Expression.Binary binary = (Expression.Binary) left;
      return mask(binary).isPresent() ? field(binary.left()) : Optional.empty();
    }
    boolean known =
        left instanceof Expression.Header
            || left instanceof Expression.Meta
                && (((Expression.Meta) left).key() == MetaKey.IIFNAME
                    || ((Expression.Meta) left).key() == MetaKey.OIFNAME
                    || ((Expression.Meta) left).key() == MetaKey.L4PROTO
                    || ((Expression.Meta) left).key() == MetaKey.MARK);
    return known ? Optional.of(left.fold(FieldWords.INSTANCE)) : Optional.empty();
  }

  private static Optional<Bits> mask(Expression.Binary binary) {
    boolean and = binary.operator() == Expression.Binary.Operator.AND;
    return and && binary.right() instanceof Expression.Constant
        ? ((Expression.Constant) binary.right()).value().asKey().map(parts -> parts.get(0))
        : Optional.empty();
  }
}
