package org.rulewalk.diagnostics.question;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/** Finds out what a user means by a machine's name, an address, {@code machine:interface} … */
public final class Places {
  private final Network network;

  /** Places of this network. */
  public Places(Network network) {
    this.network = network;
  }

  /**
   * The question in a user's words.
   *
   * @throws IllegalArgumentException if a word names nothing; the message names what is there
   */
  public Question question(String from, String to, String service) {
    Place asking = from(from);
    return new Question(asking, to(to, asking), Service.parse(service));
  }

  /**
   * Who asks, in a user's words.
   *
   * @throws IllegalArgumentException if the word names nothing; the message names what is there
   */
  public Place from(String text) {
    Optional<Place> named = named(text);
    if (named.isPresent()) {
      return named.get();
    }
    IpAddress address = address(text);
    Optional<String> holder = network.holders(address).stream().findFirst().map(Machine::name);
    return new Place(holder.or(() -> outside(address)), Optional.empty(), Optional.of(address));
  }

  /** Who stands for an address that nobody of the capture holds: what lies beyond the edge. */
  private Optional<String> outside(IpAddress address) {
    List<Machine> externals =
        network.machines().values().stream().filter(Machine::isExternal).toList();
    return externals.stream()
        .filter(m -> m.interfaces().stream().anyMatch(i -> near(i, address)))
        .findFirst()
        .or(() -> externals.stream().findFirst())
        .map(Machine::name);
  }

  private static boolean near(Interface device, IpAddress address) {
    return device.addresses().stream().anyMatch(a -> a.prefix().contains(address));
  }

  private Place to(String text, Place from) {
    Optional<Place> named = named(text);
    if (named.isEmpty()) {
      IpAddress address = address(text);
      Optional<String> holder = network.holders(address).stream().findFirst().map(Machine::name);
      return new Place(holder, Optional.empty(), Optional.of(address));
    }
    Place place = named.get();
    if (place.address().isPresent()) {
      return place;
    }
    Machine machine = network.machine(place.machine().orElseThrow()).orElseThrow();
    IpAddress address =
        best(machine, place.device(), from)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no address of " + text + " is in the capture; name the address"));
    return new Place(place.machine(), place.device(), Optional.of(address));
  }

  /**
   * {@code machine}, {@code machine:interface} or {@code machine:address}; empty for a bare
   * address.
   */
  private Optional<Place> named(String text) {
    Optional<Machine> machine = network.machine(text);
    if (machine.isPresent()) {
      return Optional.of(new Place(Optional.of(text), Optional.empty(), Optional.empty()));
    }
    if (IpAddress.parse(text).isPresent()) {
      return Optional.empty();
    }
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    Machine owner = network.machine(name).orElseThrow(() -> unknown(name));
    String rest = text.substring(colon + 1);
    Optional<IpAddress> address = IpAddress.parse(rest);
    if (address.isPresent()) {
      return Optional.of(new Place(Optional.of(name), Optional.empty(), address));
    }
    Interface device =
        owner
            .find(rest)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        name
                            + " has no interface \""
                            + rest
                            + "\"; it has: "
                            + String.join(
                                ", ", owner.interfaces().stream().map(Interface::name).toList())));
    Optional<IpAddress> own =
        device.addresses().stream().map(a -> a.prefix().address()).min(Comparator.naturalOrder());
    return Optional.of(new Place(Optional.of(name), Optional.of(rest), own));
  }

  private IllegalArgumentException unknown(String name) {
    if (name.contains("/")) {
      return notOne(name);
    }
    List<String> names = new ArrayList<>(network.machines().keySet());
    names.sort(Comparator.comparingInt(known -> distance(known, name)));
    boolean close = !names.isEmpty() && distance(names.get(0), name) <= 3;
    return new IllegalArgumentException(
        "there is no machine \""
            + name
            + "\" in the capture"
            + (close
                ? "; did you mean " + names.get(0) + "?"
                : "; there are: " + String.join(", ", names)));
  }

  /** How many letters differ (Levenshtein), so that a slip of the finger is understood. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j - 1], above) + 1, diagonal + change);
        diagonal = above;
      }
    }
    return row[b.length()];
  }

  private IpAddress address(String text) {
    return IpAddress.parse(text).orElseThrow(() -> unknown(text));
  }

  private static IllegalArgumentException notOne(String text) {
    return new IllegalArgumentException(
        Prefix.parse(text).isPresent()
            ? text
                + " is many addresses; name one, or ask about all with \"rulewalk reach --from\" or"
                + " \"--to\""
            : "\"" + text + "\" is neither a machine nor an address nor a prefix");
  }

  /** The address of a machine that the other end would use. */
  private Optional<IpAddress> best(Machine machine, Optional<String> device, Place from) {
    List<Interface> devices =
        machine.interfaces().stream()
            .filter(i -> !i.isLoopback() && device.map(i.name()::equals).orElse(true))
            .toList();
    Optional<String> joined = from.machine().flatMap(other -> joinedBy(machine.name(), other));
    return first(devices.stream().filter(i -> joined.map(i.name()::equals).orElse(false)).toList())
        .or(() -> first(devices.stream().filter(i -> isUplink(machine, i)).toList()))
        .or(() -> first(devices));
  }

  private Optional<String> joinedBy(String machine, String other) {
    for (Link link : network.links()) {
      boolean both = link.ends().stream().anyMatch(end -> end.machine().equals(other));
      Optional<Link.End> own =
          link.ends().stream().filter(end -> end.machine().equals(machine)).findFirst();
      if (both && own.isPresent()) {
        return own.map(Link.End::device);
      }
    }
    return Optional.empty();
  }

  private static boolean isUplink(Machine machine, Interface device) {
    return machine.routes().stream()
        .filter(route -> route.destination().length() == 0 && route.type() == Route.Type.UNICAST)
        .anyMatch(
            route -> route.hops().stream().anyMatch(hop -> hop.device().equals(device.name())));
  }

  private static Optional<IpAddress> first(List<Interface> devices) {
    for (IpVersion version : IpVersion.values()) {
      for (Interface device : devices) {
        for (Interface.Address address : device.addresses(version)) {
          if (address.usable() && !address.prefix().address().isLinkLocal()) {
            return Optional.of(address.prefix().address());
          }
        }
      }
    }
    return Optional.empty();
  }
}
