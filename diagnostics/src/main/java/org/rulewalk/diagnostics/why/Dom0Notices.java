package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.dom0.Behind;
import org.rulewalk.diagnostics.dom0.Dom0Change;
import org.rulewalk.diagnostics.dom0.Expected;
import org.rulewalk.diagnostics.dom0.Shape;
import org.rulewalk.diagnostics.dom0.Standing;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.diagnostics.topology.Generation;
import org.rulewalk.diagnostics.words.Dom0Words;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.IpAddress;

/**
 * What dom0's rules of VMs have to say about a question beside its answer: which rule lets the
 * packet pass, whether the rules are in force at all, what a host's name stood for, and what no
 * rule of a firewall decides.
 */
final class Dom0Notices {
  private static final String DOM0 = "dom0";
  private static final int UPDATES_PORT = 8082;
  private static final String UPDATES_ADDRESS = "10.137.255.254";

  private final Evidence evidence;
  private final Question question;
  private final List<Notice> found = new ArrayList<>();

  Dom0Notices(Evidence evidence, Question question) {
    this.evidence = evidence;
    this.question = question;
  }

  List<Notice> of(Asking.Seen seen, List<Cause> causes) {
    for (Journey journey : seen.trace().requestPath()) {
      IpAddress client = journey.packet().source();
      evidence.dom0().of(journey.machine(), client).ifPresent(s -> standing(s, journey));
    }
    causes.forEach(this::names);
    return found;
  }

  private void standing(Standing standing, Journey journey) {
    if (standing.state() != Standing.State.IN_FORCE) {
      found.add(outdated(standing));
    }
    for (Step step : journey.steps()) {
      if (step instanceof Step.OfRule && ((Step.OfRule) step).verdict() == Verdict.Simple.ACCEPT) {
        Step.OfRule of = (Step.OfRule) step;
        evidence
            .dom0()
            .behind(journey.machine(), of.table(), of.chain(), of.rule(), standing.address())
            .filter(behind -> behind.origin().isPresent())
            .ifPresent(behind -> allowed(behind, journey.last()));
      }
    }
    updates(standing, journey.packet());
  }

  private Notice outdated(Standing standing) {
    boolean blocked = standing.state() == Standing.State.BLOCKED;
    String vm = standing.vm();
    List<String> now =
        standing.state() == Standing.State.NOT_RUNNING
            ? List.of()
            : blocked
                ? List.of("qvm-firewall " + vm + " list", Dom0Change.reload(vm))
                : List.of(Dom0Change.reload(vm));
    String hosts = blocked ? Dom0Words.hosts(standing).map(w -> " " + w).orElse("") : "";
    String todo = now.isEmpty() ? "" : " This applies them anew, in dom0.";
    return new Notice(
        "dom0-rules-" + standing.state().word(),
        DOM0,
        Dom0Words.standing(standing) + hosts + todo,
        standing.chain().map(chain -> chain.source()),
        now);
  }

  private void allowed(Behind behind, Packet packet) {
    if (behind.standing().isOpen()) {
      return;
    }
    String editor =
        Dom0Change.isOfTheEditor(behind)
            ? " The firewall editor adds this rule by itself and does not show it."
            : "";
    Optional<String> command = Dom0Change.forbidding(behind, packet);
    String todo = command.isPresent() ? " This forbids it, in dom0." : "";
    found.add(
        new Notice(
            "allowed-by-dom0",
            DOM0,
            "What lets it pass is "
                + Dom0Words.rule(behind)
                + "."
                + editor
                + resolved(behind)
                + todo,
            behind.origin().map(origin -> origin.source()),
            command.map(List::of).orElse(List.of())));
  }

  private static String resolved(Behind behind) {
    Standing standing = behind.standing();
    return standing.expected().stream()
        .filter(e -> e.host().isPresent() && behind.origin().filter(e.origin()::equals).isPresent())
        .findFirst()
        .map(
            e ->
                " Its name stood for "
                    + Dom0Words.addresses(standing.resolved(e))
                    + " when the rules were applied; names are not looked up for each connection.")
        .orElse("");
  }

  /** A name that is allowed, and had other addresses when the rules were applied. */
  private void names(Cause cause) {
    if (cause.dom0().isEmpty() || !cause.request()) {
      return;
    }
    Standing standing = cause.dom0().get().standing();
    Shape.Flow flow = Shape.Flow.of(cause.journey().last());
    for (Expected each : standing.expected()) {
      boolean named = each.host().isPresent() && !standing.rules(each).isEmpty();
      if (named && each.shape().accepts() && each.allowsService(flow)) {
        String host = each.host().orElseThrow();
        found.add(
            new Notice(
                "dom0-host-name",
                DOM0,
                Dom0Words.capital(Dom0Words.rule(new Behind(standing, Optional.of(each.origin()))))
                    + " allows "
                    + host
                    + ", which stood for "
                    + Dom0Words.addresses(standing.resolved(each))
                    + " when the rules were applied. It is not looked up for each connection: if "
                    + flow.destination()
                    + " is another address of "
                    + host
                    + ", as with load balancing, it stays blocked. This looks it up anew, in dom0.",
                standing.rules(each).stream().map(rule -> rule.source()).findFirst(),
                List.of(Dom0Change.reload(standing.vm()))));
      }
    }
  }

  private void updates(Standing standing, Packet packet) {
    Service service = question.service();
    boolean meant =
        service.protocol() == Protocol.TCP
            && (service.port() == UPDATES_PORT
                || packet.destination().toString().equals(UPDATES_ADDRESS));
    if (meant && standing.generation() != Generation.FORWARD_CHAIN) {
      found.add(
          new Notice(
              "not-decided-by-the-firewall",
              standing.vm(),
              "Since release 4.0 VMs reach the Updates Proxy by qrexec and not over the network: no rule of a firewall"
                  + " allows or forbids it. The policy of PedOS.UpdatesProxy in dom0 does.",
              Optional.empty(),
              List.of()));
    }
  }
}
