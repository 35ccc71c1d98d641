package org.rulewalk.diagnostics.why;

import org.rulewalk.diagnostics.insight.StoppedVms;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.network.Network;

/**
 * Answers many questions about one network, as {@link Investigation} does but without what would
 * help: the verdict is the same, of the causes there is the first, and there are no fixes.
 */
public final class Judge {
  private final Network original;
  private final Network network;
  private final Evidence evidence;
  private final Calls calls;
  private final Simulator simulator;

  /** Of a network, with what else its capture tells. */
  public Judge(Network network, Evidence evidence, Calls calls) {
    this.original = StoppedVms.in(network, evidence.surroundings());
    this.network = AssumedSockets.apply(original);
    this.evidence = evidence;
    this.calls = calls;
    this.simulator = new Simulator(this.network);
  }

  /** The network that is asked, with what is assumed of it. */
  public Network network() {
    return network;
  }

  /**
   * The answer, while somebody watches the runs that it takes.
   *
   * @throws IllegalArgumentException if nobody of the network can ask it
   */
  public Answer answer(Question question, Watcher watcher) {
    Asking asking = new Asking(question, watcher, this::simulator);
    return new Investigation(original, network, question, evidence, calls, Effects.TOLD, asking)
        .verdict();
  }

  private Simulator simulator(Network asked) {
    return asked == network ? simulator : simulator.with(asked);
  }
}
