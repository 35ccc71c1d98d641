package org.rulewalk.diagnostics.diff;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.flow.MachineFlow;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.symbolic.Sample;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Trace;

/** Sends an example through both networks, to see whether it is really treated differently. */
final class Trial {
  private final Network before;
  private final Network after;
  private final String machine;
  private final MachineFlow.Start start;

  Trial(Network before, Network after, String machine, MachineFlow.Start start) {
    this.before = before;
    this.after = after;
    this.machine = machine;
    this.start = start;
  }

  Difference.Trial of(Sample example) {
    Optional<Probe> probe = probe(example);
    if (probe.isEmpty()) {
      return Difference.Trial.NOT_TRIED;
    }
    return seen(before, probe.get()).equals(seen(after, probe.get()))
        ? Difference.Trial.NOT_SEEN
        : Difference.Trial.CONFIRMED;
  }

  private Optional<Probe> probe(Sample example) {
    if (example.state() != CtKey.STATE_NEW || example.mark() != 0) {
      return Optional.empty();
    }
    if (start == MachineFlow.Start.SENT) {
      return Optional.of(new Probe.Send(machine, example.packet()));
    }
    return example
        .in()
        .filter(device -> has(before, device) && has(after, device))
        .map(device -> new Probe.Arrive(machine, device, example.packet()));
  }

  private boolean has(Network network, String device) {
    return network.machine(machine).flatMap(own -> own.find(device)).isPresent();
  }

  /** What can be seen from outside: how it ended, what left. */
  private List<Object> seen(Network network, Probe probe) {
    Trace trace = new Simulator(network).run(probe, State.EMPTY, Choices.LIKELY).trace();
    return trace.journeys().stream()
        .filter(journey -> journey.machine().equals(machine))
        .<Object>map(Trial::seen)
        .toList();
  }

  private static Object seen(Journey journey) {
    boolean stopped = journey.end() instanceof org.rulewalk.simulator.trace.End.Stopped;
    Object end = stopped ? kind(journey) : journey.end();
    return List.of(end, journey.packet(), journey.last());
  }

  /** Two rules that drop it do the same. */
  private static Object kind(Journey journey) {
    return ((org.rulewalk.simulator.trace.End.Stopped) journey.end()).stop().getClass();
  }
}
