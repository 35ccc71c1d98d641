package org.rulewalk.parsers.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Lines of a stream, one at a time, in bounded memory: of a longer line the first {@value #LONGEST}
 * bytes count. Not thread-safe.
 */
final class Lines {
  private static final int LONGEST = 1 << 20;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private byte[] line = new byte[1 << 12];
  private int length;
  private int at;
  private int end;
  private int number;
  private boolean cut;

  Lines(InputStream in) {
    this.in = in;
  }

  /** The next line without its end; empty at the end of the stream. */
  Optional<String> next() throws IOException {
    length = 0;
    cut = false;
    boolean any = false;
    while (fill()) {
      any = true;
      int stop = at;
      while (stop < end && buffer[stop] != '\n') {
        stop++;
      }
      take(at, stop);
      at = stop;
      if (stop < end) {
        at++;
        break;
      }
    }
    if (!any) {
      return Optional.empty();
    }
    number++;
    int kept = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    return Optional.of(new String(line, 0, kept, StandardCharsets.UTF_8));
  }

  private boolean fill() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, in.read(buffer));
    }
    return at < end;
  }

  private void take(int from, int to) {
    int count = Math.min(to - from, LONGEST - length);
    cut |= count < to - from;
    if (length + count > line.length) {
      line = java.util.Arrays.copyOf(line, Math.max(2 * line.length, length + count));
    }
    System.arraycopy(buffer, from, line, length, count);
    length += count;
  }

  /** The number of the line that was read last, from 1. */
  int number() {
    return number;
  }

  /** Whether that line was longer than what counts. */
  boolean wasCut() {
    return cut;
  }
}
