package org.rulewalk.parsers.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.rulewalk.parsers.source.Problems;

/**
 * The journals of a capture. Loading a capture leaves them out, because they may be larger than
 * memory; here they are streams.
 */
public final class CaptureJournals {
  /** The name under which dom0's journal goes. */
  public static final String DOM0 = "dom0";

  private final FileStore store;
  private final List<Journal> journals;

  private CaptureJournals(FileStore store, List<Journal> journals) {
    this.store = store;
    this.journals = List.copyOf(journals);
  }

  /**
   * One journal.
   *
   * @param path in the store
   * @param file path inside the capture
   * @param machine whose it is
   */
  private record Journal(String path, String file, String machine, long sizeBytes) {}

  /** Takes journals one by one. */
  public interface Receiver {
    /** A journal of a machine, by its path inside the capture. */
    void journal(String machine, String file, InputStream in) throws IOException;
  }

  /**
   * The journals of the capture at this place. A file that is no capture but stands alone is taken
   * for a journal.
   *
   * @throws IOException if there is nothing to read
   */
  public static CaptureJournals of(Path path) throws IOException {
    Path file = path.getFileName() == null ? path.toAbsolutePath().normalize() : path;
    FileStore store = CaptureLoader.store(file);
    List<FileStore.Listed> files = store.list(new Problems());
    Layout layout = CaptureLoader.layout(file, files);
    List<Journal> journals = new ArrayList<>();
    for (FileStore.Listed listed : files) {
      machine(layout, listed.path())
          .ifPresent(
              machine ->
                  journals.add(
                      new Journal(
                          listed.path(),
                          layout.inside(listed.path()).orElse(listed.path()),
                          machine,
                          listed.sizeBytes())));
    }
    boolean alone =
        journals.isEmpty() && Files.isRegularFile(file) && store instanceof SingleFileStore;
    if (alone) {
      FileStore.Listed only = files.get(0);
      journals.add(
          new Journal(
              only.path(),
              only.path(),
              layout.plainMachine().orElse(only.path()),
              only.sizeBytes()));
    }
    return new CaptureJournals(store, journals);
  }

  private static Optional<String> machine(Layout layout, String path) {
    Optional<String> inside = layout.inside(path);
    if (inside.isEmpty()) {
      return Optional.empty();
    }
    if (layout.plainMachine().isEmpty() && inside.get().startsWith(DOM0 + "/")) {
      String name = inside.get().substring(DOM0.length() + 1);
      return FileKind.ofName(name) == FileKind.JOURNAL ? Optional.of(DOM0) : Optional.empty();
    }
    return layout
        .machine(inside.get())
        .filter(machine -> FileKind.ofName(layout.name(inside.get())) == FileKind.JOURNAL);
  }

  /** The machines that have one. */
  public List<String> machines() {
    return journals.stream().map(Journal::machine).distinct().toList();
  }

  /** How many bytes the journals of some machines have, as far as the store tells. */
  public long sizeBytes(Predicate<String> machines) {
    return journals.stream()
        .filter(journal -> machines.test(journal.machine()))
        .mapToLong(Journal::sizeBytes)
        .sum();
  }

  /**
   * Opens the journals of some machines, one after the other.
   *
   * @throws IOException if one breaks off; what was read before was handed over
   */
  public void read(Predicate<String> machines, Receiver receiver) throws IOException {
    store.stream(
        path ->
            journals.stream().anyMatch(j -> j.path().equals(path) && machines.test(j.machine())),
        (listed, in) -> {
          for (Journal journal : journals) {
            if (journal.path().equals(listed.path())) {
              receiver.journal(journal.machine(), journal.file(), in);
            }
          }
        });
  }
}
