package org.rulewalk.simulator.kernel;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.rulewalk.simulator.compiled.CompiledTable;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.rules.Table;

/**
 * What never changes of each machine, worked out once: routing tables, which chains a hook asks,
 * and the compiled forms of tables.
 */
final class Blueprints {
  private final Network network;
  private final Matching matching;
  private final Map<String, Blueprint> byName = new ConcurrentHashMap<>();
  private final Map<String, KnownNeighbours> neighbours = new ConcurrentHashMap<>();

  Blueprints(Network network, Matching matching) {
    this.network = network;
    this.matching = matching;
  }

  /** One machine's part. */
  static final class Blueprint {
    private final Machine machine;
    private final Router router;
    private final Hooks hooks;
    private final Map<Table, CompiledTable> compiled = new IdentityHashMap<>();

    private Blueprint(Machine machine) {
      this.machine = machine;
      this.router = new Router(machine);
      this.hooks = new Hooks(machine);
    }

    private static Blueprint of(Machine machine, Matching matching, Optional<Blueprint> before) {
      Blueprint made = new Blueprint(machine);
      if (matching != Matching.PLAIN) {
        for (Table table : machine.ruleset().tables()) {
          Optional<CompiledTable> old = before.flatMap(blueprint -> blueprint.earlier(table));
          made.compiled.put(table, old.isPresent() ? old.get().with(table) : matching.of(table));
        }
      }
      return made;
    }

    private Optional<CompiledTable> earlier(Table table) {
      return compiled.values().stream().filter(old -> old.table().isSame(table)).findFirst();
    }

    Machine machine() {
      return machine;
    }

    Router router() {
      return router;
    }

    Hooks hooks() {
      return hooks;
    }

    Optional<CompiledTable> compiled(Table table) {
      return Optional.ofNullable(compiled.get(table));
    }
  }

  Blueprint of(String machine) {
    return byName.computeIfAbsent(
        machine,
        name -> Blueprint.of(network.machine(name).orElseThrow(), matching, Optional.empty()));
  }

  /** Whom a machine has found on its links; those of a changed network are found anew. */
  KnownNeighbours neighbours(String machine) {
    return neighbours.computeIfAbsent(machine, unused -> new KnownNeighbours());
  }

  /** Those of another network; what is the same is kept. */
  Blueprints with(Network changed) {
    Blueprints made = new Blueprints(changed, matching);
    byName.forEach(
        (name, old) ->
            changed
                .machine(name)
                .ifPresent(
                    machine ->
                        made.byName.put(
                            name,
                            machine == old.machine
                                ? old
                                : Blueprint.of(machine, matching, Optional.of(old)))));
    return made;
  }
}
