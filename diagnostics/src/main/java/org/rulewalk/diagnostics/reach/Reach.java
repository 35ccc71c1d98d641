package org.rulewalk.diagnostics.reach;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.DoubleConsumer;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Calls;
import org.rulewalk.diagnostics.why.Evidence;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.region.Intervals;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Who reaches whom on what.
 *
 * <p>The cells of a pair of machines hold every service between the addresses that {@code why}
 * takes for their names. What only other addresses get, of the machine that is asked or of the
 * world beyond a machine outside, has cells of its own, which name the addresses.
 */
public final class Reach {
  static final String TOO_MANY =
      "The rules treat so many of these packets differently that not all were asked about.";

  private static final Packets.Told ASKED = new Packets.Told(false, true);
  private static final Packets.Told ASKING = new Packets.Told(true, false);

  private final Network network;
  private final Parties parties;
  private final Search search;

  /** In a network, with what else its capture tells. */
  public Reach(Network network, Evidence evidence, Calls calls) {
    this.search = new Search(network, evidence, calls);
    this.network = search.network();
    this.parties = new Parties(this.network);
  }

  private Reach(Network network, Search search) {
    this.network = network;
    this.search = search;
    this.parties = new Parties(network);
  }

  /**
   * What is asked.
   *
   * @param from who asks, in the words of {@code why}, or a prefix; empty for every machine
   * @param to who is asked, in the same words; empty for every machine
   * @param service one service; empty for all
   */
  public record Filter(Optional<String> from, Optional<String> to, Optional<Service> service) {
    /** The same for one service. */
    public Filter only(Service one) {
      return new Filter(from, to, Optional.of(one));
    }

    /** The services that are asked about. */
    public List<Wanted> wanted() {
      return service.map(Wanted::only).map(List::of).orElse(Wanted.EVERYTHING);
    }
  }

  /** Whether a service is among those that are asked about where none is named. */
  public static boolean isCovered(Service service) {
    Wanted one = Wanted.only(service);
    return service.sourcePort().isEmpty()
        && Wanted.EVERYTHING.stream()
            .anyMatch(all -> all.word().equals(one.word()) && all.ports().contains(one.ports()));
  }

  /**
   * The cells, by who asks and who is asked.
   *
   * @param progress hears about how much is done, from 0 to 1
   * @throws IllegalArgumentException if a word names nobody; the message says who is there
   */
  public List<Cell> cells(Filter filter, DoubleConsumer progress) {
    List<String> from = filter.from().map(List::of).orElse(names());
    // a port may be forwarded: whom it ends at is known only once all are asked
    boolean single = filter.to().isEmpty() || network.machine(filter.to().get()).isPresent();
    List<String> to = single ? names() : List.of(filter.to().get());
    List<Callable<List<Cell>>> pairs = new ArrayList<>();
    Queue<Reach> idle = new ConcurrentLinkedQueue<>(List.of(this));
    Shares shares = new Shares(from.size() * to.size(), progress);
    for (String asker : from) {
      for (String asked : to) {
        int number = pairs.size();
        pairs.add(
            () -> {
              Reach free = Optional.ofNullable(idle.poll()).orElseGet(this::twin);
              free.search.tell(share -> shares.at(number, share));
              List<Cell> found =
                  asker.equals(asked) ? List.of() : free.pair(asker, asked, filter.wanted());
              shares.at(number, 1);
              idle.add(free);
              return found;
            });
      }
    }
    List<Cell> cells = new ArrayList<>(Threads.all(pairs).stream().flatMap(List::stream).toList());
    return filter.to().filter(name -> single).map(name -> ending(cells, name)).orElse(cells);
  }

  private Reach twin() {
    return new Reach(network, search.twin());
  }

  /** How much of each part is done, told by several threads. */
  private static final class Shares {
    private final double[] done;
    private final DoubleConsumer progress;

    Shares(int parts, DoubleConsumer progress) {
      this.done = new double[parts];
      this.progress = progress;
    }

    synchronized void at(int part, double share) {
      done[part] = share;
      progress.accept(Arrays.stream(done).sum() / done.length);
    }
  }

  private static List<Cell> ending(List<Cell> cells, String name) {
    return cells.stream()
        .filter(cell -> cell.to().equals(name) || cell.end().filter(name::equals).isPresent())
        .toList();
  }

  private List<String> names() {
    return List.copyOf(network.machines().keySet());
  }

  /** The machines that nobody can be said to reach: no address of them is known. */
  public List<String> unaddressed() {
    return names().stream().filter(name -> !parties.isAddressed(name)).toList();
  }

  private List<Cell> pair(String from, String to, List<Wanted> wanted) {
    List<Scope.Asker> askers = parties.askers(from, false);
    List<Cell> cells = new ArrayList<>();
    if (askers.size() > 1 || network.machine(from).isEmpty() || network.machine(to).isEmpty()) {
      List<Piece> pieces = new ArrayList<>();
      for (Scope.Asker asker : askers) {
        for (Scope.Target target : parties.targets(to, asker, false)) {
          pieces.addAll(pieces(asker, target, wanted));
        }
      }
      Packets.Told told = new Packets.Told(Parties.isPrefix(from), Parties.isPrefix(to));
      return cells(from, to, pieces, told);
    }
    Scope.Asker asker = askers.get(0);
    Optional<Scope.Target> taken = target(to, asker);
    List<Piece> plain =
        taken.map(target -> pieces(asker, target, wanted)).orElseGet(ArrayList::new);
    cells.addAll(cells(from, to, plain, Packets.Told.NEITHER));
    cells.addAll(beyondTarget(from, to, plain, wanted));
    if (taken.isPresent()) {
      cells.addAll(beyondAsker(from, to, taken.get(), plain, wanted));
      cells.addAll(otherAddresses(from, to, taken.get(), plain, wanted));
    }
    return cells;
  }

  /** Empty for a machine of which no address is known. */
  private Optional<Scope.Target> target(String to, Scope.Asker asker) {
    try {
      return parties.targets(to, asker, false).stream().findFirst();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private List<Piece> pieces(Scope.Asker asker, Scope.Target target, List<Wanted> wanted) {
    List<Piece> pieces = new ArrayList<>();
    wanted.forEach(each -> pieces.addAll(search.pieces(new Scope(asker, target, each))));
    return pieces;
  }

  /** Addresses of the world that are asked through a machine outside. */
  private List<Cell> beyondTarget(String from, String to, List<Piece> plain, List<Wanted> wanted) {
    Machine asked = network.machine(to).orElseThrow();
    List<Piece> pieces = new ArrayList<>();
    if (!network.machine(from).orElseThrow().isExternal()) {
      Scope.Asker asker = new Scope.Asker(from, Optional.empty());
      for (Scope.Block block : parties.beyond(asked)) {
        if (parties.speaks(from, block.version())) {
          pieces.addAll(pieces(asker, new Scope.Target(Optional.empty(), block), wanted));
        }
      }
    }
    return different(from, to, plain, audible(pieces, plain), ASKED);
  }

  /** Addresses of the world that ask through a machine outside. */
  private List<Cell> beyondAsker(
      String from, String to, Scope.Target taken, List<Piece> plain, List<Wanted> wanted) {
    List<Piece> pieces = new ArrayList<>();
    if (!network.machine(to).orElseThrow().isExternal()) {
      for (Scope.Block block : parties.beyond(network.machine(from).orElseThrow())) {
        Scope.Asker asker = new Scope.Asker(from, Optional.of(block));
        if (asker.speaks(taken.block().version())) {
          pieces.addAll(pieces(asker, taken, wanted));
        }
      }
    }
    return different(from, to, plain, audible(pieces, plain), ASKING);
  }

  private List<Cell> otherAddresses(
      String from, String to, Scope.Target taken, List<Piece> plain, List<Wanted> wanted) {
    Scope.Asker asker = new Scope.Asker(from, Optional.empty());
    List<Piece> pieces = new ArrayList<>();
    for (Scope.Target other : parties.others(to, taken)) {
      if (parties.speaks(from, other.block().version())) {
        pieces.addAll(pieces(asker, other, wanted));
      }
    }
    // that IPv6 gets less than IPv4 is worth a line; that one more address gets nothing is not
    pieces.removeIf(piece -> isBlocked(piece) && isAsked(piece.box().version(), plain));
    return different(from, to, plain, pieces, ASKED);
  }

  /** Without an IP version that is not spoken in this network, so that all of it is blocked. */
  private static List<Piece> audible(List<Piece> pieces, List<Piece> plain) {
    List<Piece> told = new ArrayList<>();
    for (IpVersion each : IpVersion.values()) {
      List<Piece> some = pieces.stream().filter(p -> p.box().version() == each).toList();
      boolean spoken = plain.isEmpty() || isAsked(each, plain);
      if (spoken || !some.stream().allMatch(Reach::isBlocked)) {
        told.addAll(some);
      }
    }
    return told;
  }

  private static boolean isAsked(IpVersion version, List<Piece> plain) {
    return plain.stream().anyMatch(piece -> piece.box().version() == version);
  }

  /** Nothing where the other addresses get what the usual ones get. */
  private List<Cell> different(
      String from, String to, List<Piece> plain, List<Piece> others, Packets.Told addresses) {
    List<Piece> told = new ArrayList<>();
    for (IpVersion each : IpVersion.values()) {
      List<Piece> some = others.stream().filter(p -> p.box().version() == each).toList();
      if (!some.stream().allMatch(piece -> isAsPlain(piece, plain))) {
        told.addAll(some);
      }
    }
    return cells(from, to, told, addresses);
  }

  private static boolean isBlocked(Piece piece) {
    return piece.verdict() == Answer.Verdict.BLOCKED;
  }

  private static boolean isAsPlain(Piece piece, List<Piece> plain) {
    Intervals same = Intervals.NONE;
    for (Piece other : plain) {
      boolean alike =
          other.scope().wanted().equals(piece.scope().wanted())
              && other.verdict() == piece.verdict()
              && other.end().equals(piece.end());
      same = alike ? same.or(other.box().ports()) : same;
    }
    return same.contains(piece.box().ports());
  }

  private record Key(Answer.Verdict verdict, Optional<String> end) {}

  /** One cell a verdict and end. */
  private List<Cell> cells(String from, String to, List<Piece> pieces, Packets.Told told) {
    Map<Key, List<Piece>> groups = new LinkedHashMap<>();
    for (Answer.Verdict verdict : Answer.Verdict.values()) {
      pieces.stream()
          .filter(piece -> piece.verdict() == verdict)
          .forEach(
              piece -> {
                Optional<String> end = piece.end().filter(name -> !name.equals(to));
                Key key = new Key(verdict, end);
                groups.computeIfAbsent(key, unused -> new ArrayList<>()).add(piece);
              });
    }
    List<Cell> cells = new ArrayList<>();
    Among all = new Among(pieces);
    groups.forEach(
        (key, some) ->
            cells.add(
                new Cell(
                    from,
                    to,
                    Packets.of(some, all, told),
                    key.verdict(),
                    key.end(),
                    some.get(0).example(),
                    inVain(some, all, told),
                    Stops.of(some, all, told),
                    open(some))));
    return cells;
  }

  private static Optional<Packets> inVain(List<Piece> some, Among all, Packets.Told told) {
    List<Piece> arriving = some.stream().filter(Piece::arrivesInVain).toList();
    return arriving.isEmpty() ? Optional.empty() : Optional.of(Packets.of(arriving, all, told));
  }

  static List<String> open(List<Piece> pieces) {
    Set<String> texts = new LinkedHashSet<>();
    for (Piece piece : pieces) {
      if (!piece.followed()) {
        texts.add(TOO_MANY);
      } else if (piece.verdict() == Answer.Verdict.UNDECIDED) {
        piece.example().assumptions().stream()
            .filter(Answer.Assumed::decides)
            .map(Answer.Assumed::text)
            .forEach(texts::add);
      }
    }
    return List.copyOf(texts);
  }
}
