package org.rulewalk.simulator.kernel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.route.Router;

/**
 * What never changes of each machine, worked out once: routing tables, and which chains a hook
 * asks.
 */
final class Blueprints {
  private final Network network;
  private final Map<String, Blueprint> byName = new ConcurrentHashMap<>();

  Blueprints(Network network) {
    this.network = network;
  }

  /** One machine's part. */
  record Blueprint(Machine machine, Router router, Hooks hooks) {
    static Blueprint of(Machine machine) {
      return new Blueprint(machine, new Router(machine), new Hooks(machine));
    }
  }

  Blueprint of(String machine) {
    return byName.computeIfAbsent(
        machine, name -> Blueprint.of(network.machine(name).orElseThrow()));
  }
}
