package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.topology.ForeignRule;
import org.rulewalk.diagnostics.topology.Topology;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.value.Source;

/**
 * Rules in a VM that runs PedOS-firewall for others, beside those that PedOS makes and those that
 * its documents tell people to put there: changes of either side can make the firewall ineffective.
 */
final class RulesInFirewallVm implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    Topology topology = Topology.of(subject.capture());
    List<Finding> found = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      List<ForeignRule> rules =
          topology.member(machine.name()).filter(m -> isFirewall(topology, m)).isPresent()
              ? ForeignRule.of(machine)
              : List.of();
      if (!rules.isEmpty()) {
        found.add(finding(machine, rules));
      }
    }
    return found;
  }

  /** A NetVM counts where it is the only firewall of a VM. */
  private static boolean isFirewall(Topology topology, Topology.Member member) {
    boolean alone =
        member.role() == Topology.Role.NETVM
            && member.firewall().orElse(false)
            && !topology.unprotected(member.name()).isEmpty();
    return member.role() == Topology.Role.FIREWALL || alone;
  }

  private static Finding finding(Machine machine, List<ForeignRule> rules) {
    List<Source> places = rules.stream().map(rule -> rule.rule().source()).toList();
    boolean one = places.size() == 1;
    return new Finding(
            "rules-in-firewall-vm",
            Finding.Severity.WARNING,
            machine.name(),
            places.get(0),
            machine.name()
                + " runs PedOS-firewall for other VMs, and "
                + (one ? "this rule was" : places.size() + " rules were")
                + " added there by hand, in a place that PedOS keeps for itself. What PedOS changes may"
                + " undo it, and it may undo what PedOS enforces.")
        .because(places.subList(1, places.size()))
        .mendedBy(
            Finding.Repair.inWords(
                machine.name(),
                "Move what it is for into a VM of its own between "
                    + machine.name()
                    + " and a second firewall VM; rules for single connections belong into"
                    + " custom-forward and custom-input where those chains are."));
  }
}
