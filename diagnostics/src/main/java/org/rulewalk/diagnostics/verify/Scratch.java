package org.rulewalk.diagnostics.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A directory for what is asked and answered, and the program that writes there. Both go when this
 * is closed or the Java machine is told to end; a directory that the user named, or one that was
 * kept, stays.
 */
final class Scratch implements AutoCloseable {
  private static final long GIVING_BACK_SECONDS = 5;

  private final Path path;
  private final Thread ending = new Thread(this::abandon);
  private boolean stays;
  private Optional<Process> writer = Optional.empty();

  private Scratch(Path path, boolean stays) {
    this.path = path;
    this.stays = stays;
  }

  /** The named directory, which is made if need be, or a new one for the time being. */
  static Scratch open(Optional<Path> named) throws IOException {
    Path path =
        named.isPresent()
            ? Files.createDirectories(named.get())
            : Files.createTempDirectory("rulewalk-verify-");
    Scratch scratch = new Scratch(path, named.isPresent());
    Runtime.getRuntime().addShutdownHook(scratch.ending);
    return scratch;
  }

  Path path() {
    return path;
  }

  /** The directory stays. */
  synchronized void keep() {
    stays = true;
  }

  /** Says which program writes here. */
  synchronized void writtenBy(Process program) {
    writer = Optional.of(program);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(ending);
      abandon();
    } catch (IllegalStateException e) {
      // the Java machine is ending, and abandons it by itself
    }
  }

  private synchronized void abandon() {
    writer.ifPresent(Scratch::end);
    if (!stays) {
      remove(path);
    }
  }

  /** The lab gives its namespaces back when it is told to end; at the latest when it is gone. */
  private static void end(Process lab) {
    lab.destroy();
    try {
      if (!lab.waitFor(GIVING_BACK_SECONDS, TimeUnit.SECONDS)) {
        lab.destroyForcibly();
      }
    } catch (InterruptedException e) {
      lab.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(Path root) {
    try (Stream<Path> found = Files.walk(root)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
