package org.rulewalk.simulator.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.simulator.packet.Ip4Options;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.HeaderField.Base;
import org.rulewalk.simulator.rules.HeaderField.Layer;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/** Something of a packet, its metadata or its connection that a rule looks at or writes. */
public sealed interface Expression {
  /**
   * Its value for one packet. Never null; {@link Value#ABSENT} where the packet has no such thing.
   */
  Value evaluate(PacketContext context);

  /** One case a kind; every operation but {@link #evaluate} goes through here. */
  <R> R fold(Cases<R> cases);

  /** One method a kind of expression. */
  interface Cases<R> {
    R constant(Constant constant);

    R header(Header header);

    R raw(RawPayload raw);

    R meta(Meta meta);

    R ct(Ct ct);

    R fib(Fib fib);

    R route(Route route);

    R tcpOption(TcpOption option);

    R ipOption(IpOption option);

    R extension(Extension extension);

    R sctpChunk(SctpChunk chunk);

    R binary(Binary binary);

    R concatenation(Concatenation concatenation);

    R map(MapLookup lookup);

    R opaque(Opaque opaque);
  }

  /** A value written in the rule. */
  record Constant(Value value, DataType type) implements Expression {
    @Override
    public Value evaluate(PacketContext context) {
      return value;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.constant(this);
    }
  }

  /**
   * A field of a packet header.
   *
   * @param anyVersion whether it is read behind the other version's header, too: nft tests the
   *     version only in tables that see both (payload_gen_dependency in src/payload.c)
   */
  record Header(HeaderField field, boolean anyVersion) implements Expression {
    private static final int ETHERNET = 1;

    /** One of the version that it belongs to. */
    public Header(HeaderField field) {
      this(field, false);
    }

    @Override
    public Value evaluate(PacketContext context) {
      // nft asks for the interface's type before fields of Ethernet, and so does iptables' mac
      boolean elsewhere =
          field.layer() == Layer.ETHER && !context.meta(MetaKey.IIFTYPE).equals(Value.of(ETHERNET));
      return !elsewhere && isPresent(context.packet())
          ? Payload.read(context, field.layer().base(), field.bitOffset(), field.width())
          : Value.ABSENT;
    }

    private boolean isPresent(Packet packet) {
      Layer layer = field.layer();
      if (layer == Layer.IP4 || layer == Layer.IP6) {
        return (packet.version() == IpVersion.IPV4) == (layer == Layer.IP4);
      }
      if (layer == Layer.ARP || layer == Layer.VLAN) {
        return false;
      }
      return layer.protocol() < 0
          || packet.protocol() == layer.protocol() && versionFits(packet) && typeFits(packet);
    }

    private boolean versionFits(Packet packet) {
      return anyVersion || field.layer().version().map(packet.version()::equals).orElse(true);
    }

    // nft puts a match on the ICMP type before fields that only some types have (src/payload.c)
    private boolean typeFits(Packet packet) {
      int type = packet.hasTransport(1) ? packet.u8(packet.transportOffset()) : -1;
      switch (field) {
        case ICMP_ID:
        case ICMP_SEQUENCE:
          return type == 0 || type == 8;
        case ICMP_GATEWAY:
          return type == 5;
        case ICMP_MTU:
          return type == 3;
        case ICMPV6_ID:
        case ICMPV6_SEQUENCE:
          return type == 128 || type == 129;
        case ICMPV6_MTU:
          return type == 2;
        default:
          return true;
      }
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.header(this);
    }
  }

  /** Bits at a place counted from a base: nftables' {@code @th,16,16}. At most 128 bits. */
  record RawPayload(Base base, int bitOffset, int width) implements Expression {
    @Override
    public Value evaluate(PacketContext context) {
      return Payload.read(context, base, bitOffset, width);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.raw(this);
    }
  }

  /** Metadata. */
  record Meta(MetaKey key) implements Expression {
    @Override
    public Value evaluate(PacketContext context) {
      return context.meta(key);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.meta(this);
    }
  }

  /** Connection tracking; a direction only where the key has one. */
  record Ct(CtKey key, Optional<CtKey.Direction> direction) implements Expression {
    @Override
    public Value evaluate(PacketContext context) {
      return context.ct(key, direction);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.ct(this);
    }
  }

  /** A routing question. */
  record Fib(FibQuery query) implements Expression {
    @Override
    public Value evaluate(PacketContext context) {
      return context.fib(query);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.fib(this);
    }
  }

  /** Something of the route that the packet has: nftables' {@code rt}. */
  record Route(Key key) implements Expression {
    /** What of it. */
    public enum Key {
      /** The routing realm. */
      CLASSID,
      /** The next hop's IPv4 address. */
      NEXTHOP_IP,
      /** The next hop's IPv6 address. */
      NEXTHOP_IP6,
      /** The maximum segment size that the route allows. */
      TCP_MSS,
      /** Whether IPsec will take the packet. */
      IPSEC
    }

    @Override
    public Value evaluate(PacketContext context) {
      return context.route(key);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.route(this);
    }
  }

  /**
   * A field of a TCP option, or whether the option is there (net/netfilter/nft_exthdr.c).
   *
   * @param kind the option's number
   * @param byteOffset place within the option
   * @param byteLength 0 asks for presence: 1 if it is there, 0 if not
   */
  record TcpOption(int kind, int byteOffset, int byteLength) implements Expression {
    @Override
    public Value evaluate(PacketContext context) {
      Packet packet = context.packet();
      int at = packet.isTcp() ? TcpOptions.find(packet, kind) : -1;
      if (byteLength == 0) {
        // packets of other protocols are without it, too
        return Value.of(at >= 0 ? 1 : 0);
      }
      boolean readable =
          at >= 0
              && packet.covers(at + byteOffset, byteLength)
              && at + byteOffset + byteLength <= TcpOptions.end(packet);
      return readable ? Value.of(packet.bits(at + byteOffset, byteLength)) : Value.ABSENT;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.tcpOption(this);
    }
  }

  /**
   * Bytes of an IPv4 option, or whether it is there (ipv4_find_option in
   * net/netfilter/nft_exthdr.c).
   *
   * @param byteOffset place within the option
   * @param byteLength 0 asks for presence
   */
  record IpOption(Ip4Options.Kind kind, int byteOffset, int byteLength) implements Expression {
    @Override
    public Value evaluate(PacketContext context) {
      Packet packet = context.packet();
      if (packet.version() != IpVersion.IPV4) {
        return Value.ABSENT;
      }
      OptionalInt at = Ip4Options.of(packet).find(kind);
      if (byteLength == 0) {
        return Value.of(at.isPresent() ? 1 : 0);
      }
      int from = at.orElse(packet.length()) + byteOffset;
      return packet.covers(from, byteLength)
          ? Value.of(packet.bits(from, byteLength))
          : Value.ABSENT;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.ipOption(this);
    }
  }

  /**
   * A field of an IPv6 extension header, or whether it is there.
   *
   * @param nextHeader the header's protocol number
   * @param bitOffset place within the header
   * @param width 0 asks for presence
   */
  record Extension(int nextHeader, int bitOffset, int width) implements Expression {
    @Override
    public Value evaluate(PacketContext context) {
      Packet packet = context.packet();
      if (packet.version() != IpVersion.IPV6) {
        return Value.ABSENT;
      }
      int at = packet.extensionOffset(nextHeader);
      if (width == 0) {
        return Value.of(at >= 0 ? 1 : 0);
      }
      return at < 0 ? Value.ABSENT : Payload.extract(packet, at, bitOffset, width);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.extension(this);
    }
  }

  /**
   * A field of an SCTP chunk, or whether the chunk is there (net/netfilter/nft_exthdr.c).
   *
   * @param type the chunk's number
   * @param bitOffset place within the chunk
   * @param width 0 asks for presence
   */
  record SctpChunk(int type, int bitOffset, int width) implements Expression {
    private static final int HEADER = 12;

    @Override
    public Value evaluate(PacketContext context) {
      Packet packet = context.packet();
      Value absent = width == 0 ? Value.of(0) : Value.ABSENT;
      if (packet.protocol() != Protocol.SCTP || packet.fragmentOffset() != 0) {
        return absent;
      }
      int at = packet.transportOffset() + HEADER;
      while (at + 4 <= packet.length() && packet.u16(at + 2) != 0) {
        int length = packet.u16(at + 2);
        if (packet.u8(at) == type) {
          boolean whole = (bitOffset + width) / 8 <= length && at + length <= packet.length();
          return width == 0
              ? Value.of(1)
              : whole ? Payload.extract(packet, at, bitOffset, width) : absent;
        }
        at += length + 3 & ~3;
      }
      return absent;
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.sctpChunk(this);
    }
  }

  /** Two values combined bit by bit, or one shifted by the other. */
  record Binary(Operator operator, Expression left, Expression right) implements Expression {
    /** How. */
    public enum Operator {
      AND,
      OR,
      XOR,
      SHIFT_LEFT,
      SHIFT_RIGHT
    }

    @Override
    public Value evaluate(PacketContext context) {
      Value a = left.evaluate(context);
      Value b = right.evaluate(context);
      if (!(a instanceof Value.Scalar)) {
        return a;
      }
      if (!(b instanceof Value.Scalar)) {
        return b;
      }
      return Value.of(apply(((Value.Scalar) a).bits(), ((Value.Scalar) b).bits()));
    }

    private Bits apply(Bits a, Bits b) {
      switch (operator) {
        case AND:
          return a.and(b);
        case OR:
          return a.or(b);
        case XOR:
          return a.xor(b);
        case SHIFT_LEFT:
          return a.shiftLeft(b.toInt());
        default:
          return a.shiftRight(b.toInt());
      }
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.binary(this);
    }
  }

  /** Several values side by side, as a key with several parts. */
  record Concatenation(List<Expression> parts) implements Expression {
    /** Keeps a copy. */
    public Concatenation {
      parts = List.copyOf(parts);
    }

    @Override
    public Value evaluate(PacketContext context) {
      List<Bits> values = new ArrayList<>(parts.size());
      for (Expression part : parts) {
        Value value = part.evaluate(context);
        Optional<List<Bits>> key = value.asKey();
        if (key.isEmpty()) {
          return value;
        }
        values.addAll(key.get());
      }
      return new Value.Tuple(values);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.concatenation(this);
    }
  }

  /** The data that a map holds for a key; absent where it holds none. */
  record MapLookup(Expression key, SetReference map) implements Expression {
    @Override
    public Value evaluate(PacketContext context) {
      Value value = key.evaluate(context);
      Optional<List<Bits>> bits = value.asKey();
      if (bits.isEmpty()) {
        return value;
      }
      Optional<ElementSet> elements = map.resolve(context);
      if (elements.isEmpty()) {
        return new Value.Unknown(map.missing());
      }
      return elements
          .get()
          .find(bits.get())
          .flatMap(ElementSet.Element::value)
          .orElse(Value.ABSENT);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.map(this);
    }
  }

  /** One that is known by its words alone, or whose value no capture holds. */
  record Opaque(String text, Doubt doubt) implements Expression {
    @Override
    public Value evaluate(PacketContext context) {
      return new Value.Unknown(doubt);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.opaque(this);
    }
  }

  /** A constant number. */
  static Expression number(long value, DataType type) {
    return new Constant(Value.of(value), type);
  }

  /** A constant number. */
  static Expression number(Bits value, DataType type) {
    return new Constant(Value.of(value), type);
  }

  /** This expression with only the bits of a mask. */
  default Expression masked(Bits mask, DataType type) {
    return new Binary(Binary.Operator.AND, this, number(mask, type));
  }

  /** A header field that is there for every packet of a protocol. */
  static Expression of(HeaderField field) {
    return new Header(field);
  }

  /** A metadata key. */
  static Expression of(MetaKey key) {
    return new Meta(key);
  }

  /** A connection tracking key without direction. */
  static Expression of(CtKey key) {
    return new Ct(key, Optional.empty());
  }

  /** Whether a number is an IPv6 extension header with the common length field. */
  static boolean isExtension(int nextHeader) {
    return Protocol.isIpv6Extension(nextHeader) && nextHeader != Protocol.NONE;
  }
}
