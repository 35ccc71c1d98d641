package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;

/**
 * Rules that no packet gets to, since one earlier rule of the same chain takes every packet that
 * they are for. Each is compared with single earlier rules, not with several together; what it says
 * is always so, but it does not find all.
 *
 * <p>Time: rules × earlier rules that end the chain, of which the last {@value #MOST_EARLIER}
 * count.
 */
final class UnreachableRules implements Check {
  private static final int MOST_EARLIER = 1000;

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      for (Table table : machine.ruleset().tables()) {
        for (Chain chain : table.chains()) {
          new InChain(machine, table, chain).find(found);
        }
      }
    }
    return found;
  }

  /**
   * A rule that ends the chain for every packet that it matches.
   *
   * @param change how many rules before it, itself included, may change packets
   */
  private record Taker(Rule rule, List<Match> tests, int change) {}

  private static final class InChain {
    private final Machine machine;
    private final Table table;
    private final Chain chain;

    InChain(Machine machine, Table table, Chain chain) {
      this.machine = machine;
      this.table = table;
      this.chain = chain;
    }

    void find(List<Finding> found) {
      List<Taker> takers = new ArrayList<>();
      int changes = 0;
      for (Rule rule : chain.rules()) {
        Optional<Taker> by =
            changesBeforeTests(rule) ? unconditional(takers) : by(rule, takers, changes);
        by.filter(taker -> !isEndOfList(rule))
            .ifPresent(taker -> found.add(finding(rule, taker.rule())));
        changes += changes(rule.statements()) ? 1 : 0;
        int now = changes;
        tests(rule).ifPresent(tests -> takers.add(new Taker(rule, tests, now)));
      }
    }

    /** The agent ends every list of a VM with a reject, whatever stands before. */
    private boolean isEndOfList(Rule rule) {
      return rule.number() == chain.rules().size() && PedosNames.isClientChain(chain.name());
    }

    private static Optional<Taker> unconditional(List<Taker> takers) {
      return takers.stream().filter(taker -> taker.tests().isEmpty()).findFirst();
    }

    private Optional<Taker> by(Rule rule, List<Taker> takers, int changes) {
      Optional<Taker> all = unconditional(takers);
      if (all.isPresent() || takers.isEmpty()) {
        return all;
      }
      List<Match> own =
          rule.statements().stream()
              .filter(Match.class::isInstance)
              .map(Match.class::cast)
              .toList();
      Condition condition = new Condition(own);
      return takers.subList(Math.max(0, takers.size() - MOST_EARLIER), takers.size()).stream()
          .filter(taker -> taker.change() == changes)
          .filter(taker -> taker.tests().stream().allMatch(condition::entails))
          .findFirst();
    }

    /** The tests of a rule that ends the chain by them alone; empty for other rules. */
    private Optional<List<Match>> tests(Rule rule) {
      List<Match> tests = new ArrayList<>();
      for (Statement statement : rule.statements()) {
        if (statement instanceof Match) {
          tests.add((Match) statement);
        } else if (statement instanceof Statement.Decide) {
          return ends(((Statement.Decide) statement).verdict())
              ? Optional.of(tests)
              : Optional.empty();
        } else if (statement instanceof Statement.Reject) {
          return fits(((Statement.Reject) statement).kind(), tests)
              ? Optional.of(tests)
              : Optional.empty();
        } else if (!isHarmless(statement)) {
          return Optional.empty();
        }
      }
      return Optional.empty();
    }

    private static boolean ends(Verdict verdict) {
      return verdict == Verdict.Simple.ACCEPT
          || verdict == Verdict.Simple.DROP
          || verdict == Verdict.Simple.RETURN
          || verdict instanceof Verdict.Goto;
    }

    /** A reject passes over packets that its answer is not made for. */
    private boolean fits(Statement.Reject.Kind kind, List<Match> tests) {
      switch (kind) {
        case ICMPX:
          return true;
        case ICMP:
          return table.family() == Family.IP;
        case ICMPV6:
          return table.family() == Family.IP6;
        default:
          return new Condition(tests).entails(Condition.is(MetaKey.L4PROTO, 6));
      }
    }

    private static boolean isHarmless(Statement statement) {
      return statement instanceof Statement.Note
          || statement instanceof Statement.UseObject
              && ((Statement.UseObject) statement).kind() == StatefulObject.Kind.COUNTER;
    }

    private boolean changesBeforeTests(Rule rule) {
      boolean changed = false;
      for (Statement statement : rule.statements()) {
        if (statement instanceof Match && changed) {
          return true;
        }
        changed |= changes(List.of(statement));
      }
      return false;
    }

    /** Whether statements, or a chain that they lead to, may change what later tests look at. */
    private boolean changes(List<Statement> statements) {
      return changes(statements, new HashSet<>());
    }

    private boolean changes(List<Statement> statements, Set<String> seen) {
      for (Statement statement : statements) {
        boolean plain =
            statement instanceof Match
                || statement instanceof Statement.Reject
                || isHarmless(statement);
        boolean changed =
            statement instanceof Statement.Decide
                ? changes(((Statement.Decide) statement).verdict(), seen)
                : !plain;
        if (changed) {
          return true;
        }
      }
      return false;
    }

    private boolean changes(Verdict verdict, Set<String> seen) {
      String target =
          verdict instanceof Verdict.Jump
              ? ((Verdict.Jump) verdict).chain()
              : verdict instanceof Verdict.Goto ? ((Verdict.Goto) verdict).chain() : "";
      return !target.isEmpty()
          && seen.add(target)
          && table
              .chain(target)
              .map(next -> next.rules().stream().anyMatch(r -> changes(r.statements(), seen)))
              .orElse(true);
    }

    private Finding finding(Rule rule, Rule taker) {
      boolean same = verdict(rule).isPresent() && verdict(rule).equals(verdict(taker));
      Finding.Severity severity = same ? Finding.Severity.NOTE : Finding.Severity.WARNING;
      String message =
          "No packet gets to rule "
              + rule.number()
              + " of chain "
              + chain.name()
              + " in table "
              + table.title()
              + ": rule "
              + taker.number()
              + " takes every packet that it is for."
              + (same ? " Both decide the same, so nothing is lost." : "");
      Finding found =
          new Finding("unreachable-rule", severity, machine.name(), rule.source(), message)
              .because(List.of(taker.source()));
      return same ? found : found.mendedBy(repair(rule, taker));
    }

    private static Optional<Statement> verdict(Rule rule) {
      return rule.statements().stream()
          .filter(s -> s instanceof Statement.Decide || s instanceof Statement.Reject)
          .findFirst();
    }

    private Finding.Repair repair(Rule rule, Rule taker) {
      String words =
          "Put it where packets get to it: before rule " + taker.number() + custom() + ".";
      return new Finding.Repair(machine.name(), commands(rule, taker), "", List.of(), words);
    }

    private String custom() {
      Optional<String> own =
          PedosNames.isOurs(table.name())
              ? Optional.of("custom-" + chain.name()).filter(name -> table.chain(name).isPresent())
              : Optional.empty();
      return own.map(name -> ", or into " + name + ", which is asked first").orElse("");
    }

    /** For iptables, whose listing is what its commands take. */
    private List<String> commands(Rule rule, Rule taker) {
      String text = rule.source().text().replaceFirst("^\\[[0-9]+:[0-9]+\\] ", "");
      String start = "-A " + chain.name() + " ";
      if (table.tool() == Table.Tool.NFT || !text.startsWith(start)) {
        return List.of();
      }
      String tool =
          (table.family() == Family.IP ? "iptables" : "ip6tables")
              + (table.tool() == Table.Tool.IPTABLES_LEGACY ? "-legacy" : "")
              + (table.name().equals("filter") ? "" : " -t " + table.name());
      return List.of(
          tool + " -D " + chain.name() + " " + rule.number(),
          tool
              + " -I "
              + chain.name()
              + " "
              + taker.number()
              + " "
              + text.substring(start.length()));
    }
  }
}
