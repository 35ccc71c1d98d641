package org.rulewalk.simulator.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.SendError;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;

/** A journey that is being written. */
final class Draft {
  private static final End NOTHING = new End.Stopped(new Stop.Malformed("nothing happened to it"));

  private final int id;
  private final String machine;
  private final Optional<String> incoming;
  private final Packet packet;
  private final Journey.Origin origin;
  private final List<Step> steps = new ArrayList<>();
  private final List<Passage.Count> counts = new ArrayList<>();
  private final List<Passage.Sent> sendings = new ArrayList<>();
  private Packet last;
  private boolean sent = true;
  private Optional<SendError> error = Optional.empty();
  private End end = NOTHING;

  Draft(int id, String machine, Optional<String> incoming, Packet packet, Journey.Origin origin) {
    this.id = id;
    this.machine = machine;
    this.incoming = incoming;
    this.packet = packet;
    this.origin = origin;
    this.last = packet;
  }

  int id() {
    return id;
  }

  Journey.Origin origin() {
    return origin;
  }

  /** Whether it met a rule or a policy. */
  boolean metRules() {
    return steps.stream().anyMatch(s -> s instanceof Step.OfRule || s instanceof Step.OfPolicy);
  }

  void add(Step step) {
    steps.add(step);
  }

  /** Notes what counted the packet. */
  void count(Passage.Count count) {
    counts.add(count);
  }

  /** Notes that it left, for those who follow links themselves. */
  void sent(Passage.Sent packet) {
    sendings.add(packet);
  }

  Passage toPassage(boolean answer) {
    return new Passage(toJourney(), counts, sendings, answer);
  }

  void end(Packet as, End how) {
    last = as;
    end = how;
  }

  void stop(Packet as, Stop why) {
    end(as, new End.Stopped(why));
  }

  /** It did not even start: no hook saw it. */
  void unsent(Packet as, Stop why, SendError told) {
    stop(as, why);
    fail(told);
    withhold();
  }

  /** It was given up before any hook saw it. */
  void withhold() {
    sent = false;
  }

  /** Notes what a sending program is told. */
  void fail(SendError why) {
    error = Optional.of(why);
  }

  Optional<SendError> error() {
    return error;
  }

  Journey toJourney() {
    return new Journey(id, machine, incoming, packet, last, origin, steps, end, sent);
  }
}
