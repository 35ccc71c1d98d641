package org.rulewalk.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import org.rulewalk.parsers.iptables.IptablesSaveParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.compiled.CompiledTable;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ChainWalk;
import org.rulewalk.simulator.rules.Recorder;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Our side of the comparison with the kernel: asks the chain of an {@code iptables-save} file about
 * the packets that the kernel was sent, and prints nanoseconds a packet.
 *
 * <p>Arguments: the file, passes. A packet starts as bytes whose headers were found, as in the
 * kernel; the answer is the verdict with the rule that said it.
 */
public final class KernelTrial {
  private static final int FLOWS = 64;
  private static final int FIRST_PORT = 20_000;
  private static final int ROUNDS = 2_000;

  private KernelTrial() {}

  /** Reads, measures, prints. */
  public static void main(String[] args) throws IOException {
    SourceText text = SourceText.decode(args[0], Files.readAllBytes(Path.of(args[0])));
    Table table =
        IptablesSaveParser.parse(
                text, IpVersion.IPV4, Table.Tool.IPTABLES_LEGACY, new Problems())
            .tables()
            .get(0);
    Chain.Base base = (Chain.Base) table.chain("PREROUTING").orElseThrow();
    CompiledTable compiled = CompiledTable.of(table, 1);
    BarePacket[] packets =
        IntStream.range(0, FLOWS).mapToObj(KernelTrial::packet).toArray(BarePacket[]::new);
    Last plain = new Last();
    Last fast = new Last();
    for (BarePacket packet : packets) {
      Verdict expected = ChainWalk.run(table, base, packet, plain);
      Verdict got = compiled.run(base, packet, fast);
      if (expected != got || plain.rule != fast.rule) {
        throw new IllegalStateException("plain " + expected + ", compiled " + got);
      }
    }
    double best = Double.MAX_VALUE;
    for (int pass = Integer.parseInt(args[1]); pass > 0; pass--) {
      long start = System.nanoTime();
      for (int round = 0; round < ROUNDS; round++) {
        for (BarePacket packet : packets) {
          compiled.run(base, packet, fast);
        }
      }
      best = Math.min(best, (double) (System.nanoTime() - start) / (ROUNDS * FLOWS));
    }
    System.out.printf(
        Locale.ROOT,
        "rulewalk rules=%d ns=%.1f verdict=%s rule=%d%n",
        base.rules().size(),
        best,
        compiled.run(base, packets[0], fast),
        fast.rule.number());
  }

  /** Keeps the rule that spoke last. */
  private static final class Last implements Recorder {
    private Rule rule;

    @Override
    public void rule(Table table, Chain chain, Rule matched, Verdict verdict) {
      rule = matched;
    }

    @Override
    public void policy(Table table, Chain.Base chain) {
      throw new IllegalStateException("no rule decided");
    }
  }

  private static BarePacket packet(int flow) {
    return new BarePacket(
        Packets.udp(
            IpAddress.of("10.200.0.1"),
            IpAddress.of("10.200.0.2"),
            40_000,
            FIRST_PORT + flow,
            new byte[18],
            new Packets.IpOptions(64, 0, true, 1)));
  }
}
