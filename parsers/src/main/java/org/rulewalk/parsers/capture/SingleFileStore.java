package org.rulewalk.parsers.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.rulewalk.parsers.source.Problems;

/** One file alone. */
final class SingleFileStore implements FileStore {
  private final Path file;

  SingleFileStore(Path file) {
    this.file = file;
  }

  @Override
  public List<Listed> list(Problems problems) throws IOException {
    return List.of(new Listed(name(), Files.size(file)));
  }

  @Override
  public void stream(Predicate<String> wanted, Streams receiver) throws IOException {
    if (wanted.test(name())) {
      try (InputStream in = Files.newInputStream(file)) {
        receiver.file(new Listed(name(), Files.size(file)), in);
      }
    }
  }

  private String name() {
    return file.getFileName().toString();
  }

  @Override
  public void read(Predicate<String> wanted, Receiver receiver, Problems problems)
      throws IOException {
    if (wanted.test(name())) {
      receiver.file(name(), Files.readAllBytes(file));
    }
  }
}
