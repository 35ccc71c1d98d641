package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.audit.Finding.Repair;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.topology.BaseRules;
import org.rulewalk.diagnostics.topology.Devices;
import org.rulewalk.diagnostics.usage.DeviceTest;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Source;

/** Rules for interfaces, or groups of interfaces, that the machine does not have. */
final class AbsentDevices implements Check {
  /** Interfaces that come and go with VMs, containers, tunnels and what is plugged in. */
  private static final Pattern COMES_AND_GOES =
      Pattern.compile(
          "(vif|vnet|veth|docker|podman|br-|virbr|lxc|lxd|cni|cali|flannel|kube|tun|tap|wg|ppp|vpn"
              + "|ipsec|vti|xfrm|tailscale|zt|utun|proton|mullvad|nordlynx|wl|ww|usb|enx|rndis).*");

  private static final int MOST_NAMES = 8;

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      if (!machine.missing().contains(CaptureFile.ADDRESSES) && !machine.interfaces().isEmpty()) {
        Map<Wanted, List<Source>> dead = new LinkedHashMap<>();
        for (Table table : machine.ruleset().tables()) {
          for (Chain chain : table.chains()) {
            for (Rule rule : chain.rules()) {
              if (!BaseRules.isMade(table, chain, rule)) {
                dead(machine, table, rule)
                    .ifPresent(
                        wanted ->
                            dead.computeIfAbsent(wanted, unused -> new ArrayList<>())
                                .add(rule.source()));
              }
            }
          }
        }
        dead.forEach((wanted, places) -> found.add(finding(subject, machine, wanted, places)));
      }
    }
    return found;
  }

  /** What a rule wants of an interface and none has. */
  private record Wanted(boolean incoming, boolean byGroup, List<String> names) {
    private boolean comesAndGoes() {
      return byGroup
          || names.isEmpty()
          || names.stream().allMatch(n -> n.endsWith("*") || COMES_AND_GOES.matcher(n).matches());
    }
  }

  private static Optional<Wanted> dead(Machine machine, Table table, Rule rule) {
    for (Statement statement : rule.statements()) {
      Optional<DeviceTest> test =
          statement instanceof Match ? DeviceTest.of((Match) statement) : Optional.empty();
      boolean none =
          test.isPresent()
              && machine.interfaces().stream()
                  .noneMatch(device -> test.get().passes(machine, table, rule, device));
      if (none) {
        return test.map(t -> new Wanted(t.incoming(), t.byGroup(), t.wanted()));
      }
    }
    return Optional.empty();
  }

  private static Finding finding(
      Subject subject, Machine machine, Wanted wanted, List<Source> places) {
    String which =
        (wanted.byGroup() ? "an interface of group " : "")
            + wanted.names().stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    boolean waits = wanted.comesAndGoes();
    String rules = places.size() == 1 ? "This rule is" : places.size() + " rules are";
    String matches = places.size() == 1 ? "it never matches" : "they never match";
    return new Finding(
            wanted.byGroup() ? "rule-on-missing-group" : "rule-on-missing-interface",
            waits ? Severity.NOTE : Severity.WARNING,
            machine.name(),
            places.get(0),
            rules
                + " for what "
                + (wanted.incoming() ? "comes in by " : "leaves by ")
                + which
                + ", and "
                + machine.name()
                + " has no such interface"
                + (waits ? " now: " : ": ")
                + matches
                + (waits ? " until there is one." : ".")
                + " It has "
                + names(machine)
                + ".")
        .because(places.subList(1, places.size()))
        .mendedBy(
            Repair.inWords(
                machine.name(),
                waits
                    ? "Nothing, if such an interface comes later; else delete what is left over."
                    : "Name the interface that is meant"
                        + uplink(subject, machine)
                        + ", or delete what is left over."));
  }

  private static String names(Machine machine) {
    List<String> names = machine.interfaces().stream().map(Interface::name).toList();
    return names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
        + (names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES) + " more" : "");
  }

  private static String uplink(Subject subject, Machine machine) {
    List<Interface> uplinks = Devices.uplinks(subject.capture().network(), machine);
    return uplinks.size() == 1 ? " (its way out is " + uplinks.get(0).name() + ")" : "";
  }
}
