package org.rulewalk.diagnostics.reach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rulewalk.diagnostics.insight.StoppedVms;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.diagnostics.qrexec.BoundPorts;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.diagnostics.why.Judge;
import org.rulewalk.diagnostics.why.Watcher;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.region.Intervals;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What the table says of packets is what {@code why} says of each, asked in a user's words: at both
 * edges of every class, one beyond them, and in between. Nothing that gets through is left out.
 */
class CellsAgreeTest {
  private static final long SEED = Long.getLong("rulewalk.seed", 4711L);
  private static final int NETWORKS = Integer.getInteger("rulewalk.networks", 4);
  private static final int ASKED = Integer.getInteger("rulewalk.asked", 60);
  private static final int WHOLE = 2;
  private static final boolean ALL = "all".equals(System.getProperty("rulewalk.reach"));

  private record Asked(
      String from,
      String to,
      Optional<IpAddress> source,
      Optional<IpAddress> destination,
      String word,
      Bits port) {
    String service() {
      return word.equals("ping") ? word : word + "/" + port.toInt();
    }
  }

  /** A network, its whole table, and how both are asked. */
  private static final class Table {
    private final Network network;
    private final JournalEvidence evidence;
    private final BoundPorts ports;
    private final List<Cell> cells;
    private final Parties parties;
    private final Judge judge;

    Table(Path directory) {
      Capture capture = CaptureLoader.load(directory);
      evidence = JournalEvidence.of(directory, capture);
      network = StoppedVms.in(capture.network(), evidence.surroundings());
      ports = new BoundPorts(capture);
      parties = new Parties(network);
      judge = new Judge(network, evidence, ports);
      Reach reach = new Reach(network, evidence, ports);
      Optional<String> all = Optional.empty();
      cells = reach.cells(new Reach.Filter(all, all, Optional.empty()), share -> {});
    }

    /**
     * @param whole whether fixes are searched as well, which takes longer and decides nothing
     */
    Answer why(Asked asked, boolean whole) {
      String from = asked.from() + asked.source().map(address -> ":" + address).orElse("");
      Question question = new Places(network).question(from, to(asked), asked.service());
      return whole
          ? Investigation.of(network, question, evidence, ports)
          : judge.answer(question, Watcher.NONE);
    }

    private String to(Asked asked) {
      if (asked.destination().isEmpty()) {
        return asked.to();
      }
      IpAddress address = asked.destination().get();
      boolean own =
          network.machine(asked.to()).orElseThrow().interfaces().stream()
              .flatMap(device -> device.addresses().stream())
              .anyMatch(held -> held.prefix().address().equals(address));
      return (own ? asked.to() + ":" : "") + address;
    }

    /** The verdicts that the table leaves possible. */
    Set<Answer.Verdict> told(Asked asked) {
      List<Cell> named = cells.stream().filter(cell -> holds(cell, asked)).toList();
      assertTrue(named.size() < 2, () -> asked + " is in several cells: " + named);
      if (named.size() == 1) {
        boolean all = !named.get(0).open().contains(Reach.TOO_MANY);
        return all ? Set.of(named.get(0).verdict()) : Set.of(Answer.Verdict.values());
      }
      Asked plain =
          new Asked(
              asked.from(),
              asked.to(),
              Optional.empty(),
              Optional.empty(),
              asked.word(),
              asked.port());
      assertTrue(!plain.equals(asked), () -> asked + " is in no cell");
      Set<Answer.Verdict> possible = new TreeSet<>(Set.of(Answer.Verdict.BLOCKED));
      cells.stream()
          .filter(cell -> holds(cell, plain))
          .forEach(cell -> possible.add(cell.verdict()));
      return possible;
    }
  }

  private static boolean holds(Cell cell, Asked asked) {
    return cell.from().equals(asked.from())
        && cell.to().equals(asked.to())
        && cell.packets().clauses().stream()
            .anyMatch(
                clause ->
                    holds(clause.sources(), asked.source())
                        && holds(clause.destinations(), asked.destination())
                        && clause
                            .services()
                            .getOrDefault(asked.word(), Intervals.NONE)
                            .contains(asked.port()));
  }

  private static boolean holds(Optional<Packets.Some> some, Optional<IpAddress> address) {
    return some.isPresent() == address.isPresent()
        && some.map(
                values ->
                    values.version() == address.get().version()
                        && values.values().contains(address.get().value()))
            .orElse(true);
  }

  /** Packets at the edges of a cell's classes, and just beyond. */
  private static List<Asked> edges(Cell cell, Random random) {
    List<Asked> edges = new ArrayList<>();
    for (Packets.Clause clause : cell.packets().clauses()) {
      clause
          .services()
          .forEach(
              (word, ports) -> {
                for (Interval part : ports.parts()) {
                  for (int beyond = -1; beyond <= 1; beyond += 2) {
                    edges.add(asked(cell, clause, word, part, beyond < 0, false, random));
                    edges.add(asked(cell, clause, word, part, beyond < 0, true, random));
                  }
                }
              });
    }
    return edges;
  }

  private static Asked asked(
      Cell cell,
      Packets.Clause clause,
      String word,
      Interval ports,
      boolean low,
      boolean beyond,
      Random random) {
    int port = (low ? ports.low() : ports.high()).toInt() + (beyond ? low ? -1 : 1 : 0);
    boolean ping = word.equals("ping");
    return new Asked(
        cell.from(),
        cell.to(),
        clause.sources().map(some -> edge(some, random)),
        clause.destinations().map(some -> edge(some, random)),
        word,
        Bits.of(ping ? 0 : Math.max(1, Math.min(65535, port))));
  }

  private static IpAddress edge(Packets.Some some, Random random) {
    List<Interval> parts = some.values().parts();
    Interval part = parts.get(random.nextInt(parts.size()));
    return new IpAddress(some.version(), random.nextBoolean() ? part.low() : part.high());
  }

  /** Any service between any two, also by addresses that the table may not have named. */
  private static Asked any(Table table, Random random) {
    List<String> names = List.copyOf(table.network.machines().keySet());
    String from = names.get(random.nextInt(names.size()));
    String to = names.get(random.nextInt(names.size()));
    String word = List.of("tcp", "udp", "ping").get(random.nextInt(3));
    boolean known = random.nextBoolean();
    int port = known ? SmallNetwork.port(random) : 1 + random.nextInt(65535);
    boolean worldAsks = random.nextBoolean();
    boolean worldIsAsked = !worldAsks && random.nextBoolean();
    return new Asked(
        from,
        to,
        worldAsks ? beyond(table, from, to, random) : Optional.empty(),
        worldIsAsked ? beyond(table, to, from, random) : Optional.empty(),
        word,
        Bits.of(word.equals("ping") ? 0 : port));
  }

  private static Optional<IpAddress> beyond(
      Table table, String world, String other, Random random) {
    Machine machine = table.network.machine(world).orElseThrow();
    boolean outside = table.network.machine(other).orElseThrow().isExternal();
    List<Scope.Block> blocks =
        table.parties.beyond(machine).stream()
            .filter(block -> table.parties.speaks(other, block.version()))
            .toList();
    if (outside || blocks.isEmpty()) {
      return Optional.empty();
    }
    Scope.Block block = blocks.get(random.nextInt(blocks.size()));
    Bits some = ClassesAgreeTest.any(block.addresses(), random);
    return Optional.of(new IpAddress(block.version(), some));
  }

  /** How many packets were asked about, by verdict. */
  private static Map<Answer.Verdict, Integer> check(Table table, Random random, String where) {
    List<Asked> all = new ArrayList<>();
    table.cells.forEach(cell -> all.addAll(edges(cell, random)));
    Collections.shuffle(all, random);
    List<Asked> some = new ArrayList<>(all.subList(0, Math.min(ASKED, all.size())));
    for (int i = 0; i < ASKED / 2; i++) {
      some.add(any(table, random));
    }
    Map<Answer.Verdict, Integer> seen = new LinkedHashMap<>();
    int left = WHOLE;
    for (Asked asked : some) {
      if (asked.from().equals(asked.to())) {
        continue;
      }
      Answer.Verdict verdict;
      try {
        verdict = table.why(asked, left-- > 0).verdict();
      } catch (IllegalArgumentException e) {
        assertTrue(
            table.cells.stream().noneMatch(cell -> holds(cell, asked)),
            () -> where + "\n" + asked + ": " + e.getMessage());
        continue;
      }
      Set<Answer.Verdict> told = table.told(asked);
      assertTrue(
          told.contains(verdict), () -> where + "\n" + asked + ": " + verdict + ", not " + told);
      seen.merge(verdict, 1, Integer::sum);
    }
    return seen;
  }

  @Test
  void randomRulesOfEveryLanguage(@TempDir Path directory) throws IOException {
    Map<Answer.Verdict, Integer> seen = new LinkedHashMap<>();
    for (int i = 0; i < NETWORKS; i++) {
      for (IpVersion version : IpVersion.values()) {
        for (boolean iptables : new boolean[] {false, true}) {
          Path capture = directory.resolve(i + "-" + version + "-" + iptables);
          String rules = SmallNetwork.write(capture, new Random(SEED + i), version, iptables);
          String where = "seed " + (SEED + i) + " " + version + "\n" + rules;
          assertEquals(List.of(), CaptureLoader.load(capture).report().problems(), where);
          check(new Table(capture), new Random(SEED + i), where)
              .forEach((verdict, many) -> seen.merge(verdict, many, Integer::sum));
        }
      }
    }
    for (Answer.Verdict each : List.of(Answer.Verdict.REACHABLE, Answer.Verdict.BLOCKED)) {
      assertTrue(seen.getOrDefault(each, 0) > NETWORKS * 40, () -> each + " is rare: " + seen);
    }
  }

  /** A few recorded networks a run, others with another seed; all of them where that is asked. */
  static Stream<Fixture> captures() {
    List<Fixture> all = new ArrayList<>(Fixtures.captures());
    if (!ALL) {
      Collections.shuffle(all, new Random(SEED));
    }
    return all.stream().limit(ALL ? all.size() : 8);
  }

  @ParameterizedTest
  @MethodSource("captures")
  void recordedNetworks(Fixture fixture) {
    check(new Table(fixture.capture()), new Random(SEED), "seed " + SEED + " " + fixture);
  }
}
