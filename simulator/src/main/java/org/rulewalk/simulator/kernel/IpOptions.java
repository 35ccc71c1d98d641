package org.rulewalk.simulator.kernel;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PacketEditor;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * The options of an IPv4 header as a machine reads them on arrival (__ip_options_compile in
 * net/ipv4/ip_options.c): some are written to on the way, and answers carry them back.
 */
final class IpOptions {
  private static final int FIRST = 20;
  private static final int MOST = 40;
  private static final int END = 0;
  private static final int NO_OPERATION = 1;
  private static final int RECORD_ROUTE = 7;
  private static final int TIMESTAMP = 68;
  private static final int LOOSE_ROUTE = 131;
  private static final int STRICT_ROUTE = 137;
  private static final int ROUTER_ALERT = 148;
  private static final int COPIED = 0x80;
  private static final int PLACE = 2;
  private static final int FIRST_PLACE = 4;
  private static final int SENDER = 12;
  private static final int TIMES_ONLY = 0;
  private static final int TIMES_AND_ADDRESSES = 1;

  private final byte[] bytes;
  private final int end;
  private final IpAddress self;
  private OptionalInt fault = OptionalInt.empty();
  private int route;
  private boolean strict;
  private Optional<IpAddress> nextStop = Optional.empty();
  private int record;
  private boolean recordsMore;
  private int times;
  private boolean timesMore;
  private boolean changed;

  private IpOptions(Packet packet, IpAddress self) {
    this.bytes = packet.toBytes();
    this.end = packet.networkHeaderLength();
    this.self = self;
  }

  /**
   * Reads the options of a packet.
   *
   * @param self the address by which the machine stands in them
   */
  static IpOptions of(Packet packet, IpAddress self) {
    IpOptions options = new IpOptions(packet, self);
    options.read();
    return options;
  }

  /** Where in the header something is wrong; empty if nothing is. */
  OptionalInt fault() {
    return fault;
  }

  /** Whether the sender says by which machines the packet is to go. */
  boolean isSourceRouted() {
    return route > 0;
  }

  /** Whether it may go by no others. */
  boolean isStrict() {
    return strict;
  }

  /**
   * How far the packet has got on that way: where in the option the next machine stands, counted
   * from 1.
   */
  int routePlace() {
    return u8(route + PLACE);
  }

  /** How long that option is; it is at its end where the place is behind that. */
  int routeLength() {
    return u8(route + 1);
  }

  /** The machine at a place of that way. */
  IpAddress stopAt(int place) {
    return address(route + place - 1);
  }

  /** Where in the header the place stands. */
  int placeOffset() {
    return route + PLACE;
  }

  /** The packet is on its way to a machine of that list; its header is to be summed up anew. */
  void headFor(Optional<IpAddress> stop) {
    nextStop = stop;
    changed = true;
  }

  /** To whom an answer goes first; empty if straight to the sender. */
  Optional<IpAddress> firstStopBack() {
    return wayBack().length == 0 ? Optional.empty() : Optional.of(stopAt(lastPlace()));
  }

  /** Whether the time of day is written into it. */
  boolean tellsTime() {
    return timesMore;
  }

  /** The packet with what was written into its options; its checksum is not touched. */
  Packet written() {
    return Packet.of(bytes);
  }

  /**
   * The same header on its way out (ip_forward_options).
   *
   * @param packet as it is now
   * @param address of the interface that it leaves by
   */
  Packet forwarded(Packet packet, IpAddress address) {
    if (!recordsMore && !changed) {
      return packet;
    }
    PacketEditor editor = packet.edit();
    if (recordsMore) {
      editor.put(record + packet.u8(record + PLACE) - 5, address.toBytes());
    }
    nextStop.ifPresent(stop -> goOn(editor, packet, stop, address));
    return editor.headerChecksum().toPacket();
  }

  private void goOn(PacketEditor editor, Packet packet, IpAddress stop, IpAddress address) {
    int place = packet.u8(route + PLACE);
    while (place + 3 <= routeLength()
        && !stop.equals(IpAddress.ofBytes(IpVersion.IPV4, packet.slice(route + place - 1, 4), 0))) {
      place += 4;
    }
    if (place + 3 <= routeLength()) {
      editor.address(false, stop).put(route + place - 1, address.toBytes());
      editor.put8(route + PLACE, place + 4);
    }
  }

  /**
   * A packet that answers, with the options that it carries back (__ip_options_echo,
   * ip_options_build).
   */
  Packet answered(Packet answer) {
    byte[] back = echo(answer.source());
    if (back.length == 0) {
      return answer;
    }
    byte[] plain = answer.toBytes();
    firstStopBack().ifPresent(stop -> System.arraycopy(stop.toBytes(), 0, plain, 16, 4));
    byte[] all = new byte[plain.length + back.length];
    System.arraycopy(plain, 0, all, 0, FIRST);
    System.arraycopy(back, 0, all, FIRST, back.length);
    System.arraycopy(plain, FIRST, all, FIRST + back.length, plain.length - FIRST);
    all[0] = (byte) (0x40 | (FIRST + back.length) / 4);
    return Packet.of(all).edit().put16(2, all.length).headerChecksum().toPacket();
  }

  /** How many bytes the options of an answer have. */
  int answerBytes() {
    return echo(self).length;
  }

  private byte[] echo(IpAddress source) {
    ByteBuffer back = ByteBuffer.allocate(MOST);
    if (record > 0) {
      back.put(copy(record, recordsMore, source.toBytes()));
    }
    if (times > 0) {
      back.put(copy(times, timesMore, new byte[4]));
    }
    back.put(wayBack());
    // the rest of the last word stays zero: the end of options
    return Arrays.copyOf(back.array(), back.position() + 3 & ~3);
  }

  /** Where the last machine that the packet has passed stands. */
  private int lastPlace() {
    return Math.min(routePlace(), routeLength() + 1) - 4;
  }

  /** The same way turned round, to its sender (RFC 1812 section 4.2.2.6). */
  private byte[] wayBack() {
    int last = route > 0 ? lastPlace() : 0;
    if (last < FIRST_PLACE) {
      return new byte[0];
    }
    int stops = 0;
    int place = last - 4;
    while (place >= FIRST_PLACE) {
      place -= 4;
      stops++;
    }
    IpAddress sender = address(SENDER);
    // some senders list themselves
    boolean listed = sender.equals(stopAt(place + 4));
    int length = 4 * stops + (listed ? 0 : 4);
    if (length == 0) {
      return new byte[0];
    }
    byte[] back = new byte[length + 3];
    back[0] = bytes[route];
    back[1] = (byte) back.length;
    back[PLACE] = FIRST_PLACE;
    for (int i = 0; 4 * (i + 1) < length; i++) {
      System.arraycopy(stopAt(last - 4 * (i + 1)).toBytes(), 0, back, 3 + 4 * i, 4);
    }
    System.arraycopy(sender.toBytes(), 0, back, back.length - 4, 4);
    return back;
  }

  private IpAddress address(int at) {
    return IpAddress.ofBytes(IpVersion.IPV4, bytes, at);
  }

  private byte[] copy(int option, boolean more, byte[] entry) {
    byte[] copied = new byte[u8(option + 1)];
    System.arraycopy(bytes, option, copied, 0, copied.length);
    int place = u8(option + 2);
    if (more && place + 3 <= copied.length) {
      System.arraycopy(entry, 0, copied, place - 1, entry.length);
      copied[2] = (byte) (place + 4);
    }
    return copied;
  }

  private int u8(int at) {
    return bytes[at] & 0xff;
  }

  private void wrong(int at) {
    fault = OptionalInt.of(at);
  }

  private void read() {
    int at = FIRST;
    while (at < end && fault.isEmpty()) {
      int kind = u8(at);
      if (kind == END) {
        clear(at + 1);
        return;
      }
      if (kind == NO_OPERATION) {
        at++;
        continue;
      }
      int size = at + 1 < end ? u8(at + 1) : 0;
      if (size < 2 || size > end - at) {
        wrong(at);
        return;
      }
      option(kind, at, size);
      at += size;
    }
  }

  private void clear(int from) {
    for (int at = from; at < end; at++) {
      changed |= bytes[at] != END;
      bytes[at] = END;
    }
  }

  private void option(int kind, int at, int size) {
    switch (kind) {
      case LOOSE_ROUTE:
      case STRICT_ROUTE:
        if (size < 3) {
          wrong(at + 1);
        } else if (u8(at + 2) < 4) {
          wrong(at + 2);
        } else if (route > 0) {
          wrong(at);
        } else {
          route = at;
          strict = kind == STRICT_ROUTE;
        }
        break;
      case RECORD_ROUTE:
        recordRoute(at, size);
        break;
      case TIMESTAMP:
        timestamp(at, size);
        break;
      case ROUTER_ALERT:
        if (size < 4) {
          wrong(at + 1);
        }
        break;
      default:
        break;
    }
  }

  private void recordRoute(int at, int size) {
    if (record > 0) {
      wrong(at);
      return;
    }
    if (size < 3) {
      wrong(at + 1);
      return;
    }
    int place = u8(at + 2);
    if (place < 4 || place <= size && place + 3 > size) {
      wrong(at + 2);
      return;
    }
    if (place <= size) {
      System.arraycopy(self.toBytes(), 0, bytes, at + place - 1, 4);
      bytes[at + 2] = (byte) (place + 4);
      recordsMore = true;
      changed = true;
    }
    record = at;
  }

  private void timestamp(int at, int size) {
    if (times > 0) {
      wrong(at);
      return;
    }
    if (size < 4) {
      wrong(at + 1);
      return;
    }
    int place = u8(at + 2);
    int way = u8(at + 3) & 15;
    int step = way == TIMES_AND_ADDRESSES ? 8 : 4;
    if (place < 5 || place <= size && place + step - 1 > size) {
      wrong(at + 2);
      return;
    }
    if (place <= size) {
      if (way == TIMES_AND_ADDRESSES) {
        System.arraycopy(self.toBytes(), 0, bytes, at + place - 1, 4);
      }
      if (way == TIMES_ONLY || way == TIMES_AND_ADDRESSES) {
        bytes[at + 2] = (byte) (place + step);
        timesMore = true;
        changed = true;
      }
    } else if (u8(at + 3) >>> 4 == 15) {
      wrong(at + 3);
      return;
    } else {
      bytes[at + 3] += 16;
      changed = true;
    }
    times = at;
  }

  /** Blanks the options that the first fragment alone carries (ip_options_fragment). */
  static void keepCopied(byte[] header, int end) {
    int at = FIRST;
    while (at < end && header[at] != END) {
      int length = header[at] == NO_OPERATION ? 1 : at + 1 < end ? header[at + 1] & 0xff : 0;
      if (header[at] != NO_OPERATION && (length < 2 || at + length > end)) {
        return;
      }
      if ((header[at] & COPIED) == 0) {
        Arrays.fill(header, at, at + length, (byte) NO_OPERATION);
      }
      at += length;
    }
  }
}
