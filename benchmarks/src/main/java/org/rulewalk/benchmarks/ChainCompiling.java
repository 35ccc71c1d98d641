package org.rulewalk.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.rulewalk.parsers.iptables.IptablesSaveParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.compiled.CompiledTable;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Recorder;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** Milliseconds until a chain answers: when it is new, and after one rule came or went. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChainCompiling {
  /** Rules of the chain. */
  @Param({"1000", "100000"})
  public int rules;

  private final BarePacket packet =
      new BarePacket(
          Packets.udp(
              IpAddress.of("10.1.2.3"),
              IpAddress.of("172.16.1.2"),
              1,
              2,
              new byte[8],
              Packets.IpOptions.DEFAULT));
  private Table table;
  private CompiledTable compiled;
  private Table longer;
  private Table shorter;
  private int places;

  /** Makes and compiles the chain. */
  @Setup
  public void make() {
    table =
        IptablesSaveParser.parse(
                SourceText.of("iptables-save.txt", GeneratedRules.fiveTuples(rules)),
                IpVersion.IPV4,
                Table.Tool.IPTABLES_NFT,
                new Problems())
            .tables()
            .get(0);
    compiled = CompiledTable.of(table, 1);
    compiled.run(base(table), packet, Recorder.NONE);
    System.out.printf("%d bytes a rule%n", compiled.bytes() / rules);
  }

  /** Changes the model, which is not measured. */
  @Setup(Level.Iteration)
  public void change() {
    places = (places + 7919) % rules;
    List<Rule> more = new ArrayList<>(base(table).rules());
    more.add(places, more.get(0));
    longer = with(more);
    List<Rule> fewer = new ArrayList<>(base(table).rules());
    fewer.remove(places);
    shorter = with(fewer);
  }

  private Table with(List<Rule> changed) {
    for (int i = places; i < changed.size(); i++) {
      changed.set(i, changed.get(i).numbered(i + 1));
    }
    return table.with(List.of(base(table).with(changed)));
  }

  private static Chain.Base base(Table table) {
    return (Chain.Base) table.chain("FORWARD").orElseThrow();
  }

  /** All of it. */
  @Benchmark
  public Verdict build() {
    return CompiledTable.of(table, 1).run(base(table), packet, Recorder.NONE);
  }

  /** After a rule was put in. */
  @Benchmark
  public Verdict add() {
    return compiled.with(longer).run(base(longer), packet, Recorder.NONE);
  }

  /** After a rule was taken out. */
  @Benchmark
  public Verdict remove() {
    return compiled.with(shorter).run(base(shorter), packet, Recorder.NONE);
  }
}
