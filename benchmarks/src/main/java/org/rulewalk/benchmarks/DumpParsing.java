package org.rulewalk.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.rulewalk.parsers.iptables.IptablesSaveParser;
import org.rulewalk.parsers.nft.NftTextParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;

/** How fast listings are read: times a second, and bytes a second. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class DumpParsing {
  /** Rules of the listing. */
  @Param({"1000", "100000"})
  public int rules;

  private SourceText iptables;
  private SourceText nft;

  /** Makes the listings. */
  @Setup
  public void make() {
    iptables = SourceText.of("iptables-save.txt", GeneratedRules.iptables(rules));
    nft = SourceText.of("nft-list-ruleset.txt", GeneratedRules.nft(rules));
  }

  /** Bytes that were read. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Volume {
    /** Counted by the benchmarks. */
    public long bytes;
  }

  /** {@code iptables-save -c}. */
  @Benchmark
  public Object iptables(Volume volume) {
    volume.bytes += iptables.text().length();
    return IptablesSaveParser.parse(
        iptables, IpVersion.IPV4, Table.Tool.IPTABLES_NFT, new Problems());
  }

  /** {@code nft -a list ruleset}. */
  @Benchmark
  public Object nft(Volume volume) {
    volume.bytes += nft.text().length();
    return NftTextParser.parse(nft, new Problems());
  }
}
