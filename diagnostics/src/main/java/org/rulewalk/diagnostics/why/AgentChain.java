package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.IpVersion;

/** A client's chain as its agent writes it anew after a change in dom0. */
final class AgentChain {
  private AgentChain() {}

  /**
   * What becomes of the network once dom0 lacks a rule; empty where dom0's list is not known.
   *
   * @param cause the rule of the client's chain that decides
   * @param allowed whether dom0 gets a rule before all others that accepts the packet
   */
  static Optional<UnaryOperator<Network>> without(
      Cause cause, FirewallRule deleted, boolean allowed) {
    Optional<Step.OfRule> step =
        cause.step().filter(Step.OfRule.class::isInstance).map(Step.OfRule.class::cast);
    return step.flatMap(
        of ->
            cause
                .dom0()
                .flatMap(behind -> behind.standing().writtenWithout(deleted))
                .map(lines -> commands(of, cause.journey().last(), lines, allowed))
                .map(commands -> before -> all(before, cause.machine(), commands)));
  }

  private static Network all(Network before, String machine, List<String> commands) {
    Network network = before;
    for (String command : commands) {
      network = RulesetEdit.commanded(network, machine, command);
    }
    return network;
  }

  private static List<String> commands(
      Step.OfRule step, Packet packet, List<String> lines, boolean allowed) {
    String chain = ShellWord.of(step.chain().name());
    RulePattern pattern =
        new RulePattern(
            packet, Optional.empty(), false, OptionalInt.empty(), false, RulePattern.State.ANY);
    List<String> commands = new ArrayList<>();
    if (step.table().tool() == Table.Tool.NFT) {
      String place = step.table().family().word() + " " + ShellWord.of(step.table().name());
      String add = "nft add rule " + place + " " + chain + " ";
      commands.add("nft flush chain " + place + " " + chain);
      if (allowed) {
        commands.add(add + pattern.nft() + " accept");
      }
      lines.forEach(line -> commands.add(add + line));
      return commands;
    }
    String tool = packet.version() == IpVersion.IPV4 ? "iptables" : "ip6tables";
    commands.add(tool + " -F " + chain);
    if (allowed) {
      commands.add(tool + " -A " + chain + " " + pattern.iptables() + " -j ACCEPT");
    }
    lines.forEach(line -> commands.add(tool + " -A " + chain + " " + line));
    return commands;
  }
}
