package org.rulewalk.diagnostics.reach;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import org.rulewalk.diagnostics.question.Place;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Calls;
import org.rulewalk.diagnostics.why.Evidence;
import org.rulewalk.diagnostics.why.Judge;
import org.rulewalk.diagnostics.why.Watcher;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.region.Box;
import org.rulewalk.simulator.region.Field;
import org.rulewalk.simulator.region.Intervals;
import org.rulewalk.simulator.region.Known;
import org.rulewalk.simulator.region.Widening;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** Answers all questions of a scope, in as many runs as there are different ways. */
final class Search {
  /** So many ways of one scope are followed; what is left beyond them is told as not decided. */
  private static final int MOST_PIECES = 1000;

  private static final int FEWEST_PIECES = 100;

  /** Beyond 30,000 rules on a machine, as each run may walk them all, fewer ways are followed. */
  private static final long MOST_WORK = 30_000_000;

  /** The port that programs ask from: a field that has its number is not the asked one. */
  private static final int ASKING_PORT = 40000;

  private static final List<Bits> NATURAL_PORTS =
      List.of(Bits.of(443), Bits.of(53), Bits.of(80), Bits.of(22), Bits.of(8080));
  private static final List<IpAddress> NATURAL_ADDRESSES =
      List.of(
          IpAddress.of("203.0.113.7"),
          IpAddress.of("8.8.8.8"),
          IpAddress.of("2001:db8::7"),
          IpAddress.of("2001:4860:4860::8888"));

  private final Judge judge;
  private final Known known;
  private final int mostPieces;
  private DoubleConsumer progress = share -> {};

  Search(Network network, Evidence evidence, Calls calls) {
    this.judge = new Judge(network, evidence, calls);
    this.known = new Known(judge.network());
    long rules = network.machines().values().stream().mapToLong(Search::rules).max().orElse(0);
    long affordable = MOST_WORK / Math.max(1, rules);
    this.mostPieces = (int) Math.max(FEWEST_PIECES, Math.min(MOST_PIECES, affordable));
  }

  private Search(Judge judge, Known known, int mostPieces) {
    this.judge = judge;
    this.known = known;
    this.mostPieces = mostPieces;
  }

  private static long rules(Machine machine) {
    return machine.ruleset().tables().stream()
        .flatMap(table -> table.chains().stream())
        .mapToLong(chain -> chain.rules().size())
        .sum();
  }

  /** The same for another thread. */
  Search twin() {
    return new Search(judge, known.twin(), mostPieces);
  }

  /** The network that is asked. */
  Network network() {
    return judge.network();
  }

  /**
   * From now on this hears how much of a scope is asked, from 0 to 1; not in order, as it is never
   * known how much will come.
   */
  void tell(DoubleConsumer listener) {
    progress = listener;
  }

  /** All questions of a scope, each in one piece. */
  List<Piece> pieces(Scope scope) {
    List<Piece> found = new ArrayList<>();
    Deque<Box> waiting = new ArrayDeque<>();
    Intervals none = Intervals.of(Bits.ZERO);
    Box all =
        new Box(
            scope.version(),
            scope.asker().block().map(Scope.Block::addresses).orElse(none),
            scope.target().block().addresses(),
            scope.wanted().ports());
    waiting.add(all);
    while (!waiting.isEmpty()) {
      Box box = waiting.remove();
      Box.Point point = pick(box, scope);
      Seeing seeing = new Seeing(known.widen(point, box));
      Answer answer = judge.answer(question(scope, point), seeing);
      Box alike = seeing.widening.box();
      boolean followed = found.size() < mostPieces;
      found.add(new Piece(scope, followed ? alike : box, answer, followed || alike.equals(box)));
      if (followed) {
        waiting.addAll(box.minus(alike));
      }
      progress.accept((double) found.size() / (found.size() + waiting.size()));
    }
    return found;
  }

  /** Widens the region by each run. */
  private record Seeing(Widening widening) implements Watcher {
    @Override
    public Choices hearing(Choices choices) {
      return widening.hearing(choices);
    }

    @Override
    public void ran(Network network, Trace trace) {
      widening.ran(network, trace);
    }
  }

  static Question question(Scope scope, Box.Point point) {
    Optional<IpAddress> source =
        scope.asker().block().map(unused -> new IpAddress(scope.version(), point.source()));
    Place from = new Place(Optional.of(scope.asker().machine()), Optional.empty(), source);
    IpAddress asked = new IpAddress(scope.version(), point.destination());
    Place to = new Place(scope.target().machine(), Optional.empty(), Optional.of(asked));
    return new Question(from, to, scope.wanted().at(Bits.of(point.port())));
  }

  private static Box.Point pick(Box box, Scope scope) {
    int asking = scope.wanted().sample().sourcePort().orElse(ASKING_PORT);
    Bits wanted = Bits.of(scope.wanted().sample().port());
    Intervals ports = box.ports().minus(Intervals.of(Bits.of(asking)));
    Bits port =
        ports.contains(wanted)
            ? wanted
            : NATURAL_PORTS.stream()
                .filter(ports::contains)
                .findFirst()
                .orElseGet(() -> (ports.isEmpty() ? box.ports() : ports).first());
    Bits source = address(box.of(Field.SOURCE), box.version());
    Intervals others = box.destinations().minus(Intervals.of(source));
    Intervals destinations = others.isEmpty() ? box.destinations() : others;
    return new Box.Point(box.version(), source, address(destinations, box.version()), port.toInt());
  }

  /** An address that stands for some: a well-known one, else one that is not the first of a net. */
  private static Bits address(Intervals some, IpVersion version) {
    for (IpAddress natural : NATURAL_ADDRESSES) {
      if (natural.version() == version && some.contains(natural.value())) {
        return natural.value();
      }
    }
    Interval first = some.parts().get(0);
    boolean net = !first.isSingle() && (first.low().low() & 1) == 0;
    return net ? first.low().plus(Bits.of(1)) : first.low();
  }
}
