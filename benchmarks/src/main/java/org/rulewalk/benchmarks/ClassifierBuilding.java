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
import org.rulewalk.simulator.classify.Boxes;
import org.rulewalk.simulator.classify.Classifier;

/** Milliseconds to build a classifier. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ClassifierBuilding {
  /** How many rules. */
  @Param({"1000", "10000", "100000"})
  public int rules;

  /** Their shape. */
  @Param({"ACL", "FW", "IPC"})
  public FiveTuples.Shape shape;

  private Boxes boxes;

  /** Makes the rules. */
  @Setup
  public void make() {
    boxes = FiveTuples.of(shape, rules).boxes();
  }

  /** Builds it. */
  @Benchmark
  public Classifier build() {
    return Classifier.of(boxes);
  }
}
