package org.rulewalk.parsers.recording;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A stream seen through a window of one array: whoever reads asks for so many bytes in a row, and
 * looks at them in place.
 *
 * <p>Takes a megabyte at a time. An array is written to but once, so what was seen in it stays, for
 * as long as somebody holds it. Not thread-safe.
 */
final class ByteFeed implements Closeable {
  /** More than this in a row can't be asked for. */
  static final int MOST = 1 << 20;

  private static final VarHandle LITTLE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle BIG =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  byte[] bytes = new byte[MOST];
  private final InputStream in;
  private int at;
  private int end;
  private long passed;

  ByteFeed(InputStream in) {
    this.in = in;
  }

  /** Where the next byte is. */
  int at() {
    return at;
  }

  /** How many bytes were taken so far. */
  long position() {
    return passed + at;
  }

  /** Whether so many bytes follow. Fewer are kept where the stream ends before. */
  boolean has(int count) throws IOException {
    return end - at >= count || fill(count);
  }

  private boolean fill(int count) throws IOException {
    if (at + count > MOST) {
      byte[] next = new byte[MOST];
      System.arraycopy(bytes, at, next, 0, end - at);
      bytes = next;
      passed += at;
      end -= at;
      at = 0;
    }
    while (end - at < count) {
      int read = in.read(bytes, end, MOST - end);
      if (read < 0) {
        return false;
      }
      end += read;
    }
    return true;
  }

  /** How many bytes are left, once {@link #has} was false. */
  int rest() {
    return end - at;
  }

  /** Goes on behind so many bytes, which {@link #has} found. */
  void skip(int count) {
    at += count;
  }

  /** Goes on behind so many bytes; false where the stream ends before. */
  boolean skipLong(long count) throws IOException {
    long left = count;
    while (left > 0) {
      int step = (int) Math.min(left, MOST / 2);
      if (!has(step)) {
        return false;
      }
      at += step;
      left -= step;
    }
    return true;
  }

  int u8(int offset) {
    return bytes[at + offset] & 0xff;
  }

  int int32(int offset, boolean big) {
    return (int) (big ? BIG : LITTLE).get(bytes, at + offset);
  }

  int u16(int offset, boolean big) {
    int first = u8(offset);
    int second = u8(offset + 1);
    return big ? first << 8 | second : second << 8 | first;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
