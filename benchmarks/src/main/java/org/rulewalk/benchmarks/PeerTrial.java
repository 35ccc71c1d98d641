package org.rulewalk.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.rulewalk.simulator.classify.BatchLookup;
import org.rulewalk.simulator.classify.Boxes;
import org.rulewalk.simulator.classify.Classifier;

/**
 * Our side of a comparison with another program: writes rules and packets to files, then measures.
 *
 * <p>Arguments: shape, number of rules, directory, passes. Prints one line of figures; times are of
 * the thread's CPU, so that others on the machine count less: of the best pass and the mean of all.
 */
public final class PeerTrial {
  private static final int PACKETS = 65_536;
  private static final int WARM_UP = 60;

  private PeerTrial() {}

  /** Writes, measures, prints. */
  public static void main(String[] args) throws IOException {
    FiveTuples rules = FiveTuples.of(FiveTuples.Shape.valueOf(args[0]), Integer.parseInt(args[1]));
    long[] trace = rules.trace(PACKETS);
    write(rules, trace, Path.of(args[2]));
    ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
    Boxes boxes = rules.boxes();
    long begin = cpu.getCurrentThreadCpuTime();
    Classifier classifier = Classifier.of(boxes);
    double cold = (cpu.getCurrentThreadCpuTime() - begin) / 1e9;
    begin = cpu.getCurrentThreadCpuTime();
    Classifier.of(boxes);
    double warm = (cpu.getCurrentThreadCpuTime() - begin) / 1e9;
    BatchLookup batch = new BatchLookup(classifier);
    int[] found = new int[PACKETS];
    for (int i = 0; i < WARM_UP; i++) {
      batch.first(trace, PACKETS, found);
      single(classifier, trace, found);
    }
    long batched = Long.MAX_VALUE;
    long single = Long.MAX_VALUE;
    int passes = Integer.parseInt(args[3]);
    double share = 1.0 / passes / PACKETS;
    double batchedMean = 0;
    double singleMean = 0;
    for (int pass = passes; pass > 0; pass--) {
      long start = cpu.getCurrentThreadCpuTime();
      single(classifier, trace, found);
      long middle = cpu.getCurrentThreadCpuTime();
      batch.first(trace, PACKETS, found);
      long end = cpu.getCurrentThreadCpuTime();
      batched = Math.min(batched, end - middle);
      single = Math.min(single, middle - start);
      batchedMean += (end - middle) * share;
      singleMean += (middle - start) * share;
    }
    System.out.printf(
        Locale.ROOT,
        "rulewalk rules=%d batch_ns=%.1f single_ns=%.1f batch_mean=%.1f single_mean=%.1f"
            + " cold_build_s=%.3f build_s=%.3f bytes_per_rule=%.0f trees=%d answers=%016x%n",
        rules.size(),
        (double) batched / PACKETS,
        (double) single / PACKETS,
        batchedMean,
        singleMean,
        cold,
        warm,
        (double) classifier.bytes() / rules.size(),
        classifier.trees(),
        hash(found));
  }

  private static void single(Classifier classifier, long[] trace, int[] found) {
    for (int i = 0; i < PACKETS; i++) {
      found[i] = classifier.first(trace, i * FiveTuples.LAYOUT.words(), 0);
    }
  }

  /** Changes with any answer and with their order. */
  private static long hash(int[] found) {
    long hash = 0;
    for (int box : found) {
      hash = hash * 31 + box;
    }
    return hash;
  }

  private static void write(FiveTuples rules, long[] trace, Path directory) throws IOException {
    Files.writeString(directory.resolve("rules"), rules.text());
    StringBuilder packets = new StringBuilder();
    for (int i = 0; i < PACKETS; i++) {
      packets.append(FiveTuples.text(trace, i)).append('\n');
    }
    Files.writeString(directory.resolve("trace"), packets);
  }
}
