package org.rulewalk.parsers.capture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.value.Source;

/** Which entries of an archive are files that may be read. */
final class ArchiveEntries {
  private final Problems problems;
  private final Set<String> seen = new HashSet<>();
  private final List<FileStore.Listed> files = new ArrayList<>();
  private boolean full;

  ArchiveEntries(Problems problems) {
    this.problems = problems;
  }

  /**
   * Takes an entry; {@code regular} tells that it is no link, device or pipe. The clean name if it
   * counts.
   */
  Optional<String> add(String name, long size, boolean regular) {
    Optional<String> clean = SafePath.clean(name);
    if (clean.isEmpty()) {
      refuse(
          "unsafe-file", "the entry's name leads out of the archive or is absurd: not read", name);
    } else if (!regular) {
      refuse("unsafe-file", "the entry is a link or a device: not read", clean.get());
    } else if (files.size() >= FileStore.MOST_FILES) {
      full = true;
      refuse(
          "too-many-files",
          "more than " + FileStore.MOST_FILES + " files, the rest is not read",
          "");
    } else if (seen.add(clean.get())) {
      files.add(new FileStore.Listed(clean.get(), size));
      return clean;
    } else {
      refuse("duplicate-file", "the archive holds this name twice: the first counts", clean.get());
    }
    return Optional.empty();
  }

  private void refuse(String id, String message, String name) {
    problems.error(id, message, new Source(shown(name), 0, 0, ""), 0, "");
  }

  /** The name with control characters visible, and cut. */
  private static String shown(String name) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(name.length(), 200); i++) {
      char c = name.charAt(i);
      text.append(c < ' ' || c == 0x7f ? '\ufffd' : c);
    }
    return text.toString();
  }

  boolean isFull() {
    return full;
  }

  List<FileStore.Listed> sorted() {
    return files.stream().sorted(Comparator.comparing(FileStore.Listed::path)).toList();
  }
}
