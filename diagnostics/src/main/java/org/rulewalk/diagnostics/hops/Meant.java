package org.rulewalk.diagnostics.hops;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.rulewalk.diagnostics.topology.BaseRules;
import org.rulewalk.diagnostics.words.MatchWords;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Truth;
import org.rulewalk.simulator.rules.Verdict;

/**
 * A rule that somebody wrote for a packet: it does what is wanted, and looks at the packet's port
 * or address.
 *
 * @param rule the rule; where it leads to a chain of its own, the one of the two that differs
 * @param differs what keeps it from matching; nothing where it would match if it were asked
 * @param own whether the rule tests the destination port, or the address, and the packet passes
 */
public record Meant(
    Table table, Chain chain, Rule rule, List<MatchWords.Mismatch> differs, int own) {
  private static final int MOST_DIFFERENCES = 3;
  private static final Set<HeaderField> PORTS =
      Set.of(
          HeaderField.TCP_DPORT,
          HeaderField.UDP_DPORT,
          HeaderField.TH_DPORT,
          HeaderField.SCTP_DPORT,
          HeaderField.DCCP_DPORT);
  private static final Set<HeaderField> ADDRESSES =
      Set.of(HeaderField.IP_DADDR, HeaderField.IP6_DADDR);

  /** Keeps a copy. */
  public Meant {
    differs = List.copyOf(differs);
  }

  /**
   * The rules that come closest, best first.
   *
   * @param does whether a rule does what is wanted
   */
  public static List<Meant> find(Ruleset ruleset, PacketContext context, Predicate<Rule> does) {
    List<Meant> found = new ArrayList<>();
    for (Table table : ruleset.tables()) {
      if (!table.family().sees(context.packet().version()) || table.dormant()) {
        continue;
      }
      for (Chain chain : table.chains()) {
        boolean asked =
            !(chain instanceof Chain.Base) || ((Chain.Base) chain).hook() == context.hook();
        for (Rule rule : asked ? chain.rules() : List.<Rule>of()) {
          if (!BaseRules.isMade(table, chain, rule)) {
            candidate(table, chain, rule, context, does).ifPresent(found::add);
          }
        }
      }
    }
    found.sort(
        Comparator.<Meant>comparingInt(m -> m.differs().size())
            .thenComparing(Comparator.comparingInt(Meant::own).reversed()));
    return found;
  }

  private static Optional<Meant> candidate(
      Table table, Chain chain, Rule rule, PacketContext context, Predicate<Rule> does) {
    Meant self = read(table, chain, rule, context);
    Optional<Meant> whole = Optional.empty();
    if (does.test(rule)) {
      whole = Optional.of(self);
    } else {
      Optional<Chain> target = target(table, rule);
      if (target.isPresent() && !BaseRules.isOfClient(target.get())) {
        whole =
            target.get().rules().stream()
                .filter(does)
                .map(inner -> self.with(read(table, target.get(), inner, context)))
                .min(Comparator.comparingInt(m -> m.differs().size()));
      }
    }
    return whole.filter(m -> m.own() > 0 && m.differs().size() <= MOST_DIFFERENCES);
  }

  private Meant with(Meant inner) {
    List<MatchWords.Mismatch> all = new ArrayList<>(differs);
    all.addAll(inner.differs());
    boolean here = !differs.isEmpty() || inner.differs().isEmpty();
    return new Meant(
        table, here ? chain : inner.chain(), here ? rule : inner.rule(), all, own + inner.own());
  }

  private static Optional<Chain> target(Table table, Rule rule) {
    return rule.statements().stream()
        .filter(Statement.Decide.class::isInstance)
        .map(s -> ((Statement.Decide) s).verdict())
        .filter(Verdict.Jump.class::isInstance)
        .findFirst()
        .flatMap(v -> table.chain(((Verdict.Jump) v).chain()));
  }

  private static Meant read(Table table, Chain chain, Rule rule, PacketContext context) {
    context.at(table, rule);
    List<MatchWords.Mismatch> differs = new ArrayList<>();
    int own = 0;
    for (Match match : matches(rule)) {
      differs.addAll(MatchWords.of(match, context));
      boolean aimed = looksAt(match, PORTS) || looksAt(match, ADDRESSES);
      own += aimed && match.test(context) == Truth.YES ? 1 : 0;
    }
    return new Meant(table, chain, rule, differs, own);
  }

  private static List<Match> matches(Rule rule) {
    List<Match> all = new ArrayList<>();
    for (Statement statement : rule.statements()) {
      if (statement instanceof Match.AllOf) {
        all.addAll(((Match.AllOf) statement).parts());
      } else if (statement instanceof Match) {
        all.add((Match) statement);
      }
    }
    return all;
  }

  private static boolean looksAt(Match match, Set<HeaderField> fields) {
    Optional<Expression> left = Optional.empty();
    if (match instanceof Match.Compare) {
      left = Optional.of(((Match.Compare) match).left());
    } else if (match instanceof Match.InRange) {
      left = Optional.of(((Match.InRange) match).left());
    } else if (match instanceof Match.InSet) {
      left = Optional.of(((Match.InSet) match).left());
    }
    return left.map(e -> e instanceof Expression.Binary ? ((Expression.Binary) e).left() : e)
        .filter(Expression.Header.class::isInstance)
        .map(e -> fields.contains(((Expression.Header) e).field()))
        .orElse(false);
  }

  /** Whether a rule accepts. */
  public static boolean accepts(Rule rule) {
    return rule.statements().stream()
        .anyMatch(
            s ->
                s instanceof Statement.Decide
                    && ((Statement.Decide) s).verdict() == Verdict.Simple.ACCEPT);
  }

  /** Whether a rule translates the destination. */
  public static boolean redirects(Rule rule) {
    return rule.statements().stream()
        .filter(Statement.Nat.class::isInstance)
        .map(s -> ((Statement.Nat) s).kind())
        .anyMatch(k -> k == Statement.Nat.Kind.DNAT || k == Statement.Nat.Kind.REDIRECT);
  }
}
