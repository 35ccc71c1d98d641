package org.rulewalk.simulator.kernel;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.rulewalk.simulator.compiled.CompiledTable;
import org.rulewalk.simulator.conntrack.Tracker;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;

/**
 * What never changes of each machine, worked out once: routing tables, which chains a hook asks,
 * and the compiled forms of tables.
 */
final class Blueprints {
  private final Network network;
  private final Matching matching;
  private final Map<String, Blueprint> byName = new ConcurrentHashMap<>();
  private final Map<String, KnownNeighbours> neighbours = new ConcurrentHashMap<>();
  private final LinkHeaders linkHeaders;

  Blueprints(Network network, Matching matching) {
    this.network = network;
    this.matching = matching;
    this.linkHeaders = new LinkHeaders(network);
  }

  /** One machine's part. */
  static final class Blueprint {
    private final Machine machine;
    private final Router router;
    private final Hooks hooks;
    private final Tracker.Options tracking;
    private final Map<String, Optional<Interface>> devices = new HashMap<>();
    private final Map<String, Value> names = new HashMap<>();
    private final Map<Table, Optional<CompiledTable>> compiled = new IdentityHashMap<>();

    private Blueprint(Machine machine) {
      this.machine = machine;
      this.router = new Router(machine);
      this.hooks = new Hooks(machine);
      this.tracking = tracking(machine.settings());
      for (Interface device : machine.interfaces()) {
        devices.putIfAbsent(device.name(), Optional.of(device));
        names.putIfAbsent(device.name(), Value.of(Bits.ofName(device.name())));
      }
    }

    private static Tracker.Options tracking(Settings settings) {
      String prefix = "net.netfilter.nf_conntrack_";
      return new Tracker.Options(
          settings.flag(prefix + "checksum", true),
          settings.flag(prefix + "tcp_loose", true),
          settings.flag(prefix + "tcp_be_liberal", false),
          settings.flag(prefix + "tcp_ignore_invalid_rst", false));
    }

    private static Blueprint of(Machine machine, Matching matching, Optional<Blueprint> before) {
      Blueprint made = new Blueprint(machine);
      if (matching != Matching.PLAIN) {
        for (Table table : machine.ruleset().tables()) {
          Optional<CompiledTable> old = before.flatMap(blueprint -> blueprint.earlier(table));
          CompiledTable now = old.isPresent() ? old.get().with(table) : matching.of(table);
          made.compiled.put(table, Optional.of(now));
        }
      }
      return made;
    }

    private Optional<CompiledTable> earlier(Table table) {
      return compiled.values().stream()
          .flatMap(Optional::stream)
          .filter(old -> old.table().isSame(table))
          .findFirst();
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

    Tracker.Options tracking() {
      return tracking;
    }

    /** The interface with this name. */
    Optional<Interface> device(String name) {
      return devices.getOrDefault(name, Optional.empty());
    }

    /** An interface's name as rules see it. */
    Value name(String device) {
      Value known = names.get(device);
      return known == null ? Value.of(Bits.ofName(device)) : known;
    }

    Optional<CompiledTable> compiled(Table table) {
      return compiled.getOrDefault(table, Optional.empty());
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

  LinkHeaders linkHeaders() {
    return linkHeaders;
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
