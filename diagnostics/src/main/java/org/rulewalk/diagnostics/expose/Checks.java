package org.rulewalk.diagnostics.expose;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.script.ScriptRun;
import org.rulewalk.diagnostics.script.ScriptRunner;
import org.rulewalk.diagnostics.startup.Start;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Differences;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.IpAddress;

/**
 * What was tried on the model, beside the question itself.
 *
 * @param understood whether every command's effect is known
 * @param again whether running all commands once more changes nothing
 * @param undone whether the commands that take it back leave the rules as they were
 * @param emptyLeft whether a table stays that holds nothing: iptables makes whole tables, and has
 *     no command that takes them away
 * @param others whether senders outside the prefix are treated as before
 * @param restarted whether the scripts bring it back at a start
 * @param asked the senders outside the prefix that were tried
 */
public record Checks(
    boolean understood,
    boolean again,
    boolean undone,
    boolean emptyLeft,
    boolean others,
    boolean restarted,
    List<IpAddress> asked) {
  /** Keeps a copy. */
  public Checks {
    asked = List.copyOf(asked);
  }

  /** Whether all that was tried is as it should be. */
  public boolean allHold() {
    return understood && again && undone && others && restarted;
  }

  /** Tries all. */
  static final class Trying {
    private final Capture capture;
    private final Network before;
    private final Network after;
    private final Wish wish;
    private final Way way;
    private final List<MachineStep> steps;
    private final Outsiders outsiders;

    Trying(
        Capture capture,
        Network before,
        Network after,
        Wish wish,
        Way way,
        List<MachineStep> steps,
        Outsiders outsiders) {
      this.capture = capture;
      this.before = before;
      this.after = after;
      this.wish = wish;
      this.way = way;
      this.steps = steps;
      this.outsiders = outsiders;
    }

    Checks all(List<IpAddress> inside) {
      boolean understood = true;
      boolean again = true;
      boolean undone = true;
      boolean emptyLeft = false;
      Network restarted = after;
      for (MachineStep step : steps) {
        Machine old = before.machine(step.stop().machine()).orElseThrow();
        ScriptRun once = run(step.now(), old);
        ScriptRun twice = run(step.now(), once.machine());
        ScriptRun back = run(step.undo(), once.machine());
        understood &= once.isCertain() && twice.isCertain() && back.isCertain();
        again &= isSame(once.machine(), twice.machine());
        Machine emptied = withoutEmpty(back.machine(), old);
        undone &= isSame(old, emptied);
        emptyLeft |= !isSame(emptied, back.machine());
        SourceText part = SourceText.of("persist", String.join("\n", step.keep().lines()) + "\n");
        Machine started = Start.leaves(capture, old, step.keep().file(), part);
        restarted =
            restarted.with(restarted.machine(old.name()).orElseThrow().with(started.ruleset()));
      }
      Network afterStart = restarted;
      boolean returns =
          inside.stream()
              .allMatch(
                  source -> ask(after, source).result().equals(ask(afterStart, source).result()));
      List<IpAddress> outside = outsiders.outside();
      boolean others =
          outside.stream()
              .allMatch(source -> seen(ask(before, source)).equals(seen(ask(after, source))));
      return new Checks(understood, again, undone, emptyLeft, others, returns, outside);
    }

    private static ScriptRun run(List<String> commands, Machine machine) {
      return ScriptRunner.run(
          SourceText.of("", String.join("\n", commands) + "\n"), machine, Invocation.Files.NONE);
    }

    /** Without iptables' tables that were not there before and that hold nothing. */
    private static Machine withoutEmpty(Machine machine, Machine before) {
      Ruleset left = machine.ruleset();
      for (Table table : machine.ruleset().tables()) {
        boolean isNew =
            before.ruleset().table(table.family(), table.name(), table.tool()).isEmpty();
        boolean idle =
            table.chains().stream()
                .allMatch(
                    chain ->
                        chain.rules().isEmpty()
                            && chain instanceof Chain.Base
                            && ((Chain.Base) chain).policy() == Verdict.Simple.ACCEPT);
        left = isNew && idle && table.tool() != Table.Tool.NFT ? left.without(table) : left;
      }
      return machine.with(left);
    }

    private static boolean isSame(Machine one, Machine other) {
      return Differences.between(
              one.ruleset().tables(), other.ruleset().tables(), Differences.Exactness.EXACT)
          .isEmpty();
    }

    private Trace ask(Network network, IpAddress source) {
      return Checks.ask(network, outsiders, wish, way, source).trace();
    }

    /** Everything that somebody could see of a packet's fate: not which rule decided. */
    private static List<Object> seen(Trace trace) {
      List<Object> seen = new ArrayList<>();
      seen.add(trace.result());
      for (Journey journey : trace.journeys()) {
        seen.add(
            List.of(
                journey.machine(),
                journey.incoming(),
                journey.packet(),
                journey.last(),
                journey.end().getClass()));
      }
      return seen;
    }
  }

  /** Somebody with that address asks for the service at the entry. */
  static Outcome ask(Network network, Outsiders outsiders, Wish wish, Way way, IpAddress source) {
    Probe probe =
        new Probe.Connect(
            Outsiders.name(source),
            way.entry().address(),
            wish.service().protocol(),
            way.entry().port(),
            OptionalInt.empty());
    return new Simulator(outsiders.with(network, source)).run(probe, State.EMPTY, Choices.LIKELY);
  }
}
