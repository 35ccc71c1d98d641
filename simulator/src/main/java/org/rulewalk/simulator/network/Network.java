package org.rulewalk.simulator.network;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.value.IpAddress;

/**
 * All machines of a capture and the links between them.
 *
 * @param machines by name, in the order of the capture
 */
public record Network(Map<String, Machine> machines, List<Link> links) {
  /** Keeps copies. */
  public Network {
    machines = Collections.unmodifiableMap(new LinkedHashMap<>(machines));
    links = List.copyOf(links);
  }

  /** The machine with this name. */
  public Optional<Machine> machine(String name) {
    return Optional.ofNullable(machines.get(name));
  }

  /** The ends that are joined to this one. */
  public List<Link.End> peers(Link.End end) {
    return links.stream()
        .filter(link -> link.ends().contains(end))
        .flatMap(link -> link.ends().stream())
        .filter(other -> !other.equals(end))
        .toList();
  }

  /** The machines that hold an address, captured ones first. */
  public List<Machine> holders(IpAddress address) {
    return machines.values().stream()
        .filter(machine -> machine.has(address))
        .sorted((a, b) -> Boolean.compare(a.isExternal(), b.isExternal()))
        .toList();
  }

  /** The same with another machine in the place of the one of its name. */
  public Network with(Machine machine) {
    Map<String, Machine> all = new LinkedHashMap<>(machines);
    all.put(machine.name(), machine);
    return new Network(all, links);
  }
}
