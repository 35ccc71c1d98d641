package org.rulewalk.diagnostics.whatif;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.script.ScriptRun;
import org.rulewalk.diagnostics.script.ScriptRunner;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;

/**
 * Carries orders out on the model of a network, one after the other, and asks questions before and
 * after. The network that it is made of stays as it is. Not thread-safe.
 */
public final class WhatIf {
  private static final int MOST_OTHERS = 8;

  private final Network original;
  private final List<Carried> carried = new ArrayList<>();
  private final List<Asked> asked = new ArrayList<>();
  private Network network;
  private List<Network> others = List.of();
  private boolean complete = true;

  /** Starts with a network as it was captured. */
  public WhatIf(Network original) {
    this.original = original;
    this.network = original;
  }

  /**
   * Carries an order out. Where a script's way can't be told, the answers are asked for each way.
   *
   * @param files of the machine that are known
   */
  public void carryOut(Order order, Invocation.Files files) {
    Machine before = network.machine(order.machine()).orElseThrow();
    ScriptRun run = ScriptRunner.run(order.text(), before, files);
    List<Network> ways = new ArrayList<>();
    run.possible().forEach(machine -> ways.add(network.with(machine)));
    for (Network other : others) {
      Machine there = other.machine(order.machine()).orElseThrow();
      ScriptRun again = ScriptRunner.run(order.text(), there, files);
      ways.add(other.with(again.machine()));
      again.possible().forEach(machine -> ways.add(other.with(machine)));
    }
    network = network.with(run.machine());
    complete &= ways.size() <= MOST_OTHERS;
    others =
        ways.stream().filter(way -> !way.equals(network)).distinct().limit(MOST_OTHERS).toList();
    carried.add(new Carried(order, run, MachineDifferences.between(before, run.machine())));
  }

  /** The network as it is now. */
  public Network network() {
    return network;
  }

  /** Asks about the network as it was and as it is now. */
  public void ask(Function<Network, Answer> question) {
    asked.add(
        new Asked(
            question.apply(original),
            question.apply(network),
            others.stream().map(question).toList()));
  }

  /**
   * All that was done and answered.
   *
   * @param saved what could not be saved as it is
   */
  public Report report(List<String> saved) {
    return new Report(carried, asked, complete, saved);
  }
}
