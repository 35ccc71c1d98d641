package org.rulewalk.diagnostics.reach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rulewalk.diagnostics.insight.StoppedVms;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.diagnostics.qrexec.BoundPorts;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.diagnostics.why.Judge;
import org.rulewalk.diagnostics.why.Watcher;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.region.Box;
import org.rulewalk.simulator.region.Field;
import org.rulewalk.simulator.region.Intervals;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.value.Bits;

/**
 * A class of packets has one answer: whichever of it is asked alone gets the same as its example,
 * in every recorded network.
 */
class ClassesAgreeTest {
  private static final long SEED = Long.getLong("rulewalk.seed", 20261201L);
  private static final boolean ALL = "all".equals(System.getProperty("rulewalk.reach"));
  private static final int PAIRS = 1;
  private static final int ASKED = ALL ? 6 : 3;

  static Stream<Fixture> captures() {
    return Fixtures.captures().stream();
  }

  /** A capture, as the command reads it. */
  private static final class Asked {
    private final Network network;
    private final JournalEvidence evidence;
    private final BoundPorts ports;

    Asked(Fixture fixture) {
      Capture capture = CaptureLoader.load(fixture.capture());
      evidence = JournalEvidence.of(fixture.capture(), capture);
      network = StoppedVms.in(capture.network(), evidence.surroundings());
      ports = new BoundPorts(capture);
    }

    List<String> names() {
      return List.copyOf(network.machines().keySet());
    }
  }

  @ParameterizedTest
  @MethodSource("captures")
  void eachQuestionOfAClassHasItsAnswer(Fixture fixture) {
    Asked asked = new Asked(fixture);
    Random random = new Random(SEED ^ fixture.toString().hashCode());
    Search search = new Search(asked.network, asked.evidence, asked.ports);
    Judge judge = new Judge(asked.network, asked.evidence, asked.ports);
    Parties parties = new Parties(search.network());
    List<Scope> scopes = scopes(parties, asked.names());
    int many = ALL ? scopes.size() : 4;
    for (int i = 0; i < Math.min(many, scopes.size()); i++) {
      Scope scope = ALL ? scopes.get(i) : scopes.get(random.nextInt(scopes.size()));
      for (Piece piece : search.pieces(scope)) {
        for (int n = 0; piece.followed() && n < ASKED; n++) {
          Box.Point point = any(piece.box(), random);
          Question question = Search.question(scope, point);
          Answer answer = judge.answer(question, Watcher.NONE);
          String where = "seed " + SEED + ": " + question + "\n  in " + piece.box();
          assertEquals(told(piece.example()), told(answer), where);
        }
      }
    }
  }

  /** Verdict, what the program sees, and what stops it. */
  private static String told(Answer answer) {
    return answer.verdict()
        + " "
        + answer.result()
        + " "
        + answer.causes().stream()
            .map(cause -> cause.kind() + " " + cause.machine() + " " + cause.source())
            .toList();
  }

  private static List<Scope> scopes(Parties parties, List<String> names) {
    List<Scope> scopes = new ArrayList<>();
    for (String from : names) {
      for (String to : names) {
        for (Scope.Asker asker : parties.askers(from, true)) {
          for (Scope.Target target : targets(parties, from.equals(to) ? "" : to, asker)) {
            Wanted.EVERYTHING.forEach(each -> scopes.add(new Scope(asker, target, each)));
          }
        }
      }
    }
    return scopes;
  }

  private static List<Scope.Target> targets(Parties parties, String to, Scope.Asker asker) {
    return to.isEmpty() ? List.of() : parties.targets(to, asker, true);
  }

  /** Any packet of a box; the edges of its intervals more often than others. */
  static Box.Point any(Box box, Random random) {
    Bits source = any(box.of(Field.SOURCE), random);
    Bits destination = any(box.of(Field.DESTINATION), random);
    return new Box.Point(
        box.version(), source, destination, any(box.of(Field.PORT), random).toInt());
  }

  static Bits any(Intervals some, Random random) {
    Interval part = some.parts().get(random.nextInt(some.parts().size()));
    switch (random.nextInt(3)) {
      case 0:
        return part.low();
      case 1:
        return part.high();
      default:
        Bits beyond = new Bits(random.nextLong(), random.nextLong());
        Bits span = part.high().minus(part.low());
        Bits mask = Bits.ones(128 - leadingZeros(span));
        Bits offset = beyond.and(mask);
        return offset.compareTo(span) <= 0 ? part.low().plus(offset) : part.low();
    }
  }

  private static int leadingZeros(Bits bits) {
    return bits.high() != 0
        ? Long.numberOfLeadingZeros(bits.high())
        : 64 + Long.numberOfLeadingZeros(bits.low());
  }

  @ParameterizedTest
  @MethodSource("captures")
  void aCellSaysWhatWhySays(Fixture fixture) {
    Asked asked = new Asked(fixture);
    Random random = new Random(SEED ^ fixture.toString().hashCode());
    List<String> names = asked.names();
    for (int i = 0; i < PAIRS; i++) {
      String from = names.get(random.nextInt(names.size()));
      String to = names.get(random.nextInt(names.size()));
      if (from.equals(to)) {
        continue;
      }
      Reach.Filter filter = new Reach.Filter(Optional.of(from), Optional.of(to), Optional.empty());
      List<Cell> cells =
          new Reach(asked.network, asked.evidence, asked.ports).cells(filter, share -> {});
      for (String text :
          List.of("ping", "tcp/" + (1 + random.nextInt(65535)), "tcp/443", "udp/53")) {
        Service service = Service.parse(text);
        Question question;
        try {
          question = new Places(asked.network).question(from, to, text);
        } catch (IllegalArgumentException e) {
          assertTrue(cells.isEmpty(), e.getMessage());
          continue;
        }
        List<Cell> holding = cells.stream().filter(cell -> cell.holds(to, service)).toList();
        String where = "seed " + SEED + ": " + from + " " + to + " " + text;
        assertEquals(1, holding.size(), where);
        Answer why = Investigation.of(asked.network, question, asked.evidence, asked.ports);
        assertEquals(why.verdict(), holding.get(0).verdict(), where);
      }
    }
  }
}
