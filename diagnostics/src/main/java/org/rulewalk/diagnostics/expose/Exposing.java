package org.rulewalk.diagnostics.expose;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleConsumer;
import org.rulewalk.diagnostics.insight.StoppedVms;
import org.rulewalk.diagnostics.question.Place;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.startup.Start;
import org.rulewalk.diagnostics.topology.Topology;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.diagnostics.why.Effects;
import org.rulewalk.diagnostics.why.Evidence;
import org.rulewalk.diagnostics.why.Fix;
import org.rulewalk.diagnostics.why.FollowUp;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.diagnostics.why.ProvenEffects;
import org.rulewalk.diagnostics.why.ShellWord;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Differences;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.IpAddress;

/** Works out what exposes a service, and tries it on the model. */
public final class Exposing {
  private static final int MOST_NEEDED = 6;
  private static final double PLANNED = 0.3;
  private static final double TRIED = 0.6;
  private static final SourceText NOTHING = SourceText.of("", "\n");

  private final Capture capture;
  private final Wish wish;
  private final Evidence evidence;
  private final Network network;
  private final Topology topology;
  private final Way way;
  private final Outsiders outsiders;
  private final List<IpAddress> inside;
  private final List<Fix> needed;
  private final DoubleConsumer progress;

  private Exposing(
      Capture capture, Wish wish, Evidence evidence, List<Fix> needed, DoubleConsumer progress) {
    this.progress = progress;
    this.capture = capture;
    this.wish = wish;
    this.evidence = evidence;
    this.needed = List.copyOf(needed);
    Network mended = StoppedVms.in(capture.network(), evidence.surroundings());
    for (Fix fix : needed) {
      mended = fix.change().apply(mended);
    }
    this.network = mended;
    this.topology = Topology.of(capture);
    this.way = Way.find(network, topology, wish);
    this.outsiders = new Outsiders(network, way, wish.from());
    this.inside = outsiders.inside();
    if (inside.isEmpty()) {
      throw new IllegalArgumentException(
          "--from " + wish.from() + ": no address in it can be that of somebody outside");
    }
  }

  /**
   * What is needed for a wish.
   *
   * @param progress is told how much is done, from 0 to 1; anew where something has to be mended
   * @throws IllegalArgumentException if the capture has no such machine, interface or way
   */
  public static Exposure of(
      Capture capture, Wish wish, Evidence evidence, DoubleConsumer progress) {
    Exposure plain = new Exposing(capture, wish, evidence, List.of(), progress).exposure();
    Exposure exposure = plain;
    List<Fix> needed = new ArrayList<>();
    // what is in the way besides rules is mended one by one, and the rules are sought anew
    while (exposure.answer().verdict() == Answer.Verdict.BLOCKED
        && exposure.answer().fixesChecked()
        && needed.size() < MOST_NEEDED) {
      needed.add(exposure.answer().fixes().get(0));
      exposure = new Exposing(capture, wish, evidence, needed, progress).exposure();
    }
    boolean works = exposure.answer().verdict() != Answer.Verdict.BLOCKED;
    // what opens the service to others is no way
    return works && exposure.checks().others() ? exposure : plain;
  }

  private Exposure exposure() {
    Set<String> whole = new HashSet<>();
    Map<String, List<Edit>> plan = plan(whole);
    Network after = applied(network, plan);
    // a rule for the first packet is enough only where the rest passes anyway
    for (Optional<String> at = stopsLater(after);
        at.isPresent() && whole.add(at.get());
        at = stopsLater(after)) {
      plan = plan(whole);
      after = applied(network, plan);
    }
    progress.accept(PLANNED);
    List<MachineStep> steps = steps(plan);
    Checks checks =
        new Checks.Trying(capture, network, after, wish, way, steps, outsiders).all(inside);
    progress.accept(TRIED);
    List<Fix> first = new ArrayList<>(needed);
    steps.stream()
        .filter(step -> step.keep().switchedOff())
        .map(step -> scriptsSwitchedOn(step.stop().machine()))
        .forEach(first::add);
    Answer answer = asked(after);
    Effects.Besides besides =
        answer.verdict() == Answer.Verdict.REACHABLE ? besides(after) : Effects.Besides.NONE;
    return new Exposure(wish, way, steps, first, inside, answer, checks, alsoAllowed(), besides);
  }

  private static Fix scriptsSwitchedOn(String vm) {
    return new Fix(
        "dom0",
        List.of("qvm-features " + ShellWord.of(vm) + " service.custom-persist ''"),
        "",
        false,
        "lets " + vm + " run the scripts of /rw/config at its next start",
        "",
        before -> before);
  }

  /**
   * All rules that are needed where nobody has added any; then those that are needed besides as the
   * machines are now, and as their next start leaves them.
   */
  private Map<String, List<Edit>> plan(Set<String> whole) {
    Map<String, List<Edit>> plan = Map.of();
    Network bare = network;
    Network started = network;
    for (Way.Stop stop : way.stops()) {
      Machine machine = network.machine(stop.machine()).orElseThrow();
      bare = bare.with(Start.bare(machine));
      started = started.with(Start.leaves(capture, machine, "", NOTHING));
    }
    for (Network state : List.of(bare, network, started)) {
      plan = new Planner(state, wish, way, outsiders, plan, whole).plan(inside);
    }
    return plan;
  }

  private static Network applied(Network network, Map<String, List<Edit>> plan) {
    Network result = network;
    for (Map.Entry<String, List<Edit>> machine : plan.entrySet()) {
      result = Planner.changed(result, machine.getKey(), machine.getValue());
    }
    return result;
  }

  /** The machine that stops what follows the first packet; empty if none does. */
  private Optional<String> stopsLater(Network after) {
    for (IpAddress source : inside) {
      Outcome outcome = Checks.ask(after, outsiders, wish, way, source);
      boolean connects = outcome.trace().result().map(r -> r.isSuccess()).orElse(false);
      Optional<Cause> stopped =
          connects ? FollowUp.stopped(outsiders.with(after, source), outcome) : Optional.empty();
      if (stopped.isPresent()) {
        return stopped.map(Cause::machine);
      }
    }
    return Optional.empty();
  }

  private List<MachineStep> steps(Map<String, List<Edit>> plan) {
    List<MachineStep> steps = new ArrayList<>();
    for (int i = 0; i < way.stops().size(); i++) {
      String name = way.stops().get(i).machine();
      List<Edit> edits = plan.get(name);
      if (!edits.isEmpty()) {
        Machine machine = network.machine(name).orElseThrow();
        Keep keep = Keep.of(capture, topology, machine, title(), edits);
        steps.add(MachineStep.of(way, i, edits, changing(name, edits), keep));
      }
    }
    return steps;
  }

  private String title() {
    return "expose "
        + wish.to()
        + " "
        + wish.service().text()
        + (wish.outsidePort() == wish.service().port() ? "" : " as port " + wish.outsidePort())
        + " on "
        + way.entry().machine()
        + ":"
        + way.entry().device()
        + " from "
        + wish.senders().map(Object::toString).orElse("all");
  }

  /** Those that change something: what is there already must stay with an undo. */
  private List<Edit> changing(String machine, List<Edit> edits) {
    List<Edit> changing = new ArrayList<>();
    Network state = network;
    for (Edit edit : edits) {
      Network next = Planner.changed(state, machine, List.of(edit));
      boolean same =
          Differences.between(
                  state.machine(machine).orElseThrow().ruleset().tables(),
                  next.machine(machine).orElseThrow().ruleset().tables(),
                  Differences.Exactness.EXACT)
              .isEmpty();
      if (!same) {
        changing.add(edit);
      }
      state = next;
    }
    return changing;
  }

  /** The answer from each address; the first that is none of the wished ones, if there is one. */
  private Answer asked(Network after) {
    Optional<Answer> first = Optional.empty();
    for (IpAddress source : inside) {
      Answer answer = Investigation.of(outsiders.with(after, source), question(source), evidence);
      progress.accept(TRIED + (1 - TRIED) * (inside.indexOf(source) + 1) / inside.size());
      if (answer.verdict() != Answer.Verdict.REACHABLE) {
        return answer;
      }
      first = first.or(() -> Optional.of(answer));
    }
    return first.orElseThrow();
  }

  private Question question(IpAddress source) {
    return new Question(
        new Place(Optional.of(Outsiders.name(source)), Optional.empty(), Optional.of(source)),
        new Place(
            Optional.of(way.entry().machine()),
            Optional.of(way.entry().device()),
            Optional.of(way.entry().address())),
        wish.outside());
  }

  /** For all packets, those of the prefix to the service left out. */
  private Effects.Besides besides(Network after) {
    IpAddress source = inside.get(0);
    return ProvenEffects.besidesClientsIn(wish.from())
        .of(
            outsiders.with(network, source),
            outsiders.with(after, source),
            question(source),
            List.of());
  }

  private List<AlsoAllowed> alsoAllowed() {
    List<AlsoAllowed> all = new ArrayList<>();
    takenOver().ifPresent(all::add);
    if (wish.senders().isEmpty()) {
      all.add(new AlsoAllowed(AlsoAllowed.Kind.ANYBODY, way.entry(), ""));
    }
    List<Way.Stop> stops = way.stops();
    if (!way.entry().fixed()) {
      device().addresses(wish.version()).stream()
          .filter(Interface.Address::usable)
          .map(a -> a.prefix().address())
          .filter(a -> !a.equals(way.entry().address()) && !a.isLinkLocal())
          .forEach(
              a ->
                  all.add(
                      new AlsoAllowed(AlsoAllowed.Kind.OTHER_ADDRESS, way.entry(), a.toString())));
    }
    if (stops.size() > 1) {
      all.add(
          new AlsoAllowed(
              AlsoAllowed.Kind.PAST_THE_TRANSLATION, way.entry(), stops.get(1).machine()));
    }
    for (int i = 1; i < stops.size(); i++) {
      all.add(
          new AlsoAllowed(
              AlsoAllowed.Kind.MACHINE_BEFORE, stops.get(i), stops.get(i - 1).machine()));
    }
    return all;
  }

  private Interface device() {
    return network
        .machine(way.entry().machine())
        .flatMap(machine -> machine.find(way.entry().device()))
        .orElseThrow();
  }

  /** Whoever answers at that port until now. */
  private Optional<AlsoAllowed> takenOver() {
    for (IpAddress source : inside) {
      Trace trace = Checks.ask(network, outsiders, wish, way, source).trace();
      boolean answers = trace.result().map(r -> r.isSuccess()).orElse(false);
      List<Journey> path = trace.requestPath();
      if (answers && !path.isEmpty()) {
        String who = path.get(path.size() - 1).machine();
        if (!who.equals(way.end().machine())) {
          return Optional.of(new AlsoAllowed(AlsoAllowed.Kind.TAKEN_OVER, way.entry(), who));
        }
      }
    }
    return Optional.empty();
  }
}
