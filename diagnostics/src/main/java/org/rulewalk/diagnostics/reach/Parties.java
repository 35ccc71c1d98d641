package org.rulewalk.diagnostics.reach;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.question.Place;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.region.Field;
import org.rulewalk.simulator.region.Intervals;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * Whom a word means: a machine, {@code machine:interface}, {@code machine:address}, an address, or
 * all addresses of a prefix.
 *
 * <p>A machine's name means the address that {@code why} takes, or all of its addresses where the
 * asker says so. An external machine that stands for whatever lies beyond its link has, besides its
 * own, all addresses that nobody of the capture holds.
 */
final class Parties {
  private static final String ANY_SERVICE = "ping";
  private static final List<Prefix> NOBODYS =
      List.of(
          Prefix.of("0.0.0.0/8"),
          Prefix.of("127.0.0.0/8"),
          Prefix.of("169.254.0.0/16"),
          Prefix.of("224.0.0.0/3"));
  private static final List<Prefix> GLOBAL6 = List.of(Prefix.of("2000::/3"), Prefix.of("fc00::/7"));

  private final Network network;
  private final Places places;
  private final Map<IpVersion, Intervals> free = new LinkedHashMap<>();

  Parties(Network network) {
    this.network = network;
    this.places = new Places(network);
  }

  /** Whether a word means several addresses. */
  static boolean isPrefix(String word) {
    return prefix(word).isPresent();
  }

  private static Optional<Prefix> prefix(String word) {
    return Prefix.parse(word).filter(p -> !p.isSingle());
  }

  private static Intervals of(Prefix prefix) {
    return Intervals.of(prefix.first().value(), prefix.last().value());
  }

  /** The addresses that may be somebody's, and that nobody of the capture holds. */
  private Intervals free(IpVersion version) {
    return free.computeIfAbsent(version, this::unheld);
  }

  private Intervals unheld(IpVersion version) {
    Intervals all = version == IpVersion.IPV4 ? Field.SOURCE.all(version) : Intervals.NONE;
    for (Prefix prefix : version == IpVersion.IPV4 ? NOBODYS : GLOBAL6) {
      all = version == IpVersion.IPV4 ? all.minus(of(prefix)) : all.or(of(prefix));
    }
    List<Interval> held = new ArrayList<>();
    for (Machine machine : network.machines().values()) {
      for (IpAddress own : addresses(machine)) {
        if (own.version() == version) {
          held.add(Interval.of(own.value()));
        }
      }
    }
    return all.minus(Intervals.ofAll(held));
  }

  /** A machine's addresses that others can ask for. */
  private static List<IpAddress> addresses(Machine machine) {
    List<IpAddress> all = new ArrayList<>();
    for (Interface device : machine.interfaces()) {
      for (Interface.Address address : device.addresses()) {
        IpAddress own = address.prefix().address();
        boolean asked = !device.isLoopback() && !own.isLoopback() && !own.isLinkLocal();
        if (asked && address.usable() && !all.contains(own)) {
          all.add(own);
        }
      }
    }
    return all;
  }

  /** The addresses beyond an external machine's links, as {@link Places} shares them out. */
  List<Scope.Block> beyond(Machine machine) {
    List<Scope.Block> blocks = new ArrayList<>();
    if (!machine.external().map(Machine.External::anyAddress).orElse(false)) {
      return blocks;
    }
    for (IpVersion version : IpVersion.values()) {
      Intervals own = shared(free(version), machine);
      if (!own.isEmpty()) {
        blocks.add(new Scope.Block(version, own));
      }
    }
    return blocks;
  }

  private List<Machine> externals() {
    return network.machines().values().stream().filter(Machine::isExternal).toList();
  }

  /** Those of some addresses for which an external machine stands. */
  private Intervals shared(Intervals some, Machine wanted) {
    Intervals left = some;
    Intervals own = Intervals.NONE;
    for (Machine external : externals()) {
      for (Interface device : external.interfaces()) {
        for (Interface.Address address : device.addresses()) {
          Intervals near = of(address.prefix()).and(left);
          left = left.minus(near);
          own = external.equals(wanted) ? own.or(near) : own;
        }
      }
    }
    boolean first = externals().stream().findFirst().filter(wanted::equals).isPresent();
    return first ? own.or(left) : own;
  }

  /**
   * Who asks.
   *
   * @param all whether every address counts, and not just the one that routing picks
   * @throws IllegalArgumentException if the word names nobody; the message says who is there
   */
  List<Scope.Asker> askers(String word, boolean all) {
    Optional<Prefix> prefix = prefix(word);
    List<Scope.Asker> askers = new ArrayList<>();
    if (prefix.isPresent()) {
      held(prefix.get())
          .forEach(
              (address, machine) ->
                  askers.add(new Scope.Asker(machine, Optional.of(Scope.Block.of(address)))));
      Intervals rest = free(prefix.get().version()).and(of(prefix.get()));
      for (Machine external : externals()) {
        Intervals own = shared(rest, external);
        if (!own.isEmpty()) {
          Scope.Block block = new Scope.Block(prefix.get().version(), own);
          askers.add(new Scope.Asker(external.name(), Optional.of(block)));
        }
      }
      if (askers.isEmpty()) {
        throw new IllegalArgumentException(
            "nobody in the capture has an address of "
                + word
                + ", and no machine outside stands for it");
      }
      return askers;
    }
    Place place = places.from(word);
    String machine =
        place
            .machine()
            .orElseThrow(
                () -> new IllegalArgumentException("nobody in the capture stands for " + word));
    askers.add(new Scope.Asker(machine, place.address().map(Scope.Block::of)));
    if (all && place.address().isEmpty()) {
      beyond(network.machine(machine).orElseThrow())
          .forEach(block -> askers.add(new Scope.Asker(machine, Optional.of(block))));
    }
    return askers;
  }

  private Map<IpAddress, String> held(Prefix prefix) {
    Map<IpAddress, String> found = new LinkedHashMap<>();
    for (Machine machine : network.machines().values()) {
      addresses(machine).stream()
          .filter(prefix::contains)
          .forEach(address -> found.putIfAbsent(address, holder(address, machine)));
    }
    return found;
  }

  private String holder(IpAddress address, Machine any) {
    return network.holders(address).stream().findFirst().orElse(any).name();
  }

  /**
   * Who is asked.
   *
   * @param all whether every address of a machine counts, and not just the one that {@code why}
   *     takes
   * @throws IllegalArgumentException if the word names nobody
   */
  List<Scope.Target> targets(String word, Scope.Asker asker, boolean all) {
    List<Scope.Target> targets = new ArrayList<>();
    Optional<Prefix> prefix = prefix(word);
    if (prefix.isPresent()) {
      held(prefix.get())
          .forEach(
              (address, machine) ->
                  targets.add(new Scope.Target(Optional.of(machine), Scope.Block.of(address))));
      Intervals rest = of(prefix.get()).minus(holding(prefix.get()));
      if (!rest.isEmpty()) {
        Scope.Block block = new Scope.Block(prefix.get().version(), rest);
        targets.add(new Scope.Target(Optional.empty(), block));
      }
      return spoken(targets, asker);
    }
    if (all && network.machine(word).isPresent()) {
      Machine machine = network.machine(word).orElseThrow();
      addresses(machine)
          .forEach(own -> targets.add(new Scope.Target(Optional.of(word), Scope.Block.of(own))));
      beyond(machine).forEach(block -> targets.add(new Scope.Target(Optional.empty(), block)));
      return spoken(targets, asker);
    }
    Question question = places.question(asker.machine(), word, ANY_SERVICE);
    IpAddress address = question.to().address().orElseThrow();
    targets.add(new Scope.Target(question.to().machine(), Scope.Block.of(address)));
    return spoken(targets, asker);
  }

  private Intervals holding(Prefix prefix) {
    return Intervals.ofAll(
        held(prefix).keySet().stream().map(address -> Interval.of(address.value())).toList());
  }

  private static List<Scope.Target> spoken(List<Scope.Target> targets, Scope.Asker asker) {
    return targets.stream().filter(target -> asker.speaks(target.block().version())).toList();
  }

  /** Whether any address is known that stands for a machine. */
  boolean isAddressed(String name) {
    Machine machine = network.machine(name).orElseThrow();
    return !addresses(machine).isEmpty() || !beyond(machine).isEmpty();
  }

  /** A machine's addresses beside the one that is taken for it. */
  List<Scope.Target> others(String name, Scope.Target taken) {
    Machine machine = network.machine(name).orElseThrow();
    return addresses(machine).stream()
        .map(Scope.Block::of)
        .filter(block -> !block.equals(taken.block()))
        .map(block -> new Scope.Target(Optional.of(name), block))
        .toList();
  }

  /** Whether a machine can send packets of a version beyond its link. */
  boolean speaks(String name, IpVersion version) {
    Machine machine = network.machine(name).orElseThrow();
    return machine.isExternal()
        || addresses(machine).stream().anyMatch(own -> own.version() == version);
  }
}
