package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.dom0.Dom0Change;
import org.rulewalk.diagnostics.dom0.Expected;
import org.rulewalk.diagnostics.dom0.Standing;
import org.rulewalk.diagnostics.words.Dom0Words;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.value.Source;

/**
 * VMs whose rules in dom0 are not what the VM that provides their network has: changed since,
 * missing, or discarded because they could not be used.
 */
final class Dom0Standings implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Standing standing : subject.journals().dom0().standings()) {
      switch (standing.state()) {
        case STALE:
          found.add(stale(standing));
          break;
        case MISSING:
          found.add(missing(standing));
          break;
        case BLOCKED:
          found.add(blocked(standing, subject));
          break;
        case NOT_RUNNING:
          notRunning(standing).ifPresent(found::add);
          break;
        default:
          break;
      }
      resolvers(standing).ifPresent(found::add);
    }
    return found;
  }

  private static Finding finding(
      String id, Finding.Severity severity, Standing standing, Source where) {
    return new Finding(id, severity, standing.provider(), where, Dom0Words.standing(standing));
  }

  private static Source chain(Standing standing) {
    return standing.chain().map(Chain::source).orElse(Source.NONE);
  }

  private static Finding stale(Standing standing) {
    Source where =
        standing.lacking().stream()
            .map(e -> e.origin().source())
            .findFirst()
            .or(() -> standing.strange().stream().map(Rule::source).findFirst())
            .orElse(Source.NONE);
    List<Source> because = new ArrayList<>();
    standing.strange().stream()
        .map(Rule::source)
        .filter(s -> !s.equals(where))
        .forEach(because::add);
    if (because.isEmpty()) {
      because.add(chain(standing));
    }
    return finding("dom0-rules-stale", Finding.Severity.WARNING, standing, where)
        .because(because)
        .mendedBy(again(standing, "Have dom0 send the rules again."));
  }

  private static Finding missing(Standing standing) {
    Source where = standing.chain().map(Chain::source).orElse(standing.rules().source());
    return finding("dom0-rules-missing", Finding.Severity.ERROR, standing, where)
        .mendedBy(
            again(
                standing,
                "Look into the journal of "
                    + standing.provider()
                    + " why its firewall service failed, start it again there, and have dom0 send the rules."));
  }

  /** Whether the rules are discarded or just so few, a journal tells best. */
  private static Finding blocked(Standing standing, Subject subject) {
    Optional<Source> told =
        subject.journals().rulesDiscarded(standing.provider(), standing.address());
    Optional<Expected> named =
        standing.expected().stream()
            .filter(
                e ->
                    e.host()
                        .map(h -> told.map(t -> t.text().contains(h)).orElse(true))
                        .orElse(false))
            .findFirst();
    String message =
        Dom0Words.standing(standing)
            + Dom0Words.hosts(standing).map(words -> " " + words).orElse("")
            + (told.isPresent()
                ? ""
                : " The journal of " + standing.provider() + " would tell for sure.");
    List<Source> because = new ArrayList<>();
    told.ifPresent(because::add);
    named.map(e -> e.origin().source()).ifPresent(because::add);
    return new Finding(
            "dom0-rules-blocked",
            Finding.Severity.ERROR,
            standing.provider(),
            chain(standing),
            message)
        .because(because)
        .mendedBy(
            again(
                standing,
                named.isPresent()
                    ? "Put an address in the place of the name, or have the rules applied again once the name is"
                        + " resolved."
                    : "Correct the rule that the journal names, and have the rules applied again."));
  }

  private static Optional<Finding> notRunning(Standing standing) {
    return standing.isOpen()
        ? Optional.empty()
        : Optional.of(
            finding(
                    "dom0-rules-missing",
                    Finding.Severity.ERROR,
                    standing,
                    standing.rules().source())
                .mendedBy(
                    new Finding.Repair(
                        standing.provider(),
                        List.of("systemctl start PedOS-firewall"),
                        "",
                        List.of(),
                        "Start the firewall service, and find out why it was not started.")));
  }

  private static Optional<Finding> resolvers(Standing standing) {
    return standing.otherResolvers().stream()
        .findFirst()
        .flatMap(number -> standing.chain().map(c -> rule(c, number)))
        .map(
            rule ->
                new Finding(
                        "dom0-dns-stale",
                        Finding.Severity.WARNING,
                        standing.provider(),
                        rule.source(),
                        "The rules of "
                            + standing.vm()
                            + " allow DNS to other addresses than those in /etc/resolv.conf of "
                            + standing.provider()
                            + " now: they were written when the resolvers were others.")
                    .mendedBy(again(standing, "Have dom0 send the rules again.")));
  }

  private static Rule rule(Chain chain, int number) {
    return chain.rules().stream().filter(r -> r.number() == number).findFirst().orElseThrow();
  }

  private static Finding.Repair again(Standing standing, String words) {
    return new Finding.Repair(
        "dom0", List.of(Dom0Change.reload(standing.vm())), "", List.of(), words);
  }
}
