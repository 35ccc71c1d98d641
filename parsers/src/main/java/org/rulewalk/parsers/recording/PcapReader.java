package org.rulewalk.parsers.recording;

import java.io.IOException;
import java.util.Locale;

/** Reads classic pcap files of either byte order, with microseconds or nanoseconds. */
final class PcapReader implements FrameReader {
  private static final int MICROS = 0xa1b2c3d4;
  private static final int NANOS = 0xa1b23c4d;
  private static final int MODIFIED = 0xa1b2cd34;
  private static final int HEADER = 24;
  private static final int RECORD = 16;
  private static final int LINK_TYPE = 20;
  private static final int LINK_TYPE_BITS = 0x0fffffff;

  private final ByteFeed feed;
  private final String name;
  private final Troubles troubles;
  private final boolean big;
  private final int unit;
  private final int recordHeader;
  private final int linkType;
  private long number;
  private boolean over;

  private PcapReader(
      ByteFeed feed,
      String name,
      Troubles troubles,
      boolean big,
      int unit,
      int recordHeader,
      int linkType) {
    this.feed = feed;
    this.name = name;
    this.troubles = troubles;
    this.big = big;
    this.unit = unit;
    this.recordHeader = recordHeader;
    this.linkType = linkType;
  }

  static PcapReader of(ByteFeed feed, String name, Troubles troubles) throws IOException {
    int little = feed.int32(0, false);
    boolean big = !isMagic(little);
    int magic = big ? feed.int32(0, true) : little;
    if (!isMagic(magic)) {
      throw new BadRecording(
          name
              + ": is no recording: it begins with "
              + String.format(Locale.ROOT, "%08x", feed.int32(0, true))
              + ", not with pcap's a1b2c3d4, pcapng's 0a0d0d0a, gzip's 1f8b or zstd's 28b52ffd");
    }
    if (!feed.has(HEADER)) {
      throw new BadRecording(
          name
              + ": ends within the file header, after "
              + feed.rest()
              + " of "
              + HEADER
              + " bytes");
    }
    int linkType = feed.int32(LINK_TYPE, big) & LINK_TYPE_BITS;
    feed.skip(HEADER);
    int recordHeader = magic == MODIFIED ? RECORD + 8 : RECORD;
    return new PcapReader(
        feed, name, troubles, big, magic == NANOS ? 1 : 1000, recordHeader, linkType);
  }

  private static boolean isMagic(int number) {
    return number == MICROS || number == NANOS || number == MODIFIED;
  }

  @Override
  public boolean next(Frame frame) throws IOException {
    if (over) {
      return false;
    }
    number++;
    if (!feed.has(recordHeader)) {
      return end(feed.rest() == 0 ? null : Troubles.Kind.CUT_OFF);
    }
    long seconds = feed.int32(0, big) & 0xffffffffL;
    long part = feed.int32(4, big) & 0xffffffffL;
    int captured = feed.int32(8, big);
    int wire = feed.int32(12, big);
    if (captured < 0 || captured > LARGEST_FRAME || wire < 0) {
      return end(Troubles.Kind.IMPOSSIBLE_LENGTH);
    }
    if (!feed.has(recordHeader + captured)) {
      return end(Troubles.Kind.CUT_OFF);
    }
    feed.skip(recordHeader);
    frame.bytes = feed.bytes;
    frame.start = feed.at();
    frame.captured = captured;
    frame.wire = wire;
    frame.number = number;
    frame.nanos = seconds * 1_000_000_000L + part * unit;
    frame.linkType = linkType;
    feed.skip(captured);
    return true;
  }

  private boolean end(Troubles.Kind why) {
    over = true;
    if (why != null) {
      troubles.note(why, name, number);
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    feed.close();
  }
}
