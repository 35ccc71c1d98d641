package org.rulewalk.simulator.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Takes packets apart for a link (ip_do_fragment in net/ipv4/ip_output.c, ip6_fragment in
 * net/ipv6/ip6_output.c): those that were put together here into the fragments that they came as,
 * as long as these fit, others into pieces of the link's size.
 */
final class Fragmenter {
  private static final int FRAGMENT_HEADER = 8;
  private static final int LEAST_MTU6 = 1280;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int MORE = 0x2000;

  private Fragmenter() {}

  /** Whether a packet was put together here and is taken apart again, whatever the link. */
  static boolean isDue(Skb skb) {
    boolean v4 = skb.packet.version() == IpVersion.IPV4;
    return skb.came.filter(came -> v4 || skb.packet.length() > came.largest()).isPresent();
  }

  /**
   * Whether a packet is larger than a way takes; of one that was put together here, its largest
   * fragment counts.
   */
  static boolean isTooBig(Skb skb, int mtuBytes) {
    return sizeOnLink(skb) > mtuBytes;
  }

  private static int sizeOnLink(Skb skb) {
    if (skb.segmentBytes > 0) {
      return skb.segmentBytes;
    }
    return skb.came
        .filter(came -> skb.packet.dontFragment())
        .map(came -> Math.min(skb.packet.length(), came.largest()))
        .orElse(skb.packet.length());
  }

  /**
   * A packet as it came, or in pieces.
   *
   * @param mtuBytes of the way
   * @param forwarded whether it came in by a link: then its options and its TCP header were looked
   *     at on the way
   */
  static List<Packet> again(
      Packet packet, FragmentQueue.Whole came, int mtuBytes, boolean forwarded) {
    boolean v4 = packet.version() == IpVersion.IPV4;
    int largest = v4 ? came.largest() : Math.max(LEAST_MTU6, came.largest());
    int mtu = Math.min(mtuBytes, largest);
    int room = mtu - headerLength(packet) - (v4 ? 0 : FRAGMENT_HEADER);
    List<Integer> bodies = bodiesBehind(headerLength(packet), came);
    if (keepsItsPieces(packet, came, bodies, room, forwarded)) {
      return v4 ? pieces4(packet, bodies, 0, forwarded) : pieces6(packet, bodies);
    }
    int keep = packet.dontFragment() ? DONT_FRAGMENT : 0;
    return v4
        ? pieces4(packet, even(packet, mtu), keep, forwarded)
        : pieces6(packet, even(packet, mtu));
  }

  /**
   * An IPv4 packet in pieces that fit an MTU.
   *
   * @param forwarded whether it came in by a link: then its options were read
   */
  static List<Packet> split(Packet packet, int mtuBytes, boolean forwarded) {
    return pieces4(packet, even(packet, mtuBytes), packet.u16(6) & 0xc000, forwarded);
  }

  /**
   * The sizes of the fragments that came, where they are to be cut behind a header: over IPv6, more
   * or fewer headers than before are repeated.
   */
  private static List<Integer> bodiesBehind(int header, FragmentQueue.Whole came) {
    List<Integer> bodies = new ArrayList<>(came.bodies());
    int all = bodies.stream().mapToInt(Integer::intValue).sum();
    int repeated = came.packet().length() - all;
    bodies.set(0, bodies.get(0) + repeated - header);
    return bodies;
  }

  /** What has been rewritten behind the first fragment's end was moved together for that. */
  private static boolean keepsItsPieces(
      Packet packet, FragmentQueue.Whole came, List<Integer> bodies, int room, boolean forwarded) {
    Packet before = came.packet();
    int first = came.bodies().get(0);
    int touched = sizeOfHeader(packet.protocol());
    boolean rewritten =
        touched > first
            && (forwarded && packet.protocol() == Protocol.TCP
                || !Arrays.equals(
                    packet.slice(packet.transportOffset(), touched),
                    before.slice(before.transportOffset(), touched)));
    return packet.length() == before.length()
        && !rewritten
        && bodies.get(0) >= 0
        && bodies.get(0) % 8 == 0
        && bodies.stream().allMatch(size -> size <= room);
  }

  private static int sizeOfHeader(int protocol) {
    return protocol == Protocol.TCP ? 20 : protocol == Protocol.SCTP ? 12 : 8;
  }

  /** The headers that every fragment repeats: for IPv6, those before what is for the end alone. */
  private static int headerLength(Packet packet) {
    if (packet.version() == IpVersion.IPV4) {
      return packet.networkHeaderLength();
    }
    int at = IpVersion.IPV6.headerBytes();
    int next = packet.protocolField();
    while (next == Protocol.HOP_BY_HOP || next == Protocol.ROUTING) {
      next = packet.u8(at);
      at += (packet.u8(at + 1) + 1) * 8;
    }
    return at;
  }

  private static List<Integer> even(Packet packet, int mtuBytes) {
    boolean v4 = packet.version() == IpVersion.IPV4;
    int header = headerLength(packet);
    int most = mtuBytes - header - (v4 ? 0 : FRAGMENT_HEADER);
    int left = packet.length() - header;
    List<Integer> sizes = new ArrayList<>();
    while (left > 0 && most >= 8) {
      // the last piece may be of any size
      int size = left <= most ? left : most & ~7;
      sizes.add(size);
      left -= size;
    }
    return sizes;
  }

  private static List<Packet> pieces4(
      Packet packet, List<Integer> sizes, int flags, boolean readOptions) {
    int header = headerLength(packet);
    int length = packet.length() - header;
    List<Packet> pieces = new ArrayList<>();
    int at = 0;
    for (int size : sizes) {
      byte[] bytes = Arrays.copyOf(packet.toBytes(), header + size);
      if (at > 0 && packet.fragmentOffset() == 0 && readOptions) {
        IpOptions.keepCopied(bytes, header);
      }
      System.arraycopy(packet.slice(header + at, size), 0, bytes, header, size);
      boolean last = at + size >= length && !packet.moreFragments();
      int field = flags | (packet.fragmentOffset() + at / 8) | (last ? 0 : MORE);
      pieces.add(
          Packet.of(bytes)
              .edit()
              .put16(2, bytes.length)
              .put16(6, field)
              .headerChecksum()
              .toPacket());
      at += size;
    }
    return pieces;
  }

  /** The identification is one that the kernel draws by lot; here it is zero. */
  private static List<Packet> pieces6(Packet packet, List<Integer> sizes) {
    int header = headerLength(packet);
    int length = packet.length() - header;
    int named = header == IpVersion.IPV6.headerBytes() ? 6 : lastNamed(packet, header);
    List<Packet> pieces = new ArrayList<>();
    int at = 0;
    for (int size : sizes) {
      byte[] bytes = Arrays.copyOf(packet.toBytes(), header + FRAGMENT_HEADER + size);
      Arrays.fill(bytes, header, header + FRAGMENT_HEADER, (byte) 0);
      System.arraycopy(packet.slice(header + at, size), 0, bytes, header + FRAGMENT_HEADER, size);
      boolean last = at + size >= length;
      pieces.add(
          Packet.of(bytes)
              .edit()
              .put16(4, bytes.length - IpVersion.IPV6.headerBytes())
              .put8(header, packet.u8(named))
              .put8(named, Protocol.FRAGMENT)
              .put16(header + 2, at | (last ? 0 : 1))
              .toPacket());
      at += size;
    }
    return pieces;
  }

  private static int lastNamed(Packet packet, int header) {
    int named = 6;
    int at = IpVersion.IPV6.headerBytes();
    while (at < header) {
      named = at;
      at += (packet.u8(at + 1) + 1) * 8;
    }
    return named;
  }
}
