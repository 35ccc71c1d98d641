package org.rulewalk.diagnostics.reach;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Calls;
import org.rulewalk.diagnostics.why.Evidence;
import org.rulewalk.parsers.expect.Expectation;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.region.Intervals;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * Checks expectations against a network.
 *
 * <p>What is allowed must get through from each address of a prefix to each, and between the
 * addresses that {@code why} takes for names. What is denied must not get through from any address
 * to any, all those of a named machine among them, nor reach a named machine by a forwarded port.
 * {@code only} denies everything but the senders and services that it lists.
 */
public final class Expecting {
  private final Network network;
  private final Search search;
  private final Parties parties;

  /** In a network, with what else its capture tells. */
  public Expecting(Network network, Evidence evidence, Calls calls) {
    this.search = new Search(network, evidence, calls);
    this.network = search.network();
    this.parties = new Parties(this.network);
  }

  /**
   * Whether one holds.
   *
   * @param progress hears about how much of it is done, from 0 to 1
   * @throws IllegalArgumentException if a word of it names nothing; the message says where
   */
  public Checked check(Expectation expectation, DoubleConsumer progress) {
    search.tell(progress);
    switch (expectation.kind()) {
      case ALLOW:
        return checked(expectation, allowed(expectation), Answer.Verdict.BLOCKED);
      case DENY:
        return checked(expectation, denied(expectation), Answer.Verdict.REACHABLE);
      default:
        return checked(expectation, others(expectation), Answer.Verdict.REACHABLE);
    }
  }

  private static Checked checked(
      Expectation expectation, List<Piece> pieces, Answer.Verdict breaking) {
    List<Piece> broken = with(pieces, breaking);
    List<Piece> open = with(pieces, Answer.Verdict.UNDECIDED);
    List<Piece> told = broken.isEmpty() ? open : broken;
    Checked.Result result =
        !broken.isEmpty()
            ? Checked.Result.BROKEN
            : open.isEmpty() ? Checked.Result.HELD : Checked.Result.UNDECIDED;
    return new Checked(
        expectation,
        result,
        Packets.of(
            told, new Among(pieces), new Packets.Told(isWide(told, true), isWide(told, false))),
        told.stream().findFirst().map(Piece::example),
        Reach.open(open));
  }

  private static List<Piece> with(List<Piece> pieces, Answer.Verdict verdict) {
    return pieces.stream().filter(piece -> piece.verdict() == verdict).toList();
  }

  /** Whether addresses have to be told. */
  private static boolean isWide(List<Piece> pieces, boolean asking) {
    return pieces.stream()
        .anyMatch(
            piece ->
                asking
                    ? piece.scope().asker().block().isPresent()
                    : piece.scope().target().machine().isEmpty());
  }

  /** A word that names nothing is told with its place. */
  private static <T> T placed(Expectation.Word word, Supplier<T> meaning) {
    try {
      return meaning.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          word.where() + ":" + word.where().column() + ": " + e.getMessage(), e);
    }
  }

  private static List<Wanted> services(Expectation expectation) {
    return expectation.services().stream()
        .map(word -> Wanted.only(placed(word, () -> Service.parse(word.text()))))
        .toList();
  }

  private List<Scope.Asker> askers(Expectation.Word word, boolean all) {
    return placed(
        word,
        () -> {
          known(word.text());
          return parties.askers(word.text(), all);
        });
  }

  private List<Scope.Target> targets(Expectation.Word word, Scope.Asker asker, boolean all) {
    return placed(
        word,
        () -> {
          known(word.text());
          return parties.targets(word.text(), asker, all);
        });
  }

  /** Of a machine without addresses nothing can be said, least of all that nothing gets there. */
  private void known(String word) {
    if (network.machine(word).isPresent() && !parties.isAddressed(word)) {
      throw new IllegalArgumentException(
          "no address of " + word + " is in the capture; name the address");
    }
  }

  private List<Piece> allowed(Expectation expectation) {
    List<Wanted> services = services(expectation);
    List<Piece> pieces = new ArrayList<>();
    for (Expectation.Word from : expectation.from()) {
      List<Scope.Asker> askers = askers(from, false);
      for (Expectation.Word to : expectation.to()) {
        int before = pieces.size();
        for (Scope.Asker asker : askers) {
          ask(asker, targets(to, asker, false), services, piece -> true, pieces);
        }
        if (pieces.size() == before) {
          throw new IllegalArgumentException(
              to.where()
                  + ":"
                  + to.where().column()
                  + ": "
                  + from.text()
                  + " and "
                  + to.text()
                  + " have no addresses of the same IP version");
        }
      }
    }
    return pieces;
  }

  private List<Piece> denied(Expectation expectation) {
    List<Wanted> services =
        expectation.services().isEmpty() ? Wanted.EVERYTHING : services(expectation);
    List<Piece> pieces = new ArrayList<>();
    for (Expectation.Word from : expectation.from()) {
      for (Scope.Asker asker : askers(from, true)) {
        for (Expectation.Word to : expectation.to()) {
          reaching(asker, to, services, pieces);
        }
      }
    }
    return pieces;
  }

  private void ask(
      Scope.Asker asker,
      List<Scope.Target> targets,
      List<Wanted> services,
      Predicate<Piece> counts,
      List<Piece> pieces) {
    for (Scope.Target target : targets) {
      for (Wanted wanted : services) {
        if (!wanted.ports().isEmpty()) {
          search.pieces(new Scope(asker, target, wanted)).stream()
              .filter(counts)
              .forEach(pieces::add);
        }
      }
    }
  }

  /** Whatever may reach somebody: at its own addresses, or by a port of another machine. */
  private void reaching(
      Scope.Asker asker, Expectation.Word to, List<Wanted> services, List<Piece> pieces) {
    String name = to.text();
    if (asker.machine().equals(name)) {
      return;
    }
    List<Scope.Target> own =
        targets(to, asker, true).stream()
            .filter(target -> parties.speaks(asker.machine(), target.block().version()))
            .toList();
    ask(asker, own, services, piece -> true, pieces);
    if (network.machine(name).isEmpty()) {
      return;
    }
    for (String other : network.machines().keySet()) {
      if (!other.equals(name) && !other.equals(asker.machine())) {
        List<Scope.Target> targets =
            parties.targets(other, asker, true).stream()
                .filter(target -> target.machine().isPresent())
                .toList();
        ask(
            asker,
            targets,
            services,
            piece -> piece.end().filter(name::equals).isPresent(),
            pieces);
      }
    }
  }

  private List<Piece> others(Expectation expectation) {
    List<Wanted> rest = besides(services(expectation));
    boolean anyone = expectation.from().isEmpty();
    Set<String> names =
        expectation.from().stream().map(Expectation.Word::text).collect(Collectors.toSet());
    List<Scope.Block> blocks = blocks(expectation);
    List<Piece> pieces = new ArrayList<>();
    for (String machine : network.machines().keySet()) {
      for (Scope.Asker asker : parties.askers(machine, true)) {
        boolean listed = anyone || names.contains(machine);
        for (Expectation.Word to : expectation.to()) {
          if (listed) {
            reaching(asker, to, rest, pieces);
          } else if (asker.block().isPresent()) {
            split(asker.machine(), asker.block().get(), blocks, to, rest, pieces);
          } else {
            own(asker, blocks, to, rest, pieces);
          }
        }
      }
    }
    return pieces;
  }

  /** All that is asked about but some services; nothing where none were listed. */
  private static List<Wanted> besides(List<Wanted> services) {
    if (services.isEmpty()) {
      return List.of();
    }
    List<Wanted> rest = new ArrayList<>();
    for (Wanted all : Wanted.EVERYTHING) {
      Intervals ports = all.ports();
      for (Wanted listed : services) {
        ports = listed.word().equals(all.word()) ? ports.minus(listed.ports()) : ports;
      }
      rest.add(new Wanted(all.sample(), ports));
    }
    return rest;
  }

  private List<Scope.Block> blocks(Expectation expectation) {
    List<Scope.Block> blocks = new ArrayList<>();
    for (Expectation.Word word : expectation.from()) {
      Optional<Prefix> prefix = Prefix.parse(word.text());
      if (prefix.isPresent()) {
        Intervals all = Intervals.of(prefix.get().first().value(), prefix.get().last().value());
        blocks.add(new Scope.Block(prefix.get().version(), all));
      } else if (network.machine(word.text()).isEmpty()) {
        askers(word, false).stream().flatMap(asker -> asker.block().stream()).forEach(blocks::add);
      }
    }
    return blocks;
  }

  private static Intervals in(List<Scope.Block> blocks, IpVersion version) {
    return blocks.stream()
        .filter(block -> block.version() == version)
        .map(Scope.Block::addresses)
        .reduce(Intervals.NONE, Intervals::or);
  }

  /** Addresses of the world: those that are listed, and those that are not. */
  private void split(
      String machine,
      Scope.Block block,
      List<Scope.Block> listed,
      Expectation.Word to,
      List<Wanted> rest,
      List<Piece> pieces) {
    Intervals some = in(listed, block.version());
    Intervals inside = block.addresses().and(some);
    Intervals outside = block.addresses().minus(some);
    if (!inside.isEmpty()) {
      reaching(asker(machine, block, inside), to, rest, pieces);
    }
    if (!outside.isEmpty()) {
      reaching(asker(machine, block, outside), to, Wanted.EVERYTHING, pieces);
    }
  }

  private static Scope.Asker asker(String machine, Scope.Block block, Intervals addresses) {
    return new Scope.Asker(machine, Optional.of(new Scope.Block(block.version(), addresses)));
  }

  /** A machine that is listed by the address that it asks from, or not at all. */
  private void own(
      Scope.Asker asker,
      List<Scope.Block> listed,
      Expectation.Word to,
      List<Wanted> rest,
      List<Piece> pieces) {
    List<Piece> all = new ArrayList<>();
    reaching(asker, to, Wanted.EVERYTHING, all);
    List<Piece> some = new ArrayList<>();
    reaching(asker, to, rest, some);
    all.stream().filter(piece -> !isFrom(piece, listed)).forEach(pieces::add);
    some.stream().filter(piece -> isFrom(piece, listed)).forEach(pieces::add);
  }

  private static boolean isFrom(Piece piece, List<Scope.Block> listed) {
    Bits source = piece.example().source().value();
    return in(listed, piece.box().version()).contains(source);
  }
}
