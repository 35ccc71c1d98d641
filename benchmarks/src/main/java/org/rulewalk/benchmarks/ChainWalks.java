package org.rulewalk.benchmarks;

import java.util.Locale;
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
import org.rulewalk.parsers.iptables.IptablesSaveParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.compiled.CompiledTable;
import org.rulewalk.simulator.compiled.CompiledWalk;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ChainWalk;
import org.rulewalk.simulator.rules.Recorder;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** Nanoseconds for one packet through one chain: all steps and the verdict, both ways of asking. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ChainWalks {
  private static final int PACKETS = 4096;

  /** How many rules, each an address, a port or both. */
  @Param({"10", "100", "1000", "10000"})
  public int rules;

  /** Which rule the packets hit. */
  public enum Hit {
    /** The first one. */
    FIRST,
    /** Any of them. */
    ANY,
    /** None: the policy decides. */
    NONE
  }

  /** Where the packets hit. */
  @Param({"FIRST", "ANY", "NONE"})
  public Hit hit;

  /** The version of addresses. */
  @Param({"IPV4", "IPV6"})
  public IpVersion family;

  private Table table;
  private Chain.Base base;
  private CompiledWalk compiled;
  private BarePacket[] packets;
  private int next;

  /** Makes the chain and packets, and checks that both ways give one answer. */
  @Setup
  public void make() {
    StringBuilder text = new StringBuilder("*filter\n:FORWARD DROP [0:0]\n");
    for (int rule = 0; rule < rules; rule++) {
      text.append("-A FORWARD -s ").append(address(rule)).append(" -p tcp -m tcp --dport ");
      text.append(port(rule)).append(" -j ACCEPT\n");
    }
    text.append("COMMIT\n");
    table =
        IptablesSaveParser.parse(
                SourceText.of("iptables-save.txt", text.toString()),
                family,
                Table.Tool.IPTABLES_NFT,
                new Problems())
            .tables()
            .get(0);
    base = (Chain.Base) table.chain("FORWARD").orElseThrow();
    compiled = new CompiledWalk(CompiledTable.of(table, 1));
    packets = new BarePacket[PACKETS];
    for (int i = 0; i < PACKETS; i++) {
      int rule = hit == Hit.FIRST ? 0 : (int) ((long) i * 2_654_435_761L % rules);
      packets[i] = packet(rule, hit == Hit.NONE ? 9 : port(rule));
      Verdict plain = ChainWalk.run(table, base, packets[i], Recorder.NONE);
      if (plain != compiled.run(base, packets[i], Recorder.NONE)) {
        throw new IllegalStateException("packet " + i + " has two answers");
      }
    }
  }

  private static int port(int rule) {
    return 10 + rule % 50_000;
  }

  private String address(int rule) {
    return family == IpVersion.IPV4
        ? "10." + (rule >> 16 & 255) + "." + (rule >> 8 & 255) + "." + (rule & 255)
        : String.format(Locale.ROOT, "2001:db8:%x::%x", rule >> 8, rule & 255);
  }

  private BarePacket packet(int rule, int port) {
    IpAddress to = IpAddress.of(family == IpVersion.IPV4 ? "192.0.2.1" : "2001:db8:ffff::1");
    Packets.Tcp tcp = new Packets.Tcp(40_000, port, 1, 0, TcpFlags.SYN, 64_240);
    Packets.IpOptions ip = new Packets.IpOptions(64, 0, true, 1);
    IpAddress from = IpAddress.of(address(rule));
    return new BarePacket(Packets.tcp(from, to, tcp, new byte[0], new byte[0], ip));
  }

  private BarePacket next() {
    next = (next + 1) % PACKETS;
    return packets[next];
  }

  /** One rule after the other. */
  @Benchmark
  public Verdict plain() {
    return ChainWalk.run(table, base, next(), Recorder.NONE);
  }

  /** By the compiled form. */
  @Benchmark
  public Verdict compiled() {
    return compiled.run(base, next(), Recorder.NONE);
  }
}
