package org.rulewalk.simulator.route;

import java.util.Optional;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;

/** The answer of a lookup in the routing tables. */
public sealed interface Lookup {
  /**
   * A route that leads somewhere.
   *
   * @param hop the next hop that was taken
   * @param ambiguous whether other hops of the same route could have been taken as well
   */
  record Found(Route route, Route.Hop hop, RoutingRule rule, boolean ambiguous) implements Lookup {}

  /**
   * No way.
   *
   * @param route the route that says so, if one does
   * @param rule the rule that says so or led to it, if one did
   */
  record Failed(Failure failure, Optional<Route> route, Optional<RoutingRule> rule)
      implements Lookup {}

  /** Why a lookup failed, by the error that the kernel returns. */
  enum Failure {
    /** No route, or an unreachable rule (ENETUNREACH). */
    NETWORK_UNREACHABLE,
    /** An unreachable route (EHOSTUNREACH). */
    HOST_UNREACHABLE,
    /** A prohibit route or rule (EACCES). */
    PROHIBITED,
    /** A blackhole route or rule, or an address that can't be (EINVAL). */
    BLACKHOLE
  }
}
