package org.rulewalk.simulator.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PacketEditor;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Fragments that wait for the rest of their packet (net/ipv4/ip_fragment.c,
 * net/ipv6/netfilter/nf_conntrack_reasm.c), and the way back: packets taken apart for a smaller
 * link.
 */
final class FragmentQueue {
  private static final int MAX_QUEUES = 1024;
  private static final int MAX_BYTES = 65535;

  private record Key(IpAddress source, IpAddress destination, int protocol, long identification) {}

  private final Map<Key, TreeMap<Integer, Packet>> waiting = new HashMap<>();

  FragmentQueue copy() {
    FragmentQueue twin = new FragmentQueue();
    waiting.forEach((key, parts) -> twin.waiting.put(key, new TreeMap<>(parts)));
    return twin;
  }

  /**
   * A packet that was put together.
   *
   * @param largest the size in bytes of its largest fragment: it leaves in pieces of that size
   *     again
   */
  record Whole(Packet packet, int largest) {}

  /** The whole packet if this fragment completes it. */
  Optional<Whole> add(Packet fragment) {
    Key key = key(fragment);
    if (waiting.size() >= MAX_QUEUES && !waiting.containsKey(key)) {
      return Optional.empty();
    }
    TreeMap<Integer, Packet> parts = waiting.computeIfAbsent(key, unused -> new TreeMap<>());
    parts.putIfAbsent(fragment.fragmentOffset() * 8, fragment);
    Optional<byte[]> body = join(parts);
    if (body.isEmpty()) {
      return Optional.empty();
    }
    waiting.remove(key);
    int largest = parts.values().stream().mapToInt(Packet::length).max().orElse(0);
    return Optional.of(new Whole(whole(parts.firstEntry().getValue(), body.get()), largest));
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

  private static Optional<byte[]> join(TreeMap<Integer, Packet> parts) {
    byte[] body = new byte[0];
    boolean more = true;
    for (Map.Entry<Integer, Packet> part : parts.entrySet()) {
      if (part.getKey() > body.length) {
        return Optional.empty();
      }
      Packet packet = part.getValue();
      int from = bodyOffset(packet);
      byte[] bytes = packet.slice(from, packet.length() - from);
      int end = part.getKey() + bytes.length;
      if (end > MAX_BYTES) {
        return Optional.empty();
      }
      body = Arrays.copyOf(body, Math.max(body.length, end));
      System.arraycopy(bytes, 0, body, part.getKey(), bytes.length);
      more = packet.moreFragments();
    }
    return more ? Optional.empty() : Optional.of(body);
  }

  private static Packet whole(Packet first, byte[] body) {
    boolean v4 = first.version() == IpVersion.IPV4;
    int header = v4 ? bodyOffset(first) : bodyOffset(first) - 8;
    byte[] bytes = Arrays.copyOf(first.toBytes(), header + body.length);
    System.arraycopy(body, 0, bytes, header, body.length);
    PacketEditor editor = Packet.of(bytes).edit();
    if (v4) {
      return editor.put16(2, bytes.length).put16(6, 0).headerChecksum().toPacket();
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

  /** An IPv4 packet as pieces that fit an MTU (ip_do_fragment). */
  static List<Packet> split(Packet packet, int mtuBytes) {
    int header = packet.networkHeaderLength();
    int room = (mtuBytes - header) & ~7;
    int length = packet.length() - header;
    List<Packet> pieces = new ArrayList<>();
    for (int at = 0; at < length && room > 0; at += room) {
      int size = Math.min(room, length - at);
      byte[] bytes = Arrays.copyOf(packet.toBytes(), header + size);
      System.arraycopy(packet.slice(header + at, size), 0, bytes, header, size);
      boolean last = at + size >= length && !packet.moreFragments();
      int field = packet.u16(6) & 0xc000 | (packet.fragmentOffset() + at / 8) | (last ? 0 : 0x2000);
      pieces.add(
          Packet.of(bytes)
              .edit()
              .put16(2, bytes.length)
              .put16(6, field)
              .headerChecksum()
              .toPacket());
    }
    return pieces;
  }
}
