package org.rulewalk.diagnostics.whatif;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.rulewalk.parsers.host.ConntrackWriter;
import org.rulewalk.parsers.iproute.AddressWriter;
import org.rulewalk.parsers.iproute.NeighbourWriter;
import org.rulewalk.parsers.iproute.RouteWriter;
import org.rulewalk.parsers.ipset.IpsetWriter;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Neighbour;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.network.TrackedConnection;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.value.Source;

/** What differs between a machine and itself at a later time. */
final class MachineDifferences {
  private final List<Difference> found = new ArrayList<>();

  private MachineDifferences() {}

  /** All differences: rules, sets, and then what routing and connection tracking go by. */
  static List<Difference> between(Machine before, Machine after) {
    MachineDifferences all = new MachineDifferences();
    all.found.addAll(RulesetDifferences.between(before.ruleset(), after.ruleset()));
    all.ipsets(before.ipsets(), after.ipsets());
    all.interfaces(before.interfaces(), after.interfaces());
    all.listed(
        Difference.Kind.ROUTE,
        before.routes(),
        after.routes(),
        route -> route.at(Source.NONE),
        RouteWriter::route,
        Route::source);
    all.listed(
        Difference.Kind.ROUTING_RULE,
        before.routingRules(),
        after.routingRules(),
        rule -> rule.at(Source.NONE),
        rule -> RouteWriter.rule(rule).orElse(rule.source().text()),
        RoutingRule::source);
    all.listed(
        Difference.Kind.NEIGHBOUR,
        before.neighbours(),
        after.neighbours(),
        NeighbourWriter::line,
        NeighbourWriter::line,
        Neighbour::source);
    all.settings(before.settings(), after.settings());
    all.listed(
        Difference.Kind.CONNECTION,
        before.connections(),
        after.connections(),
        connection -> ConntrackWriter.line(connection, false),
        connection -> ConntrackWriter.line(connection, true),
        TrackedConnection::source);
    return all.found;
  }

  /** Entries of a listing that only one of them has, whatever file they stand in. */
  private <T> void listed(
      Difference.Kind kind,
      List<T> before,
      List<T> after,
      Function<T, ?> meaning,
      Function<T, String> words,
      Function<T, Source> source) {
    if (before.equals(after)) {
      return;
    }
    Set<Object> old = before.stream().map(meaning).collect(Collectors.toSet());
    Set<Object> now = after.stream().map(meaning).collect(Collectors.toSet());
    before.stream()
        .filter(entry -> !now.contains(meaning.apply(entry)))
        .forEach(e -> found.add(new Difference(kind, "", line(words, e), "", source.apply(e))));
    after.stream()
        .filter(entry -> !old.contains(meaning.apply(entry)))
        .forEach(e -> found.add(new Difference(kind, "", "", line(words, e), source.apply(e))));
  }

  private static <T> String line(Function<T, String> words, T entry) {
    return words.apply(entry).strip().replaceAll("\\s+", " ");
  }

  private void ipsets(Map<String, IpSet> before, Map<String, IpSet> after) {
    List<String> old = lines(before.values());
    List<String> now = lines(after.values());
    if (!old.equals(now)) {
      listed(
          Difference.Kind.IPSET,
          old,
          now,
          MachineDifferences::lasting,
          line -> line,
          line -> Source.NONE);
    }
  }

  /** A line of a set without what the kernel chooses by itself, and time that passes. */
  private static String lasting(String line) {
    return line.startsWith("create ")
        ? line.replaceAll(" (hashsize|bucketsize|initval) \\S+", "")
        : line.replaceFirst(" timeout \\d+", "");
  }

  private static List<String> lines(Collection<IpSet> sets) {
    return IpsetWriter.write(sets).lines().sorted().toList();
  }

  private void interfaces(List<Interface> before, List<Interface> after) {
    for (Interface device : before) {
      Optional<Interface> same = named(after, device.name());
      if (same.isEmpty()) {
        add(Difference.Kind.INTERFACE, device.name(), state(device), "", device);
        continue;
      }
      if (!state(device).equals(state(same.get()))) {
        add(Difference.Kind.INTERFACE, device.name(), state(device), state(same.get()), same.get());
      }
      addresses(device, same.get());
    }
    for (Interface device : after) {
      if (named(before, device.name()).isEmpty()) {
        add(Difference.Kind.INTERFACE, device.name(), "", state(device), device);
        device
            .addresses()
            .forEach(
                each ->
                    add(
                        Difference.Kind.ADDRESS,
                        device.name(),
                        "",
                        AddressWriter.words(device, each),
                        device));
      }
    }
  }

  private static Optional<Interface> named(List<Interface> interfaces, String name) {
    return interfaces.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  private static String state(Interface device) {
    String master = device.master().map(name -> " master " + name).orElse("");
    String mac = device.mac().map(address -> " address " + address).orElse("");
    return (device.up() ? "up" : "down")
        + " mtu "
        + device.mtuBytes()
        + " group "
        + device.group()
        + master
        + mac;
  }

  private void addresses(Interface before, Interface after) {
    for (Interface.Address each : before.addresses()) {
      if (!after.addresses().contains(each)) {
        add(Difference.Kind.ADDRESS, before.name(), AddressWriter.words(before, each), "", before);
      }
    }
    for (Interface.Address each : after.addresses()) {
      if (!before.addresses().contains(each)) {
        add(Difference.Kind.ADDRESS, after.name(), "", AddressWriter.words(after, each), after);
      }
    }
  }

  private void add(
      Difference.Kind kind, String place, String before, String after, Interface device) {
    found.add(new Difference(kind, place, before, after, device.source()));
  }

  private void settings(Settings before, Settings after) {
    TreeSet<String> names = new TreeSet<>(before.entries().keySet());
    names.addAll(after.entries().keySet());
    for (String name : names) {
      Optional<Settings.Entry> old = before.find(name);
      Optional<Settings.Entry> now = after.find(name);
      String was = old.map(Settings.Entry::value).orElse("");
      String is = now.map(Settings.Entry::value).orElse("");
      if (!was.equals(is)) {
        found.add(
            new Difference(
                Difference.Kind.SETTING,
                name,
                was,
                is,
                now.or(() -> old).map(Settings.Entry::source).orElse(Source.NONE)));
      }
    }
  }
}
