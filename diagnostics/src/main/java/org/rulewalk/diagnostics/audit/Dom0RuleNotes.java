package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.dom0.Behind;
import org.rulewalk.diagnostics.dom0.Dom0Change;
import org.rulewalk.diagnostics.dom0.Expected;
import org.rulewalk.diagnostics.dom0.Origin;
import org.rulewalk.diagnostics.dom0.Standing;
import org.rulewalk.diagnostics.topology.Generation;
import org.rulewalk.diagnostics.words.Dom0Words;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.simulator.rules.Rule;

/** Rules of dom0 that are not what they seem: over, named after a host, hidden, without effect. */
final class Dom0RuleNotes implements Check {
  private static final String DOM0 = "dom0";

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Standing standing : subject.journals().dom0().standings()) {
      standing.expired().forEach(rule -> found.add(expired(standing, rule)));
      hosts(standing).forEach(expected -> found.add(host(standing, expected)));
      hidden(standing).ifPresent(found::add);
      standing.counted().forEach(rule -> withoutEffect(standing, rule).ifPresent(found::add));
    }
    return found;
  }

  private static Finding expired(Standing standing, FirewallRule rule) {
    return new Finding(
        "dom0-rule-expired",
        Finding.Severity.NOTE,
        DOM0,
        rule.source(),
        "The time of this rule of "
            + standing.vm()
            + " is over: it is not among the rules in "
            + standing.provider()
            + ", qvm-firewall does not count it, and dom0 deletes it when it next saves the list.");
  }

  private static List<Expected> hosts(Standing standing) {
    Map<Origin, Expected> named = new LinkedHashMap<>();
    standing.expected().stream()
        .filter(e -> e.host().isPresent())
        .forEach(e -> named.putIfAbsent(e.origin(), e));
    return List.copyOf(named.values());
  }

  private static Finding host(Standing standing, Expected expected) {
    List<String> resolved = standing.resolved(expected);
    boolean several = resolved.size() > 1 || resolved.stream().anyMatch(a -> a.contains("-"));
    Behind behind = new Behind(standing, Optional.of(expected.origin()));
    String then =
        resolved.isEmpty()
            ? "No captured rule tells which addresses it has."
            : "When the rules were applied it stood for " + Dom0Words.addresses(resolved) + ".";
    return new Finding(
            "dom0-host-name",
            several ? Finding.Severity.WARNING : Finding.Severity.NOTE,
            DOM0,
            expected.origin().source(),
            Dom0Words.capital(Dom0Words.rule(behind))
                + " names a host. "
                + then
                + " Names are looked up when rules are applied, and not for each connection"
                + (several
                    ? ": with several addresses, as load balancing has them, others may be handed out later, and"
                        + " connections to these are not what the rule is about."
                    : ".")
                + " If the name can't be resolved, every rule of the VM is discarded.")
        .because(standing.rules(expected).stream().map(Rule::source).toList())
        .mendedBy(
            Finding.Repair.inWords(
                DOM0,
                "Give the addresses or the network in the place of the name, if they are known."));
  }

  /** The firewall editor shows neither. */
  private static Optional<Finding> hidden(Standing standing) {
    List<Behind> editors = new ArrayList<>();
    standing.expected().stream()
        .map(Expected::origin)
        .distinct()
        .map(origin -> new Behind(standing, Optional.of(origin)))
        .filter(Dom0Change::isOfTheEditor)
        .forEach(editors::add);
    boolean counts =
        standing.isOn()
            && standing.generation() != Generation.FORWARD_CHAIN
            && standing.isLimited()
            && !editors.isEmpty();
    if (!counts) {
      return Optional.empty();
    }
    List<String> commands = new ArrayList<>();
    List<Behind> last = new ArrayList<>(editors);
    Collections.reverse(last);
    last.forEach(
        behind ->
            behind
                .number()
                .ifPresent(
                    n -> commands.add("qvm-firewall " + standing.vm() + " del --rule-no " + n)));
    String rules = String.join(" and ", editors.stream().map(Dom0Words::rule).toList());
    return Optional.of(
        new Finding(
                "dom0-hidden-rule",
                Finding.Severity.NOTE,
                DOM0,
                editors.get(0).origin().orElseThrow().source(),
                Dom0Words.capital(rules)
                    + (editors.size() > 1 ? " are" : " is")
                    + " not shown by the firewall editor, which adds such rules by itself: pings go to every host,"
                    + " and DNS to the resolvers, whatever its list says.")
            .mendedBy(
                new Finding.Repair(
                    DOM0,
                    commands,
                    "",
                    List.of(),
                    "If that is not wanted, delete them, the last one first.")));
  }

  private static Optional<Finding> withoutEffect(Standing standing, FirewallRule rule) {
    return Dom0Change.withoutEffect(rule)
        .map(
            why ->
                new Finding(
                    "dom0-rule-without-effect",
                    Finding.Severity.WARNING,
                    DOM0,
                    rule.source(),
                    "This rule of "
                        + standing.vm()
                        + " does not do what it seems to: "
                        + why
                        + "."));
  }
}
