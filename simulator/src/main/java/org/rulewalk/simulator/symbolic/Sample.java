package org.rulewalk.simulator.symbolic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * One packet out of a set, as ordinary as the set allows: a TCP segment that asks for port 443,
 * from port 40000, between private addresses. Lengths and checksums are right unless the set is
 * about them.
 *
 * @param packet its bytes
 * @param values what it has beside them, as far as the set asks; a value that is not here may be
 *     any
 */
public record Sample(Packet packet, Map<Fact, Bits> values) {
  private static final Packets.IpOptions PLAIN = Packets.IpOptions.DEFAULT;
  private static final int PORT = 443;
  private static final int OWN_PORT = 40000;
  private static final int WINDOW = 64240;
  private static final int ECHO_REQUEST = 8;
  private static final int ECHO_REQUEST6 = 128;

  /** Keeps a copy. */
  public Sample {
    values = Map.copyOf(values);
  }

  /** The name of the interface that it came in by, if the set asks for one. */
  public Optional<String> in() {
    return name(MetaKey.IIFNAME);
  }

  /** The name of the interface that it is to leave by, if the set asks for one. */
  public Optional<String> out() {
    return name(MetaKey.OIFNAME);
  }

  private Optional<String> name(MetaKey key) {
    return Optional.ofNullable(values.get(new Fact.Meta(key)))
        .map(Bits::toName)
        .filter(name -> !name.isEmpty());
  }

  /** Its mark, if the set asks for it; else 0. */
  public long mark() {
    return values.getOrDefault(new Fact.Meta(MetaKey.MARK), Bits.ZERO).low();
  }

  /**
   * Its connection tracking state as a bit of {@link CtKey#STATE}: new where the set does not ask.
   */
  public int state() {
    boolean seen = bit(Fact.Part.CT_SEEN, true);
    boolean fresh = bit(Fact.Part.CT_NEW, seen);
    if (!seen) {
      return fresh ? CtKey.STATE_UNTRACKED : CtKey.STATE_INVALID;
    }
    boolean related = bit(Fact.Part.CT_RELATED, false);
    return fresh ? CtKey.STATE_NEW : related ? CtKey.STATE_RELATED : CtKey.STATE_ESTABLISHED;
  }

  private boolean bit(Fact fact, boolean otherwise) {
    return values.containsKey(fact) ? !values.get(fact).isZero() : otherwise;
  }

  /**
   * A packet of a set.
   *
   * @param wishes sets that it should be in, where the set allows; the first matters most
   * @return empty if the set is
   */
  public static Optional<Sample> of(PacketSet set, List<PacketSet> wishes) {
    PacketSet rest = set;
    for (PacketSet wish : wishes) {
      PacketSet both = rest.and(wish);
      rest = both.isEmpty() ? rest : both;
    }
    return rest.isEmpty() ? Optional.empty() : Optional.of(read(rest));
  }

  private static Sample read(PacketSet set) {
    PacketSpace space = set.space();
    Bdd bdd = space.bdd();
    Map<Fact, Map<Integer, Boolean>> chosen = new HashMap<>();
    int node = set.node();
    while (node > Bdd.TRUE) {
      int level = bdd.level(node);
      Fact fact = space.fact(level);
      int bit = space.bit(level);
      boolean value = usual(fact, bit, chosen);
      int next = value ? bdd.high(node) : bdd.low(node);
      if (next == Bdd.FALSE) {
        value = !value;
        next = value ? bdd.high(node) : bdd.low(node);
      }
      chosen.computeIfAbsent(fact, unused -> new HashMap<>()).put(bit, value);
      node = next;
    }
    return build(chosen);
  }

  private static boolean is(Map<Fact, Map<Integer, Boolean>> chosen, Fact fact) {
    return chosen.getOrDefault(fact, Map.of()).getOrDefault(0, false);
  }

  private static int protocol(Map<Fact, Map<Integer, Boolean>> chosen) {
    Map<Integer, Boolean> field = chosen.getOrDefault(Fact.Part.PROTOCOL_FIELD, Map.of());
    int number = 0;
    for (int i = 0; i < 8; i++) {
      boolean bit = field.getOrDefault(i, (Protocol.TCP >>> (7 - i) & 1) != 0);
      number = number << 1 | (bit ? 1 : 0);
    }
    return number;
  }

  /** What an ordinary packet has there. */
  private static boolean usual(Fact fact, int bit, Map<Fact, Map<Integer, Boolean>> chosen) {
    if (fact == Fact.Part.PROTOCOL_FIELD) {
      return (Protocol.TCP >>> (7 - bit) & 1) != 0;
    }
    if (fact == Fact.Part.TRANSPORT_LENGTH) {
      return (plain(chosen).transportLength() >>> (7 - bit) & 1) != 0;
    }
    if (fact == Fact.Part.CT_SEEN || fact == Fact.Part.CT_NEW || fact == Fact.Part.UPPER_KNOWN) {
      return true;
    }
    Packet plain = plain(chosen);
    if (fact == Fact.Part.NETWORK4 || fact == Fact.Part.NETWORK6) {
      return isSet(plain, 0, bit);
    }
    return fact == Fact.Part.TRANSPORT && isSet(plain, plain.transportOffset(), bit);
  }

  private static boolean isSet(Packet packet, int base, int bit) {
    return (packet.u8(base + bit / 8) >>> (7 - bit % 8) & 1) != 0;
  }

  /** An ordinary packet of the version and protocol that were chosen. */
  private static Packet plain(Map<Fact, Map<Integer, Boolean>> chosen) {
    boolean six = is(chosen, Fact.Part.VERSION);
    IpAddress from = IpAddress.of(six ? "fd00::a89:5" : "10.137.0.5");
    IpAddress to = IpAddress.of(six ? "fd00::a89:14" : "10.137.0.20");
    int protocol = protocol(chosen);
    switch (protocol) {
      case Protocol.TCP:
        Packets.Tcp syn = new Packets.Tcp(OWN_PORT, PORT, 1, 0, TcpFlags.SYN, WINDOW);
        return Packets.tcp(from, to, syn, new byte[0], new byte[0], PLAIN);
      case Protocol.UDP:
        return Packets.udp(from, to, OWN_PORT, PORT, new byte[0], PLAIN);
      case Protocol.ICMP:
      case Protocol.ICMPV6:
        boolean own = (protocol == Protocol.ICMPV6) == six;
        int type = six ? ECHO_REQUEST6 : ECHO_REQUEST;
        return own
            ? Packets.icmp(from, to, type, 0, 1 << 16 | 1, new byte[0], PLAIN)
            : Packets.ip(from, to, protocol, new byte[8], PLAIN);
      default:
        return Packets.ip(from, to, protocol, new byte[20], PLAIN);
    }
  }

  private static Sample build(Map<Fact, Map<Integer, Boolean>> chosen) {
    boolean six = is(chosen, Fact.Part.VERSION);
    Packet plain = plain(chosen);
    int first = plain.version().headerBytes();
    int header = first + (six ? 0 : optionBytes(chosen));
    int room = number(chosen, Fact.Part.TRANSPORT_LENGTH, plain.transportLength());
    byte[] bytes = new byte[header + room];
    System.arraycopy(plain.toBytes(), 0, bytes, 0, first);
    int kept = Math.min(room, plain.transportLength());
    System.arraycopy(plain.toBytes(), first, bytes, header, kept);
    put(bytes, 0, chosen.getOrDefault(six ? Fact.Part.NETWORK6 : Fact.Part.NETWORK4, Map.of()));
    put(bytes, header * 8, chosen.getOrDefault(Fact.Part.TRANSPORT, Map.of()));
    Map<Fact, Bits> values = new HashMap<>();
    chosen.forEach(
        (fact, bits) -> {
          if (fact.width() <= 128 && !(fact instanceof Fact.Doubtful)) {
            values.put(fact, number(fact, bits));
          }
        });
    return new Sample(repaired(Packet.of(bytes), plain, header), values);
  }

  /** Room for the options that an IPv4 header says it has. */
  private static int optionBytes(Map<Fact, Map<Integer, Boolean>> chosen) {
    Map<Integer, Boolean> bits = chosen.getOrDefault(Fact.Part.NETWORK4, Map.of());
    int words = 0;
    for (int bit = 4; bit < 8; bit++) {
      words = words << 1 | (bits.getOrDefault(bit, bit == 5 || bit == 7) ? 1 : 0);
    }
    return Math.max(0, words - 5) * 4;
  }

  private static int number(Map<Fact, Map<Integer, Boolean>> chosen, Fact fact, int usual) {
    int number = 0;
    for (int i = 0; i < fact.width(); i++) {
      boolean bit =
          chosen
              .getOrDefault(fact, Map.of())
              .getOrDefault(i, (usual >>> (fact.width() - 1 - i) & 1) != 0);
      number = number << 1 | (bit ? 1 : 0);
    }
    return number;
  }

  private static Bits number(Fact fact, Map<Integer, Boolean> bits) {
    Bits number = Bits.ZERO;
    for (int i = 0; i < fact.width(); i++) {
      number = number.shiftLeft(1).or(Bits.of(bits.getOrDefault(i, false) ? 1 : 0));
    }
    return number;
  }

  private static void put(byte[] bytes, int base, Map<Integer, Boolean> bits) {
    bits.forEach(
        (bit, value) -> {
          int at = (base + bit) / 8;
          if (at < bytes.length) {
            int mask = 0x80 >>> (base + bit) % 8;
            bytes[at] = (byte) (value ? bytes[at] | mask : bytes[at] & ~mask);
          }
        });
  }

  /** Works out lengths and checksums anew where the bytes were changed but not these. */
  private static Packet repaired(Packet made, Packet plain, int header) {
    boolean four = made.version() == IpVersion.IPV4;
    int at = four ? 2 : 4;
    int length = made.length() - (four ? 0 : header);
    Packet sized = made.u16(at) == plain.u16(at) ? made.edit().put16(at, length).toPacket() : made;
    boolean free = four && sized.u16(10) == plain.u16(10);
    Packet headed = free ? sized.edit().headerChecksum().toPacket() : sized;
    int sum = Packets.checksumOffset(plain.protocol());
    boolean untouched =
        sum >= 0
            && headed.covers(header + sum, 2)
            && headed.u16(header + sum) == plain.u16(plain.transportOffset() + sum)
            && headed.protocol() == plain.protocol();
    return untouched ? Packets.summedUp(headed) : headed;
  }
}
