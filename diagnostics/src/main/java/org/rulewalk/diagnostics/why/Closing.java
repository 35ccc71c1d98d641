package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.rulewalk.diagnostics.dom0.Behind;
import org.rulewalk.diagnostics.dom0.Dom0Change;
import org.rulewalk.diagnostics.topology.BaseRules;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Table;

/**
 * The least change that closes what is reachable: dom0's rule where dom0 decides, the rule that
 * lets just this pass taken away, or else a rule that drops just this. Each is tried on the model.
 */
public final class Closing {
  private final Answer answer;
  private final Evidence evidence;
  private final Asking asking;

  private Closing(Answer answer, Evidence evidence) {
    this.answer = answer;
    this.evidence = evidence;
    this.asking = new Asking(answer.question());
  }

  /** The first that helps; empty where it is not reachable, or no one command closes it. */
  public static Optional<Fix> of(Answer answer, Evidence evidence) {
    return new Closing(answer, evidence)
        .candidates(Passage.of(answer)).stream()
            .filter(new Closing(answer, evidence)::closes)
            .findFirst();
  }

  private boolean closes(Fix fix) {
    Network changed = fix.change().apply(answer.network());
    return !asking.ask(changed, Choices.LIKELY).isSuccess();
  }

  private List<Fix> candidates(Passage passage) {
    List<Fix> fixes = new ArrayList<>();
    passage
        .gates()
        .forEach(gate -> behind(gate).flatMap(b -> inDom0(gate, b)).ifPresent(fixes::add));
    passage.gates().forEach(gate -> removed(gate).ifPresent(fixes::add));
    for (Hook hook : List.of(Hook.FORWARD, Hook.INPUT, Hook.OUTPUT)) {
      passage.gates().stream()
          .filter(gate -> gate.hook() == hook)
          .forEach(gate -> fixes.add(dropping(gate)));
    }
    return fixes;
  }

  private Optional<Behind> behind(Passage.Gate gate) {
    return gate.rule()
        .flatMap(
            rule ->
                evidence
                    .dom0()
                    .behind(
                        gate.machine(), gate.table(), gate.chain(), rule, gate.packet().source()));
  }

  private Optional<Fix> inDom0(Passage.Gate gate, Behind behind) {
    return Dom0Change.forbidding(behind, gate.packet())
        .map(
            command ->
                fix(
                    "dom0",
                    command,
                    "forbids it in the rules of " + behind.standing().vm(),
                    command.contains(" add ")
                        ? commanded(gate, dropCommand(gate, before(gate)))
                        : removal(gate).map(c -> commanded(gate, c)).orElse(n -> n)));
  }

  private static UnaryOperator<Network> commanded(Passage.Gate gate, String command) {
    return before -> RulesetEdit.commanded(before, gate.machine(), command);
  }

  private static Fix fix(
      String machine, String command, String why, UnaryOperator<Network> change) {
    return new Fix(machine, List.of(command), "", List.of(), false, why, "", change);
  }

  /** A rule that is for just this, and that somebody wrote. */
  private Optional<Fix> removed(Passage.Gate gate) {
    boolean sender = answer.question().isForSender(answer.network());
    boolean precise =
        gate.width()
            .filter(w -> !w.destinations().some() && !w.services().some())
            .filter(w -> !sender || !w.sources().some())
            .isPresent();
    boolean theirs =
        precise && !BaseRules.isMade(gate.table(), gate.chain(), gate.rule().orElseThrow());
    return theirs
        ? removal(gate)
            .map(
                command ->
                    fix(
                        gate.machine(),
                        command,
                        "takes the rule away that lets it pass; take it out of the script that adds it too",
                        commanded(gate, command)))
        : Optional.empty();
  }

  private static Optional<String> removal(Passage.Gate gate) {
    if (gate.rule().isEmpty()) {
      return Optional.empty();
    }
    String chain = ShellWord.of(gate.chain().name());
    return gate.table().tool() == Table.Tool.NFT
        ? gate.rule().get().handle().isPresent()
            ? Optional.of(
                "nft delete rule "
                    + InTable.nft(gate.table(), gate.chain())
                    + " handle "
                    + gate.rule().get().handle().getAsLong())
            : Optional.empty()
        : Optional.of(
            InTable.iptables(gate.table(), gate.packet().version())
                + " -D "
                + chain
                + " "
                + gate.rule().get().number());
  }

  private Fix dropping(Passage.Gate gate) {
    Machine machine = answer.network().machine(gate.machine()).orElseThrow();
    Spot spot = target(gate);
    String command = dropCommand(gate, spot);
    String file = Kept.script(machine);
    return new Fix(
        gate.machine(),
        List.of(command),
        file,
        // numbers and handles are other ones after a start
        List.of(dropCommand(gate, new Spot(spot.table(), spot.chain(), ""))),
        !file.isEmpty(),
        "drops just this on " + gate.machine(),
        "",
        commanded(gate, command));
  }

  /** A chain and the part of a command that says where in it; nothing for its start. */
  private record Spot(Table table, Chain chain, String where) {}

  private Spot target(Passage.Gate gate) {
    Machine machine = answer.network().machine(gate.machine()).orElseThrow();
    // a drop in any table is final, so the chain for people's rules is asked wherever it is
    for (Table table : machine.ruleset().tables()) {
      boolean sees = table.family().sees(gate.packet().version()) && !table.dormant();
      for (Chain base : sees ? table.chains() : List.<Chain>of()) {
        boolean same = base instanceof Chain.Base && ((Chain.Base) base).hook() == gate.hook();
        Optional<Chain> people = same ? PeoplesChain.of(table, base) : Optional.empty();
        if (people.isPresent()) {
          return new Spot(table, people.get(), "");
        }
      }
    }
    return PeoplesChain.isAgents(gate.chain())
        ? new Spot(gate.table(), gate.base(), "")
        : before(gate);
  }

  private static Spot before(Passage.Gate gate) {
    boolean nft = gate.table().tool() == Table.Tool.NFT;
    String where =
        gate.rule()
            .map(
                rule ->
                    !nft
                        ? " " + rule.number()
                        : rule.handle().isPresent()
                            ? " handle " + rule.handle().getAsLong()
                            : " index " + (rule.number() - 1))
            .orElse("");
    return new Spot(gate.table(), gate.chain(), where);
  }

  private String dropCommand(Passage.Gate gate, Spot spot) {
    boolean looksAtDevice = gate.hook() != Hook.OUTPUT;
    RulePattern pattern =
        new RulePattern(
            gate.packet(),
            looksAtDevice ? gate.in() : Optional.empty(),
            answer.question().isForSender(answer.network()),
            answer.question().service().sourcePort(),
            false,
            RulePattern.State.ANY);
    return spot.table().tool() == Table.Tool.NFT
        ? "nft insert rule "
            + InTable.nft(spot.table(), spot.chain())
            + spot.where()
            + " "
            + pattern.nft()
            + " counter drop"
        : InTable.iptables(spot.table(), gate.packet().version())
            + " -I "
            + ShellWord.of(spot.chain().name())
            + spot.where()
            + " "
            + pattern.iptables()
            + " -j DROP";
  }
}
