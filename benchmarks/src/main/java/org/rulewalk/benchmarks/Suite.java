package org.rulewalk.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs all benchmarks, prints one table, and writes the results as JSON and a plot.
 *
 * <p>Arguments: a directory for {@code results.json} and {@code matching.svg}; {@code --quick} for
 * fewer sizes and shorter measurements.
 */
public final class Suite {
  private final boolean quick;
  private final List<RunResult> results = new ArrayList<>();

  private Suite(boolean quick) {
    this.quick = quick;
  }

  /** Runs, prints, writes. */
  public static void main(String[] args) throws RunnerException, IOException {
    Suite suite = new Suite(args.length > 1 && args[1].equals("--quick"));
    suite.run();
    suite.print();
    Path directory = Files.createDirectories(Path.of(args[0]));
    String json = directory.resolve("results.json").toString();
    ResultFormatFactory.getInstance(ResultFormatType.JSON, json).writeOut(suite.results);
    Files.writeString(directory.resolve("matching.svg"), suite.plot().svg());
  }

  private void run() throws RunnerException {
    run(ofClass(ThreeMachines.class, 10));
    run(few(walks("IPV4"), "hit", "ANY"));
    run(walks("IPV6").param("hit", "ANY"));
    run(few(ofClass(ChainCompiling.class, 1), "rules", "100000"));
    ChainedOptionsBuilder lookups =
        few(ofClass(ClassifierLookups.class, 1), "rules", "1000", "10000", "100000");
    run(few(lookups, "shape", "ACL"));
    ChainedOptionsBuilder twice = ofClass(ClassifierLookups.class, 1).threads(2);
    run(twice.param("rules", "10000").param("shape", "ACL"));
    ChainedOptionsBuilder building = few(ofClass(ClassifierBuilding.class, 1), "rules", "100000");
    run(few(building, "shape", "ACL"));
    run(few(ofClass(DumpParsing.class, 2), "rules", "1000"));
    run(ofClass(CommandStart.class, 1));
  }

  private ChainedOptionsBuilder walks(String family) {
    return few(ofClass(ChainWalks.class, 1).param("family", family), "rules", "10000");
  }

  private ChainedOptionsBuilder ofClass(Class<?> benchmarks, int warmUp) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + benchmarks.getName() + "\\.")
            .jvmArgs("-Xmx3g", "-XX:+UseSerialGC")
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class);
    if (quick && benchmarks == CommandStart.class) {
      return options.warmupIterations(1).measurementIterations(2);
    }
    TimeValue brief = TimeValue.milliseconds(300);
    return quick
        ? options
            .warmupIterations(2 * warmUp)
            .warmupTime(brief)
            .measurementIterations(2)
            .measurementTime(brief)
        : options;
  }

  /** With fewer values of a parameter, if it has to be quick. */
  private ChainedOptionsBuilder few(ChainedOptionsBuilder options, String name, String... values) {
    return quick ? options.param(name, values) : options;
  }

  private void run(ChainedOptionsBuilder options) throws RunnerException {
    Collection<RunResult> some = new Runner(options.build()).run();
    some.forEach(result -> System.err.println(line(result)));
    results.addAll(some);
  }

  private void print() {
    System.out.printf("%-62s %14s %10s  %-8s %s%n", "benchmark", "score", "±", "unit", "B/op");
    results.forEach(result -> System.out.println(line(result)));
  }

  private static String line(RunResult result) {
    BenchmarkParams asked = result.getParams();
    String name = asked.getBenchmark().replaceFirst("^.*\\.(\\w+\\.\\w+)$", "$1");
    String with =
        asked.getParamsKeys().stream().map(asked::getParam).collect(Collectors.joining(" "));
    String threads = asked.getThreads() > 1 ? " " + asked.getThreads() + " threads" : "";
    Result<?> score = result.getPrimaryResult();
    Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
    return String.format(
        Locale.ROOT,
        "%-62s %14.1f %10.1f  %-8s %s",
        name + " " + with + threads,
        score.getScore(),
        Double.isNaN(score.getScoreError()) ? 0 : score.getScoreError(),
        score.getScoreUnit(),
        bytes == null ? "" : String.format(Locale.ROOT, "%.0f", bytes.getScore()));
  }

  /** Lookups a second by the number of rules. */
  private Plot plot() {
    Plot plot = new Plot("packets a second on one core", "rules");
    for (RunResult result : results) {
      BenchmarkParams asked = result.getParams();
      String name = asked.getBenchmark().replaceFirst("^.*\\.", "");
      boolean lookup = asked.getBenchmark().contains(ClassifierLookups.class.getSimpleName());
      boolean walk = asked.getBenchmark().contains(ChainWalks.class.getSimpleName());
      boolean shown =
          lookup && asked.getThreads() == 1
              || walk
                  && asked.getParam("hit").equals("ANY")
                  && asked.getParam("family").equals("IPV4");
      if (shown) {
        String line = lookup ? asked.getParam("shape") + " " + name : "whole chain, " + name;
        double rules = Double.parseDouble(asked.getParam("rules"));
        plot.add(line, rules, 1e9 / result.getPrimaryResult().getScore());
      }
    }
    return plot;
  }
}
