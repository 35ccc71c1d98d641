package org.rulewalk.diagnostics.fixes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.rulewalk.fixtures.Fixtures;

/** Runs trials with {@code fixtures/try-fixes}, two at a time, until a time is over. */
final class Lab {
  private static final int AT_ONCE = 2;

  private final ObjectMapper mapper = new ObjectMapper();
  private final long end;

  Lab(long nanoseconds) {
    this.end = System.nanoTime() + nanoseconds;
  }

  /** Those that were tried in time; one that fails is tried once more, for the clock's sake. */
  List<Trial.Outcome> run(List<Trial> trials) throws InterruptedException {
    Queue<Trial> waiting = new ConcurrentLinkedQueue<>(trials);
    List<Trial.Outcome> outcomes = Collections.synchronizedList(new ArrayList<>());
    List<Throwable> broken = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      Thread thread = new Thread(() -> work(waiting, outcomes));
      thread.setUncaughtExceptionHandler((t, failure) -> broken.add(failure));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (!broken.isEmpty()) {
      throw new IllegalStateException("the lab does not run", broken.get(0));
    }
    return outcomes;
  }

  private void work(Queue<Trial> waiting, List<Trial.Outcome> outcomes) {
    Path program = Fixtures.own().get(0).directory().resolve("../../try-fixes").normalize();
    try {
      Process process =
          new ProcessBuilder(program.toString(), "-")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (Writer in = process.outputWriter(StandardCharsets.UTF_8);
          BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
        for (Trial trial = waiting.poll();
            trial != null && System.nanoTime() < end;
            trial = waiting.poll()) {
          Trial.Outcome outcome = ask(trial, in, out);
          outcomes.add(outcome.isSuccess() ? outcome : ask(trial, in, out));
        }
      }
      process.destroy();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Trial.Outcome ask(Trial trial, Writer in, BufferedReader out) throws IOException {
    in.write(trial.line().toString() + "\n");
    in.flush();
    String line = out.readLine();
    if (line == null) {
      throw new IOException(trial.question() + ": no answer from the lab");
    }
    JsonNode answer = mapper.readTree(line);
    String errors = answer.path("errors").isEmpty() ? "" : " " + answer.path("errors");
    return new Trial.Outcome(trial, answer.path("after").asText(), errors);
  }
}
