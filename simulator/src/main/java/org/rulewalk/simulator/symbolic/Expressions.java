package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.HeaderField.Base;
import org.rulewalk.simulator.rules.HeaderField.Layer;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/** What {@link Expression#evaluate} does, for all packets at once. */
final class Expressions implements Expression.Cases<SymbolicValue> {
  private static final int MOST_BITS = 128;
  private static final int NFPROTO_IPV4 = 2;
  private static final int NFPROTO_IPV6 = 10;
  private static final int ETHERNET = 1;

  private final Setting setting;
  private final SymbolicPacket packet;
  private final PacketSpace space;
  private final Bdd bdd;
  private final SetLookups lookups;

  Expressions(Setting setting, SymbolicPacket packet) {
    this.setting = setting;
    this.packet = packet;
    this.space = packet.space();
    this.bdd = space.bdd();
    this.lookups = new SetLookups(setting, packet, this);
  }

  SetLookups lookups() {
    return lookups;
  }

  SymbolicValue of(Expression expression) {
    return expression.fold(this);
  }

  int isProtocol(int number) {
    return packet.isProtocol(number, setting.endsAtAuthentication());
  }

  int hasTransport(int bytes) {
    return packet.hasTransport(bytes, setting.endsAtAuthentication());
  }

  @Override
  public SymbolicValue constant(Expression.Constant constant) {
    return of(constant.value());
  }

  /** A value that is the same for all packets. */
  SymbolicValue of(Value value) {
    if (value instanceof Value.Unknown) {
      return SymbolicValue.unknown(space, Bdd.TRUE);
    }
    return value
        .asKey()
        .map(
            parts ->
                new SymbolicValue(
                    space,
                    Bdd.TRUE,
                    Bdd.FALSE,
                    parts.stream().map(Words::constant).map(Digits::of).toList(),
                    value instanceof Value.Tuple))
        .orElseGet(() -> SymbolicValue.absent(space));
  }

  @Override
  public SymbolicValue header(Expression.Header header) {
    HeaderField field = header.field();
    Layer layer = field.layer();
    switch (layer) {
      case IP4:
        return network(Fact.Part.NETWORK4, bdd.not(packet.six()), field);
      case IP6:
        return network(Fact.Part.NETWORK6, packet.six(), field);
      case ARP:
      case VLAN:
        return SymbolicValue.absent(space);
      case ETHER:
        SymbolicValue type = of(Expression.of(MetaKey.IIFTYPE));
        return read(Base.LINK, field.bitOffset(), field.width(), header)
            .only(type.is(Bits.of(ETHERNET)).node());
      default:
        return read(Base.TRANSPORT, field.bitOffset(), field.width(), header)
            .only(hasLayer(header));
    }
  }

  private SymbolicValue network(Fact.Part part, int where, HeaderField field) {
    return SymbolicValue.of(space, where, packet.digits(part, field.bitOffset(), field.width()));
  }

  private int hasLayer(Expression.Header header) {
    HeaderField field = header.field();
    Layer layer = field.layer();
    int fits = layer.protocol() < 0 ? Bdd.TRUE : isProtocol(layer.protocol());
    if (!header.anyVersion() && layer.version().isPresent()) {
      boolean four = layer.version().get() == IpVersion.IPV4;
      fits = four ? bdd.minus(fits, packet.six()) : bdd.and(fits, packet.six());
    }
    switch (field) {
      case ICMP_ID:
      case ICMP_SEQUENCE:
        return bdd.and(fits, icmpType(0, 8));
      case ICMP_GATEWAY:
        return bdd.and(fits, icmpType(5));
      case ICMP_MTU:
        return bdd.and(fits, icmpType(3));
      case ICMPV6_ID:
      case ICMPV6_SEQUENCE:
        return bdd.and(fits, icmpType(128, 129));
      case ICMPV6_MTU:
        return bdd.and(fits, icmpType(2));
      default:
        return fits;
    }
  }

  /** Packets that begin with one of these types, if they are ICMP. */
  private int icmpType(int... types) {
    int[] type = packet.word(Fact.Part.TRANSPORT, 0, 8);
    int some = Bdd.FALSE;
    for (int number : types) {
      some = bdd.or(some, Words.equal(bdd, type, Bits.of(number)));
    }
    return bdd.and(some, hasTransport(1));
  }

  /** Packets that are ICMP of their version, with type and code. */
  int isIcmp() {
    int protocol = bdd.choose(packet.six(), isProtocol(Protocol.ICMPV6), isProtocol(Protocol.ICMP));
    return bdd.and(protocol, hasTransport(4));
  }

  @Override
  public SymbolicValue raw(Expression.RawPayload raw) {
    return read(raw.base(), raw.bitOffset(), raw.width(), raw);
  }

  private SymbolicValue read(Base base, int bitOffset, int width, Expression whole) {
    int end = bitOffset + width;
    switch (base) {
      case LINK:
        return end > Fact.Part.LINK.width()
            ? SymbolicValue.absent(space)
            : SymbolicValue.of(
                space,
                packet.flag(Fact.Part.LINK_PRESENT),
                packet.word(Fact.Part.LINK, bitOffset, width));
      case NETWORK:
        return network(bitOffset, width, whole);
      case TRANSPORT:
        return end > Fact.Part.TRANSPORT.width()
            ? bytes(whole, width).only(hasTransport(0))
            : transport(bitOffset, width);
      default:
        return bytes(whole, width);
    }
  }

  private SymbolicValue network(int bitOffset, int width, Expression whole) {
    int end = bitOffset + width;
    if (end > Fact.Part.NETWORK6.width()) {
      return bytes(whole, width);
    }
    int[] six = packet.word(Fact.Part.NETWORK6, bitOffset, width);
    if (end <= Fact.Part.NETWORK4.width()) {
      int[] four = packet.word(Fact.Part.NETWORK4, bitOffset, width);
      return SymbolicValue.of(space, Bdd.TRUE, Words.choose(bdd, packet.six(), six, four));
    }
    SymbolicValue beyond = bytes(whole, width);
    return new SymbolicValue(
        space,
        bdd.or(packet.six(), beyond.present()),
        bdd.minus(beyond.unknown(), packet.six()),
        List.of(Digits.of(Words.choose(bdd, packet.six(), six, beyond.word()))),
        false);
  }

  /** Bits behind the IP header. */
  private SymbolicValue transport(int bitOffset, int width) {
    return SymbolicValue.of(
        space,
        hasTransport((bitOffset + width + 7) / 8),
        packet.transport(bitOffset, width, setting.endsAtAuthentication()));
  }

  /** Something of the packet's bytes that is known by its name alone. */
  private SymbolicValue bytes(Expression expression, int width) {
    return looked(expression, Optional.empty(), width, packet.touched());
  }

  /** An answer of the machine's routing. */
  private SymbolicValue routed(Expression expression) {
    return looked(expression, Optional.of(setting.place()), MOST_BITS, packet.altered());
  }

  /** Once a packet was changed, it is not even known whether it has the thing. */
  private SymbolicValue looked(
      Expression expression, Optional<Fact.Place> place, int width, int changed) {
    Fact fact = new Fact.Looked(expression, place, Math.min(width, MOST_BITS));
    int present = packet.flag(new Fact.Present(fact));
    int unknown =
        changed == Bdd.FALSE ? changed : bdd.and(changed, setting.doubts().node(expression));
    return new SymbolicValue(
        space, bdd.minus(present, changed), unknown, List.of(Digits.of(packet.word(fact))), false);
  }

  /** The same, where every packet has an answer: there or not. */
  private SymbolicValue isThere(Expression expression, int where) {
    Fact fact = new Fact.Looked(expression, Optional.empty(), 1);
    int[] word = {bdd.and(where, packet.flag(fact))};
    return SymbolicValue.of(space, Bdd.TRUE, word).unknownAt(bdd.and(where, packet.touched()));
  }

  @Override
  public SymbolicValue meta(Expression.Meta meta) {
    MetaKey key = meta.key();
    switch (key) {
      case PROTOCOL:
        return byVersion(IpVersion.IPV4.etherType(), IpVersion.IPV6.etherType());
      case NFPROTO:
        return byVersion(NFPROTO_IPV4, NFPROTO_IPV6);
      case L4PROTO:
        return packet.protocol(setting.endsAtAuthentication());
      case TIME:
      case DAY:
      case HOUR:
      case RANDOM:
      case CPU:
        return SymbolicValue.unknown(space, Bdd.TRUE);
      case LENGTH:
        return SymbolicValue.of(space, Bdd.TRUE, packet.word(SymbolicPacket.meta(key)))
            .unknownAt(packet.touched());
      case MARK:
      case PKTTYPE:
      case IIF:
      case IIFNAME:
      case OIF:
      case OIFNAME:
        return SymbolicValue.of(space, Bdd.TRUE, packet.digits(SymbolicPacket.meta(key)));
      default:
        Fact fact = SymbolicPacket.meta(key);
        return SymbolicValue.of(space, packet.flag(new Fact.Present(fact)), packet.digits(fact));
    }
  }

  private SymbolicValue byVersion(long four, long six) {
    return SymbolicValue.of(
        space,
        Bdd.TRUE,
        Words.choose(
            bdd, packet.six(), Words.constant(Bits.of(six)), Words.constant(Bits.of(four))));
  }

  @Override
  public SymbolicValue ct(Expression.Ct ct) {
    CtKey key = ct.key();
    int tracked = packet.tracked();
    switch (key) {
      case STATE:
        int[] word = new int[7];
        for (int i = 0; i < word.length; i++) {
          word[i] = packet.state(1 << i);
        }
        return SymbolicValue.of(space, Bdd.TRUE, word);
      case L3PROTO:
        return byVersion(NFPROTO_IPV4, NFPROTO_IPV6).only(tracked);
      case SADDR_IP:
      case SADDR_IP6:
        return address(CtKey.SADDR, key == CtKey.SADDR_IP6, ct.direction());
      case DADDR_IP:
      case DADDR_IP6:
        return address(CtKey.DADDR, key == CtKey.DADDR_IP6, ct.direction());
      case EXPIRATION:
      case PACKETS:
      case BYTES:
      case AVGPKT:
      case EVENT:
      case ID:
        return SymbolicValue.unknown(space, tracked);
      default:
        Fact fact = SymbolicPacket.connection(key, ct.direction());
        int present = key == CtKey.HELPER ? packet.flag(new Fact.Present(fact)) : Bdd.TRUE;
        return SymbolicValue.of(space, bdd.and(tracked, present), packet.digits(fact));
    }
  }

  private SymbolicValue address(CtKey key, boolean six, Optional<CtKey.Direction> direction) {
    int[] whole = packet.word(SymbolicPacket.connection(key, direction));
    int fits = six ? packet.six() : bdd.not(packet.six());
    int[] word = six ? whole : java.util.Arrays.copyOf(whole, 32);
    return SymbolicValue.of(space, bdd.and(packet.tracked(), fits), word);
  }

  @Override
  public SymbolicValue fib(Expression.Fib fib) {
    return routed(fib);
  }

  @Override
  public SymbolicValue route(Expression.Route route) {
    return routed(route);
  }

  @Override
  public SymbolicValue tcpOption(Expression.TcpOption option) {
    int tcp = bdd.and(isProtocol(Protocol.TCP), hasTransport(20));
    return option.byteLength() == 0
        ? isThere(option, tcp)
        : bytes(option, option.byteLength() * 8).only(tcp);
  }

  @Override
  public SymbolicValue ipOption(Expression.IpOption option) {
    int four = bdd.not(packet.six());
    return option.byteLength() == 0
        ? isThere(option, four).only(four)
        : bytes(option, option.byteLength() * 8).only(four);
  }

  @Override
  public SymbolicValue extension(Expression.Extension extension) {
    return extension.width() == 0
        ? isThere(extension, packet.six()).only(packet.six())
        : bytes(extension, extension.width()).only(packet.six());
  }

  @Override
  public SymbolicValue sctpChunk(Expression.SctpChunk chunk) {
    int sctp = isProtocol(Protocol.SCTP);
    return chunk.width() == 0 ? isThere(chunk, sctp) : bytes(chunk, chunk.width()).only(sctp);
  }

  @Override
  public SymbolicValue binary(Expression.Binary binary) {
    SymbolicValue a = of(binary.left());
    SymbolicValue b = of(binary.right());
    if (a.isTuple() || b.isTuple()) {
      return a.isTuple() ? a : b;
    }
    int present = bdd.and(a.present(), b.present());
    int unknown = bdd.or(a.unknown(), bdd.and(a.present(), b.unknown()));
    Optional<int[]> word = combine(binary, a.word(), b.word());
    return word.map(w -> new SymbolicValue(space, present, unknown, List.of(Digits.of(w)), false))
        .orElseGet(() -> SymbolicValue.unknown(space, bdd.or(present, unknown)));
  }

  private Optional<int[]> combine(Expression.Binary binary, int[] a, int[] b) {
    switch (binary.operator()) {
      case AND:
        return Optional.of(Words.combine(a, b, bdd::and));
      case OR:
        return Optional.of(Words.combine(a, b, bdd::or));
      case XOR:
        return Optional.of(Words.combine(a, b, bdd::exclusive));
      default:
        boolean left = binary.operator() == Expression.Binary.Operator.SHIFT_LEFT;
        return number(b).map(count -> Words.shift(a, left ? count : -count));
    }
  }

  /** The number that a word is for all packets, if it is one and small. */
  private static Optional<Integer> number(int[] word) {
    int number = 0;
    for (int i = 0; i < word.length; i++) {
      if (word[i] > Bdd.TRUE || word[i] == Bdd.TRUE && i > 7) {
        return Optional.empty();
      }
      number |= word[i] << i;
    }
    return Optional.of(number);
  }

  @Override
  public SymbolicValue concatenation(Expression.Concatenation concatenation) {
    int present = Bdd.TRUE;
    int unknown = Bdd.FALSE;
    List<Digits> words = new ArrayList<>();
    for (Expression part : concatenation.parts()) {
      SymbolicValue value = of(part);
      unknown = bdd.or(unknown, bdd.and(present, value.unknown()));
      present = bdd.and(present, value.present());
      words.addAll(value.digits());
    }
    return new SymbolicValue(space, present, unknown, words, true);
  }

  @Override
  public SymbolicValue map(Expression.MapLookup lookup) {
    return lookups.data(lookup);
  }

  @Override
  public SymbolicValue opaque(Expression.Opaque opaque) {
    return SymbolicValue.unknown(space, Bdd.TRUE);
  }
}
