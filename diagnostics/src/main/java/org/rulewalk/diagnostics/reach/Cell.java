package org.rulewalk.diagnostics.reach;

import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Cause;

/**
 * A class of packets between two machines that all get the same answer.
 *
 * @param to the machine that is asked
 * @param end the machine where those that get through end, if it is another one
 * @param example a question of the class, with its answer
 * @param inVain those that get to their end although no connection comes of it: nothing listens
 *     there, or the answer is stopped; empty if there are none
 * @param stops what stops them, each with the packets that it stops first
 * @param open why it can't be told, where it can't
 */
public record Cell(
    String from,
    String to,
    Packets packets,
    Answer.Verdict verdict,
    Optional<String> end,
    Answer example,
    Optional<Packets> inVain,
    List<Stop> stops,
    List<String> open) {
  /** Keeps copies. */
  public Cell {
    stops = List.copyOf(stops);
    open = List.copyOf(open);
  }

  /** Whether a service of the addresses that the names stand for is in it. */
  public boolean holds(String name, Service service) {
    Wanted one = Wanted.only(service);
    return to.equals(name)
        && packets.clauses().stream()
            .filter(clause -> clause.sources().isEmpty() && clause.destinations().isEmpty())
            .map(clause -> clause.services().get(one.word()))
            .anyMatch(ports -> ports != null && ports.contains(one.ports()));
  }

  /** What stops some of the packets. */
  public record Stop(Cause cause, Packets packets) {}
}
