package org.rulewalk.simulator.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.route.Fib;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What {@link Fib#lookup} says, for all packets at once.
 *
 * <p>Of several next hops it takes the first that is alive, as the lookup does.
 */
final class RouteFlow {
  private final Fib fib;
  private final IpVersion version;
  private final Selectors selectors;
  private final List<Answer> answers = new ArrayList<>();

  /** Packets for which the tables have the same answer. */
  record Answer(PacketSet packets, Lookup lookup) {}

  private RouteFlow(Fib fib, IpVersion version, Selectors selectors) {
    this.fib = fib;
    this.version = version;
    this.selectors = selectors;
  }

  /** The answers to these packets; together they are for all of them. */
  static List<Answer> of(Fib fib, IpVersion version, Selectors selectors, PacketSet coming) {
    RouteFlow flow = new RouteFlow(fib, version, selectors);
    flow.ask(coming);
    return flow.answers;
  }

  private void answer(PacketSet packets, Lookup lookup) {
    if (!packets.isEmpty()) {
      answers.add(new Answer(packets, lookup));
    }
  }

  private void ask(PacketSet coming) {
    PacketSet left = coming;
    Map<Long, PacketSet> waiting = new HashMap<>();
    for (RoutingRule rule : fib.rules()) {
      if (rule.version() != version) {
        continue;
      }
      for (long priority : List.copyOf(waiting.keySet())) {
        if (priority <= rule.priority()) {
          left = left.or(waiting.remove(priority));
        }
      }
      PacketSet asked = left.and(selectors.selected(rule));
      if (asked.isEmpty()) {
        continue;
      }
      left = left.minus(asked);
      switch (rule.action()) {
        case GOTO:
          waiting.merge(rule.gotoPriority(), asked, PacketSet::or);
          break;
        case UNREACHABLE:
          fail(asked, Lookup.Failure.NETWORK_UNREACHABLE, Optional.empty(), rule);
          break;
        case PROHIBIT:
          fail(asked, Lookup.Failure.PROHIBITED, Optional.empty(), rule);
          break;
        case BLACKHOLE:
          fail(asked, Lookup.Failure.BLACKHOLE, Optional.empty(), rule);
          break;
        case LOOKUP:
          left = left.or(table(rule, asked));
          break;
        default:
          left = left.or(asked);
      }
    }
    for (PacketSet never : waiting.values()) {
      left = left.or(never);
    }
    answer(
        left,
        new Lookup.Failed(Lookup.Failure.NETWORK_UNREACHABLE, Optional.empty(), Optional.empty()));
  }

  private void fail(
      PacketSet packets, Lookup.Failure failure, Optional<Route> route, RoutingRule rule) {
    answer(packets, new Lookup.Failed(failure, route, Optional.of(rule)));
  }

  /** Asks one table; the packets for which the search goes on. */
  private PacketSet table(RoutingRule rule, PacketSet asked) {
    PacketSet left = asked;
    PacketSet onwards = asked.space().none();
    for (Route route : fib.routes(version, rule.table())) {
      if (left.isEmpty()) {
        break;
      }
      Optional<Route.Hop> hop = route.hops().stream().filter(h -> !h.dead()).findFirst();
      if (hop.isEmpty() && !Fib.leadsNowhere(route.type())) {
        continue;
      }
      PacketSet taken = left.and(selectors.destination(route.destination()));
      taken = route.tos() == 0 ? taken : taken.and(selectors.tos(route.tos(), 0x1e));
      if (!taken.isEmpty()) {
        left = left.minus(taken);
        onwards = onwards.or(take(rule, route, hop, taken));
      }
    }
    return left.or(onwards);
  }

  private PacketSet take(
      RoutingRule rule, Route route, Optional<Route.Hop> hop, PacketSet packets) {
    switch (route.type()) {
      case THROW:
        return packets;
      case BLACKHOLE:
        fail(packets, Lookup.Failure.BLACKHOLE, Optional.of(route), rule);
        break;
      case UNREACHABLE:
        fail(packets, Lookup.Failure.HOST_UNREACHABLE, Optional.of(route), rule);
        break;
      case PROHIBIT:
        fail(packets, Lookup.Failure.PROHIBITED, Optional.of(route), rule);
        break;
      default:
        if (route.destination().length() <= rule.suppressPrefixLength()) {
          return packets;
        }
        answer(packets, new Lookup.Found(route, hop.orElseThrow(), rule, false));
    }
    return packets.space().none();
  }
}
