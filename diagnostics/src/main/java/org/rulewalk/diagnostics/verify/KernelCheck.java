package org.rulewalk.diagnostics.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.rulewalk.diagnostics.json.ProbeLine;
import org.rulewalk.diagnostics.json.TraceJson;
import org.rulewalk.diagnostics.why.AssumedSockets;
import org.rulewalk.fixtures.Agreement;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.KernelAnswers;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Network;

/** Builds a capture again in namespaces of this machine's kernel and asks both the same. */
public final class KernelCheck {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long LONGEST_MINUTES = 12;

  private final Path lab;
  private final Optional<Path> out;

  /**
   * A check.
   *
   * @param lab the program of the kernel lab
   * @param out an empty directory for what is asked and answered; without one, a new directory is
   *     kept where there is a disagreement
   */
  public KernelCheck(Path lab, Optional<Path> out) {
    this.lab = lab;
    this.out = out;
  }

  /** What is to be asked: probes of a file, and at most so many of a seed. */
  public record Questions(List<JsonNode> given, int count, long seed) {
    /** Keeps a copy. */
    public Questions {
      given = List.copyOf(given);
    }
  }

  /**
   * Asks, and compares.
   *
   * @throws IOException if the lab can't be run or fails; the message holds its last words
   */
  public Verification run(Capture capture, Questions questions) throws IOException {
    Rebuild rebuild = new Rebuild(capture);
    ObjectNode scenario = rebuild.scenario();
    ArrayNode probes = scenario.putArray("probes");
    questions.given().forEach(probes::add);
    probes.addAll(
        new Probes(capture.network(), rebuild.wired(), questions.seed()).make(questions.count()));
    try (Scratch scratch = Scratch.open(out)) {
      Path file = scratch.path().resolve("scenario.json");
      Files.write(file, Rebuild.bytes(scenario));
      ask(file, scratch);
      Verification result = compared(rebuild, scratch.path());
      if (result.disagreements().isEmpty() && out.isEmpty()) {
        return result;
      }
      scratch.keep();
      return result.keptIn(scratch.path());
    }
  }

  /**
   * Compares with what the kernel answered an earlier run.
   *
   * @param asked the directory where that run kept probes and answers
   */
  public static Verification again(Capture capture, Path asked) {
    Rebuild rebuild = new Rebuild(capture);
    rebuild.scenario();
    return compared(rebuild, asked);
  }

  private void ask(Path scenario, Scratch scratch) throws IOException {
    Path log = scratch.path().resolve("lab.log");
    Process process =
        new ProcessBuilder(
                "/usr/bin/python3", lab.toString(), scenario.toString(), scratch.path().toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    scratch.writtenBy(process);
    try {
      if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
        throw new IOException("the kernel lab did not end in " + LONGEST_MINUTES + " minutes");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (process.exitValue() != 0) {
      scratch.keep();
      throw new IOException(
          "the machines could not be built: " + lastLine(log) + " (see " + log + ")");
    }
  }

  private static String lastLine(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log).stream().filter(l -> !l.isBlank()).toList();
    return lines.isEmpty() ? "the lab says nothing" : lines.get(lines.size() - 1);
  }

  private static Verification compared(Rebuild rebuild, Path asked) {
    Network network = AssumedSockets.apply(rebuild.network());
    Simulator simulator = new Simulator(network);
    TraceJson writer = new TraceJson(network);
    KernelAnswers answers = KernelAnswers.read(Fixture.at(asked));
    Map<String, State> states = new HashMap<>();
    Map<String, Set<String>> guessed = new HashMap<>();
    List<Verification.Disagreement> disagreements = new ArrayList<>();
    int agreed = 0;
    List<Verification.Undecided> undecided = new ArrayList<>();
    for (String id : answers.ids()) {
      ProbeLine probe = ProbeLine.parse(answers.probe(id).toString());
      State before = State.EMPTY;
      // what earlier packets left behind is as sure as what was known of them
      Set<String> doubts = new LinkedHashSet<>();
      for (String earlier : probe.after()) {
        before = states.getOrDefault(earlier, before);
        doubts.addAll(guessed.getOrDefault(earlier, Set.of()));
      }
      Outcome outcome =
          simulator.run(
              probe.probe(),
              before,
              (machine, doubt) -> {
                doubts.add(doubt.subject());
                return doubt.likely();
              });
      states.put(id, outcome.after());
      guessed.put(id, doubts);
      JsonNode answer = writer.answer(id, outcome.trace());
      Agreement agreement = answers.compare(answer);
      if (agreement.exact()) {
        agreed++;
      } else if (!doubts.isEmpty()) {
        undecided.add(
            new Verification.Undecided(id, agreement.difference().orElse(""), List.copyOf(doubts)));
      } else {
        disagreements.add(
            new Verification.Disagreement(
                answers.probe(id),
                agreement.difference().orElse(""),
                answers.expected(id),
                answer));
      }
    }
    return new Verification(
        answers.ids().size(),
        agreed,
        undecided,
        disagreements,
        rebuild.notRebuilt(),
        Optional.empty());
  }

  /** Probes of a file, one a line. */
  public static List<JsonNode> probes(List<String> lines) throws IOException {
    List<JsonNode> probes = new ArrayList<>();
    for (String line : lines) {
      if (!line.isBlank()) {
        probes.add(MAPPER.readTree(line));
      }
    }
    return probes;
  }
}
