package org.rulewalk.simulator.flow;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.value.Source;

/**
 * All of a machine that packets depend on beside its tables. Equal if it treats packets alike,
 * wherever it was read from.
 *
 * @param interfaces without their sources
 */
record Surroundings(
    List<Interface> interfaces,
    List<Route> routes,
    List<RoutingRule> rules,
    Map<String, String> settings,
    Map<String, IpSet> ipsets,
    boolean routesMissing,
    boolean routes6Missing) {
  static Surroundings of(Machine machine) {
    return new Surroundings(
        machine.interfaces().stream().map(Surroundings::bare).toList(),
        machine.routes().stream().map(route -> route.at(Source.NONE)).toList(),
        machine.routingRules().stream().map(rule -> rule.at(Source.NONE)).toList(),
        values(machine.settings()),
        machine.ipsets(),
        machine.missing().contains(CaptureFile.ROUTES),
        machine.missing().contains(CaptureFile.ROUTES6));
  }

  private static Map<String, String> values(Settings settings) {
    return settings.entries().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().value()));
  }

  private static Interface bare(Interface own) {
    return new Interface(
        own.name(),
        own.index(),
        own.up(),
        own.carrier(),
        own.mtuBytes(),
        own.group(),
        own.kind(),
        own.type(),
        own.mac(),
        own.master(),
        own.addresses(),
        Source.NONE);
  }
}
