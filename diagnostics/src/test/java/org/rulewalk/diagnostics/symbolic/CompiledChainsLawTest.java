package org.rulewalk.diagnostics.symbolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.compiled.CompiledTable;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ChainWalk;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.Recorder;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;

/**
 * The compiled form of a chain against the plain evaluator: real rulesets, and packets at the edges
 * of their rules. Steps, verdicts, doubts and deeds must be the same.
 *
 * <p>{@code -Drulewalk.compiled.packets=N}: N packets for each rule of a table.
 */
class CompiledChainsLawTest {
  private static final long SEED = Long.getLong("seed", 20261201);
  private static final int PACKETS = Integer.getInteger("rulewalk.compiled.packets", 8);
  private static final int MOST = 100 * PACKETS;
  private static final int FEW = 3 * PACKETS;

  /** What was compared: packets, and steps of theirs that were a rule's. */
  private record Tally(long packets, long steps) {
    static final Tally NONE = new Tally(0, 0);

    Tally plus(Tally other) {
      return new Tally(packets + other.packets, steps + other.steps);
    }
  }

  /** Rules and policies in the order in which they spoke. */
  private static final class Steps implements Recorder {
    private final List<Object> steps = new ArrayList<>();

    @Override
    public void rule(Table table, Chain chain, Rule rule, Verdict verdict) {
      steps.add(chain.name());
      steps.add(rule.number());
      steps.add(verdict);
    }

    @Override
    public void policy(Table table, Chain.Base chain) {
      steps.add(chain.name());
    }
  }

  private static Tally compare(Path capture) {
    Tally tally = Tally.NONE;
    for (Machine machine : CaptureLoader.load(capture).network().machines().values()) {
      for (Table table : machine.ruleset().tables()) {
        tally = tally.plus(compare(table, machine.ipsets(), capture));
      }
    }
    return tally;
  }

  private static Tally compare(Table table, Map<String, IpSet> ipsets, Path capture) {
    int rules = table.chains().stream().mapToInt(chain -> chain.rules().size()).sum();
    Tally tally = Tally.NONE;
    if (rules == 0) {
      return tally;
    }
    EdgePackets packets = new EdgePackets(table, new Random(SEED));
    CompiledTable compiled = CompiledTable.of(table, 1);
    List<Chain.Base> bases =
        table.chains().stream()
            .filter(Chain.Base.class::isInstance)
            .map(Chain.Base.class::cast)
            .filter(base -> base.hook() != Hook.INGRESS && base.hook() != Hook.EGRESS)
            .toList();
    for (Chain.Base base : bases) {
      int count = Math.min(FEW + rules * PACKETS / bases.size(), MOST);
      for (int i = 0; i < count; i++) {
        ConcretePacket plain = packets.next(base.hook(), ipsets);
        ConcretePacket fast = plain.twin();
        Steps expected = new Steps();
        Steps got = new Steps();
        String where = capture + " " + base.name() + " " + plain.packet().toHex();
        Verdict verdict = ChainWalk.run(table, base, plain, expected);
        assertEquals(verdict, compiled.run(base, fast, got), where);
        assertEquals(expected.steps, got.steps, where);
        assertEquals(plain.deeds(), fast.deeds(), where);
        tally = tally.plus(new Tally(1, expected.steps.size() / 3));
      }
    }
    return tally;
  }

  private static Tally compareAll(Stream<Path> captures) {
    return captures.parallel().map(CompiledChainsLawTest::compare).reduce(Tally.NONE, Tally::plus);
  }

  @Test
  void recordedNetworks() {
    Tally all = compareAll(Fixtures.captures().stream().map(Fixture::capture));
    assertTrue(all.packets() > 1000L * PACKETS && all.steps() > all.packets() / 2, all.toString());
  }

  @Test
  void rulesetsOfPublicProjects() {
    List<Path> files =
        Stream.of(".rules", ".nft").flatMap(end -> Fixtures.corpus(end).stream()).toList();
    assumeTrue(!files.isEmpty(), "no ../shared/corpus beside the checkout");
    Tally all = compareAll(files.stream());
    assertTrue(all.packets() > 1000L * PACKETS && all.steps() > all.packets() / 2, all.toString());
  }
}
