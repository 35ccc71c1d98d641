package org.rulewalk.parsers.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.rulewalk.parsers.source.Problems;

/** A zip archive, read in place. */
final class ZipStore implements FileStore {
  private final Path archive;

  ZipStore(Path archive) {
    this.archive = archive;
  }

  @Override
  public List<Listed> list(Problems problems) throws IOException {
    ArchiveEntries entries = new ArchiveEntries(problems);
    try (ZipFile zip = open()) {
      Enumeration<ZipArchiveEntry> all = zip.getEntries();
      while (all.hasMoreElements() && !entries.isFull()) {
        ZipArchiveEntry entry = all.nextElement();
        if (!entry.isDirectory()) {
          entries.add(entry.getName(), Math.max(0, entry.getSize()), !entry.isUnixSymlink());
        }
      }
    }
    return entries.sorted();
  }

  private ZipFile open() throws IOException {
    return ZipFile.builder().setPath(archive).get();
  }

  @Override
  public void stream(Predicate<String> wanted, Streams receiver) throws IOException {
    ArchiveEntries entries = new ArchiveEntries(new Problems());
    try (ZipFile zip = open()) {
      Enumeration<ZipArchiveEntry> all = zip.getEntries();
      while (all.hasMoreElements() && !entries.isFull()) {
        ZipArchiveEntry entry = all.nextElement();
        long size = Math.max(0, entry.getSize());
        Optional<String> path =
            entry.isDirectory()
                ? Optional.empty()
                : entries.add(entry.getName(), size, !entry.isUnixSymlink()).filter(wanted);
        if (path.isPresent()) {
          try (InputStream in = zip.getInputStream(entry)) {
            receiver.file(new Listed(path.get(), size), in);
          }
        }
      }
    }
  }

  @Override
  public void read(Predicate<String> wanted, Receiver receiver, Problems problems)
      throws IOException {
    ArchiveEntries entries = new ArchiveEntries(new Problems());
    BoundedReader reader = new BoundedReader(problems);
    try (ZipFile zip = open()) {
      Enumeration<ZipArchiveEntry> all = zip.getEntries();
      while (all.hasMoreElements() && !entries.isFull() && !reader.isExhausted()) {
        ZipArchiveEntry entry = all.nextElement();
        Optional<String> path =
            entry.isDirectory()
                ? Optional.empty()
                : entries
                    .add(entry.getName(), entry.getSize(), !entry.isUnixSymlink())
                    .filter(wanted);
        if (path.isPresent()) {
          try (InputStream in = zip.getInputStream(entry)) {
            reader.read(path.get(), in).ifPresent(bytes -> receiver.file(path.get(), bytes));
          }
        }
      }
    }
  }
}
