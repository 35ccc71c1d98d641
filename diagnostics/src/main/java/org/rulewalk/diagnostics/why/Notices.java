package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.diagnostics.question.Manner;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.diagnostics.words.ConnectionWords;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.TrackedConnection;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.value.IpAddress;

/** What else there is to say about a question that has its answer. */
final class Notices {
  private static final String ZONE = "filter_IN_";

  private final Network network;
  private final Question question;
  private final List<Notice> found = new ArrayList<>();

  Notices(Network network, Question question) {
    this.network = network;
    this.question = question;
  }

  List<Notice> of(Asking.Seen seen, List<Cause> causes) {
    split(seen, causes);
    if (seen.large() && seen.isSuccess()) {
      smaller(seen);
    } else if (seen.large()) {
      small(seen, causes);
    }
    if (!causes.isEmpty() && !question.manner().open()) {
      open(seen, causes.get(0));
    }
    causes.stream().findFirst().ifPresent(this::data);
    causes.forEach(this::zone);
    causes.stream().filter(Notices::isLegacy).findFirst().ifPresent(this::legacy);
    causes.stream().filter(Notices::isOfOldAgent).findFirst().ifPresent(this::oldAgent);
    return found;
  }

  private void split(Asking.Seen seen, List<Cause> causes) {
    RoutingSplit.on(network, seen.trace().requestPath())
        .ifPresent(
            split ->
                found.add(
                    new Notice(
                        "routing-split",
                        split.machine(),
                        split.sentence(),
                        Optional.of(split.rule().source()),
                        causes.isEmpty() ? split.commands() : List.of())));
  }

  private void small(Asking.Seen seen, List<Cause> causes) {
    if (causes.isEmpty()) {
      return;
    }
    // where no rule can let the error pass, this is the fix itself
    boolean byRule = causes.size() > 1 && causes.get(1).step().isPresent();
    Optional<Fix> smaller =
        SegmentFix.of(network, seen.trace().requestPath())
            .filter(
                fix ->
                    byRule
                        && new Asking(question)
                            .ask(fix.change().apply(network), Choices.LIKELY)
                            .isSuccess());
    found.add(
        new Notice(
            "mtu",
            smaller.map(Fix::machine).orElse(causes.get(0).machine()),
            "Small packets get through; one of "
                + question.manner().sizeBytes()
                + " bytes does not, and its sender is not told: what hangs is the transfer, not the beginning."
                + smaller
                    .map(
                        fix ->
                            " Instead of the fix below, or besides it, this "
                                + fix.why()
                                + " (checked as well):")
                    .orElse(""),
            Optional.empty(),
            smaller.map(Fix::now).orElse(List.of())));
  }

  private void smaller(Asking.Seen seen) {
    for (Journey journey : seen.trace().requestPath()) {
      Optional<Stop.TooBig> stop = LargePackets.tooBig(journey);
      stop.ifPresent(
          big ->
              found.add(
                  new Notice(
                      "mtu",
                      journey.machine(),
                      "Packets of "
                          + question.manner().sizeBytes()
                          + " bytes are larger than the "
                          + big.mtuBytes()
                          + " that "
                          + big.device()
                          + " of "
                          + journey.machine()
                          + " takes. The sender is told so and goes on with smaller ones.",
                      Optional.empty(),
                      List.of())));
    }
  }

  /** Connections that were open before keep working where a rule asks for new ones only. */
  private void open(Asking.Seen seen, Cause cause) {
    boolean forwarding = Causes.hook(cause).filter(Hook.FORWARD::equals).isPresent();
    IpAddress to = question.to().address().orElseThrow();
    if (!forwarding || !cause.request()) {
      return;
    }
    for (OpenConnection.Tracked each : OpenConnection.of(question, network, seen.source(), to)) {
      boolean here = each.machine().name().equals(cause.machine());
      if (here && isAlive(each)) {
        found.add(notice(each));
      }
    }
  }

  private boolean isAlive(OpenConnection.Tracked each) {
    Service service = question.service();
    Service same =
        new Service(
            service.protocol(),
            service.port(),
            OptionalInt.of(each.connection().original().sourcePort()),
            -1,
            0,
            service.text());
    Question again =
        new Question(question.from(), question.to(), same).in(new Manner(0, false, true));
    return new Asking(again).ask(network, Choices.LIKELY).isSuccess();
  }

  private static Notice notice(OpenConnection.Tracked each) {
    TrackedConnection.Endpoints ends = each.connection().original();
    String why =
        each.isOffloaded()
            ? "a flowtable forwards it past the rules"
            : "the rules accept what is established before they come to this";
    boolean ports = Protocol.hasPorts(each.connection().protocol());
    return new Notice(
        "open-connection",
        each.machine().name(),
        "A NEW connection is stopped; this existing one is not: "
            + ends.source()
            + (ports ? ":" + ends.sourcePort() : "")
            + " → "
            + ends.destination()
            + (ports ? ":" + ends.destinationPort() : "")
            + " was open when this was captured, and "
            + why
            + ". To end it:",
        Optional.of(each.connection().source()),
        List.of(ConnectionWords.deletion(each.connection())));
  }

  private void data(Cause cause) {
    boolean counts =
        cause.request()
            && cause.step().isPresent()
            && Causes.hook(cause)
                .filter(hook -> hook == Hook.FORWARD || hook == Hook.INPUT)
                .isPresent();
    if (counts) {
      DataConnection.of(network, question)
          .ifPresent(
              data ->
                  found.add(
                      new Notice(
                          "data-connection",
                          cause.machine(),
                          data.sentence(network, question, cause.machine()),
                          Optional.empty(),
                          DataConnection.isLikely(question)
                              ? List.of()
                              : data.fix(cause, network).map(Fix::now).orElse(List.of()))));
    }
  }

  private static Optional<Step.OfRule> rule(Cause cause) {
    return cause.step().filter(Step.OfRule.class::isInstance).map(Step.OfRule.class::cast);
  }

  private static boolean isLegacy(Cause cause) {
    return cause
        .step()
        .map(step -> ((Step.OfChain) step).table())
        .filter(table -> table.tool() == Table.Tool.IPTABLES_LEGACY)
        .isPresent();
  }

  private void legacy(Cause cause) {
    found.add(
        new Notice(
            "legacy",
            cause.machine(),
            "iptables-legacy decides here beside nftables. To have one place for rules, move legacy's to nftables,"
                + " empty it, and switch off what loads it at the start; \"rulewalk audit\" shows the commands.",
            cause.source(),
            List.of()));
  }

  /** qubes-core-agent-linux 4.2.11 and 4.2.12 forwarded nothing that did not come from a client. */
  private static boolean isOfOldAgent(Cause cause) {
    return rule(cause)
        .filter(step -> PedosNames.isOurs(step.table().name()))
        .filter(step -> step.chain().name().equals("forward"))
        .filter(step -> step.rule().source().text().contains("iifgroup != 2"))
        .isPresent();
  }

  private void oldAgent(Cause cause) {
    found.add(
        new Notice(
            "old-agent",
            cause.machine(),
            "This rule comes from agents 4.2.11 and 4.2.12; later ones do not make it. An update of the template"
                + " mends it for good.",
            cause.source(),
            List.of()));
  }

  /** firewalld makes its tables anew: what is to last is told to it. */
  private void zone(Cause cause) {
    Optional<Step.OfRule> step = rule(cause);
    boolean zoned =
        step.map(
                s ->
                    s.table().tool() == Table.Tool.NFT
                        && s.table().name().equals("firewalld")
                        && s.chain().name().startsWith(ZONE))
            .orElse(false);
    if (zoned && Protocol.hasPorts(cause.journey().last().protocol())) {
      String zone = step.orElseThrow().chain().name().substring(ZONE.length());
      found.add(
          new Notice(
              "firewalld",
              cause.machine(),
              "firewalld makes this table anew at every reload. To keep the port open, tell it so:",
              Optional.empty(),
              List.of(
                  "firewall-cmd --permanent --zone="
                      + zone
                      + " --add-port="
                      + cause.journey().last().destinationPort()
                      + "/"
                      + ValueWords.protocol(cause.journey().last().protocol()),
                  "firewall-cmd --reload")));
    }
  }
}
