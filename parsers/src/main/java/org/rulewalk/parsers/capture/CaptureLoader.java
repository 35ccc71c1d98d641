package org.rulewalk.parsers.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.value.Source;

/**
 * Loads captures: a directory in the layout {@code rulewalk-capture/1}, the same as .tar, .tar.gz
 * or .zip, a directory of one machine's dumps, or a single dump.
 *
 * <p>Bad input never throws: what can't be read is told by the report, and the rest is loaded.
 * Nothing is written anywhere. Time is linear in the size of the capture; memory is some four times
 * its text.
 */
public final class CaptureLoader {
  private static final String UNNAMED = "this-machine";

  private CaptureLoader() {}

  /** What the capture at this place holds; with an error in its report if there is none. */
  public static Capture load(Path path) {
    Problems problems = new Problems();
    Loading loading = new Loading(RuleParsers.STANDARD, problems);
    Path file = path.getFileName() == null ? path.toAbsolutePath().normalize() : path;
    String shown = file.getFileName() == null ? file.toString() : file.getFileName().toString();
    Source whole = new Source(shown, 0, 0, "");
    try {
      FileStore store = store(file);
      List<FileStore.Listed> files = store.list(problems);
      if (files.isEmpty()) {
        problems.error("capture-empty", "there are no files in the capture", whole, 0, "");
      }
      loading.begin(files, layout(file, files));
      store.read(loading::wants, loading::file, problems);
    } catch (IOException e) {
      problems.error(
          "capture-unreadable",
          "the capture can't be read: " + e.getMessage(),
          whole,
          0,
          "give a directory, a .tar.gz, a .zip, or a file of rules");
    }
    return loading.finished();
  }

  static Layout layout(Path path, List<FileStore.Listed> files) {
    return Layout.of(files, Files.isDirectory(path) ? directoryName(path) : UNNAMED);
  }

  private static String directoryName(Path directory) {
    Path name = directory.toAbsolutePath().normalize().getFileName();
    return name == null ? UNNAMED : name.toString();
  }

  static FileStore store(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      // the user may name a link; links inside are another matter
      return new DirectoryStore(path.toRealPath());
    }
    if (!Files.isRegularFile(path)) {
      throw new IOException(Files.exists(path) ? "neither a file nor a directory" : "no such file");
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(path)) {
      start = in.readNBytes(512);
    }
    boolean zip = start.length > 3 && start[0] == 'P' && start[1] == 'K' && start[2] <= 5;
    return zip
        ? new ZipStore(path)
        : TarStore.of(path, start).orElseGet(() -> new SingleFileStore(path));
  }
}
