package org.rulewalk.diagnostics.why;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.rulewalk.diagnostics.dom0.Behind;
import org.rulewalk.diagnostics.dom0.Shape;
import org.rulewalk.diagnostics.dom0.Standing;
import org.rulewalk.diagnostics.insight.Insight;
import org.rulewalk.diagnostics.insight.Surroundings;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
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
  private static final String SCRIPT = "/rw/config/PedOS-firewall-user-script";

  private final Evidence evidence;
  private final Network network;

  ServiceFailure(Evidence evidence, Network network) {
    this.evidence = evidence;
    this.network = network;
  }

  /** The cause, where a journal explains it with what that says. */
  Cause explained(Cause found) {
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
          .map(message -> discarded(cause, client, message))
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

  private Cause discarded(Cause cause, IpAddress client, Source message) {
    Surroundings known = evidence.surroundings();
    String vm = name(client);
    Optional<String> host = evidence.unresolved(cause.machine(), client);
    Optional<FirewallRule> listed =
        host.flatMap(
            wanted -> known.rule(vm, r -> r.value("dsthost").filter(wanted::equals).isPresent()));
    Packet packet = cause.journey().last();
    boolean others =
        cause
            .dom0()
            .flatMap(behind -> behind.standing().decider(Shape.Flow.of(packet)))
            .map(decider -> decider.shape().accepts())
            .orElseGet(() -> known.rule(vm, rule -> isWide(rule, packet)).isPresent());
    Insight insight = new Insight.RulesDiscarded(vm, host, listed, message, others);
    return cause
        .told(cause.kind(), message)
        .known(cause.kind(), insight, cause.journey(), Optional.empty());
  }

  private String name(IpAddress client) {
    return network.holders(client).stream()
        .findFirst()
        .map(Machine::name)
        .orElse(client.toString());
  }

  /** A rule of dom0 that lets the packet pass whatever its destination. */
  private static boolean isWide(FirewallRule rule, Packet packet) {
    boolean anywhere =
        rule.accepts()
            && Stream.of("dsthost", "dst4", "dst6", "dstports", "specialtarget", "icmptype")
                .allMatch(key -> rule.value(key).isEmpty());
    return anywhere
        && rule.value("proto")
            .map(word -> word.equals(ValueWords.protocol(packet.protocol())))
            .orElse(true);
  }

  /**
   * What only a journal would tell: whether a chain without VMs, or a VM's one reject, is what
   * somebody wanted.
   */
  List<Answer.Assumed> open(List<Cause> causes) {
    return causes.stream().limit(1).flatMap(cause -> open(cause).stream()).toList();
  }

  private Optional<Answer.Assumed> open(Cause cause) {
    Optional<String> file = evidence.missingJournal(cause.machine());
    boolean plain = cause.request() && cause.step().isPresent() && cause.journal().isEmpty();
    if (file.isEmpty() || !plain) {
      return Optional.empty();
    }
    Step step = cause.step().get();
    String tail = file.get() + " is not in the capture.";
    boolean fromClient = cause.journey().incoming().map(d -> d.startsWith("vif")).orElse(false);
    if (step instanceof Step.OfPolicy && fromClient && isWithoutClients((Step.OfPolicy) step)) {
      return Optional.of(
          new Answer.Assumed(
              "On "
                  + cause.machine()
                  + " no rule leads to any VM's chain, as after the firewall service failed. Whether it did,"
                  + " and why, is not known: "
                  + tail,
              file.get(),
              true));
    }
    if (step instanceof Step.OfRule && isWhollyBlocked((Step.OfRule) step)) {
      String vm = name(cause.journey().last().source());
      boolean rejects =
          ((Step.OfRule) step)
              .rule().statements().stream().anyMatch(Statement.Reject.class::isInstance);
      boolean wanted =
          cause
              .dom0()
              .map(behind -> behind.standing().state() == Standing.State.IN_FORCE)
              .orElseGet(() -> hasNone(vm));
      return rejects && !wanted
          ? Optional.of(
              new Answer.Assumed(
                  "Whether dom0's rules of "
                      + vm
                      + " are this one reject, or could not be used and were all replaced by it, is not"
                      + " known: "
                      + tail,
                  file.get(),
                  true))
          : Optional.empty();
    }
    return Optional.empty();
  }

  /** Whether dom0 lists no rule of a VM. */
  private boolean hasNone(String vm) {
    Surroundings known = evidence.surroundings();
    return known.hasRules(vm) && known.rule(vm, rule -> true).isEmpty();
  }

  private static boolean isWithoutClients(Step.OfPolicy step) {
    return step.hook() == Hook.FORWARD
        && PedosNames.isAgentTable(step.table().name())
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
        .anyMatch(verdict -> PedosNames.isClientChain(((Verdict.Jump) verdict).chain()));
  }

  /** A client's chain with one rule that takes everything. */
  private static boolean isWhollyBlocked(Step.OfRule step) {
    return PedosNames.isClientChain(step.chain().name())
        && step.chain().rules().size() == 1
        && step.rule().statements().stream().noneMatch(Match.class::isInstance);
  }

  /** What fixes of such causes rest on. */
  static Optional<Answer.Assumed> assumed(List<Cause> causes) {
    return causes.stream().anyMatch(cause -> cause.journal().isPresent())
        ? Optional.of(
            new Answer.Assumed(
                "Once the VM's own rules are loaded again, they decide; the fixes are checked as if these"
                    + " allow the packet.",
                "",
                false))
        : Optional.empty();
  }

  /** What mends the service, in the place of a rule that only gets round it. */
  static Fix fix(Cause cause, Fix rule) {
    String message = cause.journal().map(Source::text).orElse("");
    String script = message.contains("Exec format error") ? scriptIn(message) : "";
    List<String> now =
        script.isEmpty()
            ? List.of("systemctl restart " + unit(cause))
            : List.of("sed -i '1i #!/bin/sh' " + script, "systemctl restart " + unit(cause));
    List<String> lines = script.isEmpty() ? List.of() : List.of("#!/bin/sh");
    return new Fix(
        rule.machine(),
        now,
        script,
        lines,
        !script.isEmpty(),
        "lets the service make the VMs' rules; checked as if those of this VM allow the packet",
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
