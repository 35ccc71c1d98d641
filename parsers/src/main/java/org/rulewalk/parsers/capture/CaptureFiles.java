package org.rulewalk.parsers.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.source.Problems;

/**
 * The files of a capture as they are, journals and unknown ones too, as streams. Paths are safe:
 * none leads out of the capture.
 */
public final class CaptureFiles {
  private CaptureFiles() {}

  /** Takes files one by one. */
  public interface Receiver {
    /**
     * A file.
     *
     * @param machine whose it is; empty for those of the whole capture
     * @param inside its path inside the capture, as reports name it
     * @param name its path inside the machine's folder, or else inside the capture
     */
    void file(Optional<String> machine, String inside, String name, InputStream in)
        throws IOException;
  }

  /**
   * Hands over every file of the capture at this place.
   *
   * @throws IOException if there is nothing to read, or a file breaks off
   */
  public static void read(Path path, Receiver receiver, Problems problems) throws IOException {
    Path file = path.getFileName() == null ? path.toAbsolutePath().normalize() : path;
    FileStore store = CaptureLoader.store(file);
    List<FileStore.Listed> files = store.list(problems);
    Layout layout = CaptureLoader.layout(file, files);
    Set<String> wanted = new HashSet<>();
    files.forEach(listed -> wanted.add(listed.path()));
    store.stream(
        wanted::contains,
        (listed, in) -> {
          Optional<String> inside = layout.inside(listed.path());
          if (inside.isPresent()) {
            Optional<String> machine = layout.machine(inside.get());
            String name = machine.map(m -> layout.name(inside.get())).orElse(inside.get());
            receiver.file(machine, inside.get(), name, in);
          }
        });
  }
}
