package org.rulewalk.simulator.symbolic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * One packet of a set, as natural as the set allows.
 *
 * @param in the interface it comes in by; empty where the set does not say
 * @param out the interface it is to leave by; empty where the set does not say
 * @param state one bit of {@link CtKey#STATE}
 * @param marked the mark of the packet
 */
public record Example(
    Packet packet, Optional<String> in, Optional<String> out, int state, long marked) {
  private static final int ADDRESS4 = 96;
  private static final int ADDRESS6 = 64;

  /**
   * Picks one; empty if the set is.
   *
   * @param wishes what it should be like if it can, the dearest first
   */
  public static Optional<Example> of(PacketSet set, List<PacketSet> wishes) {
    PacketSet left = set.possibly();
    if (left.isEmpty()) {
      return Optional.empty();
    }
    for (PacketSet wish : wishes) {
      PacketSet narrower = left.and(wish);
      left = narrower.isEmpty() ? left : narrower;
    }
    return Optional.of(new Picking(left).example());
  }

  /** What a packet is like if nothing says otherwise: a new TCP connection to port 443. */
  public static List<PacketSet> natural(PacketSpace space) {
    SymbolicPacket packet = SymbolicPacket.in(space);
    Bdd bdd = space.bdd();
    int fresh = packet.state(CtKey.STATE_NEW);
    int established = packet.state(CtKey.STATE_ESTABLISHED);
    int protocol = Fact.Part.PROTOCOL_FIELD.width();
    return List.of(
        Cubes.usual(space),
        space.set(fresh),
        space.set(established),
        equal(space, Fact.Part.PROTOCOL_FIELD, 0, protocol, Protocol.TCP),
        equal(space, Fact.Part.PROTOCOL_FIELD, 0, protocol, Protocol.UDP),
        space.set(
            bdd.choose(
                packet.six(),
                equal(space, Fact.Part.PROTOCOL_FIELD, 0, protocol, Protocol.ICMPV6).node(),
                equal(space, Fact.Part.PROTOCOL_FIELD, 0, protocol, Protocol.ICMP).node())),
        equal(space, Fact.Part.TRANSPORT, 16, 16, 443),
        equal(space, Fact.Part.TRANSPORT, 0, 16, 40000),
        space.set(
            bdd.choose(
                packet.six(),
                equal(space, Fact.Part.TRANSPORT, 0, 16, 128 << 8).node(),
                equal(space, Fact.Part.TRANSPORT, 0, 16, 8 << 8).node())),
        equal(space, SymbolicPacket.meta(MetaKey.MARK), 0, 32, 0));
  }

  private static PacketSet equal(PacketSpace space, Fact fact, int first, int width, long value) {
    int[] word = SymbolicPacket.in(space).word(fact, first, width);
    return space.set(Words.equal(space.bdd(), word, Bits.of(value)));
  }

  /** Reads the bits of one way through the diagram. */
  private static final class Picking {
    private final PacketSpace space;
    private final Map<Fact, TreeMap<Integer, Boolean>> bits = new HashMap<>();

    Picking(PacketSet set) {
      space = set.space();
      Bdd bdd = space.bdd();
      int node = set.node();
      while (node != Bdd.TRUE) {
        boolean high = bdd.low(node) == Bdd.FALSE;
        int level = bdd.level(node);
        bits.computeIfAbsent(space.fact(level), unused -> new TreeMap<>())
            .put(space.bit(level), high);
        node = high ? bdd.high(node) : bdd.low(node);
      }
    }

    private boolean says(Fact fact) {
      return bits.containsKey(fact);
    }

    private Bits value(Fact fact, int first, int width, Bits otherwise) {
      Bits value = otherwise;
      for (int at = 0; at < width; at++) {
        Boolean bit = bits.getOrDefault(fact, new TreeMap<>()).get(first + at);
        Bits one = Bits.of(1).shiftLeft(width - 1 - at);
        if (bit != null) {
          value = bit ? value.or(one) : value.without(one);
        }
      }
      return value;
    }

    private boolean flag(Fact fact) {
      return !value(fact, 0, 1, Bits.ZERO).isZero();
    }

    Example example() {
      boolean six = flag(Fact.Part.VERSION);
      Fact network = six ? Fact.Part.NETWORK6 : Fact.Part.NETWORK4;
      int first = six ? ADDRESS6 : ADDRESS4;
      int width = six ? 128 : 32;
      IpVersion version = six ? IpVersion.IPV6 : IpVersion.IPV4;
      IpAddress source =
          new IpAddress(version, value(network, first, width, usual(version, false)));
      IpAddress destination =
          new IpAddress(version, value(network, first + width, width, usual(version, true)));
      int protocol = value(Fact.Part.PROTOCOL_FIELD, 0, 8, Bits.of(Protocol.TCP)).toInt();
      Packet packet = written(natural(source, destination, protocol), network);
      return new Example(
          packet,
          name(MetaKey.IIFNAME),
          name(MetaKey.OIFNAME),
          state(),
          value(SymbolicPacket.meta(MetaKey.MARK), 0, 32, Bits.ZERO).low());
    }

    private static Bits usual(IpVersion version, boolean destination) {
      String text =
          version == IpVersion.IPV4
              ? destination ? "10.0.0.2" : "10.0.0.1"
              : destination ? "fd00::2" : "fd00::1";
      return IpAddress.of(text).value();
    }

    private Optional<String> name(MetaKey key) {
      Fact fact = SymbolicPacket.meta(key);
      return says(fact)
          ? Optional.of(value(fact, 0, 128, Bits.ZERO).toName()).filter(n -> !n.isEmpty())
          : Optional.empty();
    }

    private int state() {
      boolean seen = flag(Fact.Part.CT_SEEN) || !says(Fact.Part.CT_SEEN);
      boolean second = flag(Fact.Part.CT_NEW);
      if (!seen) {
        return second ? CtKey.STATE_UNTRACKED : CtKey.STATE_INVALID;
      }
      return second || !says(Fact.Part.CT_NEW)
          ? CtKey.STATE_NEW
          : flag(Fact.Part.CT_RELATED) ? CtKey.STATE_RELATED : CtKey.STATE_ESTABLISHED;
    }

    private Packet natural(IpAddress source, IpAddress destination, int protocol) {
      Packets.IpOptions options = Packets.IpOptions.DEFAULT;
      switch (protocol) {
        case Protocol.TCP:
          int flags = state() == CtKey.STATE_NEW ? TcpFlags.SYN : TcpFlags.ACK;
          Packets.Tcp tcp = new Packets.Tcp(40000, 443, 1, 0, flags, 64240);
          return Packets.tcp(source, destination, tcp, new byte[0], new byte[0], options);
        case Protocol.UDP:
          return Packets.udp(source, destination, 40000, 443, new byte[8], options);
        case Protocol.ICMP:
        case Protocol.ICMPV6:
          int echo = protocol == Protocol.ICMP ? 8 : 128;
          return Packets.icmp(source, destination, echo, 0, 1 << 16 | 1, new byte[56], options);
        default:
          return Packets.ip(source, destination, protocol, new byte[64], options);
      }
    }

    /** Writes what the set asks for over what is natural. Lengths stay as the packet has them. */
    private Packet written(Packet packet, Fact network) {
      byte[] bytes = packet.toBytes();
      int top = packet.transportOffset();
      for (Map.Entry<Fact, TreeMap<Integer, Boolean>> entry : bits.entrySet()) {
        boolean lower = entry.getKey().equals(network);
        if (!lower && entry.getKey() != Fact.Part.TRANSPORT) {
          continue;
        }
        entry
            .getValue()
            .forEach(
                (bit, value) -> {
                  int at = (lower ? 0 : top) + bit / 8;
                  boolean length = lower && isLength(network, bit);
                  if (at < bytes.length && !length) {
                    int one = 0x80 >>> bit % 8;
                    bytes[at] = (byte) (value ? bytes[at] | one : bytes[at] & ~one);
                  }
                });
      }
      return Packets.withChecksums(bytes, packet.protocol(), top);
    }

    private static boolean isLength(Fact network, int bit) {
      return network == Fact.Part.NETWORK4 ? bit >= 16 && bit < 32 : bit >= 32 && bit < 48;
    }
  }
}
