package org.rulewalk.diagnostics.replay;

import java.util.Optional;
import org.rulewalk.simulator.kernel.Beginning;
import org.rulewalk.simulator.kernel.Passage;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.PlainPacket;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;

/** What a machine does with packets of one flow, and of those like it, of one kind. */
final class Treatment {
  /** How their way through the machine ends. */
  enum End {
    DELIVERED,
    LEFT,
    DROPPED
  }

  final long kind;
  final End end;
  final RuleCounts.Bundle bundle;

  /** The largest packet that fits. */
  final int mostBytes;

  /** The group of dropped packets; null where they are not dropped. */
  final Drops.Drop drop;

  /** Where they leave the machine; null where they don't. */
  final Place exit;

  final boolean leavesRecorded;

  /** Where they come in next, if that is not recorded; else null. */
  final Place next;

  /** How the connection begins, where the packets are first ones; else null. */
  final Beginning beginning;

  private Treatment(
      long kind,
      End end,
      RuleCounts.Bundle bundle,
      int mostBytes,
      Drops.Drop drop,
      Place exit,
      boolean leavesRecorded,
      Place next,
      Beginning beginning) {
    this.kind = kind;
    this.end = end;
    this.bundle = bundle;
    this.mostBytes = mostBytes;
    this.drop = drop;
    this.exit = exit;
    this.leavesRecorded = leavesRecorded;
    this.next = next;
    this.beginning = beginning;
  }

  /** The same for another flow, whose dropped packets are another group. */
  Treatment of(Drops.Drop group) {
    return dropped(kind, bundle, group);
  }

  /** The same for packets that begin connections. */
  Treatment begin(Beginning how) {
    return new Treatment(kind, end, bundle, mostBytes, drop, exit, leavesRecorded, next, how);
  }

  static Treatment dropped(long kind, RuleCounts.Bundle bundle, Drops.Drop drop) {
    return new Treatment(
        kind, End.DROPPED, bundle, Integer.MAX_VALUE, drop, null, false, null, null);
  }

  static Treatment delivered(long kind, RuleCounts.Bundle bundle) {
    return new Treatment(
        kind, End.DELIVERED, bundle, Integer.MAX_VALUE, null, null, false, null, null);
  }

  static Treatment left(
      long kind,
      RuleCounts.Bundle bundle,
      int mostBytes,
      Place exit,
      boolean leavesRecorded,
      Optional<Place> next) {
    return new Treatment(
        kind, End.LEFT, bundle, mostBytes, null, exit, leavesRecorded, next.orElse(null), null);
  }

  /** The kind of a packet of which no connection is known. */
  static long kindOf(PlainPacket packet) {
    return (long) packet.tos() << 8 | packet.flagsOrType();
  }

  /** The largest packet that goes the same way: by the interface and the route. */
  static int mostBytes(Machine machine, Journey journey, Passage.Sent sent) {
    long most = machine.find(sent.device()).map(Interface::mtuBytes).orElse(0);
    for (Step step : journey.steps()) {
      if (step instanceof Step.Routed) {
        long route =
            ((Step.Routed) step)
                .lookup()
                .map(found -> found.route().mtuBytes().orElse(Long.MAX_VALUE))
                .orElse(Long.MAX_VALUE);
        most = Math.min(most, route);
      }
    }
    return (int) most;
  }
}
