package org.rulewalk.diagnostics.symbolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ChainWalk;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Recorder;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.symbolic.ChainFlow;
import org.rulewalk.simulator.symbolic.Doubts;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.PacketSpace;
import org.rulewalk.simulator.symbolic.Setting;
import org.rulewalk.simulator.symbolic.SymbolicPacket;
import org.rulewalk.simulator.symbolic.Tests;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Sets of packets against the plain evaluator: whatever one concrete packet meets in a chain, the
 * sets must have said that it may, and what they say it surely meets, it must meet.
 */
class SymbolicLawTest {
  private static final long SEED = Long.getLong("seed", 20261201);
  private static final int RULESETS = Integer.getInteger("rulesets", 150);
  private static final int PACKETS = 60;

  @TempDir private Path folder;

  /** What was compared. */
  private static final class Tally {
    private int packets;
    private int exact;
    private int doubted;

    @Override
    public String toString() {
      return packets + " packets, " + doubted + " with doubts; of the others " + exact + " exact";
    }
  }

  /** One base chain over all packets, beside the plain walk of single ones. */
  private static final class Comparison {
    private final Table table;
    private final Chain.Base base;
    private final Map<String, IpSet> ipsets;
    private final Setting setting;
    private final ChainFlow flow;
    private final Map<Rule, PacketSet> matching = new IdentityHashMap<>();
    private final Map<Verdict, PacketSet> ends = new HashMap<>();
    private final PacketSpace space = new PacketSpace();

    Comparison(Machine machine, Table table, Chain.Base base) {
      this.table = table;
      this.base = base;
      this.ipsets = machine.ipsets();
      this.setting =
          new Setting(
              machine.name(),
              table,
              base.hook(),
              ipsets,
              Setting.Contents.AS_CAPTURED,
              new Doubts(space));
      this.flow = ChainFlow.run(setting, base, SymbolicPacket.in(space), coming());
      flow.matching().forEach(matching::put);
      flow.outcomes().forEach(o -> ends.merge(o.verdict(), o.packets(), PacketSet::or));
      PacketSet all = ends.values().stream().reduce(space.none(), PacketSet::or);
      assertEquals(coming(), all, "every packet comes to an end");
    }

    private PacketSet coming() {
      return Stream.of(IpVersion.values())
          .filter(table.family()::sees)
          .map(space::version)
          .reduce(space.none(), PacketSet::or);
    }

    void check(ConcretePacket packet, Tally tally, String where) {
      if (!table.family().sees(packet.packet().version())) {
        return;
      }
      Map<Rule, Boolean> matched = new IdentityHashMap<>();
      // sets hold packets as they come: they are asked before rules change the packet
      Map<Rule, Boolean> may = new IdentityHashMap<>();
      Map<Rule, Boolean> surely = new IdentityHashMap<>();
      packet.at(table, base.rules().isEmpty() ? anyRule() : base.rules().get(0));
      matching.forEach((rule, set) -> may.put(rule, set.possibly().contains(packet)));
      matching.forEach((rule, set) -> surely.put(rule, set.surely().contains(packet)));
      Map<Verdict, Boolean> mayEnd = new HashMap<>();
      Map<Verdict, Boolean> surelyEnds = new HashMap<>();
      ends.forEach((verdict, set) -> mayEnd.put(verdict, set.possibly().contains(packet)));
      ends.forEach((verdict, set) -> surelyEnds.put(verdict, set.surely().contains(packet)));
      String bytes = packet.packet().toHex() + " at " + where;
      Verdict truth =
          ChainWalk.run(
              table,
              base,
              packet,
              new Recorder() {
                @Override
                public void rule(Table in, Chain chain, Rule rule, Verdict verdict) {
                  matched.put(rule, true);
                }

                @Override
                public void policy(Table in, Chain.Base chain) {}
              });
      assertTrue(mayEnd.getOrDefault(truth, false), truth + " was ruled out for " + bytes);
      surelyEnds.forEach(
          (verdict, sure) ->
              assertTrue(!sure || verdict.equals(truth), verdict + " was sure for " + bytes));
      matched.forEach(
          (rule, yes) ->
              assertTrue(
                  may.getOrDefault(rule, false),
                  rule.source().text() + " was ruled out for " + bytes));
      surely.forEach(
          (rule, sure) ->
              assertTrue(
                  !sure || matched.containsKey(rule) || truth == Verdict.Simple.DROP,
                  rule.source().text() + " was sure for " + bytes));
      checkMark(packet, mayEnd, bytes);
      tally.packets++;
      tally.doubted += packet.isDoubted() ? 1 : 0;
      boolean exact = mayEnd.values().stream().filter(yes -> yes).count() == 1;
      tally.exact += !packet.isDoubted() && exact ? 1 : 0;
    }

    private Rule anyRule() {
      return table.chains().stream().flatMap(c -> c.rules().stream()).findFirst().orElse(null);
    }

    private final Map<Value, PacketSet> marks = new HashMap<>();

    /** The mark that it leaves with is one that the symbolic packet may leave with. */
    private void checkMark(ConcretePacket packet, Map<Verdict, Boolean> ends, String bytes) {
      Value mark = packet.meta(MetaKey.MARK);
      PacketSet with =
          marks.computeIfAbsent(
              mark,
              wanted ->
                  new Tests(setting, flow.packet())
                      .of(Expression.of(MetaKey.MARK))
                      .is(((Value.Scalar) wanted).bits())
                      .possibly());
      assertTrue(marksOf(packet, with), "mark " + mark + " was ruled out for " + bytes);
    }

    private boolean marksOf(ConcretePacket packet, PacketSet with) {
      return with.contains(packet.atFirst());
    }
  }

  private static List<Comparison> comparisons(Path capture) {
    List<Comparison> all = new ArrayList<>();
    for (Machine machine : CaptureLoader.load(capture).network().machines().values()) {
      for (Table table : machine.ruleset().tables()) {
        for (Chain chain : table.chains()) {
          if (chain instanceof Chain.Base && ((Chain.Base) chain).hook() != Hook.INGRESS) {
            all.add(new Comparison(machine, table, (Chain.Base) chain));
          }
        }
      }
    }
    return all;
  }

  private void compare(String name, String text, Random random, Tally tally, String where)
      throws IOException {
    Path capture = Files.createDirectories(folder.resolve("capture"));
    try (var old = Files.list(capture)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    }
    Files.writeString(capture.resolve(name), text);
    Files.writeString(capture.resolve("ipset-save.txt"), RandomRules.ipsets());
    RandomPackets packets = new RandomPackets(random);
    for (Comparison comparison : comparisons(capture)) {
      for (int i = 0; i < PACKETS; i++) {
        comparison.check(
            packets.next(comparison.base.hook(), comparison.ipsets), tally, where + "\n" + text);
      }
    }
  }

  @Test
  void rulesOfNft() throws IOException {
    Tally tally = new Tally();
    for (int i = 0; i < RULESETS; i++) {
      Random random = new Random(SEED + i);
      String hook = List.of("prerouting", "input", "forward", "output").get(i % 4);
      String text = new RandomRules(random).nft(hook);
      compare("nft-list-ruleset.txt", text, random, tally, "seed " + (SEED + i));
    }
    assertTrue(tally.exact > tally.packets / 2, tally.toString());
  }

  @Test
  void rulesOfIptables() throws IOException {
    Tally tally = new Tally();
    for (int i = 0; i < RULESETS; i++) {
      Random random = new Random(SEED + i);
      String chain = List.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT").get(i % 4);
      String file = i % 2 == 0 ? "iptables-save.txt" : "iptables-legacy-save.txt";
      String text = new RandomRules(random).iptables(chain);
      compare(file, text, random, tally, "seed " + (SEED + i));
    }
    assertTrue(tally.exact > tally.packets / 2, tally.toString());
  }

  static List<Fixture> captures() {
    return Fixtures.captures();
  }

  @ParameterizedTest
  @MethodSource("captures")
  void recordedNetworks(Fixture fixture) {
    Tally tally = new Tally();
    Random random = new Random(SEED);
    RandomPackets packets = new RandomPackets(random);
    for (Comparison comparison : comparisons(fixture.capture())) {
      for (int i = 0; i < PACKETS; i++) {
        comparison.check(
            packets.next(comparison.base.hook(), comparison.ipsets),
            tally,
            fixture + " seed " + SEED);
      }
    }
    assertTrue(tally.packets > 0 || comparisons(fixture.capture()).isEmpty());
  }
}
