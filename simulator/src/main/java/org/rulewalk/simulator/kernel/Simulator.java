package org.rulewalk.simulator.kernel;

import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Asks a network about packets, as its kernels would treat them.
 *
 * <p>Immutable and thread-safe: state goes in and comes out, and the same question has the same
 * answer.
 */
public final class Simulator {
  private final Network network;
  private final Blueprints blueprints;

  /** A simulator of these machines and links. */
  public Simulator(Network network) {
    this(network, Matching.AS_IT_PAYS);
  }

  /** The same, which finds the rules that match as told. */
  public Simulator(Network network, Matching matching) {
    this(network, new Blueprints(network, matching));
  }

  private Simulator(Network network, Blueprints blueprints) {
    this.network = network;
    this.blueprints = blueprints;
  }

  /** One of a network that was changed here and there: what was worked out before is kept. */
  public Simulator with(Network changed) {
    return new Simulator(changed, blueprints.with(changed));
  }

  /** The machines and links. */
  public Network network() {
    return network;
  }

  /** Whether a machine tracks connections of this version: something in its rules needs it. */
  public static boolean tracks(Machine machine, IpVersion version) {
    return new Hooks(machine).tracks(version);
  }

  /** Asks, where nothing is tracked yet and doubts are taken as likely. */
  public Outcome run(Probe probe) {
    return run(probe, State.EMPTY, Choices.LIKELY);
  }

  /** Asks, with what earlier probes left behind. */
  public Outcome run(Probe probe, State before, Choices choices) {
    return new Run(network, blueprints, before, choices).answer(probe);
  }
}
