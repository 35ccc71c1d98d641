package org.rulewalk.simulator.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ChainWalk;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.Source;

/**
 * The law of this package: steps, doubts, deeds and verdicts are those of the plain walk, also
 * after rules came and went.
 *
 * <p>{@code -Drulewalk.compiled.tables=N} compares N tables, 5,100 packets each.
 */
class CompiledTableTest {
  private static final long TABLES = Long.getLong("rulewalk.compiled.tables", 2000);
  private static final int PACKETS = 1700;
  private static final int CHANGES = 2;
  private static final int[] FEWEST_RULES = {1, 8, 20};

  /** What was compared: packets, and steps, doubts and deeds of them. */
  private record Tally(long packets, long events) {
    Tally plus(Tally other) {
      return new Tally(packets + other.packets, events + other.events);
    }
  }

  @Test
  void saysWhatThePlainWalkSays() {
    Tally all =
        LongStream.rangeClosed(1, TABLES)
            .parallel()
            .mapToObj(CompiledTableTest::compare)
            .reduce(new Tally(0, 0), Tally::plus);
    assertEquals(TABLES * PACKETS * (CHANGES + 1), all.packets());
    assertTrue(all.events() > 2 * all.packets(), "the rules hardly match: " + all);
  }

  @Test
  void whatRulesMadeOfThePacketIsNotTakenByRulesInFront() {
    List<Rule> rules = new ArrayList<>();
    for (int mark = 1; mark <= 60; mark++) {
      rules.add(rule(marked(mark), new Statement.Decide(Verdict.Simple.ACCEPT)));
    }
    rules.add(rule(new Statement.SetMeta(MetaKey.MARK, Expression.number(7, DataType.MARK))));
    rules.add(rule(marked(7), new Statement.Decide(Verdict.Simple.DROP)));
    Chain.Base base =
        new Chain.Base(
            "c0",
            rules,
            Chain.Type.FILTER,
            Hook.FORWARD,
            new Chain.Priority(0, "filter"),
            Verdict.Simple.ACCEPT,
            List.of(),
            Optional.empty(),
            "",
            Source.NONE,
            Source.NONE,
            0);
    Table table =
        new Table(
            Family.INET,
            "t",
            Table.Tool.NFT,
            List.of(base),
            Map.of(),
            List.of(),
            false,
            "",
            Source.NONE);
    List<TestPacket> packets = Stream.generate(new RandomTable(1)::packet).limit(20).toList();
    assertTrue(
        packets.stream()
            .map(TestPacket::copy)
            .anyMatch(it -> ChainWalk.run(table, base, it, it) == Verdict.Simple.DROP));
    compare(table, CompiledTable.of(table, 1), packets, "changed mark");
  }

  private static Match marked(int mark) {
    return Match.equal(Expression.of(MetaKey.MARK), false, Bits.of(mark), DataType.MARK);
  }

  private static Rule rule(Statement... statements) {
    return new Rule(
        1,
        List.of(statements),
        OptionalLong.empty(),
        "",
        Optional.empty(),
        Source.NONE,
        Optional.empty());
  }

  private static Tally compare(long seed) {
    RandomTable random = new RandomTable(seed);
    Table table = random.table();
    List<TestPacket> packets = Stream.generate(random::packet).limit(PACKETS).toList();
    CompiledTable compiled = CompiledTable.of(table, FEWEST_RULES[(int) (seed % 3)]);
    Tally tally = compare(table, compiled, packets, "seed " + seed);
    for (int i = 1; i <= CHANGES; i++) {
      table = random.changed(table);
      compiled = compiled.with(table);
      tally = tally.plus(compare(table, compiled, packets, "seed " + seed + ", change " + i));
    }
    return tally;
  }

  private static Tally compare(
      Table table, CompiledTable compiled, List<TestPacket> packets, String at) {
    Chain.Base base = (Chain.Base) table.chains().get(0);
    long events = 0;
    for (TestPacket packet : packets) {
      TestPacket plain = packet.copy();
      TestPacket fast = packet.copy();
      Verdict expected = ChainWalk.run(table, base, plain, plain);
      Verdict got = compiled.run(base, fast, fast);
      if (plain.digest() != fast.digest() || !expected.equals(got)) {
        tell(
            table,
            compiled,
            base,
            packet,
            at + ", packet " + packets.indexOf(packet) + ": " + packet);
      }
      events += plain.events();
    }
    return new Tally(packets.size(), events);
  }

  private static void tell(
      Table table, CompiledTable compiled, Chain.Base base, TestPacket packet, String where) {
    TestPacket plain = packet.telling();
    TestPacket fast = packet.telling();
    Verdict expected = ChainWalk.run(table, base, plain, plain);
    Verdict got = compiled.run(base, fast, fast);
    assertEquals(plain.log(), fast.log(), where);
    assertEquals(expected, got, where);
  }
}
