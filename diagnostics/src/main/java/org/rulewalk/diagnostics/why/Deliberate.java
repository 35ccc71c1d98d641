package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.dom0.Origin;
import org.rulewalk.diagnostics.hops.RuleWidth;
import org.rulewalk.diagnostics.topology.BaseRules;
import org.rulewalk.diagnostics.topology.Devices;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Trace;

/**
 * Blocks that somebody wanted, and that fixes open: a VPN's kill switch, a rule that was written
 * against just such packets, a route into nowhere. Whoever runs the fix is to know.
 */
final class Deliberate {
  private final Network network;
  private final List<Fix> fixes;
  private final Trace after;

  /**
   * For fixes that were found.
   *
   * @param after what the model does with them
   */
  Deliberate(Network network, List<Fix> fixes, Trace after) {
    this.network = network;
    this.fixes = fixes;
    this.after = after;
  }

  /** One for each machine at most; the kill switch first. */
  List<Notice> of(List<Cause> causes) {
    List<Notice> found = new ArrayList<>();
    for (Cause cause : causes) {
      boolean known = found.stream().anyMatch(each -> each.machine().equals(cause.machine()));
      if (!known && isOpened(cause)) {
        killSwitch(cause).or(() -> written(cause)).or(() -> nowhere(cause)).ifPresent(found::add);
      }
    }
    return found;
  }

  /** A cause on a machine that no fix is for goes away by itself. */
  private boolean isOpened(Cause cause) {
    return fixes.stream()
        .anyMatch(
            fix ->
                fix.machine().equals(cause.machine())
                    || fix.machine().equals("dom0") && cause.dom0().isPresent());
  }

  private static Optional<Step.OfRule> rule(Cause cause) {
    return cause.step().filter(Step.OfRule.class::isInstance).map(Step.OfRule.class::cast);
  }

  private Machine machine(Cause cause) {
    return network.machine(cause.machine()).orElseThrow();
  }

  /**
   * A rule that keeps all of some sender or of everybody from an uplink, on a machine with clients
   * or a tunnel, where the packet still leaves by that uplink with the fixes.
   */
  private Optional<Notice> killSwitch(Cause cause) {
    Optional<String> uplink = uplinkTaken(cause);
    Optional<Step.OfRule> of = rule(cause).filter(step -> !isOfPedOs(step));
    boolean whole = of.isPresent() && uplink.isPresent() && isAboutWays(cause, of.get());
    if (!whole) {
      return Optional.empty();
    }
    String tunnels =
        Devices.tunnels(machine(cause)).stream()
            .map(Interface::name)
            .collect(Collectors.joining(", "));
    boolean clients = !Devices.toClients(machine(cause)).isEmpty();
    if (tunnels.isEmpty() && !clients) {
      return Optional.empty();
    }
    String instead =
        tunnels.isEmpty()
            ? cause.machine()
                + " has no tunnel in this capture: if it should have one, start the VPN, and leave the rule as it"
                + " is."
            : "If the packet should go by "
                + tunnels
                + ", mend the way there and leave the rule as it is.";
    return Optional.of(
        new Notice(
            "kill-switch",
            cause.machine(),
            "This rule looks like a VPN's kill switch: it stops all packets by "
                + uplink.get()
                + ", whatever they are for. The fix makes a hole in it: such packets then go by "
                + uplink.get()
                + ", outside any tunnel. "
                + instead,
            of.map(step -> step.rule().source()),
            List.of()));
  }

  /** The uplink by which the packet, or what it answers, goes on with the fixes. */
  private Optional<String> uplinkTaken(Cause cause) {
    List<String> uplinks =
        Devices.uplinks(network, machine(cause)).stream().map(Interface::name).toList();
    return after.requestPath().stream()
        .filter(journey -> journey.machine().equals(cause.machine()))
        .flatMap(journey -> way(journey).stream())
        .filter(uplinks::contains)
        .findFirst();
  }

  private static List<String> way(Journey journey) {
    List<String> devices = new ArrayList<>(journey.incoming().stream().toList());
    for (Step step : journey.steps()) {
      if (step instanceof Step.Routed) {
        ((Step.Routed) step).device().ifPresent(devices::add);
      }
    }
    return devices;
  }

  private RuleWidth width(Cause cause, Step.OfRule of) {
    return RuleWidth.of(machine(cause), cause.journey(), of, cause.journey().last());
  }

  private static boolean isConditional(Step.OfRule of) {
    return of.rule().statements().stream().anyMatch(Match.class::isInstance);
  }

  private boolean isAboutWays(Cause cause, Step.OfRule of) {
    RuleWidth width = width(cause, of);
    return isConditional(of) && width.anyDestination() && width.anyService();
  }

  private static boolean isOfPedOs(Step.OfRule of) {
    return BaseRules.isMade(of.table(), of.chain(), of.rule());
  }

  /** A rule that names just such packets, of the machine or of dom0. */
  private Optional<Notice> written(Cause cause) {
    boolean denied =
        cause
            .dom0()
            .flatMap(behind -> behind.origin())
            .filter(origin -> origin.part() == Origin.Part.RULE)
            .isPresent();
    if (denied && cause.request()) {
      return Optional.of(
          notice(
              cause,
              "A rule of dom0 forbids just this, so somebody wanted it blocked. Make sure that it may be"
                  + " opened before the fix is run."));
    }
    Optional<Step.OfRule> of =
        rule(cause)
            .filter(step -> cause.request() && cause.insight().isEmpty() && !isOfPedOs(step));
    boolean aimed = of.isPresent() && isAimed(width(cause, of.get()));
    return aimed
        ? Optional.of(
            notice(
                cause,
                "Rule "
                    + of.get().rule().number()
                    + " of "
                    + of.get().chain().name()
                    + " names such packets, so somebody wanted them blocked. The fix goes before it: make sure"
                    + " that they may pass."))
        : Optional.empty();
  }

  private static boolean isAimed(RuleWidth width) {
    return !width.anyDestination() || !width.anyService();
  }

  private Optional<Notice> nowhere(Cause cause) {
    return cause.kind() == CauseKind.BLACKHOLE
        ? Optional.of(
            notice(
                cause,
                "A route or rule sends these packets into nowhere on purpose, as VPNs do while their tunnel is"
                    + " down. Make sure that another way is wanted."))
        : Optional.empty();
  }

  private static Notice notice(Cause cause, String text) {
    return new Notice("deliberate-block", cause.machine(), text, cause.source(), List.of());
  }
}
