package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.trace.Step;

/** Writes commands that take causes away, each with the same change for the model. */
final class FixWriter {
  private final Network network;
  private final Question question;

  FixWriter(Network network, Question question) {
    this.network = network;
    this.question = question;
  }

  /** A fix for each cause that a command can take away, in their order. */
  List<Fix> fixes(List<Cause> causes) {
    List<Fix> fixes = new ArrayList<>();
    for (Cause cause : causes) {
      fix(cause).ifPresent(fixes::add);
    }
    return fixes;
  }

  private Optional<Fix> fix(Cause cause) {
    Machine machine = network.machine(cause.machine()).orElseThrow();
    if (machine.isExternal()) {
      return Optional.empty();
    }
    if (cause.insight().isPresent()) {
      return InsightFix.of(cause, network, cause.step().map(step -> rule(cause, step, machine)));
    }
    switch (cause.kind()) {
      case RULE:
      case POLICY:
      case FIREWALL_SERVICE_FAILED:
        if (cause.journal().isPresent()) {
          return cause.step().map(step -> ServiceFailure.fix(cause, rule(cause, step, machine)));
        }
        return cause.step().map(step -> rule(cause, step, machine));
      case NOT_FORWARDING:
        return Optional.of(
            setting(
                machine,
                "net.ipv4.ip_forward=1",
                "/etc/sysctl.d/90-forward.conf",
                "lets " + machine.name() + " pass packets on from one interface to another",
                "everything that the rules of " + machine.name() + " let through",
                net -> net.with(Pretending.forwarding(net.machine(machine.name()).orElseThrow()))));
      case RP_FILTER:
        String device = cause.journey().incoming().orElse("");
        return Optional.of(
            setting(
                machine,
                "net.ipv4.conf.all.rp_filter=0 net.ipv4.conf."
                    + device.replace('.', '/')
                    + ".rp_filter=2",
                "/etc/sysctl.d/90-rp-filter.conf",
                "lets packets in by " + device + " whose sender has its route by another interface",
                "packets with such source addresses by " + device,
                net ->
                    net.with(
                        Pretending.withoutFilter(
                            net.machine(machine.name()).orElseThrow(), device))));
      default:
        return Optional.empty();
    }
  }

  private static Fix setting(
      Machine machine,
      String assignments,
      String file,
      String why,
      String allows,
      java.util.function.UnaryOperator<Network> change) {
    return new Fix(
        machine.name(), List.of("sysctl -w " + assignments), file, false, why, allows, change);
  }

  private Fix rule(Cause cause, Step step, Machine machine) {
    RuleFix fix = new RuleFix(network, question, cause, step);
    Optional<String> inDom0 = Dom0Command.of(network, cause, step);
    if (inDom0.isPresent()) {
      // dom0 keeps it by itself, and the agent would rewrite its chain
      return new Fix("dom0", List.of(inDom0.get()), "", false, fix.why(), fix.allows(), fix::apply);
    }
    boolean provider = machine.settings().flag("net.ipv4.ip_forward", false);
    return new Fix(
        machine.name(),
        List.of(fix.command()),
        file(machine, provider),
        isPedOs(machine),
        fix.why(),
        fix.allows(),
        fix::apply);
  }

  /** Where commands of a machine are kept: PedOS has a script for each kind of VM. */
  private static String file(Machine machine, boolean provider) {
    if (!isPedOs(machine)) {
      return "";
    }
    return provider ? "/rw/config/PedOS-firewall-user-script" : "/rw/config/rc.local";
  }

  private static boolean isPedOs(Machine machine) {
    return machine.ruleset().tables().stream()
        .anyMatch(
            table ->
                PedosNames.isOurs(table.name())
                    || table.chains().stream().anyMatch(chain -> PedosNames.isOurs(chain.name())));
  }
}
