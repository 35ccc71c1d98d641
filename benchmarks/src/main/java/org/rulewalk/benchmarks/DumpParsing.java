package org.rulewalk.benchmarks;

import java.util.concurrent.TimeUnit;
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
import org.rulewalk.parsers.iptables.IptablesDump;
import org.rulewalk.parsers.iptables.IptablesSaveParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;

/** How long a dump of iptables takes to read, by its number of rules. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class DumpParsing {
  /** Rules of the dump. */
  @Param({"1000", "100000"})
  public int rules;

  private SourceText text;

  /** Makes the dump. */
  @Setup
  public void make() {
    StringBuilder dump = new StringBuilder("*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n");
    for (int i = 0; i < rules; i++) {
      dump.append("-A FORWARD -s 10.")
          .append(i >> 16 & 255)
          .append('.')
          .append(i >> 8 & 255)
          .append('.')
          .append(i & 255);
      dump.append("/32 -i vif+ -p tcp -m tcp --dport ").append(i & 0xffff);
      dump.append(" -m conntrack --ctstate NEW -j ACCEPT\n");
    }
    text = SourceText.of("iptables-save.txt", dump.append("COMMIT\n").toString());
  }

  /** Reads it. */
  @Benchmark
  public IptablesDump read() {
    return IptablesSaveParser.parse(text, IpVersion.IPV4, Table.Tool.IPTABLES_NFT, new Problems());
  }
}
