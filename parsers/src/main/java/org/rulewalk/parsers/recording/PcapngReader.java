package org.rulewalk.parsers.recording;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads pcapng files: sections, interfaces, and the three kinds of packet block. */
final class PcapngReader implements FrameReader {
  /** The type of a section header block, the same in both byte orders. */
  static final int SECTION = 0x0a0d0d0a;

  private static final int ORDER = 0x1a2b3c4d;
  private static final int INTERFACE = 1;
  private static final int OLD_PACKET = 2;
  private static final int SIMPLE_PACKET = 3;
  private static final int PACKET = 6;
  private static final int SMALLEST = 12;
  private static final int MOST_INTERFACES = 65536;
  private static final int OPTION_NAME = 2;
  private static final int OPTION_FLAGS = 2;
  private static final int OPTION_RESOLUTION = 9;
  private static final int OPTION_OFFSET = 14;

  /** What the file says of one of its interfaces. */
  private static final class Source {
    private int linkType;
    private int snapLength;
    private String name = "";
    private double nanosPerTick = 1000;
    private long ticksPerSecond = 1_000_000;
    private long offsetNanos;

    long nanos(long ticks) {
      long whole = Long.divideUnsigned(ticks, ticksPerSecond);
      long part = Long.remainderUnsigned(ticks, ticksPerSecond);
      return whole * 1_000_000_000L + (long) (part * nanosPerTick) + offsetNanos;
    }
  }

  private final ByteFeed feed;
  private final String name;
  private final Troubles troubles;
  private final List<Source> sources = new ArrayList<>();
  private boolean big;
  private long number;
  private long time;
  private boolean over;

  PcapngReader(ByteFeed feed, String name, Troubles troubles) {
    this.feed = feed;
    this.name = name;
    this.troubles = troubles;
  }

  @Override
  public boolean next(Frame frame) throws IOException {
    while (!over) {
      if (!feed.has(SMALLEST)) {
        return end(feed.rest() == 0 ? null : Troubles.Kind.CUT_OFF);
      }
      if (feed.int32(0, true) == SECTION) {
        int order = feed.int32(8, true);
        if (order != ORDER && order != Integer.reverseBytes(ORDER)) {
          return end(Troubles.Kind.BROKEN_BLOCK);
        }
        big = order == ORDER;
        sources.clear();
      }
      int type = feed.int32(0, big);
      long length = feed.int32(4, big) & 0xffffffffL;
      if (length < SMALLEST || length % 4 != 0) {
        return end(Troubles.Kind.BROKEN_BLOCK);
      }
      boolean needed =
          type == INTERFACE || type == OLD_PACKET || type == SIMPLE_PACKET || type == PACKET;
      if (!needed || length > ByteFeed.MOST) {
        if (needed) {
          number += type == INTERFACE ? 0 : 1;
          return end(Troubles.Kind.IMPOSSIBLE_LENGTH);
        }
        if (!feed.skipLong(length)) {
          number++;
          return end(Troubles.Kind.CUT_OFF);
        }
        continue;
      }
      if (!feed.has((int) length)) {
        number++;
        return end(Troubles.Kind.CUT_OFF);
      }
      boolean isFrame = type != INTERFACE && packet(frame, type, (int) length);
      if (type == INTERFACE) {
        source((int) length);
      }
      feed.skip((int) length);
      if (isFrame) {
        return true;
      }
    }
    return false;
  }

  private void source(int length) {
    if (length < 20 || sources.size() >= MOST_INTERFACES) {
      end(Troubles.Kind.BROKEN_BLOCK);
      return;
    }
    Source source = new Source();
    source.linkType = feed.u16(8, big);
    source.snapLength = feed.int32(12, big);
    int at = 16;
    while (at + 4 <= length - 4) {
      int code = feed.u16(at, big);
      int size = feed.u16(at + 2, big);
      if (code == 0 || at + 4 + size > length - 4) {
        break;
      }
      option(source, code, at + 4, size);
      at += 4 + (size + 3 & ~3);
    }
    sources.add(source);
  }

  private void option(Source source, int code, int at, int size) {
    if (code == OPTION_NAME) {
      source.name = new String(feed.bytes, feed.at() + at, size, StandardCharsets.UTF_8).strip();
    } else if (code == OPTION_RESOLUTION && size >= 1) {
      int value = feed.u8(at);
      int exponent = value & 0x7f;
      // finer than a picosecond, or 2^-62 s, no clock is
      boolean binary = value > 0x7f;
      int most = binary ? 62 : 12;
      double base = binary ? 2 : 10;
      source.ticksPerSecond = (long) Math.pow(base, Math.min(exponent, most));
      source.nanosPerTick = 1e9 / source.ticksPerSecond;
    } else if (code == OPTION_OFFSET && size >= 8) {
      source.offsetNanos = int64(at) * 1_000_000_000L;
    }
  }

  private long int64(int at) {
    long first = feed.int32(at, big) & 0xffffffffL;
    long second = feed.int32(at + 4, big) & 0xffffffffL;
    return big ? first << 32 | second : second << 32 | first;
  }

  private boolean packet(Frame frame, int type, int length) {
    number++;
    int header = type == SIMPLE_PACKET ? 12 : 28;
    if (length < header + 4) {
      end(Troubles.Kind.BROKEN_BLOCK);
      return false;
    }
    int id = type == SIMPLE_PACKET ? 0 : type == PACKET ? feed.int32(8, big) : feed.u16(8, big);
    if (id < 0 || id >= sources.size()) {
      end(Troubles.Kind.BROKEN_BLOCK);
      return false;
    }
    Source source = sources.get(id);
    int wire = feed.int32(type == SIMPLE_PACKET ? 8 : 24, big);
    int captured = type == SIMPLE_PACKET ? simple(source, wire, length) : feed.int32(20, big);
    if (captured < 0 || captured > length - header - 4 || wire < 0) {
      end(Troubles.Kind.IMPOSSIBLE_LENGTH);
      return false;
    }
    if (type == SIMPLE_PACKET) {
      troubles.note(Troubles.Kind.NO_TIME, name, number);
    } else {
      long ticks = (feed.int32(12, big) & 0xffffffffL) << 32 | feed.int32(16, big) & 0xffffffffL;
      time = source.nanos(ticks);
    }
    frame.bytes = feed.bytes;
    frame.start = feed.at() + header;
    frame.captured = captured;
    frame.wire = wire;
    frame.number = number;
    frame.nanos = time;
    frame.linkType = source.linkType;
    frame.device = source.name;
    frame.direction = Frame.Direction.UNKNOWN;
    if (type == PACKET) {
      frame.direction = direction(header + (captured + 3 & ~3), length - 4);
    }
    return true;
  }

  private static int simple(Source source, int wire, int length) {
    int room = length - 16;
    int limit = source.snapLength > 0 ? Math.min(source.snapLength, room) : room;
    return Math.min(wire, limit);
  }

  private Frame.Direction direction(int from, int until) {
    int at = from;
    while (at + 8 <= until) {
      int code = feed.u16(at, big);
      int size = feed.u16(at + 2, big);
      if (code == OPTION_FLAGS && size == 4) {
        int way = feed.int32(at + 4, big) & 3;
        return way == 1
            ? Frame.Direction.IN
            : way == 2 ? Frame.Direction.OUT : Frame.Direction.UNKNOWN;
      }
      if (code == 0) {
        break;
      }
      at += 4 + (size + 3 & ~3);
    }
    return Frame.Direction.UNKNOWN;
  }

  private boolean end(Troubles.Kind why) {
    over = true;
    if (why != null) {
      troubles.note(why, name, Math.max(1, number));
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    feed.close();
  }
}
