package org.rulewalk.diagnostics.why;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;

/**
 * What an answer rests on that the capture does not tell, and whether it would be another answer
 * otherwise.
 */
final class Assumptions {
  /** So many ways are followed through the doubts that come up; beyond, the answer is open. */
  private static final int MOST_RUNS = 300;

  private final Network original;
  private final Network network;
  private final Question question;
  private final Asking asking;
  private final List<Answer.Assumed> found = new ArrayList<>();

  Assumptions(Network original, Network network, Question question, Asking asking) {
    this.original = original;
    this.network = network;
    this.question = question;
    this.asking = asking;
  }

  List<Answer.Assumed> of(Asking.Seen seen, List<Cause> causes) {
    doubts(seen);
    sockets(seen);
    files(seen, causes);
    return found;
  }

  private record At(String machine, Doubt doubt) {}

  /**
   * Follows each doubt the other way, and those that come up only then, until an answer differs.
   */
  private void doubts(Asking.Seen seen) {
    boolean base = seen.isSuccess();
    Set<At> deciding = new LinkedHashSet<>();
    Set<At> known = new LinkedHashSet<>(doubtsOf(seen));
    Deque<Set<At>> waiting = new ArrayDeque<>();
    Set<Set<At>> followed = new HashSet<>();
    known.forEach(doubt -> waiting.add(Set.of(doubt)));
    while (!waiting.isEmpty() && followed.size() < MOST_RUNS) {
      Set<At> turned = waiting.remove();
      if (!followed.add(turned)) {
        continue;
      }
      Asking.Seen other =
          asking.ask(
              network,
              (machine, doubt) -> turned.contains(new At(machine, doubt)) != doubt.likely());
      if (other.isSuccess() != base) {
        deciding.addAll(turned);
        break;
      }
      List<At> met = doubtsOf(other);
      known.addAll(met);
      met.stream()
          .filter(doubt -> !turned.contains(doubt))
          .forEach(doubt -> waiting.add(with(turned, doubt)));
    }
    if (!waiting.isEmpty() && deciding.isEmpty()) {
      deciding.addAll(known);
    }
    // what a target without its arguments would have done to the packet can't be followed
    known.stream().filter(at -> isLostTarget(at.doubt())).forEach(deciding::add);
    Set<At> told = new LinkedHashSet<>(doubtsOf(seen));
    told.addAll(deciding);
    for (At at : told) {
      String file = DoubtWords.file(at.machine(), at.doubt());
      found.add(
          new Answer.Assumed(
              DoubtWords.sentence(at.machine(), at.doubt()), file, deciding.contains(at)));
    }
  }

  private static List<At> doubtsOf(Asking.Seen seen) {
    return seen.trace().assumptions().stream().map(a -> new At(a.machine(), a.doubt())).toList();
  }

  private static Set<At> with(Set<At> some, At another) {
    Set<At> all = new HashSet<>(some);
    all.add(another);
    return all;
  }

  private static boolean isLostTarget(Doubt doubt) {
    return doubt.kind() == Doubt.Kind.LOST_ARGUMENTS && doubt.subject().startsWith("xt target");
  }

  /** A machine's sockets count where the packet got through to it. */
  private void sockets(Asking.Seen seen) {
    for (Journey journey : seen.trace().requestPath()) {
      boolean arrived =
          journey.end() instanceof End.Delivered && Protocol.hasPorts(journey.last().protocol());
      if (!arrived || !AssumedSockets.isAssumed(original, journey.machine())) {
        continue;
      }
      boolean listening = ((End.Delivered) journey.end()).receiver() == End.Receiver.LISTENER;
      String port = question.service().text();
      String file = path(journey.machine(), CaptureFile.SOCKETS);
      String text =
          listening
              ? journey.machine()
                  + " is assumed to listen on "
                  + port
                  + ": "
                  + file
                  + " is not in the capture."
              : "Whether "
                  + journey.machine()
                  + " listens on "
                  + port
                  + " is not known: "
                  + file
                  + " is not in the capture.";
      found.add(new Answer.Assumed(text, file, !listening || socketsOfOthers()));
    }
  }

  /** Where others' sockets were captured, a machine without them is a gap in the capture. */
  private boolean socketsOfOthers() {
    return original.machines().values().stream()
        .anyMatch(machine -> !machine.isExternal() && machine.listeners().isPresent());
  }

  private static String path(String machine, CaptureFile file) {
    return "vms/" + machine + "/" + file.fileName();
  }

  private void files(Asking.Seen seen, List<Cause> causes) {
    Set<String> machines = new LinkedHashSet<>();
    seen.trace().journeys().forEach(journey -> machines.add(journey.machine()));
    for (String name : machines) {
      Machine machine = original.machine(name).orElseThrow();
      if (machine.isExternal()) {
        external(machine, seen);
        continue;
      }
      boolean v4 =
          question.to().address().orElseThrow().version()
              == org.rulewalk.simulator.value.IpVersion.IPV4;
      CaptureFile tables = v4 ? CaptureFile.IPTABLES : CaptureFile.IP6TABLES;
      boolean noRules =
          machine.missing().contains(CaptureFile.NFTABLES) && machine.missing().contains(tables);
      if (noRules) {
        String file = path(name, CaptureFile.NFTABLES);
        found.add(
            new Answer.Assumed(
                "No firewall rules of "
                    + name
                    + " are in the capture: it is taken to let everything pass.",
                file,
                true));
      }
      if (!noRules && lacksHalf(machine) && passes(seen, name)) {
        String file = path(name, CaptureFile.NFTABLES);
        found.add(
            new Answer.Assumed(
                file
                    + " is not in the capture: what PedOS-firewall of "
                    + name
                    + " does beside iptables is not known.",
                file,
                true));
      }
      CaptureFile routes = v4 ? CaptureFile.ROUTES : CaptureFile.ROUTES6;
      if (machine.missing().contains(routes)) {
        String file = path(name, routes);
        found.add(
            new Answer.Assumed(
                file
                    + " is not in the capture: the routes of "
                    + name
                    + " are taken from its addresses.",
                file,
                isAbout(causes, name, CauseKind.NO_ROUTE, CauseKind.NO_NEIGHBOUR)));
      }
      if (machine.missing().contains(CaptureFile.SETTINGS)) {
        String file = path(name, CaptureFile.SETTINGS);
        found.add(
            new Answer.Assumed(
                file
                    + " is not in the capture: Linux' defaults are taken for "
                    + name
                    + ", so it does not forward.",
                file,
                isAbout(causes, name, CauseKind.NOT_FORWARDING, CauseKind.RP_FILTER)));
      }
    }
  }

  /** PedOS filters with nftables in every release since R4.0, beside iptables or alone. */
  private static boolean lacksHalf(Machine machine) {
    boolean pedOs =
        machine.interfaces().stream().anyMatch(device -> device.name().startsWith("vif"))
            || machine.ruleset().tables().stream()
                .flatMap(table -> table.chains().stream())
                .anyMatch(chain -> PedosNames.isOurs(chain.name()));
    return machine.missing().contains(CaptureFile.NFTABLES) && pedOs;
  }

  /** Whether the packet got further than this machine's rules. */
  private static boolean passes(Asking.Seen seen, String machine) {
    return seen.trace().requestPath().stream()
        .filter(journey -> journey.machine().equals(machine))
        .anyMatch(journey -> !(journey.end() instanceof End.Stopped));
  }

  /** Rules that stand in the way only once something before them is mended, if there are any. */
  List<Answer.Assumed> later(Asking.Seen furthest, Asking.Seen seen) {
    Set<String> machines = new LinkedHashSet<>();
    furthest.trace().requestPath().forEach(journey -> machines.add(journey.machine()));
    seen.trace().journeys().forEach(journey -> machines.remove(journey.machine()));
    boolean v4 =
        question.to().address().orElseThrow().version()
            == org.rulewalk.simulator.value.IpVersion.IPV4;
    CaptureFile tables = v4 ? CaptureFile.IPTABLES : CaptureFile.IP6TABLES;
    return machines.stream()
        .flatMap(name -> original.machine(name).stream())
        .filter(machine -> !machine.isExternal())
        .filter(machine -> machine.missing().contains(CaptureFile.NFTABLES))
        .filter(machine -> machine.missing().contains(tables))
        .map(
            machine ->
                new Answer.Assumed(
                    "No firewall rules of "
                        + machine.name()
                        + " are in the capture: whether they would drop the packet further on is not known.",
                    path(machine.name(), CaptureFile.NFTABLES),
                    false))
        .toList();
  }

  private void external(Machine machine, Asking.Seen seen) {
    boolean asked =
        seen.trace().requestPath().stream()
            .anyMatch(j -> j.isDelivered() && j.machine().equals(machine.name()));
    boolean unknown = !machine.external().orElseThrow().servicesKnown();
    if (asked && unknown && !machine.external().orElseThrow().silent()) {
      found.add(
          new Answer.Assumed(
              machine.name() + " was not captured: it is taken to be there and to answer.",
              "",
              false));
    }
    if (asked && machine.external().orElseThrow().silent()) {
      found.add(
          new Answer.Assumed(
              machine.name() + " was not captured and is known to answer nothing.", "", false));
    }
  }

  private static boolean isAbout(List<Cause> causes, String machine, CauseKind... kinds) {
    Optional<Cause> first = causes.stream().findFirst();
    return first
        .map(cause -> cause.machine().equals(machine) && List.of(kinds).contains(cause.kind()))
        .orElse(false);
  }
}
