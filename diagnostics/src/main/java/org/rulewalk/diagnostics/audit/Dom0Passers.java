package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rulewalk.diagnostics.dom0.Expected;
import org.rulewalk.diagnostics.dom0.Shape;
import org.rulewalk.diagnostics.dom0.Standing;
import org.rulewalk.diagnostics.topology.Generation;
import org.rulewalk.diagnostics.words.ConnectionWords;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.TrackedConnection;
import org.rulewalk.simulator.packet.Protocol;

/**
 * What passes although dom0's rules do not allow it: connections from before the rules changed, and
 * what never comes to a firewall.
 */
final class Dom0Passers implements Check {
  private static final Set<String> OVER = Set.of("TIME_WAIT", "CLOSE");

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    List<Standing> limited = new ArrayList<>();
    for (Standing standing : subject.journals().dom0().standings()) {
      subject
          .capture()
          .network()
          .machine(standing.provider())
          .ifPresent(provider -> open(standing, provider, found));
      boolean counts =
          standing.isOn()
              && standing.isLimited()
              && standing.generation() != Generation.FORWARD_CHAIN;
      if (counts) {
        limited.add(standing);
      }
    }
    if (!limited.isEmpty()) {
      found.add(never(limited));
    }
    return found;
  }

  private static void open(Standing standing, Machine provider, List<Finding> found) {
    Map<Shape.Flow, TrackedConnection> alive = new LinkedHashMap<>();
    for (TrackedConnection each : provider.connections()) {
      boolean counts =
          standing.isOn()
              && each.original().source().equals(standing.address())
              && !each.flags().contains("UNREPLIED")
              && !OVER.contains(each.state());
      if (counts) {
        alive.putIfAbsent(flow(each), each);
      }
    }
    alive.forEach(
        (flow, each) ->
            standing
                .decider(flow)
                .filter(e -> e.shape().denies())
                .ifPresent(e -> found.add(open(standing, each, e))));
  }

  /** Rules at forward see the destination that it was translated to. */
  private static Shape.Flow flow(TrackedConnection each) {
    boolean ports = Protocol.hasPorts(each.protocol());
    return new Shape.Flow(
        each.reply().source(),
        each.protocol(),
        ports ? each.reply().sourcePort() : 0,
        ports ? -1 : each.original().destinationPort() >> 8);
  }

  private static Finding open(Standing standing, TrackedConnection each, Expected denied) {
    TrackedConnection.Endpoints ends = each.original();
    boolean ports = Protocol.hasPorts(each.protocol());
    String protocol = ValueWords.protocol(each.protocol());
    return new Finding(
            "dom0-open-connection",
            Finding.Severity.WARNING,
            standing.provider(),
            each.source(),
            "A connection of "
                + standing.vm()
                + " to "
                + ends.destination()
                + " "
                + protocol
                + (ports ? "/" + ends.destinationPort() : "")
                + " is open that dom0's rules do not allow any more: it was there before they changed, and rules are"
                + " asked about new connections only.")
        .because(List.of(denied.origin().source()))
        .mendedBy(
            new Finding.Repair(
                standing.provider(),
                List.of(ConnectionWords.deletion(each)),
                "",
                List.of(),
                "End it."));
  }

  private static Finding never(List<Standing> limited) {
    String names = String.join(", ", limited.stream().map(Standing::vm).distinct().toList());
    return new Finding(
        "dom0-not-filtered",
        Finding.Severity.NOTE,
        "dom0",
        limited.get(0).rules().source(),
        "The rules of "
            + names
            + " decide about packets alone. Updates by the Updates Proxy and all other qrexec services (copied files,"
            + " opened links, PedOS.ConnectTCP) never pass a firewall: their policy in dom0 decides.");
  }
}
