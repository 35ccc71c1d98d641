package org.rulewalk.diagnostics.why;

import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.dom0.Behind;
import org.rulewalk.parsers.source.Spelling;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/**
 * Tells drops that nobody wrote from those that somebody did: a firewall service that ended before
 * it made any VM's chain leaves a policy that drops, and rules that it can't use become one reject.
 * The rules show both; that it was so, and why, only a journal tells.
 */
final class ServiceFailure {
  private static final String TABLE = "PedOS-firewall";
  private static final String CLIENT_CHAIN = "pbs-";
  private static final String SCRIPT = "/rw/config/PedOS-firewall-user-script";

  private final Evidence evidence;

  ServiceFailure(Evidence evidence) {
    this.evidence = evidence;
  }

  /** The causes, those that a journal explains with what it says. */
  List<Cause> explained(List<Cause> causes) {
    return causes.stream().map(this::explained).toList();
  }

  private Cause explained(Cause found) {
    if (!found.request() || found.step().isEmpty()) {
      return found;
    }
    Step step = found.step().get();
    Cause cause = found.from(behind(found, step));
    if (step instanceof Step.OfPolicy && isWithoutClients((Step.OfPolicy) step)) {
      return evidence
          .serviceFailed(cause.machine())
          .map(message -> cause.told(CauseKind.FIREWALL_SERVICE_FAILED, message))
          .orElse(cause);
    }
    if (step instanceof Step.OfRule && isWhollyBlocked((Step.OfRule) step)) {
      IpAddress client = cause.journey().last().source();
      return evidence
          .rulesDiscarded(cause.machine(), client)
          .map(message -> cause.told(cause.kind(), message))
          .orElse(cause);
    }
    return cause;
  }

  /** What of dom0's rules is behind a step. */
  private Optional<Behind> behind(Cause cause, Step step) {
    IpAddress client = cause.journey().last().source();
    if (step instanceof Step.OfRule) {
      Step.OfRule of = (Step.OfRule) step;
      return evidence.dom0().behind(cause.machine(), of.table(), of.chain(), of.rule(), client);
    }
    Step.OfPolicy of = (Step.OfPolicy) step;
    return of.hook() == Hook.FORWARD
        ? evidence.dom0().behind(cause.machine(), of.table(), client)
        : Optional.empty();
  }

  private static boolean isWithoutClients(Step.OfPolicy step) {
    return step.hook() == Hook.FORWARD
        && Spelling.pedOs(step.table().name()).equals(TABLE)
        && step.table().chains().stream()
            .flatMap(chain -> chain.rules().stream())
            .noneMatch(ServiceFailure::leadsToClient);
  }

  /** Chains of clients may be left over from before; what counts is that a rule leads there. */
  private static boolean leadsToClient(Rule rule) {
    return rule.statements().stream()
        .filter(Statement.Decide.class::isInstance)
        .map(statement -> ((Statement.Decide) statement).verdict())
        .filter(Verdict.Jump.class::isInstance)
        .anyMatch(verdict -> isOfClient(((Verdict.Jump) verdict).chain()));
  }

  private static boolean isOfClient(String chain) {
    return Spelling.pedOs(chain).startsWith(CLIENT_CHAIN);
  }

  /** A client's chain with one rule that takes everything. */
  private static boolean isWhollyBlocked(Step.OfRule step) {
    return isOfClient(step.chain().name())
        && step.chain().rules().size() == 1
        && step.rule().statements().stream().noneMatch(Match.class::isInstance);
  }

  /** What fixes of such causes rest on. */
  static Optional<Answer.Assumed> assumed(List<Cause> causes) {
    return causes.stream().anyMatch(cause -> cause.journal().isPresent())
        ? Optional.of(
            new Answer.Assumed(
                "Once the firewall service works, the VM's own rules in dom0 decide; the fixes are checked as"
                    + " if these allow the packet.",
                "",
                false))
        : Optional.empty();
  }

  /** What mends the service, in the place of a rule that only gets round it. */
  static Fix fix(Cause cause, Fix rule, Network network) {
    String message = cause.journal().map(Source::text).orElse("");
    if (cause.kind() == CauseKind.FIREWALL_SERVICE_FAILED) {
      String script = message.contains("Exec format error") ? scriptIn(message) : "";
      List<String> now =
          script.isEmpty()
              ? List.of("systemctl restart " + unit(cause))
              : List.of("sed -i '1i #!/bin/sh' " + script, "systemctl restart " + unit(cause));
      return new Fix(
          rule.machine(),
          now,
          "",
          false,
          "lets the service make the VMs' rules; checked as if those of this VM allow the packet",
          rule.allows(),
          rule.change());
    }
    String client =
        network.holders(cause.journey().last().source()).stream()
            .findFirst()
            .map(Machine::name)
            .orElse("VM");
    return new Fix(
        "dom0",
        List.of("qvm-firewall " + client + " list", "qvm-firewall --reload " + client),
        "",
        false,
        "between the two, correct the rule that the journal names; checked as if the rules then allow the"
            + " packet",
        rule.allows(),
        rule.change());
  }

  /** The path between quotes at the message's end. */
  private static String scriptIn(String message) {
    int end = message.lastIndexOf('\'');
    int start = end < 0 ? -1 : message.lastIndexOf('\'', end - 1);
    String path = start < 0 ? SCRIPT : message.substring(start + 1, end);
    boolean plain =
        path.chars().allMatch(c -> Character.isLetterOrDigit(c) || "/._-".indexOf(c) >= 0);
    return plain && path.startsWith("/") ? path : SCRIPT;
  }

  private static String unit(Cause cause) {
    Optional<Table> table = cause.step().map(step -> ((Step.OfPolicy) step).table());
    return table.map(Table::name).orElse(TABLE) + ".service";
  }
}
