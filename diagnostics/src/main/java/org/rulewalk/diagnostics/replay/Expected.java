package org.rulewalk.diagnostics.replay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.kernel.Passage;

/**
 * Packets that should be seen to leave, until they are or their time is over.
 *
 * <p>Memory by the packets of {@link #PATIENCE_NANOS}; a packet costs a lookup or two.
 */
final class Expected {
  /** So long a packet may be on its way through a machine. */
  static final long PATIENCE_NANOS = 2_000_000_000L;

  /**
   * One that should be seen.
   *
   * @param seen the recorded packet that caused it
   * @param held the way of an answer of the kernel, which counts once it is seen
   */
  record Prediction(
      String machine, Passage.Sent sent, Seen seen, Optional<Passage> held, long signature) {}

  private record Place(String machine, String device, long signature) {}

  private final Map<Place, Deque<Prediction>> exact = new HashMap<>();
  private final Map<Place, Deque<Prediction>> bySourceless = new HashMap<>();
  private final Deque<Prediction> inOrder = new ArrayDeque<>();

  boolean isEmpty() {
    return exact.isEmpty();
  }

  void add(Prediction prediction, boolean sourceTranslated) {
    exact
        .computeIfAbsent(place(prediction, prediction.signature()), unused -> new ArrayDeque<>(1))
        .add(prediction);
    if (sourceTranslated) {
      long loose = Signature.withoutSource(prediction.sent().packet());
      bySourceless
          .computeIfAbsent(place(prediction, loose), unused -> new ArrayDeque<>(1))
          .add(prediction);
    }
    inOrder.add(prediction);
  }

  private static Place place(Prediction prediction, long signature) {
    return new Place(prediction.machine(), prediction.sent().device(), signature);
  }

  /** The prediction that a packet fulfils, which is then done with. */
  Optional<Prediction> fulfilled(Seen seen) {
    Place place = new Place(seen.machine(), seen.device(), Signature.of(seen.packet()));
    return taken(exact, place);
  }

  /** The prediction that it fulfils but for its source. */
  Optional<Prediction> fulfilledLoosely(Seen seen) {
    Place place = new Place(seen.machine(), seen.device(), Signature.withoutSource(seen.packet()));
    return taken(bySourceless, place);
  }

  /** The prediction that it fulfils at another interface of the machine. */
  Optional<Prediction> elsewhere(Seen seen, List<String> devices) {
    long signature = Signature.of(seen.packet());
    for (String device : devices) {
      Optional<Prediction> found = taken(exact, new Place(seen.machine(), device, signature));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Prediction> taken(Map<Place, Deque<Prediction>> from, Place place) {
    Deque<Prediction> waiting = from.get(place);
    if (waiting == null) {
      return Optional.empty();
    }
    Prediction first = waiting.peek();
    forget(first);
    return Optional.of(first);
  }

  private void forget(Prediction prediction) {
    remove(exact, place(prediction, prediction.signature()), prediction);
    remove(
        bySourceless,
        place(prediction, Signature.withoutSource(prediction.sent().packet())),
        prediction);
    if (inOrder.peek() == prediction) {
      inOrder.poll();
    }
    if (exact.isEmpty()) {
      inOrder.clear();
    }
  }

  private static void remove(
      Map<Place, Deque<Prediction>> from, Place place, Prediction prediction) {
    Deque<Prediction> waiting = from.get(place);
    if (waiting != null) {
      for (Iterator<Prediction> each = waiting.iterator(); each.hasNext(); ) {
        if (each.next() == prediction) {
          each.remove();
          break;
        }
      }
      if (waiting.isEmpty()) {
        from.remove(place);
      }
    }
  }

  /** Those that were due before a moment and were not seen; they are done with. */
  List<Prediction> overdue(long nanos) {
    if (inOrder.isEmpty() || inOrder.peek().seen().nanos() >= nanos) {
      return List.of();
    }
    List<Prediction> over = new ArrayList<>();
    while (!inOrder.isEmpty() && inOrder.peek().seen().nanos() < nanos) {
      Prediction first = inOrder.poll();
      Deque<Prediction> waiting = exact.get(place(first, first.signature()));
      boolean open = waiting != null && waiting.stream().anyMatch(each -> each == first);
      if (open) {
        forget(first);
        over.add(first);
      }
    }
    return over;
  }
}
