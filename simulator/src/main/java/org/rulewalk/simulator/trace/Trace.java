package org.rulewalk.simulator.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that one probe caused, on all machines, in the order of the kernel's work.
 *
 * @param journeys ways of packets through machines, by their start
 * @param transmissions packets that left machines
 * @param sendError what the sending program was told, where a machine's own packet did not leave
 * @param result what the connecting program saw, for probes that connect
 * @param assumptions doubts that came up
 * @param truncated whether the packets went in circles and the rest was left out
 */
public record Trace(
    List<Journey> journeys,
    List<Transmission> transmissions,
    Optional<SendError> sendError,
    Optional<ConnectResult> result,
    List<Assumption> assumptions,
    boolean truncated) {
  /** Keeps copies. */
  public Trace {
    journeys = List.copyOf(journeys);
    transmissions = List.copyOf(transmissions);
    assumptions = List.copyOf(assumptions);
  }

  /** The journey with this number. */
  public Journey journey(int id) {
    return journeys.get(id);
  }

  /**
   * The way of the probe's own packet: its journeys from machine to machine, without answers. Where
   * it was copied to several machines, all are in it.
   */
  public List<Journey> requestPath() {
    return journeys.stream().filter(this::isRequest).toList();
  }

  /**
   * Whether a journey is that of the probe's own packet, and not of something sent because of it.
   */
  public boolean isRequest(Journey journey) {
    Journey current = journey;
    while (current.origin() instanceof Journey.Origin.Continues) {
      current = journey(((Journey.Origin.Continues) current.origin()).journey());
    }
    return current.origin() instanceof Journey.Origin.Probe;
  }

  /** The journeys of a packet from the one that starts it to its end, in order. */
  public List<Journey> pathFrom(Journey start) {
    List<Journey> path = new ArrayList<>(List.of(start));
    for (Journey journey : journeys.subList(start.id() + 1, journeys.size())) {
      Journey.Origin origin = journey.origin();
      boolean next =
          origin instanceof Journey.Origin.Continues
              && ((Journey.Origin.Continues) origin).journey() == path.get(path.size() - 1).id();
      if (next) {
        path.add(journey);
      }
    }
    return path;
  }

  /** The journeys of packets that a machine made because of this journey's packet. */
  public List<Journey> answersTo(Journey cause) {
    return journeys.stream()
        .filter(
            journey ->
                journey.origin() instanceof Journey.Origin.Answers
                    && ((Journey.Origin.Answers) journey.origin()).journey() == cause.id())
        .toList();
  }
}
