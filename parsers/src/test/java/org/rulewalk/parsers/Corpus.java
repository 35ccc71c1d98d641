package org.rulewalk.parsers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.rulewalk.parsers.source.SourceText;

/**
 * Rulesets to read: real ones of public projects, where {@code ../shared/corpus} lies beside the
 * checkout, and those of the checkout's own captures.
 */
public final class Corpus {
  private Corpus() {}

  private static Optional<Path> above(String folder) {
    return Stream.iterate(Path.of("").toAbsolutePath(), at -> at != null, Path::getParent)
        .map(at -> at.resolve(folder))
        .filter(Files::isDirectory)
        .findFirst();
  }

  /** The corpus; a test that asks for it is left out where there is none, and says so. */
  public static Path root() {
    Optional<Path> found = above("shared/corpus");
    assumeTrue(found.isPresent(), "no ../shared/corpus beside the checkout");
    return found.get();
  }

  /** Whether there is a corpus. */
  public static boolean isThere() {
    return above("shared/corpus").isPresent();
  }

  /** Files of the corpus in one of its folders, or in all; in order of their paths. */
  public static List<Path> files(String folder, String ending) {
    return files(root().resolve(folder), ending);
  }

  private static List<Path> files(Path folder, String ending) {
    try (Stream<Path> found = Files.walk(folder)) {
      return found
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(ending))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Files of this name in all machines of all captures of the checkout. */
  public static List<Path> captured(String name) {
    return files(above("fixtures/captures").orElseThrow(), "/" + name);
  }

  /** The captures of the checkout. */
  public static List<Path> captures() {
    try (Stream<Path> found = Files.list(above("fixtures/captures").orElseThrow())) {
      return found
          .map(folder -> folder.resolve("capture"))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of a file, under its last two names. */
  public static SourceText text(Path file) {
    try {
      String name = file.getParent().getFileName() + "/" + file.getFileName();
      return SourceText.decode(name, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
