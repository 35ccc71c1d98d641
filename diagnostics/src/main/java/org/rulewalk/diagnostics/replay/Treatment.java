package org.rulewalk.diagnostics.replay;

import java.util.Optional;
import org.rulewalk.simulator.kernel.Beginning;
import org.rulewalk.simulator.kernel.Passage;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;

/** What a machine does with packets of one flow and kind. */
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

  /** The interface that they leave by; empty where they don't. */
  final String leavesBy;

  final boolean leavesRecorded;

  /** The machine and interface that get them next, where that is not recorded; empty for none. */
  final String nextMachine;

  final String nextDevice;

  /** The flow there, once it is known. */
  Flow next;

  Treatment following;

  /** How the connection begins, where the packets are first ones; else null. */
  Beginning beginning;

  private Treatment(
      long kind,
      End end,
      RuleCounts.Bundle bundle,
      int mostBytes,
      Drops.Drop drop,
      String leavesBy,
      boolean leavesRecorded,
      String nextMachine,
      String nextDevice) {
    this.kind = kind;
    this.end = end;
    this.bundle = bundle;
    this.mostBytes = mostBytes;
    this.drop = drop;
    this.leavesBy = leavesBy;
    this.leavesRecorded = leavesRecorded;
    this.nextMachine = nextMachine;
    this.nextDevice = nextDevice;
  }

  /** The same for another flow; its drops are another group. */
  Treatment of(Drops.Drop group) {
    return new Treatment(
        kind, end, bundle, mostBytes, group, leavesBy, leavesRecorded, nextMachine, nextDevice);
  }

  static Treatment dropped(long kind, RuleCounts.Bundle bundle, Drops.Drop drop) {
    return new Treatment(kind, End.DROPPED, bundle, Integer.MAX_VALUE, drop, "", false, "", "");
  }

  static Treatment delivered(long kind, RuleCounts.Bundle bundle) {
    return new Treatment(kind, End.DELIVERED, bundle, Integer.MAX_VALUE, null, "", false, "", "");
  }

  static Treatment left(
      long kind,
      RuleCounts.Bundle bundle,
      int mostBytes,
      String leavesBy,
      boolean leavesRecorded,
      Optional<Link.End> next) {
    return new Treatment(
        kind,
        End.LEFT,
        bundle,
        mostBytes,
        null,
        leavesBy,
        leavesRecorded,
        next.map(Link.End::machine).orElse(""),
        next.map(Link.End::device).orElse(""));
  }

  /** The kind of a packet of which no connection is known. */
  static long kindOf(Packet packet) {
    int flags = packet.protocol() == Protocol.TCP ? packet.tcpFlags() : packet.icmpType() & 0xff;
    return (long) packet.tos() << 8 | flags;
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
