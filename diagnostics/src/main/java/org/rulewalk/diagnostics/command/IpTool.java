package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.capture.DerivedRoutes;
import org.rulewalk.parsers.iproute.NeighbourListing;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Neighbour;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/** {@code ip address}, {@code ip link} and {@code ip neigh} (iproute2 6.1); routes are apart. */
final class IpTool {
  private final Machine before;
  private final Invocation invocation;
  private final List<String> words;
  private IpVersion version = IpVersion.IPV4;

  IpTool(Machine before, Invocation invocation) {
    this.before = before;
    this.invocation = invocation;
    this.words = new ArrayList<>(invocation.arguments());
  }

  Outcome run() {
    while (!words.isEmpty() && words.get(0).startsWith("-")) {
      String option = words.remove(0);
      version = option.equals("-6") ? IpVersion.IPV6 : version;
      if (option.equals("-n") || option.equals("-netns")) {
        return notKnown("it is for another network namespace");
      }
      if (option.startsWith("-b")) {
        return notKnown("a batch of commands is not read here");
      }
    }
    if (words.isEmpty()) {
      return Outcome.refused(before, 255, "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }");
    }
    String object = words.remove(0);
    String verb = words.isEmpty() ? "show" : words.get(0);
    boolean shows = List.of("show", "list", "lst", "sh", "ls", "s", "l", "get").contains(verb);
    if (shows && !object.startsWith("netns")) {
      return Outcome.printed(before, Listing.UNKNOWN);
    }
    if (words.stream().anyMatch(word -> word.indexOf(':') >= 0 && !word.contains("lladdr"))) {
      version = words.stream().anyMatch(IpTool::isSix) ? IpVersion.IPV6 : version;
    }
    if (isCalled(object, "address", 1)) {
      return address(verb);
    }
    if (isCalled(object, "link", 1)) {
      return link(verb);
    }
    if (isCalled(object, "neighbour", 1) || isCalled(object, "neighbor", 1)) {
      return neighbour(verb);
    }
    boolean routes = isCalled(object, "route", 1);
    if (routes || isCalled(object, "rule", 2)) {
      IpRouteTool tool = new IpRouteTool(before, invocation, version, words);
      return routes ? tool.route(verb) : tool.rule(verb);
    }
    return notKnown("`ip " + object + "` is not known here");
  }

  private static boolean isSix(String word) {
    int slash = word.indexOf('/');
    return IpAddress.parse(slash < 0 ? word : word.substring(0, slash))
        .filter(address -> address.version() == IpVersion.IPV6)
        .isPresent();
  }

  /** Words may be cut short: {@code ip a}, {@code ip ro}. */
  static boolean isCalled(String word, String name, int least) {
    return word.length() >= least && name.startsWith(word);
  }

  private Outcome notKnown(String why) {
    return Outcome.notUnderstood(before, why);
  }

  static Optional<String> after(List<String> words, String key) {
    int at = words.indexOf(key);
    return at >= 0 && at + 1 < words.size() ? Optional.of(words.get(at + 1)) : Optional.empty();
  }

  private Outcome noDevice(String name) {
    return Outcome.refused(before, 1, "Cannot find device \"" + name + "\"");
  }

  private Machine with(Machine machine, Interface changed) {
    return machine.withInterfaces(
        machine.interfaces().stream()
            .map(each -> each.name().equals(changed.name()) ? changed : each)
            .toList());
  }

  private Outcome address(String verb) {
    Optional<String> device = after(words, "dev");
    if (device.isEmpty()) {
      return notKnown("it names no device");
    }
    Optional<Interface> found = before.find(device.get());
    if (found.isEmpty()) {
      return noDevice(device.get());
    }
    if (isCalled(verb, "flush", 1)) {
      return Outcome.changed(readdressed(found.get(), List.of()));
    }
    Optional<Prefix> prefix =
        words.stream().skip(1).flatMap(word -> Prefix.parse(word).stream()).findFirst();
    if (prefix.isEmpty() || words.contains("peer")) {
      return notKnown("the address is not understood");
    }
    List<Interface.Address> addresses = new ArrayList<>(found.get().addresses());
    boolean there = addresses.stream().anyMatch(each -> each.prefix().equals(prefix.get()));
    boolean deletes = isCalled(verb, "delete", 1);
    boolean adds = isCalled(verb, "add", 1);
    boolean replaces = isCalled(verb, "replace", 3) || isCalled(verb, "change", 2);
    if (deletes && !there) {
      return Outcome.refused(before, 2, "RTNETLINK answers: Cannot assign requested address");
    }
    if (adds && there) {
      return Outcome.refused(before, 2, "RTNETLINK answers: File exists");
    }
    if (!deletes && !adds && !replaces) {
      return notKnown("`ip address " + verb + "` is not known here");
    }
    addresses.removeIf(each -> each.prefix().equals(prefix.get()));
    if (!deletes) {
      boolean secondary =
          addresses.stream()
              .anyMatch(
                  each ->
                      each.prefix().length() == prefix.get().length()
                          && each.prefix().contains(prefix.get().address()));
      addresses.add(
          new Interface.Address(
              prefix.get(),
              Optional.empty(),
              after(words, "broadcast").or(() -> after(words, "brd")).flatMap(IpAddress::parse),
              Interface.Scope.GLOBAL,
              secondary,
              true));
    }
    return Outcome.changed(readdressed(found.get(), addresses));
  }

  /** The kernel makes and removes the routes that follow from addresses by itself. */
  private Machine readdressed(Interface device, List<Interface.Address> addresses) {
    Interface changed = device.with(addresses);
    List<Route> routes = new ArrayList<>(before.routes());
    for (IpVersion each : IpVersion.values()) {
      List<Route> old = DerivedRoutes.of(List.of(device), each);
      List<Route> fresh = DerivedRoutes.of(List.of(changed), each);
      routes.removeIf(route -> isOneOf(route, old) && !isOneOf(route, fresh));
      fresh.stream().filter(route -> !isOneOf(route, routes)).forEach(routes::add);
    }
    return with(before, changed).withRoutes(routes);
  }

  private static boolean isOneOf(Route route, List<Route> routes) {
    return routes.stream()
        .anyMatch(
            each ->
                each.destination().equals(route.destination())
                    && each.table() == route.table()
                    && each.type() == route.type()
                    && each.hops().stream()
                        .map(Route.Hop::device)
                        .toList()
                        .equals(route.hops().stream().map(Route.Hop::device).toList()));
  }

  private Outcome link(String verb) {
    if (!isCalled(verb, "set", 1)) {
      return notKnown("`ip link " + verb + "` is not known here");
    }
    List<String> rest = new ArrayList<>(words.subList(1, words.size()));
    rest.remove("dev");
    if (rest.isEmpty()) {
      return notKnown("it names no device");
    }
    String name = rest.remove(0);
    Optional<Interface> found = before.find(name);
    if (found.isEmpty()) {
      return noDevice(name);
    }
    Machine machine = before;
    Interface device = found.get();
    for (int i = 0; i < rest.size(); i++) {
      String word = rest.get(i);
      String value = i + 1 < rest.size() ? rest.get(i + 1) : "";
      if (word.equals("up") || word.equals("down")) {
        device = device.switched(word.equals("up"));
        machine = routed(with(machine, device), device);
      } else if (word.equals("mtu") && value.matches("\\d{1,6}")) {
        device = device.with(Integer.parseInt(value), device.group());
        machine = with(machine, device);
        i++;
      } else if (word.equals("group") && (value.matches("\\d{1,9}") || value.equals("default"))) {
        long group = value.equals("default") ? 0 : Long.parseLong(value);
        device = device.with(device.mtuBytes(), group);
        machine = with(machine, device);
        i++;
      } else {
        return notKnown("`" + word + "` is not known here");
      }
    }
    return Outcome.changed(machine);
  }

  /** Routes over a device go when it goes down; those of its addresses come back with it. */
  private static Machine routed(Machine machine, Interface device) {
    List<Route> routes = new ArrayList<>(machine.routes());
    if (device.up()) {
      for (IpVersion each : IpVersion.values()) {
        DerivedRoutes.of(List.of(device), each).stream()
            .filter(route -> !isOneOf(route, machine.routes()))
            .forEach(routes::add);
      }
    } else {
      routes.removeIf(
          route ->
              route.table() != Route.TABLE_LOCAL
                  && route.hops().stream().anyMatch(hop -> hop.device().equals(device.name())));
    }
    return machine.withRoutes(routes);
  }

  private Outcome neighbour(String verb) {
    String device = after(words, "dev").orElse("");
    if (before.find(device).isEmpty()) {
      return noDevice(device);
    }
    List<String> rest = new ArrayList<>(words.subList(1, words.size()));
    String line =
        String.join(" ", rest)
            .replaceAll("\\bnud (\\w+)", "")
            .concat(
                " " + after(words, "nud").orElse("permanent").toUpperCase(java.util.Locale.ROOT));
    Problems problems = new Problems();
    List<Neighbour> read = NeighbourListing.parse(SourceText.of("", line), problems);
    if (read.size() != 1 || !problems.list().isEmpty()) {
      return notKnown("the neighbour is not understood");
    }
    Neighbour named = read.get(0);
    List<Neighbour> left = new ArrayList<>(before.neighbours());
    boolean there =
        left.removeIf(
            each -> each.address().equals(named.address()) && each.device().equals(device));
    if (isCalled(verb, "delete", 1)) {
      return there
          ? Outcome.changed(before.withNeighbours(left))
          : Outcome.refused(before, 2, "RTNETLINK answers: No such file or directory");
    }
    if (isCalled(verb, "add", 1) && there) {
      return Outcome.refused(before, 2, "RTNETLINK answers: File exists");
    }
    if (!isCalled(verb, "add", 1)
        && !isCalled(verb, "replace", 1)
        && !isCalled(verb, "change", 1)) {
      return notKnown("`ip neigh " + verb + "` is not known here");
    }
    left.add(named);
    return Outcome.changed(before.withNeighbours(left));
  }
}
