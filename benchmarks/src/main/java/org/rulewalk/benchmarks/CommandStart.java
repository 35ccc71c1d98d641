package org.rulewalk.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Milliseconds for a command from the shell to its end. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 8)
@Fork(1)
public class CommandStart {
  /** What is run. */
  @Param({
    "./rulewalk --version",
    "./rulewalk check fixtures/captures/r42-port-forward/capture",
    "./rulewalk why fixtures/captures/r42-port-forward/capture outside 198.51.100.10 tcp/443"
  })
  public String command;

  /** Runs it. */
  @Benchmark
  public int run() throws IOException, InterruptedException {
    int status =
        new ProcessBuilder(List.of(command.split(" ")))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (status > 1) {
      throw new IllegalStateException(command + " ends with " + status);
    }
    return status;
  }
}
