package org.rulewalk.diagnostics.replay;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.trace.Stop;

/** What a replay has found out so far, and who hears of it. */
final class Findings {
  final Network network;
  final RuleCounts counts = new RuleCounts();
  final Totals totals = new Totals();
  final Expected expected = new Expected();
  final Bursts bursts = new Bursts();
  final Drops drops;
  final Disagreements disagreements = new Disagreements();
  private final Traffic traffic;
  private BiConsumer<Seen, Optional<Stop>> fates = (seen, stop) -> {};
  private Consumer<Seen> dropped = seen -> {};
  private BiConsumer<Seen, Optional<Stop>> makings = (seen, stop) -> {};

  Findings(Network network, Traffic traffic) {
    this.network = network;
    this.traffic = traffic;
    this.drops = new Drops(network);
  }

  void onFate(BiConsumer<Seen, Optional<Stop>> listener) {
    fates = listener;
  }

  void onDrop(Consumer<Seen> listener) {
    dropped = listener;
  }

  void onMade(BiConsumer<Seen, Optional<Stop>> listener) {
    makings = listener;
  }

  /** Tells what became of a recorded packet that came in. */
  void tellFate(Seen seen, Optional<Stop> stop) {
    fates.accept(seen, stop);
  }

  /** Tells of a packet that is dropped, as it came to the machine that drops it. */
  void tellDropped(Seen seen) {
    dropped.accept(seen);
  }

  /** Tells of a packet that a machine made. */
  void tellMade(Seen seen, Optional<Stop> stop) {
    makings.accept(seen, stop);
  }

  boolean isRecorded(String machine, String device) {
    return traffic.isRecorded(machine, device);
  }

  void disagree(Disagreements.Kind kind, Seen seen, Optional<Cause> cause) {
    disagreements.add(kind, seen.device(), FlowKey.of(seen.packet()), seen, seen.machine(), cause);
  }
}
