package org.rulewalk.diagnostics.expose;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;

/** A port of a recorded network exposed, for tests. */
final class Exposed {
  private Exposed() {}

  /** {@code "work tcp/443 198.51.100.0/24"}: the VM, the service, and from where. */
  static Exposure in(String fixture, String wish) {
    return in(fixture, wish, Optional.empty());
  }

  static Exposure in(String fixture, String wish, Optional<Integer> port) {
    return at(Fixtures.named(fixture).capture(), wish, port);
  }

  static Exposure at(Path path, String wish, Optional<Integer> port) {
    return of(CaptureLoader.load(path), path, wish, port);
  }

  static Exposure of(Capture capture, Path path, String wish, Optional<Integer> port) {
    String[] words = wish.split(" ");
    Optional<String> from = words.length > 2 ? Optional.of(words[2]) : Optional.empty();
    return Exposing.of(
        capture,
        Wish.of(words[0], words[1], port, from, Optional.empty()),
        JournalEvidence.of(path, capture),
        share -> {});
  }

  /** The recorded networks in which something outside leads to the VM "work". */
  static List<Fixture> suitable(List<Fixture> fixtures) {
    return fixtures.stream().filter(Exposed::isSuitable).toList();
  }

  private static boolean isSuitable(Fixture fixture) {
    Capture capture = CaptureLoader.load(fixture.capture());
    boolean ends = capture.network().machine("work").filter(m -> !m.isExternal()).isPresent();
    return ends
        && capture.network().machines().containsKey("sys-net")
        && capture.network().machines().values().stream().anyMatch(m -> m.isExternal());
  }

  /** All commands of a machine, to be run now. */
  static List<String> now(Exposure exposure, String machine) {
    return exposure.steps().stream()
        .filter(step -> step.stop().machine().equals(machine))
        .flatMap(step -> step.now().stream())
        .toList();
  }
}
