package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.audit.Finding.Repair;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.topology.BaseRules;
import org.rulewalk.diagnostics.usage.DeviceTest;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * What takes packets past rules on purpose, and where that is easily forgotten: connections that
 * are not tracked, flowtables, bridges.
 */
final class PastTheRules implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      List<Source> untracked = new ArrayList<>();
      for (Table table : machine.ruleset().tables()) {
        for (Chain chain : table.chains()) {
          for (Rule rule : chain.rules()) {
            if (!BaseRules.isMade(table, chain, rule)) {
              rule(machine, table, rule).ifPresent(found::add);
              if (rule.statements().stream().anyMatch(Statement.Notrack.class::isInstance)) {
                untracked.add(rule.source());
              }
            }
          }
        }
      }
      if (!untracked.isEmpty()) {
        found.add(untracked(machine, untracked));
      }
      bridges(machine, found);
    }
    return found;
  }

  private static Optional<Finding> rule(Machine machine, Table table, Rule rule) {
    for (Statement statement : rule.statements()) {
      if (statement instanceof Statement.Note
          && ((Statement.Note) statement).text().startsWith("flow add")) {
        return Optional.of(offloaded(machine, rule));
      }
    }
    return onBridgePort(machine, table, rule);
  }

  private static Finding untracked(Machine machine, List<Source> rules) {
    return new Finding(
            "notrack",
            Severity.NOTE,
            machine.name(),
            rules.get(0),
            "Packets that match "
                + (rules.size() == 1 ? "this rule" : "these " + rules.size() + " rules")
                + " are not tracked: no address is translated for them, and rules on the states new,"
                + " established and related pass them over. Each direction needs rules of its own"
                + " (state untracked).")
        .because(rules.subList(1, rules.size()));
  }

  private static Finding offloaded(Machine machine, Rule rule) {
    return new Finding(
        "flowtable-past-rules",
        Severity.NOTE,
        machine.name(),
        rule.source(),
        "Once this rule has put a connection into the flowtable, its packets pass no rule of the"
            + " forward chains any more: a rule that is added later does not stop it. End such"
            + " connections with \"conntrack -D\" after changing rules.");
  }

  /** To the rules of IP, a packet comes in by the bridge and not by its port. */
  private static Optional<Finding> onBridgePort(Machine machine, Table table, Rule rule) {
    boolean ip = table.family() != Family.BRIDGE && table.family() != Family.NETDEV;
    for (Statement statement : ip ? rule.statements() : List.<Statement>of()) {
      Optional<DeviceTest> test =
          statement instanceof Match ? DeviceTest.of((Match) statement) : Optional.empty();
      List<Interface> ports =
          test.filter(t -> !t.byGroup()).stream()
              .flatMap(
                  t -> machine.interfaces().stream().filter(d -> t.passes(machine, table, rule, d)))
              .toList();
      boolean onlyPorts =
          !ports.isEmpty() && ports.stream().allMatch(d -> bridge(machine, d).isPresent());
      if (onlyPorts) {
        Interface port = ports.get(0);
        String bridge = bridge(machine, port).orElseThrow().name();
        return Optional.of(
            new Finding(
                    "rule-on-bridge-port",
                    Severity.WARNING,
                    machine.name(),
                    rule.source(),
                    "This rule never matches: "
                        + port.name()
                        + " is a port of the bridge "
                        + bridge
                        + ", and to rules of "
                        + table.title()
                        + " its packets come in and leave by "
                        + bridge
                        + ".")
                .mendedBy(
                    Repair.inWords(
                        machine.name(),
                        "Name "
                            + bridge
                            + "; or filter in a table of family bridge, or with iptables' physdev"
                            + " match, to tell ports apart.")));
      }
    }
    return Optional.empty();
  }

  private static Optional<Interface> bridge(Machine machine, Interface port) {
    return port.master().flatMap(machine::find).filter(m -> m.kind().equals("bridge"));
  }

  /** Frames between two ports of a bridge, where no rule of IP sees them. */
  private static void bridges(Machine machine, List<Finding> found) {
    Map<String, List<Interface>> ports = new HashMap<>();
    machine
        .interfaces()
        .forEach(
            port ->
                bridge(machine, port)
                    .ifPresent(
                        b -> ports.computeIfAbsent(b.name(), n -> new ArrayList<>()).add(port)));
    boolean settings = !machine.missing().contains(CaptureFile.SETTINGS);
    boolean called = machine.settings().flag("net.bridge.bridge-nf-call-iptables", false);
    boolean bridgeRules =
        machine.ruleset().tables().stream()
            .anyMatch(
                t ->
                    t.family() == Family.BRIDGE
                        && t.chains().stream().anyMatch(c -> !c.rules().isEmpty()));
    for (Interface device : machine.interfaces()) {
      List<Interface> own = ports.getOrDefault(device.name(), List.of());
      if (own.size() > 1 && settings && !called && !bridgeRules && filters(machine)) {
        found.add(
            new Finding(
                    "bridge-past-rules",
                    Severity.NOTE,
                    machine.name(),
                    device.source(),
                    "What goes from one port of the bridge "
                        + device.name()
                        + " to another ("
                        + own.stream().map(Interface::name).collect(Collectors.joining(", "))
                        + ") passes no rule of iptables or of nftables' ip, ip6 and inet tables:"
                        + " net.bridge.bridge-nf-call-iptables is not 1.")
                .mendedBy(
                    Repair.inWords(
                        machine.name(),
                        "Filter in a table of family bridge if hosts on the bridge must be kept"
                            + " apart.")));
      }
    }
  }

  private static boolean filters(Machine machine) {
    return machine.ruleset().tables().stream()
        .filter(t -> t.family().sees(IpVersion.IPV4))
        .flatMap(t -> t.chains().stream())
        .anyMatch(
            c ->
                c instanceof Chain.Base
                    && ((Chain.Base) c).hook() == Hook.FORWARD
                    && !c.rules().isEmpty());
  }
}
