package org.rulewalk.parsers.capture;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.value.Source;

/** Unpacks entries up to a limit for each and for all, whatever sizes the archive claims. */
final class BoundedReader {
  private static final int LARGEST = 256 << 20;
  private static final long ALL = 768L << 20;

  private final Problems problems;
  private long total;

  BoundedReader(Problems problems) {
    this.problems = problems;
  }

  /** The bytes of an entry; empty, with a problem, if it is too large or broken. */
  Optional<byte[]> read(String path, InputStream in) {
    Source place = new Source(path, 0, 0, "");
    byte[] bytes;
    try {
      bytes = in.readNBytes(LARGEST + 1);
    } catch (IOException e) {
      problems.error(
          "archive-broken", "the entry can't be unpacked", place, 0, "pack the capture again");
      return Optional.empty();
    }
    total += bytes.length;
    if (bytes.length > LARGEST || total > ALL) {
      problems.error("too-large", "more bytes than a capture may hold: not read", place, 0, "");
      return Optional.empty();
    }
    return Optional.of(bytes);
  }

  boolean isExhausted() {
    return total > ALL;
  }
}
