package org.rulewalk.simulator.kernel;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PacketEditor;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Fragments that wait for the rest of their packet (net/ipv4/ip_fragment.c,
 * net/ipv6/netfilter/nf_conntrack_reasm.c, inet_frag_queue_insert).
 */
final class FragmentQueue {
  private static final int MAX_QUEUES = 1024;
  private static final int MAX_BYTES = 65535;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final Set<Integer> EXTENSIONS =
      Set.of(
          Protocol.HOP_BY_HOP,
          Protocol.ROUTING,
          Protocol.FRAGMENT,
          Protocol.AH,
          Protocol.DESTINATION_OPTIONS);

  private record Key(IpAddress source, IpAddress destination, int protocol, long identification) {}

  private final Map<Key, TreeMap<Integer, Packet>> waiting = new HashMap<>();
  private final Map<Key, IpOptions> options = new HashMap<>();

  FragmentQueue copy() {
    FragmentQueue twin = new FragmentQueue();
    waiting.forEach((key, parts) -> twin.waiting.put(key, new TreeMap<>(parts)));
    twin.options.putAll(options);
    return twin;
  }

  /**
   * A packet that was put together.
   *
   * @param largest the size in bytes of its largest fragment
   * @param bodies how many bytes of it each fragment held
   * @param options those of its first fragment, where they were read before
   */
  record Whole(Packet packet, int largest, List<Integer> bodies, Optional<IpOptions> options) {
    Whole {
      bodies = List.copyOf(bodies);
    }

    /** The same as if it were in one piece. */
    Whole joined() {
      return new Whole(
          packet, largest, List.of(bodies.stream().mapToInt(Integer::intValue).sum()), options);
    }
  }

  /**
   * The whole packet if this fragment completes it.
   *
   * @param read its options, if they were read
   */
  Optional<Whole> add(Packet fragment, Optional<IpOptions> read) {
    Key key = key(fragment);
    if (waiting.size() >= MAX_QUEUES && !waiting.containsKey(key)) {
      return Optional.empty();
    }
    TreeMap<Integer, Packet> parts = waiting.computeIfAbsent(key, unused -> new TreeMap<>());
    if (isRepeated(parts, fragment)) {
      return Optional.empty();
    }
    if (overlaps(parts, fragment)) {
      // nothing of such a packet is kept
      waiting.remove(key);
      options.remove(key);
      return Optional.empty();
    }
    parts.put(start(fragment), fragment);
    if (fragment.fragmentOffset() == 0) {
      read.ifPresent(own -> options.put(key, own));
    }
    Optional<byte[]> body = join(parts);
    if (body.isEmpty()) {
      return Optional.empty();
    }
    waiting.remove(key);
    int largest = parts.values().stream().mapToInt(Packet::length).max().orElse(0);
    boolean kept =
        parts.values().stream().anyMatch(part -> part.length() == largest && part.dontFragment());
    List<Integer> bodies = parts.values().stream().map(FragmentQueue::size).toList();
    Packet whole = whole(parts.firstEntry().getValue(), body.get(), kept);
    return Optional.of(new Whole(whole, largest, bodies, Optional.ofNullable(options.remove(key))));
  }

  /**
   * Whether an IPv6 fragment is the first one and too short for the header of its upper layer: it
   * is not put together (ipv6frag_thdr_truncated).
   */
  static boolean lacksUpperHeader(Packet fragment) {
    boolean v4 = fragment.version() == IpVersion.IPV4;
    int header = v4 ? -1 : fragment.extensionOffset(Protocol.FRAGMENT);
    if (header < 0 || fragment.fragmentOffset() != 0) {
      return false;
    }
    int protocol = fragment.u8(header);
    int at = bodyOffset(fragment);
    while (EXTENSIONS.contains(protocol)) {
      if (at + 2 > fragment.length()) {
        return false;
      }
      int units = fragment.u8(at + 1);
      int size =
          protocol == Protocol.FRAGMENT
              ? 8
              : protocol == Protocol.AH ? (units + 2) * 4 : (units + 1) * 8;
      protocol = fragment.u8(at);
      at += size;
    }
    if (protocol == Protocol.NONE) {
      return false;
    }
    int needed =
        protocol == Protocol.TCP
            ? 20
            : protocol == Protocol.UDP || protocol == Protocol.ICMPV6 ? 8 : 1;
    return at + needed > fragment.length();
  }

  /** Whether an IPv6 fragment that others follow holds no multiple of eight bytes. */
  static boolean isUneven(Packet fragment) {
    return fragment.version() == IpVersion.IPV6
        && fragment.moreFragments()
        && size(fragment) % 8 != 0;
  }

  private static Key key(Packet fragment) {
    boolean v4 = fragment.version() == IpVersion.IPV4;
    long id =
        v4
            ? fragment.identification()
            : fragment.u32(fragment.extensionOffset(Protocol.FRAGMENT) + 4);
    return new Key(fragment.source(), fragment.destination(), v4 ? fragment.protocol() : 0, id);
  }

  private static int bodyOffset(Packet fragment) {
    return fragment.version() == IpVersion.IPV4
        ? fragment.networkHeaderLength()
        : fragment.extensionOffset(Protocol.FRAGMENT) + 8;
  }

  private static int start(Packet fragment) {
    return fragment.fragmentOffset() * 8;
  }

  /** How many bytes of the packet it holds; IPv4 takes no notice of an uneven rest. */
  private static int size(Packet fragment) {
    int size = fragment.length() - bodyOffset(fragment);
    boolean v4 = fragment.version() == IpVersion.IPV4;
    return v4 && fragment.moreFragments() ? size & ~7 : size;
  }

  private static int end(Packet fragment) {
    return start(fragment) + size(fragment);
  }

  private static boolean isRepeated(TreeMap<Integer, Packet> parts, Packet fragment) {
    return parts.values().stream()
        .anyMatch(part -> start(part) <= start(fragment) && end(part) >= end(fragment));
  }

  private static boolean overlaps(TreeMap<Integer, Packet> parts, Packet fragment) {
    return parts.values().stream()
        .anyMatch(part -> start(part) < end(fragment) && end(part) > start(fragment));
  }

  private static Optional<byte[]> join(TreeMap<Integer, Packet> parts) {
    byte[] body = new byte[0];
    boolean more = true;
    for (Map.Entry<Integer, Packet> part : parts.entrySet()) {
      Packet packet = part.getValue();
      byte[] bytes = packet.slice(bodyOffset(packet), size(packet));
      int end = part.getKey() + bytes.length;
      if (part.getKey() > body.length || end > MAX_BYTES) {
        return Optional.empty();
      }
      body = Arrays.copyOf(body, Math.max(body.length, end));
      System.arraycopy(bytes, 0, body, part.getKey(), bytes.length);
      more = packet.moreFragments();
    }
    return more ? Optional.empty() : Optional.of(body);
  }

  private static Packet whole(Packet first, byte[] body, boolean dontFragment) {
    boolean v4 = first.version() == IpVersion.IPV4;
    int header = v4 ? bodyOffset(first) : bodyOffset(first) - 8;
    byte[] bytes = Arrays.copyOf(first.toBytes(), header + body.length);
    System.arraycopy(body, 0, bytes, header, body.length);
    PacketEditor editor = Packet.of(bytes).edit();
    if (v4) {
      return editor
          .put16(2, bytes.length)
          .put16(6, dontFragment ? DONT_FRAGMENT : 0)
          .headerChecksum()
          .toPacket();
    }
    int fragmentHeader = first.extensionOffset(Protocol.FRAGMENT);
    return editor
        .put16(4, bytes.length - 40)
        .put8(previousNextHeader(first, fragmentHeader), first.u8(fragmentHeader))
        .toPacket();
  }

  /** Where the field is that names the fragment header. */
  private static int previousNextHeader(Packet packet, int fragmentHeader) {
    int at = 6;
    int next = 40;
    while (next < fragmentHeader) {
      at = next;
      next += (packet.u8(next + 1) + 1) * 8;
    }
    return at;
  }
}
