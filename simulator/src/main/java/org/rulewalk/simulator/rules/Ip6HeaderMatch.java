package org.rulewalk.simulator.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** ip6tables' matches of IPv6 extension headers (net/ipv6/netfilter/ip6t_*.c). */
public sealed interface Ip6HeaderMatch extends XtMatch {
  /** A range of numbers that a field must lie in, or with {@code negated} must not. */
  record Range(long low, long high, boolean negated) {
    boolean accepts(long value) {
      return (value >= low && value <= high) != negated;
    }

    static boolean accepts(Optional<Range> range, long value) {
      return range.isEmpty() || range.get().accepts(value);
    }
  }

  /** {@code -m frag} (ip6t_frag.c). */
  record Fragment(
      Optional<Range> id, boolean reservedClear, boolean first, boolean more, boolean last)
      implements Ip6HeaderMatch {
    @Override
    public Truth test(PacketContext context) {
      Packet packet = context.packet();
      int at = packet.extensionOffset(Protocol.FRAGMENT);
      if (at < 0) {
        return Truth.NO;
      }
      int place = packet.u16(at + 2);
      boolean reserved = packet.u8(at + 1) != 0 || (place & 6) != 0;
      boolean following = (place & 1) != 0;
      return Truth.of(
          Range.accepts(id, packet.u32(at + 4))
              && !(reservedClear && reserved)
              && !(first && (place & ~7) != 0)
              && !(more && !following)
              && !(last && following));
    }
  }

  /**
   * {@code -m hbh} and {@code -m dst}: options of a hop-by-hop or destination header (ip6t_hbh.c).
   *
   * @param header the header's protocol number
   * @param lengthBytes size of the header
   * @param options types that it begins with, in order
   */
  record Options(int header, Optional<Range> lengthBytes, List<Option> options)
      implements Ip6HeaderMatch {
    private static final int PAD1 = 0;

    /** Keeps a copy. */
    public Options {
      options = List.copyOf(options);
    }

    /** A type, and the length of its data where that is asked for. */
    public record Option(int type, Optional<Integer> length) {}

    @Override
    public Truth test(PacketContext context) {
      Packet packet = context.packet();
      int at = packet.extensionOffset(header);
      if (at < 0) {
        return Truth.NO;
      }
      int size = (packet.u8(at + 1) + 1) * 8;
      if (at + size > packet.length() || !Range.accepts(lengthBytes, size)) {
        return Truth.NO;
      }
      return Truth.of(begins(packet, at + 2, size - 2));
    }

    private boolean begins(Packet packet, int start, int room) {
      int at = start;
      int left = room;
      for (int i = 0; i < options.size(); i++) {
        if (left < 1) {
          return false;
        }
        Option wanted = options.get(i);
        int type = packet.u8(at);
        int length = packet.u8(at + 1);
        if (type != wanted.type()
            || type != PAD1 && wanted.length().isPresent() && wanted.length().get() != length) {
          return false;
        }
        int size = type == PAD1 ? 1 : length + 2;
        boolean beyond = at > packet.length() - size || left < size;
        if (beyond && i < options.size() - 1) {
          return false;
        }
        at += size;
        left -= size;
      }
      return true;
    }
  }

  /**
   * {@code -m rt}: a routing header (ip6t_rt.c).
   *
   * @param addresses those of a header of type 0: all of them, or with {@code anywhere} these in
   *     this order among others
   */
  record Routing(
      Optional<Range> type,
      Optional<Range> segmentsLeft,
      Optional<Range> lengthBytes,
      boolean reservedClear,
      List<IpAddress> addresses,
      boolean anywhere)
      implements Ip6HeaderMatch {
    /** Keeps a copy. */
    public Routing {
      addresses = List.copyOf(addresses);
    }

    @Override
    public Truth test(PacketContext context) {
      Packet packet = context.packet();
      int at = packet.extensionOffset(Protocol.ROUTING);
      if (at < 0) {
        return Truth.NO;
      }
      int size = (packet.u8(at + 1) + 1) * 8;
      boolean fits =
          at + size <= packet.length()
              && Range.accepts(segmentsLeft, packet.u8(at + 3))
              && Range.accepts(lengthBytes, size)
              && Range.accepts(type, packet.u8(at + 2))
              && !(reservedClear && packet.u32(at + 4) != 0);
      return Truth.of(fits && (addresses.isEmpty() || hasAddresses(packet, at + 8, size)));
    }

    private boolean hasAddresses(Packet packet, int start, int size) {
      int count = (size - 8) / 16;
      if (addresses.size() > count || !anywhere && addresses.size() != count) {
        return false;
      }
      int found = 0;
      for (int i = 0; i < count && found < addresses.size(); i++) {
        Bits there = packet.bits(start + i * 16, 16);
        if (addresses.get(found).value().equals(there)) {
          found++;
        } else if (!anywhere) {
          return false;
        }
      }
      return found == addresses.size();
    }
  }

  /**
   * {@code -m ipv6header}: which headers a packet has (ip6t_ipv6header.c).
   *
   * @param asked the headers meant
   * @param soft whether others may be there too
   */
  record Headers(Set<Kind> asked, boolean negated, boolean soft) implements Ip6HeaderMatch {
    /** Keeps a copy. */
    public Headers {
      asked = Set.copyOf(asked);
    }

    /** Kinds of header. */
    public enum Kind {
      HOP_BY_HOP(Protocol.HOP_BY_HOP),
      DESTINATION(Protocol.DESTINATION_OPTIONS),
      ROUTING(Protocol.ROUTING),
      FRAGMENT(Protocol.FRAGMENT),
      AUTHENTICATION(Protocol.AH),
      ENCRYPTION(Protocol.ESP),
      NONE(Protocol.NONE),
      /** Anything that is no extension header. */
      PROTOCOL(-1);

      private final int number;

      Kind(int number) {
        this.number = number;
      }

      private static Optional<Kind> of(int number) {
        for (Kind kind : values()) {
          if (kind.number == number) {
            return Optional.of(kind);
          }
        }
        return Optional.empty();
      }
    }

    @Override
    public Truth test(PacketContext context) {
      Optional<Set<Kind>> found = found(context.packet());
      if (found.isEmpty()) {
        return Truth.NO;
      }
      if (soft) {
        boolean all =
            negated
                ? asked.stream().noneMatch(found.get()::contains)
                : found.get().containsAll(asked);
        return Truth.of(all);
      }
      return Truth.of(found.get().equals(asked) != negated);
    }

    private static Optional<Set<Kind>> found(Packet packet) {
      List<Kind> kinds = new ArrayList<>();
      int next = packet.protocolField();
      int at = 40;
      while (Protocol.isIpv6Extension(next) || next == Protocol.ESP) {
        if (at > packet.length() - 2 && next != Protocol.NONE) {
          return Optional.empty();
        }
        Kind.of(next).ifPresent(kinds::add);
        if (next == Protocol.NONE || next == Protocol.ESP) {
          return Optional.of(Set.copyOf(kinds));
        }
        int units = packet.u8(at + 1);
        int size =
            next == Protocol.FRAGMENT ? 8 : next == Protocol.AH ? (units + 2) * 4 : (units + 1) * 8;
        next = packet.u8(at);
        at += size;
        if (at > packet.length()) {
          return Optional.of(Set.copyOf(kinds));
        }
      }
      kinds.add(Kind.PROTOCOL);
      return Optional.of(Set.copyOf(kinds));
    }
  }

  /** {@code -m eui64}: whether the source address is made of the Ethernet source (ip6t_eui64.c). */
  record Eui64() implements Ip6HeaderMatch {
    /** Where no Ethernet header is before the packet. */
    @Override
    public boolean dropsAtOnce(PacketContext context) {
      return context.isOwnCopy();
    }

    @Override
    public Truth test(PacketContext context) {
      Value link = context.linkHeader(48, 48);
      if (!(link instanceof Value.Scalar) || context.packet().version() != IpVersion.IPV6) {
        return Truth.NO;
      }
      long mac = ((Value.Scalar) link).bits().low();
      long eui = (mac >>> 24) << 40 | 0xfffeL << 24 | mac & 0xffffff;
      return Truth.of(context.packet().source().value().low() == (eui ^ 0x02L << 56));
    }
  }

  /** {@code -m ah} (ip6t_ah.c). */
  record Authentication(Optional<Range> index, Optional<Range> lengthBytes, boolean reservedClear)
      implements Ip6HeaderMatch {
    @Override
    public Truth test(PacketContext context) {
      Packet packet = context.packet();
      int at = packet.extensionOffset(Protocol.AH);
      return Truth.of(
          at >= 0
              && at + 12 <= packet.length()
              && Range.accepts(index, packet.u32(at + 4))
              && Range.accepts(lengthBytes, (packet.u8(at + 1) + 2) * 4L)
              && !(reservedClear && packet.u16(at + 2) != 0));
    }
  }

  /**
   * {@code -m srh}: a segment routing header (ip6t_srh.c).
   *
   * @param segments conditions on the previous, next and last segment, if asked
   */
  record SegmentRouting(List<FieldTest> fields, List<SegmentTest> segments)
      implements Ip6HeaderMatch {
    private static final int SEGMENT_ROUTING = 4;

    /** Keeps copies. */
    public SegmentRouting {
      fields = List.copyOf(fields);
      segments = List.copyOf(segments);
    }

    /** A byte or two of the header. */
    public record FieldTest(int offset, int bytes, Range range) {}

    /** Which segment must lie in a prefix. */
    public record SegmentTest(Which which, Bits address, Bits mask, boolean negated) {
      /** Of the list of segments, which is in reverse. */
      public enum Which {
        PREVIOUS,
        NEXT,
        LAST
      }
    }

    @Override
    public Truth test(PacketContext context) {
      Packet packet = context.packet();
      int at = packet.extensionOffset(Protocol.ROUTING);
      if (at < 0) {
        return Truth.NO;
      }
      int size = (packet.u8(at + 1) + 1) * 8;
      int left = packet.u8(at + 3);
      boolean sound =
          at + size <= packet.length()
              && packet.u8(at + 2) == SEGMENT_ROUTING
              && left <= packet.u8(at + 4);
      return Truth.of(
          sound
              && fields.stream().allMatch(field -> holds(packet, at, field))
              && segments.stream().allMatch(segment -> holds(packet, at, left, segment)));
    }

    private static boolean holds(Packet packet, int at, FieldTest field) {
      int place = at + field.offset();
      return field.range().accepts(field.bytes() == 1 ? packet.u8(place) : packet.u16(place));
    }

    private static boolean holds(Packet packet, int at, int left, SegmentTest test) {
      int last = packet.u8(at + 4);
      int number;
      switch (test.which()) {
        case PREVIOUS:
          number = left + 1;
          if (left == last) {
            return false;
          }
          break;
        case NEXT:
          number = left - 1;
          if (left == 0) {
            return false;
          }
          break;
        default:
          number = 0;
      }
      int place = at + 8 + number * 16;
      if (!packet.covers(place, 16)) {
        return false;
      }
      boolean inside = packet.bits(place, 16).and(test.mask()).equals(test.address());
      return inside != test.negated();
    }
  }
}
