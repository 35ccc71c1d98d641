package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Files whose absence leaves the answer open: who asks a further routing table, what
 * iptables-legacy drops, which connections were open. Each is followed the other way where that can
 * be done.
 */
final class MissingEvidence {
  private static final long MAIN_WITHOUT_DEFAULT = 32764;
  private static final long BEFORE_MAIN = 32765;

  private final Network original;
  private final Network network;
  private final Question question;
  private final Asking asking;

  MissingEvidence(Network original, Network network, Question question, Asking asking) {
    this.original = original;
    this.network = network;
    this.question = question;
    this.asking = asking;
  }

  List<Answer.Assumed> of(Asking.Seen seen, List<Cause> causes) {
    Set<String> names = new LinkedHashSet<>();
    seen.trace().journeys().forEach(journey -> names.add(journey.machine()));
    List<Answer.Assumed> found = new ArrayList<>();
    for (String name : names) {
      Machine machine = original.machine(name).orElseThrow();
      if (!machine.isExternal()) {
        routingRules(machine, seen).ifPresent(found::add);
        legacy(machine, seen).ifPresent(found::add);
        nftables(machine, seen).ifPresent(found::add);
        connections(machine, causes).ifPresent(found::add);
      }
    }
    return found;
  }

  private IpVersion version() {
    return question.to().address().orElseThrow().version();
  }

  private static String path(Machine machine, CaptureFile file) {
    return "vms/" + machine.name() + "/" + file.fileName();
  }

  /**
   * Tables beside the usual ones are asked by somebody; without the rules it is not known by whom.
   */
  private Optional<Answer.Assumed> routingRules(Machine machine, Asking.Seen seen) {
    boolean v4 = version() == IpVersion.IPV4;
    CaptureFile file = v4 ? CaptureFile.ROUTING_RULES : CaptureFile.ROUTING_RULES6;
    Set<Integer> tables = new TreeSet<>();
    machine.routes().stream()
        .filter(route -> route.destination().version() == version())
        .map(Route::table)
        .filter(table -> table < Route.TABLE_DEFAULT || table > Route.TABLE_LOCAL)
        .forEach(tables::add);
    if (!machine.missing().contains(file) || tables.isEmpty()) {
      return Optional.empty();
    }
    boolean decides =
        tables.stream()
            .map(table -> asking.ask(asked(machine, table), Choices.LIKELY).isSuccess())
            .anyMatch(success -> success != seen.isSuccess());
    String which = tables.size() == 1 ? "table " : "tables ";
    return Optional.of(
        new Answer.Assumed(
            path(machine, file)
                + " is not in the capture: which packets of "
                + machine.name()
                + " use routing "
                + which
                + String.join(", ", tables.stream().map(Object::toString).toList())
                + " is not known; it is assumed that none do.",
            path(machine, file),
            decides));
  }

  /** Rules of a client change while its connections are open. */
  private static boolean isOfClient(Cause cause) {
    return cause.step().filter(Step.OfRule.class::isInstance).map(Step.OfRule.class::cast).stream()
        .anyMatch(
            step ->
                PedosNames.isChainOf(
                    step.chain().name(), cause.journey().last().source().toString()));
  }

  /**
   * A table asked before main's default route, as those are that tunnels and second uplinks have.
   */
  private Network asked(Machine machine, int table) {
    Machine simulated = network.machine(machine.name()).orElseThrow();
    List<RoutingRule> rules = new ArrayList<>(simulated.routingRules());
    rules.add(RoutingRule.lookup(version(), MAIN_WITHOUT_DEFAULT, Route.TABLE_MAIN).suppressing(0));
    rules.add(RoutingRule.lookup(version(), BEFORE_MAIN, table));
    return network.with(simulated.withRoutingRules(rules));
  }

  /** Another listing says that there are legacy rules: they may drop what nftables lets pass. */
  private static Optional<Answer.Assumed> legacy(Machine machine, Asking.Seen seen) {
    boolean v4 = seen.source().version() == IpVersion.IPV4;
    CaptureFile file = v4 ? CaptureFile.IPTABLES_LEGACY : CaptureFile.IP6TABLES_LEGACY;
    return machine.missing().contains(file)
        ? Optional.of(
            new Answer.Assumed(
                "On "
                    + machine.name()
                    + " there are rules of iptables-legacy, which no other listing shows, and "
                    + path(machine, file)
                    + " is not in the capture: that they let the packet pass is not proven.",
                path(machine, file),
                seen.isSuccess()))
        : Optional.empty();
  }

  /**
   * iptables-save on top of nf_tables shows its own tables alone; any other may drop the packet.
   */
  private static Optional<Answer.Assumed> nftables(Machine machine, Asking.Seen seen) {
    Set<CaptureFile> missing = machine.missing();
    boolean partly =
        missing.contains(CaptureFile.NFTABLES)
            && !missing.contains(CaptureFile.ADDRESSES)
            && !(missing.contains(CaptureFile.IPTABLES) && missing.contains(CaptureFile.IP6TABLES));
    String file = path(machine, CaptureFile.NFTABLES);
    return partly && seen.isSuccess()
        ? Optional.of(
            new Answer.Assumed(
                "Tables of nftables itself may drop what iptables accepts, and "
                    + file
                    + " is not in the capture: that "
                    + machine.name()
                    + " has none is not proven.",
                file,
                true))
        : Optional.empty();
  }

  /** A rule drops what is new; only a listing tells what was open before. */
  private Optional<Answer.Assumed> connections(Machine machine, List<Cause> causes) {
    boolean here =
        causes.stream()
            .findFirst()
            .map(
                cause ->
                    cause.machine().equals(machine.name())
                        && Causes.hook(cause).filter(Hook.FORWARD::equals).isPresent()
                        && cause.end() instanceof End.Stopped)
            .orElse(false);
    if (!here || !machine.missing().contains(CaptureFile.CONNECTIONS)) {
      return Optional.empty();
    }
    String file = path(machine, CaptureFile.CONNECTIONS);
    boolean open = question.manner().open();
    if (!open && !isOfClient(causes.get(0))) {
      return Optional.empty();
    }
    return Optional.of(
        new Answer.Assumed(
            open
                ? file
                    + " is not in the capture: whether "
                    + machine.name()
                    + " knows an open connection of this kind is not known."
                : "Only a new connection was asked about: "
                    + file
                    + ", which lists those still open, is not in the capture.",
            file,
            open));
  }
}
