package org.rulewalk.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.rulewalk.simulator.classify.BatchLookup;
import org.rulewalk.simulator.classify.Classifier;

/** Nanoseconds a lookup: which of many five-tuple rules is the first that holds a packet. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ClassifierLookups {
  private static final int PACKETS = 65_536;

  /** How many rules. */
  @Param({"10", "100", "1000", "10000", "100000", "1000000"})
  public int rules;

  /** Their shape. */
  @Param({"ACL", "FW", "IPC"})
  public FiveTuples.Shape shape;

  private long[] trace;
  private Classifier classifier;

  /** Work space of a thread. */
  @State(Scope.Thread)
  public static class Space {
    private BatchLookup batch;
    private final int[] found = new int[PACKETS];

    /** Makes room. */
    @Setup
    public void make(ClassifierLookups of) {
      batch = new BatchLookup(of.classifier);
    }
  }

  /** Makes rules and packets, and checks the answers where that is quick. */
  @Setup
  public void make() {
    FiveTuples tuples = FiveTuples.of(shape, rules);
    classifier = Classifier.of(tuples.boxes());
    trace = tuples.trace(PACKETS);
    int[] found = new int[PACKETS];
    new BatchLookup(classifier).first(trace, PACKETS, found);
    for (int i = 0; i < PACKETS; i++) {
      if (found[i] != classifier.first(trace, i * FiveTuples.LAYOUT.words(), 0)) {
        throw new IllegalStateException("packet " + i + " has two answers");
      }
    }
  }

  /** One packet after the other. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public int single() {
    int sum = 0;
    for (int i = 0; i < PACKETS; i++) {
      sum += classifier.first(trace, i * FiveTuples.LAYOUT.words(), 0);
    }
    return sum;
  }

  /** Many packets at once. */
  @Benchmark
  @OperationsPerInvocation(PACKETS)
  public int[] batch(Space space) {
    space.batch.first(trace, PACKETS, space.found);
    return space.found;
  }
}
