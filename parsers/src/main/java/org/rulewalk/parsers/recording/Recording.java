package org.rulewalk.parsers.recording;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;

/**
 * One recording: pcap or pcapng, plain, or compressed with gzip or zstd.
 *
 * <p>A frame costs no allocation; the file is read in pieces of a megabyte. Not thread-safe.
 */
public final class Recording implements Closeable {
  private static final int PEEK = 4;
  private static final int GZIP = 0x1f8b;
  private static final int ZSTD = 0x28b52ffd;

  private final String name;
  private final FrameReader reader;
  private final Counting raw;
  private final long size;

  private Recording(String name, FrameReader reader, Counting raw, long size) {
    this.name = name;
    this.reader = reader;
    this.raw = raw;
    this.size = size;
  }

  /**
   * Opens a file.
   *
   * @throws BadRecording if it is none
   */
  public static Recording open(Path file, Troubles troubles) throws IOException {
    return open(Files.newInputStream(file), file.toString(), Files.size(file), troubles);
  }

  /**
   * Reads a stream.
   *
   * @param size of the stream in bytes, for the progress; 0 if it isn't known
   * @throws BadRecording if it is none
   */
  public static Recording open(InputStream in, String name, long size, Troubles troubles)
      throws IOException {
    Counting raw = new Counting(in);
    ByteFeed feed = new ByteFeed(plain(raw));
    try {
      if (!feed.has(PEEK)) {
        throw new BadRecording(
            name + ": is empty or shorter than any recording: " + feed.rest() + " bytes");
      }
      FrameReader reader =
          feed.int32(0, true) == PcapngReader.SECTION
              ? new PcapngReader(feed, name, troubles)
              : PcapReader.of(feed, name, troubles);
      return new Recording(name, reader, raw, size);
    } catch (IOException e) {
      feed.close();
      throw e;
    }
  }

  /** Takes compression away, also a second layer of it. */
  private static InputStream plain(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    int magic = peek(buffered);
    if (magic >>> 16 == GZIP) {
      return new GZIPInputStream(buffered, 1 << 16);
    }
    return magic == ZSTD ? new ZstdCompressorInputStream(buffered) : buffered;
  }

  private static int peek(BufferedInputStream in) throws IOException {
    in.mark(PEEK);
    byte[] bytes = in.readNBytes(PEEK);
    in.reset();
    int magic = 0;
    for (byte one : bytes) {
      magic = magic << 8 | one & 0xff;
    }
    return bytes.length < PEEK ? 0 : magic;
  }

  /** The file's name. */
  public String name() {
    return name;
  }

  /** Reads the next frame; false at the end. */
  public boolean next(Frame frame) throws IOException {
    return reader.next(frame);
  }

  /** How many bytes of the file, as it lies on the disk, were read. */
  public long bytesRead() {
    return raw.count;
  }

  /** The file's size in bytes; 0 if it isn't known. */
  public long size() {
    return size;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** Counts what is read. */
  private static final class Counting extends FilterInputStream {
    private long count;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      count += Math.max(0, read);
      return read;
    }
  }
}
