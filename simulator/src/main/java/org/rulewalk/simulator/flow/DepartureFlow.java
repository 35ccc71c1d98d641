package org.rulewalk.simulator.flow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.kernel.Hooks;
import org.rulewalk.simulator.route.Fib;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.symbolic.PacketComparison;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.SymbolicPacket;
import org.rulewalk.simulator.value.IpVersion;

/**
 * By which ways packets of a machine leave: routed before the output hook, and again where a chain
 * of type route or a translation there changes what routing goes by. Rules of the output hook see
 * the interface of the first way.
 */
final class DepartureFlow {
  private final HookFlow hooks;
  private final Fib fib;
  private final IpVersion version;
  private final List<RouteFlow.Answer> ways = new ArrayList<>();

  DepartureFlow(HookFlow hooks, Fib fib, IpVersion version) {
    this.hooks = hooks;
    this.fib = fib;
    this.version = version;
  }

  /** Finds the first way for packets; those that have one. */
  PacketSet routed(PacketSet coming) {
    PacketSet found = take(coming);
    show();
    return found;
  }

  private PacketSet take(PacketSet coming) {
    Selectors.View own = new Selectors.View(false, Optional.of(Flow.LOOPBACK), true);
    PacketSet found = coming.space().none();
    for (RouteFlow.Answer answer :
        RouteFlow.of(fib, version, hooks.selectors().asked(own), coming)) {
      if (answer.lookup() instanceof Lookup.Found) {
        ways.add(answer);
        found = found.or(answer.packets());
      } else {
        Lookup.Failed failed = (Lookup.Failed) answer.lookup();
        hooks.add(
            Fate.routed(answer.packets(), new Treatment.NoRoute(failed.failure()), failed.route()));
      }
    }
    return found;
  }

  /** Finds other ways after an entry of the output hook; the packets that have one, or the old. */
  PacketSet again(Hooks.Entry entry, SymbolicPacket before, PacketSet alive) {
    PacketComparison now = new PacketComparison(before, hooks.packet());
    PacketSet changed = alive.space().none();
    if (entry instanceof Hooks.Translate) {
      changed = now.destinedOtherwise();
    } else if (entry instanceof Hooks.Asked
        && ((Hooks.Asked) entry).chain().type() == Chain.Type.ROUTE) {
      changed = now.routedOtherwise();
    }
    PacketSet moved = alive.and(changed);
    if (moved.isEmpty()) {
      return alive;
    }
    ways.replaceAll(way -> new RouteFlow.Answer(way.packets().minus(moved), way.lookup()));
    return alive.minus(moved).or(take(moved));
  }

  /** Lets rules see by which interface packets leave. */
  void show() {
    Map<String, PacketSet> devices = new LinkedHashMap<>();
    for (RouteFlow.Answer way : ways) {
      devices.merge(((Lookup.Found) way.lookup()).hop().device(), way.packets(), PacketSet::or);
    }
    hooks.showOutgoing(devices);
  }

  /** The ways. */
  List<RouteFlow.Answer> ways() {
    return ways;
  }
}
