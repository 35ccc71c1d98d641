package org.rulewalk.parsers.capture;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.value.Source;

/**
 * A tar archive, packed with gzip or not, read in place: once for the names, once for what is
 * wanted.
 */
final class TarStore implements FileStore {
  private final Path archive;

  TarStore(Path archive) {
    this.archive = archive;
  }

  /** Takes each regular file of the archive. */
  private interface Visitor {
    void entry(String path, long size, InputStream in) throws IOException;
  }

  @Override
  public List<Listed> list(Problems problems) throws IOException {
    ArchiveEntries entries = new ArchiveEntries(problems);
    walk(entries, problems, (path, size, in) -> {});
    return entries.sorted();
  }

  @Override
  public void read(Predicate<String> wanted, Receiver receiver, Problems problems)
      throws IOException {
    BoundedReader reader = new BoundedReader(problems);
    Problems alreadyTold = new Problems();
    walk(
        new ArchiveEntries(alreadyTold),
        alreadyTold,
        (path, size, in) -> {
          if (wanted.test(path) && !reader.isExhausted()) {
            reader.read(path, in).ifPresent(bytes -> receiver.file(path, bytes));
          }
        });
  }

  @Override
  public void stream(Predicate<String> wanted, Streams receiver) throws IOException {
    Problems alreadyTold = new Problems();
    walk(
        new ArchiveEntries(alreadyTold),
        alreadyTold,
        (path, size, in) -> {
          if (wanted.test(path)) {
            receiver.file(new Listed(path, size), in);
          }
        });
  }

  private void walk(ArchiveEntries entries, Problems problems, Visitor visitor) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(open())) {
      TarArchiveEntry entry = tar.getNextEntry();
      while (entry != null && !entries.isFull() && tar.getBytesRead() < MOST_BYTES) {
        if (!entry.isDirectory() && !entry.isPaxHeader() && !entry.isGlobalPaxHeader()) {
          boolean regular =
              entry.isFile() && !entry.isSymbolicLink() && !entry.isLink() && !isDevice(entry);
          Optional<String> path = entries.add(entry.getName(), entry.getSize(), regular);
          if (path.isPresent()) {
            visitor.entry(path.get(), entry.getSize(), tar);
          }
        }
        entry = tar.getNextEntry();
      }
      if (tar.getBytesRead() >= MOST_BYTES) {
        problems.error(
            "too-large",
            "the archive unpacks to more than 4 GiB: the rest is not read",
            whole(),
            0,
            "");
      }
    } catch (IOException | IllegalArgumentException e) {
      // commons-compress throws both for damaged headers
      if (entries.sorted().isEmpty()) {
        throw new IOException(e);
      }
      problems.error(
          "archive-broken",
          "the archive breaks off: the rest is not read",
          whole(),
          0,
          "pack it again");
    }
  }

  private static boolean isDevice(TarArchiveEntry entry) {
    return entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO();
  }

  private Source whole() {
    return new Source(archive.getFileName().toString(), 0, 0, "");
  }

  private InputStream open() throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(archive));
    in.mark(2);
    boolean packed = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return packed ? new GZIPInputStream(in) : in;
  }

  /** Whether the file starts like a tar archive or a gzip stream. */
  static Optional<FileStore> of(Path file, byte[] start) {
    boolean packed = start.length > 2 && start[0] == 0x1f && start[1] == (byte) 0x8b;
    boolean plain =
        start.length > 262
            && new String(start, 257, 5, java.nio.charset.StandardCharsets.US_ASCII)
                .equals("ustar");
    return packed || plain ? Optional.of(new TarStore(file)) : Optional.empty();
  }
}
