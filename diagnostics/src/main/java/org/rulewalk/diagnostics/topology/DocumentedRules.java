package org.rulewalk.diagnostics.topology;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.parsers.source.Spelling;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;

/**
 * Rules that people put where PedOS' documents tell them to: into the chains made for it, and,
 * where a generation has none, accepts for a named destination in forward and translations for a
 * port in prerouting, straight or by a chain of their own.
 */
final class DocumentedRules {
  private final Generation generation;
  private final Table table;
  private final Set<String> own = new HashSet<>();

  DocumentedRules(Generation generation, Table table) {
    this.generation = generation;
    this.table = table;
    for (Chain chain : table.chains()) {
      for (Rule rule : chain.rules()) {
        if (isNamed(chain, rule)) {
          target(rule).ifPresent(own::add);
        }
      }
    }
  }

  boolean has(Chain chain, Rule rule) {
    return isNamed(chain, rule) || own.contains(chain.name()) && isHarmless(rule);
  }

  private boolean isNamed(Chain chain, Rule rule) {
    boolean nft = table.tool() == Table.Tool.NFT;
    String name = Spelling.pedOs(chain.name());
    if (generation.isNftAlone()) {
      boolean base = PedosNames.isBaseTable(table.name());
      return nft && base && name.startsWith("custom-");
    }
    if (nft && generation != Generation.FORWARD_CHAIN) {
      boolean agent = PedosNames.isAgentTable(table.name());
      return agent && name.equals("forward") && namesDestination(rule) && isAccept(rule);
    }
    if (table.name().equals("filter") && name.equals("FORWARD")) {
      return namesDestination(rule) && (isAccept(rule) || target(rule).isPresent());
    }
    boolean nat = table.name().equals("nat") && name.equals("PREROUTING");
    return nat && namesDestination(rule) && (isTranslation(rule) || target(rule).isPresent());
  }

  private static boolean namesDestination(Rule rule) {
    return Shape.of(rule).parts().stream()
        .anyMatch(part -> part.equals("IP_DADDR") || part.equals("IP6_DADDR"));
  }

  private static boolean isHarmless(Rule rule) {
    return isAccept(rule) || isTranslation(rule);
  }

  private static boolean isAccept(Rule rule) {
    return verdicts(rule).contains(Verdict.Simple.ACCEPT);
  }

  private static boolean isTranslation(Rule rule) {
    return rule.statements().stream()
        .anyMatch(
            s ->
                s instanceof Statement.Nat
                    && ((Statement.Nat) s).kind() == Statement.Nat.Kind.DNAT);
  }

  /** The chain of one's own that a rule leads to. */
  private static Optional<String> target(Rule rule) {
    return verdicts(rule).stream()
        .filter(Verdict.Jump.class::isInstance)
        .map(v -> ((Verdict.Jump) v).chain())
        .findFirst();
  }

  private static List<Verdict> verdicts(Rule rule) {
    return rule.statements().stream()
        .filter(Statement.Decide.class::isInstance)
        .map(s -> ((Statement.Decide) s).verdict())
        .toList();
  }
}
