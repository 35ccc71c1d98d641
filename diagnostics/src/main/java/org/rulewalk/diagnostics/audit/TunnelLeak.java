package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.leak.Leak;
import org.rulewalk.diagnostics.leak.LeakSearch;
import org.rulewalk.diagnostics.topology.Devices;
import org.rulewalk.diagnostics.topology.Generation;
import org.rulewalk.diagnostics.topology.Scripts;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Table;

/** Packets of clients that get past a VPN's tunnel, or that can't be proven not to. */
final class TunnelLeak implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    Network network = subject.capture().network();
    List<Finding> found = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      Optional<Leak> leak = LeakSearch.of(network, machine);
      leak.filter(Leak.Found.class::isInstance)
          .ifPresent(l -> found.add(leak(network, machine, (Leak.Found) l)));
      leak.filter(Leak.Open.class::isInstance)
          .ifPresent(l -> found.add(open(network, machine, (Leak.Open) l)));
    }
    return found;
  }

  private static String tunnel(Machine machine) {
    return String.join(", ", Devices.tunnels(machine).stream().map(Interface::name).toList());
  }

  private static String uplinks(Network network, Machine machine) {
    return String.join(
        ", ", Devices.uplinks(network, machine).stream().map(Interface::name).toList());
  }

  private static Finding leak(Network network, Machine machine, Leak.Found leak) {
    String when = leak.asAnswer() ? " as the answer to a packet that came in by " + leak.out() : "";
    return new Finding(
            "tunnel-leak",
            Finding.Severity.ERROR,
            machine.name(),
            leak.route(),
            "A packet from "
                + leak.in()
                + " leaves "
                + machine.name()
                + " by "
                + leak.out()
                + " in the clear, past the tunnel "
                + tunnel(machine)
                + when
                + ": this route leads it there, and no rule stops it.")
        .with(new Finding.Example(machine.name(), Optional.of(leak.in()), leak.packet()))
        .mendedBy(killSwitch(network, machine));
  }

  private static Finding open(Network network, Machine machine, Leak.Open leak) {
    return new Finding(
            "tunnel-leak",
            Finding.Severity.NOTE,
            machine.name(),
            leak.where(),
            "Not proven: whether a packet of a client can leave "
                + machine.name()
                + " by "
                + uplinks(network, machine)
                + " past the tunnel "
                + tunnel(machine)
                + ". No such packet was found, but "
                + reason(leak))
        .mendedBy(killSwitch(network, machine));
  }

  private static String reason(Leak.Open leak) {
    switch (leak.reason()) {
      case RULE_NOT_COVERED:
        return "this rule looks at or changes something that the search does not go through.";
      case TOO_MANY:
        return "there are more sorts of packets than are tried.";
      case FILE_MISSING:
        return leak.file() + " is not in the capture.";
      case KNOWN_CONNECTIONS:
        return "packets of connections that were known before the tunnel or the rules came may take"
            + " this route: what accepts established connections is asked before anything drops them.";
      default:
        return "this takes packets past the rules.";
    }
  }

  /** Drops both ways in front of all else, where PedOS has chains for it. */
  private static Finding.Repair killSwitch(Network network, Machine machine) {
    Optional<Table> table =
        machine.ruleset().tables().stream()
            .filter(t -> t.family().word().equals("ip") && t.chain("custom-forward").isPresent())
            .findFirst();
    List<String> commands = new ArrayList<>();
    for (Interface uplink : Devices.uplinks(network, machine)) {
      for (String side : List.of("oifname", "iifname")) {
        String word = side.equals("oifname") ? "-o " : "-i ";
        commands.add(
            table
                .map(
                    t ->
                        "nft insert rule "
                            + t.title()
                            + " custom-forward "
                            + side
                            + " "
                            + uplink.name()
                            + " counter drop")
                .orElse("iptables -I FORWARD " + word + uplink.name() + " -j DROP"));
      }
    }
    String file = Generation.of(machine).isPresent() ? Scripts.ofFirewall(machine) : "";
    return new Finding.Repair(
        machine.name(),
        commands,
        file,
        file.isEmpty() ? List.of() : commands,
        "Drop what is forwarded to and from the uplink, before all other rules: clients then reach"
            + " only the tunnel.");
  }

  /** VMs of which it is proven that nothing gets past their tunnel, in words. */
  static List<String> proofs(Subject subject) {
    List<String> proven = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      LeakSearch.of(subject.capture().network(), machine)
          .filter(Leak.None.class::isInstance)
          .ifPresent(
              leak ->
                  proven.add(
                      machine.name()
                          + ": no packet of a client leaves by "
                          + uplinks(subject.capture().network(), machine)
                          + " past the tunnel "
                          + tunnel(machine)
                          + " (proven over "
                          + ((Leak.None) leak).classes()
                          + " classes of packets)"));
    }
    return proven;
  }
}
