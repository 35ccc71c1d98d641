package org.rulewalk.diagnostics.forwarding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.hops.Decision;
import org.rulewalk.diagnostics.hops.Meant;
import org.rulewalk.diagnostics.topology.BaseRules;
import org.rulewalk.diagnostics.topology.Generation;
import org.rulewalk.parsers.source.Spelling;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.Source;

/** How the chains of one hook stand to a packet that they should let pass. */
public final class ChainSteps {
  private final Machine machine;
  private final ForwardStep.Kind kind;
  private final String target;
  private final PacketContext context;

  /**
   * Steps of a hook.
   *
   * @param context the packet at that hook
   */
  public ChainSteps(Machine machine, ForwardStep.Kind kind, String target, PacketContext context) {
    this.machine = machine;
    this.kind = kind;
    this.target = target;
    this.context = context;
  }

  /** A step for each chain that drops the packet or has a rule for it, in the order of asking. */
  public List<ForwardStep> of(List<Decision> decisions) {
    List<ForwardStep> steps = new ArrayList<>();
    if (machine.missing().contains(CaptureFile.NFTABLES)
        && machine.missing().contains(CaptureFile.IPTABLES)) {
      return List.of(
          step(
              Optional.empty(),
              ForwardStep.State.UNKNOWN,
              Optional.empty(),
              List.of(),
              Optional.empty()));
    }
    for (Decision decision : decisions) {
      boolean made =
          decision
              .rule()
              .map(r -> BaseRules.isMade(decision.table(), decision.chain(), r))
              .orElse(true);
      if (decision.drops()) {
        steps.add(dropped(decision));
      } else if (!made && isNeeded(decision)) {
        Optional<Source> source = decision.rule().map(rule -> rule.source());
        steps.add(
            step(
                Optional.of(decision),
                ForwardStep.State.PRESENT,
                source,
                List.of(),
                Optional.empty()));
      }
    }
    return steps;
  }

  /** An accept where all would be accepted anyway is no step. */
  private boolean isNeeded(Decision decision) {
    boolean open =
        decision.base() instanceof Chain.Base
            && ((Chain.Base) decision.base()).policy() == Verdict.Simple.ACCEPT;
    return !open || isExpected(decision.table());
  }

  private ForwardStep dropped(Decision decision) {
    List<Meant> meant = Meant.find(machine.ruleset(), context, Meant::accepts);
    Optional<Source> by = Optional.of(deciding(decision));
    Optional<Meant> here =
        meant.stream().filter(m -> m.table().equals(decision.table())).findFirst();
    if (here.isPresent()) {
      boolean wrong = !here.get().differs().isEmpty();
      return step(
          Optional.of(decision),
          wrong ? ForwardStep.State.WRONG : ForwardStep.State.SHADOWED,
          Optional.of(here.get().rule().source()),
          here.get().differs(),
          wrong ? Optional.empty() : by);
    }
    Optional<Meant> elsewhere =
        meant.stream().filter(m -> m.differs().isEmpty() && !isExpected(m.table())).findFirst();
    return elsewhere
        .map(
            m ->
                step(
                    Optional.of(decision),
                    ForwardStep.State.SHADOWED,
                    Optional.of(m.rule().source()),
                    List.of(),
                    by))
        .orElseGet(
            () ->
                step(
                    Optional.of(decision),
                    ForwardStep.State.MISSING,
                    Optional.empty(),
                    List.of(),
                    Optional.empty()));
  }

  private static Source deciding(Decision decision) {
    return decision
        .rule()
        .map(rule -> rule.source())
        .orElseGet(() -> ((Step.OfPolicy) decision.last()).chain().policySource());
  }

  /** Whether a rule stands in a table that has a step of its own in this generation. */
  private boolean isExpected(Table table) {
    Set<String> expected =
        Generation.of(machine).map(Generation::isNftAlone).orElse(false)
            ? Set.of("PedOS")
            : Set.of("filter", "PedOS-firewall");
    return expected.contains(Spelling.pedOs(table.name()));
  }

  private ForwardStep step(
      Optional<Decision> decision,
      ForwardStep.State state,
      Optional<Source> source,
      List<org.rulewalk.diagnostics.words.MatchWords.Mismatch> differs,
      Optional<Source> by) {
    return new ForwardStep(
        machine.name(),
        kind,
        decision.map(d -> d.table().title()),
        decision.map(d -> state == ForwardStep.State.PRESENT ? d.chain().name() : advised(d)),
        target,
        state,
        source,
        differs,
        by);
  }

  /** The chain into which people's rules belong. */
  private String advised(Decision decision) {
    String custom = kind == ForwardStep.Kind.INPUT ? "custom-input" : "custom-forward";
    return decision.table().chain(custom).isPresent() ? custom : decision.base().name();
  }
}
