package org.rulewalk.diagnostics.insight;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.trace.Journey;

/** What may be behind a stop, the most telling first. Nothing for most: a rule is a rule. */
public final class Insights {
  private Insights() {}

  /** All that fit; where one has a cure, only asking again tells whether it is true. */
  public static List<Insight> of(Stopped stopped) {
    List<Insight> found = new ArrayList<>();
    notRunning(stopped).ifPresent(found::add);
    Senders.insight(stopped).ifPresent(found::add);
    stale(stopped).forEach(found::add);
    Names.insight(stopped).ifPresent(found::add);
    OldTools.insight(stopped).ifPresent(found::add);
    return found;
  }

  /** The machines of the way, and those that hold the address it was meant to end at. */
  private static Set<String> machines(Stopped stopped) {
    Set<String> names = new LinkedHashSet<>();
    stopped.trace().requestPath().stream().map(Journey::machine).forEach(names::add);
    stopped.network().holders(stopped.packet().destination()).stream()
        .map(Machine::name)
        .forEach(names::add);
    stopped.trace().requestPath().stream()
        .flatMap(journey -> stopped.network().holders(journey.last().destination()).stream())
        .map(Machine::name)
        .forEach(names::add);
    return names;
  }

  private static Optional<Insight> notRunning(Stopped stopped) {
    Surroundings known = stopped.known();
    Set<String> names = new LinkedHashSet<>();
    for (String name : machines(stopped)) {
      names.add(name);
      known.provider(name).ifPresent(names::add);
    }
    return names.stream()
        .filter(name -> !known.isRunning(name))
        .map(
            name ->
                new Insight.NotRunning(
                    name,
                    known.state(name),
                    known.row(name),
                    Attachment.of(stopped.network(), known, name)))
        .filter(insight -> insight.attachment().isPresent() || isAt(stopped, insight.vm()))
        .map(Insight.class::cast)
        .findFirst();
  }

  /** Whether it is no rule that stops the packet, at this VM or one that it provides for. */
  private static boolean isAt(Stopped stopped, String vm) {
    String machine = stopped.journey().machine();
    boolean near =
        machine.equals(vm) || stopped.known().provider(machine).filter(vm::equals).isPresent();
    return near && stopped.step().isEmpty();
  }

  private static List<Insight> stale(Stopped stopped) {
    List<Insight> found = new ArrayList<>();
    for (String name : machines(stopped)) {
      Optional<Attachment> attachment = Attachment.of(stopped.network(), stopped.known(), name);
      List<Sign> signs =
          attachment.map(a -> a.signs(stopped.network(), stopped.known())).orElse(List.of());
      if (signs.stream().anyMatch(Sign::stops)) {
        found.add(new Insight.StaleNetvm(attachment.get(), signs));
      }
    }
    return found;
  }
}
