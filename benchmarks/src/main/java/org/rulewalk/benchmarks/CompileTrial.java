package org.rulewalk.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import org.rulewalk.parsers.iptables.IptablesSaveParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.compiled.CompiledTable;
import org.rulewalk.simulator.compiled.CompiledWalk;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ChainWalk;
import org.rulewalk.simulator.rules.Recorder;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * When it pays to compile a chain: by the number of its rules, what a walk takes both ways, what
 * compiling takes, and after how many walks that is won back.
 *
 * <p>Arguments: {@code spread} for rules whose addresses and ports differ, {@code mixed} for rules
 * as people write them. Times are of the thread's CPU, the least of many passes.
 */
public final class CompileTrial {
  private static final int[] SIZES = {4, 8, 16, 32, 64, 128, 1000, 10_000};
  private static final int PACKETS = 256;
  private static final int RULES_A_PASS = 400_000;
  private static final int PASSES = 40;

  private final ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
  private final Table table;
  private final Chain.Base base;
  private final int rules;
  private final BarePacket[] packets = new BarePacket[PACKETS];

  private CompileTrial(String text, int rules) {
    this.rules = rules;
    this.table =
        IptablesSaveParser.parse(
                SourceText.of("iptables-save.txt", text),
                IpVersion.IPV4,
                Table.Tool.IPTABLES_NFT,
                new Problems())
            .tables()
            .get(0);
    this.base = (Chain.Base) table.chain("FORWARD").orElseThrow();
    for (int i = 0; i < PACKETS; i++) {
      int rule = (int) ((long) i * 2_654_435_761L % rules);
      packets[i] =
          new BarePacket(
              Packets.udp(
                  IpAddress.of(source(rule)),
                  IpAddress.of("172.16." + rule % 256 + ".1"),
                  40_000,
                  port(rule),
                  new byte[8],
                  Packets.IpOptions.DEFAULT));
    }
  }

  /** Measures and prints a table. */
  public static void main(String[] args) {
    boolean mixed = args.length > 0 && args[0].equals("mixed");
    for (int round = 0; round < 2; round++) {
      System.out.println(round == 0 ? "cold" : "warm");
      for (int rules : SIZES) {
        String text = mixed ? GeneratedRules.iptables(rules) : spread(rules);
        System.out.println(new CompileTrial(text, rules).line());
      }
    }
  }

  private static String spread(int rules) {
    StringBuilder text = new StringBuilder("*filter\n:FORWARD DROP [0:0]\n");
    for (int rule = 0; rule < rules; rule++) {
      text.append("-A FORWARD -s ").append(source(rule)).append(" -p udp -m udp --dport ");
      text.append(port(rule)).append(" -j ACCEPT\n");
    }
    return text.append("COMMIT\n").toString();
  }

  private static int port(int rule) {
    return 10 + rule % 50_000;
  }

  private static String source(int rule) {
    return "10." + (rule >> 16 & 255) + "." + (rule >> 8 & 255) + "." + (rule & 255);
  }

  private String line() {
    double built = best(() -> CompiledTable.of(table, 1).run(base, packets[0], Recorder.NONE), 1);
    CompiledWalk compiled = new CompiledWalk(CompiledTable.of(table, 1));
    int walks = Math.max(PACKETS, RULES_A_PASS / rules);
    double plain = best(() -> plain(walks), walks);
    double fast = best(() -> compiled(compiled, walks), walks);
    return String.format(
        Locale.ROOT,
        "%6d rules: plain %9.0f ns, compiled %5.0f ns, compiling %9.1f µs, won back after %.0f walks",
        rules,
        plain,
        fast,
        built / 1000,
        plain > fast ? built / (plain - fast) : Double.POSITIVE_INFINITY);
  }

  private void plain(int walks) {
    for (int i = 0; i < walks; i++) {
      ChainWalk.run(table, base, packets[i % PACKETS], Recorder.NONE);
    }
  }

  private void compiled(CompiledWalk walk, int walks) {
    for (int i = 0; i < walks; i++) {
      walk.run(base, packets[i % PACKETS], Recorder.NONE);
    }
  }

  private double best(Runnable work, int times) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < PASSES; i++) {
      long begin = cpu.getCurrentThreadCpuTime();
      work.run();
      best = Math.min(best, cpu.getCurrentThreadCpuTime() - begin);
    }
    return (double) best / times;
  }
}
