package org.rulewalk.diagnostics.reach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Calls;
import org.rulewalk.diagnostics.why.Evidence;
import org.rulewalk.diagnostics.why.Judge;
import org.rulewalk.diagnostics.why.Watcher;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.region.Box;
import org.rulewalk.simulator.region.Field;

/**
 * In small networks with random rules, of which every kind that looks at ports and addresses is
 * there, each packet of a class has the class's answer, and every packet is in one class.
 */
class RandomRulesTest {
  private static final long SEED = Long.getLong("rulewalk.seed", 771L);
  private static final int NETWORKS = Integer.getInteger("rulewalk.networks", 40);

  /** Many classes are packets that the capture can't decide about: those are told, not hidden. */
  private int asked;

  @Test
  void eachPacketHasTheAnswerOfItsClass(@TempDir Path directory) throws IOException {
    for (int i = 0; i < NETWORKS; i++) {
      Path capture = directory.resolve("capture-" + i);
      String rules = SmallNetwork.write(capture, new Random(SEED + i));
      check(capture, new Random(SEED + i), "seed " + (SEED + i) + "\n" + rules);
    }
    assertTrue(asked > NETWORKS * 100, "only " + asked + " packets were asked about");
  }

  private void check(Path directory, Random random, String rules) {
    Capture capture = CaptureLoader.load(directory);
    assertEquals(List.of(), capture.report().problems(), rules);
    Search search = new Search(capture.network(), Evidence.NONE, Calls.NONE);
    Judge judge = new Judge(capture.network(), Evidence.NONE, Calls.NONE);
    Parties parties = new Parties(search.network());
    for (Scope scope : scopes(parties, search)) {
      List<Piece> pieces = search.pieces(scope);
      for (int i = 0; i < 40; i++) {
        Box.Point point = point(scope, random);
        List<Piece> holding = pieces.stream().filter(piece -> piece.box().contains(point)).toList();
        assertEquals(1, holding.size(), () -> rules + "\n" + point);
        if (holding.get(0).followed()) {
          Answer answer = judge.answer(Search.question(scope, point), Watcher.NONE);
          assertEquals(
              told(holding.get(0).example()),
              told(answer),
              () -> rules + "\n" + Search.question(scope, point) + "\n" + holding.get(0).box());
          asked++;
        }
      }
    }
  }

  private static String told(Answer answer) {
    return answer.verdict() + " " + answer.result();
  }

  private static List<Scope> scopes(Parties parties, Search search) {
    List<Scope> scopes = new ArrayList<>();
    for (String from : search.network().machines().keySet()) {
      for (Scope.Asker asker : parties.askers(from, true)) {
        for (Scope.Target target : parties.targets(from.equals("b") ? "a" : "b", asker, false)) {
          scopes.add(new Scope(asker, target, Wanted.EVERYTHING.get(0)));
          scopes.add(new Scope(asker, target, Wanted.EVERYTHING.get(1)));
        }
      }
    }
    return scopes;
  }

  /** Any packet of a scope; ports that rules name more often than others. */
  private static Box.Point point(Scope scope, Random random) {
    Box.Point any =
        ClassesAgreeTest.any(
            new Box(
                scope.version(),
                scope
                    .asker()
                    .block()
                    .map(Scope.Block::addresses)
                    .orElse(Field.PORT.all(scope.version())),
                scope.target().block().addresses(),
                scope.wanted().ports()),
            random);
    boolean wide = random.nextInt(4) == 0;
    int port = wide ? any.port() : SmallNetwork.port(random) + random.nextInt(3) - 1;
    return new Box.Point(
        scope.version(),
        scope.asker().block().isPresent() ? any.source() : org.rulewalk.simulator.value.Bits.ZERO,
        any.destination(),
        port);
  }
}
