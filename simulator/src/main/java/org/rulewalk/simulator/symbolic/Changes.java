package org.rulewalk.simulator.symbolic;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.value.Bits;

/** What statements write to packets, for all packets at once. Has no state of its own. */
final class Changes {
  private static final List<Fact.Part> HEADERS =
      List.of(
          Fact.Part.NETWORK4,
          Fact.Part.NETWORK6,
          Fact.Part.PROTOCOL_FIELD,
          Fact.Part.UPPER_PROTOCOL,
          Fact.Part.UPPER_KNOWN,
          Fact.Part.LATER_FRAGMENT,
          Fact.Part.AUTHENTICATION,
          Fact.Part.TRANSPORT_LENGTH,
          Fact.Part.TRANSPORT,
          Fact.Part.AUTHENTICATION_LENGTH,
          Fact.Part.AUTHENTICATION_HEADER);
  private static final int VERSION_BITS = 4;
  private static final int TTL_BITS = 8;
  private static final int TTL4 = 64;
  private static final int TTL6 = 56;
  private static final int CHECKSUM4 = 80;
  private static final int SUM_BITS = 16;
  private static final int TCP_HEADER = 20;
  private static final int ICMP_BITS = 64;
  private static final int MOST_OPTIONS = 40;
  private static final int DATA_OFFSET = 96;

  /** Protocols whose headers have a checksum over what they carry. */
  static final List<Integer> WITH_CHECKSUM =
      List.of(
          Protocol.TCP,
          Protocol.UDP,
          Protocol.UDPLITE,
          Protocol.DCCP,
          Protocol.ICMP,
          Protocol.ICMPV6);

  /** Protocols whose checksum is corrected with the IP header without a look at its value. */
  private static final List<Integer> ALWAYS_SUMMED =
      List.of(Protocol.TCP, Protocol.UDPLITE, Protocol.ICMPV6);

  private final Tests tests;
  private final SymbolicPacket packet;
  private final PacketSpace space;
  private final Bdd bdd;
  private final Doubts doubts;

  Changes(Tests tests) {
    this.tests = tests;
    this.packet = tests.packet();
    this.space = tests.space();
    this.bdd = space.bdd();
    this.doubts = tests.setting().doubts();
  }

  /** Packets for which a value can be written, known or not. */
  PacketSet usable(SymbolicValue value) {
    PacketSet known = value.isTuple() ? space.none() : value.isPresent();
    return known.or(value.isUnknown());
  }

  /** Writes a value to a fact; nothing is known of it where the value is unknown. */
  SymbolicPacket write(PacketSet where, Fact fact, SymbolicValue value, Object subject) {
    return packet.write(where.node(), fact, 0, sized(value, fact.width(), fact, subject));
  }

  private int[] sized(SymbolicValue value, int width, Fact fact, Object subject) {
    int[] word = new int[width];
    for (int i = 0; i < width; i++) {
      word[i] = Words.at(value.word(), i);
    }
    return value.unknown() == Bdd.FALSE
        ? word
        : Words.choose(bdd, value.unknown(), doubts.lost(subject, fact, width), word);
  }

  /** From now on nothing is known of a fact. */
  SymbolicPacket forget(PacketSet where, Fact fact, Object subject) {
    return packet
        .lose(where.node(), fact, 0, fact.width(), subject, doubts)
        .lose(where.node(), new Fact.Present(fact), 0, 1, subject, doubts);
  }

  /** Writes bits of a header; where that moves other headers, nothing is known of them any more. */
  SymbolicPacket header(PacketSet where, Expression target, SymbolicValue value, Object subject) {
    boolean named = target instanceof Expression.Header;
    if (!named && !(target instanceof Expression.RawPayload)) {
      return packet;
    }
    HeaderField field = named ? ((Expression.Header) target).field() : HeaderField.IP_TTL;
    Expression.RawPayload raw =
        named
            ? new Expression.RawPayload(field.layer().base(), field.bitOffset(), field.width())
            : (Expression.RawPayload) target;
    int[] word = sized(value, raw.width(), Fact.Part.TRANSPORT, subject);
    int end = raw.bitOffset() + raw.width();
    switch (raw.base()) {
      case LINK:
      case INNER:
        return packet;
      case TRANSPORT:
        return end > Fact.Part.TRANSPORT.width()
            ? packet.touch(where.node())
            : transport(where, raw.bitOffset(), word, subject);
      default:
        return moves(where, raw, end)
            ? lost(packet, where, subject)
            : network(where, raw, word, subject);
    }
  }

  /** Where an authentication header is written in its place, other headers may move. */
  private SymbolicPacket transport(PacketSet where, int first, int[] word, Object subject) {
    SymbolicPacket next =
        settled(packet.write(where.node(), Fact.Part.TRANSPORT, first, word), where, subject);
    boolean other = tests.setting().endsAtAuthentication();
    return other ? lost(next, where.and(space.set(packet.authenticated())), subject) : next;
  }

  /** Whether other headers are found elsewhere afterwards. */
  private boolean moves(PacketSet where, Expression.RawPayload raw, int end) {
    boolean four = where.meets(space.set(bdd.not(packet.six())));
    boolean six = where.meets(space.set(packet.six()));
    return raw.bitOffset() < VERSION_BITS
        || four && (raw.bitOffset() < 2 * VERSION_BITS || end > Fact.Part.NETWORK4.width())
        || six && (end > Fact.Part.NETWORK6.width() || raw.bitOffset() < 56 && end > 48);
  }

  private SymbolicPacket lost(SymbolicPacket before, PacketSet where, Object subject) {
    SymbolicPacket next = before;
    for (Fact.Part part : HEADERS) {
      next = next.lose(where.node(), part, 0, part.width(), subject, doubts);
    }
    return next.touch(where.node());
  }

  private SymbolicPacket network(
      PacketSet where, Expression.RawPayload raw, int[] word, Object subject) {
    SymbolicPacket next = packet;
    int six = bdd.and(where.node(), packet.six());
    int four = bdd.minus(where.node(), packet.six());
    if (four != Bdd.FALSE) {
      next = next.write(four, Fact.Part.NETWORK4, raw.bitOffset(), word);
    }
    if (six != Bdd.FALSE) {
      next = next.write(six, Fact.Part.NETWORK6, raw.bitOffset(), word);
    }
    return settled(next, where, subject);
  }

  /** Checksums follow; what they become is not worked out. */
  private SymbolicPacket settled(SymbolicPacket next, PacketSet where, Object subject) {
    int node = where.node();
    SymbolicPacket done =
        next.lose(
            bdd.minus(node, packet.six()),
            Fact.Part.NETWORK4,
            CHECKSUM4,
            SUM_BITS,
            subject,
            doubts);
    for (int protocol : WITH_CHECKSUM) {
      int of = bdd.and(node, packet.isProtocol(protocol, false));
      int at = org.rulewalk.simulator.packet.Packets.checksumOffset(protocol) * 8;
      done = done.lose(of, Fact.Part.TRANSPORT, at, SUM_BITS, subject, doubts);
    }
    return done.touch(node);
  }

  /** Other rules may have done anything to packets that a rule can do. */
  SymbolicPacket anything(PacketSet where, Object subject) {
    SymbolicPacket next = lost(packet, where, subject);
    List<Fact> others =
        List.of(
            SymbolicPacket.meta(MetaKey.MARK),
            SymbolicPacket.meta(MetaKey.PKTTYPE),
            SymbolicPacket.meta(MetaKey.PRIORITY),
            SymbolicPacket.connection(CtKey.MARK, Optional.empty()),
            Fact.Part.CT_SEEN,
            Fact.Part.CT_NEW,
            Fact.Part.CT_TEMPLATE);
    for (Fact fact : others) {
      next = next.lose(where.node(), fact, 0, fact.width(), subject, doubts);
    }
    return next;
  }

  SymbolicPacket ttl(PacketSet where, Statement.ChangeTtl statement) {
    int six = packet.six();
    int[] old =
        Words.choose(
            bdd,
            six,
            packet.word(Fact.Part.NETWORK6, TTL6, TTL_BITS),
            packet.word(Fact.Part.NETWORK4, TTL4, TTL_BITS));
    int[] now;
    switch (statement.kind()) {
      case SET:
        now = SymbolicPacket.constant(Bits.of(statement.amount()), TTL_BITS);
        break;
      case INCREASE:
        now = Words.plus(bdd, old, statement.amount());
        break;
      default:
        now = Words.inverse(bdd, Words.plus(bdd, Words.inverse(bdd, old), statement.amount()));
    }
    SymbolicPacket next =
        packet
            .write(bdd.minus(where.node(), six), Fact.Part.NETWORK4, TTL4, now)
            .write(bdd.and(where.node(), six), Fact.Part.NETWORK6, TTL6, now)
            .lose(
                bdd.minus(where.node(), six),
                Fact.Part.NETWORK4,
                CHECKSUM4,
                SUM_BITS,
                statement,
                doubts);
    return next.touch(where.node());
  }

  /**
   * The address gets the prefix; what of the rest of it takes the difference up is not worked out.
   */
  SymbolicPacket prefix(PacketSet where, Statement.TranslatePrefix statement) {
    PacketSet six = space.set(bdd.and(where.node(), packet.six()));
    SymbolicValue unknown = SymbolicValue.unknown(space, Bdd.TRUE);
    int quotes = bdd.and(six.node(), packet.isProtocol(Protocol.ICMPV6, false));
    int past = Fact.Part.TRANSPORT.width() - ICMP_BITS;
    return header(six, statement.address(), unknown, statement)
        .lose(quotes, Fact.Part.TRANSPORT, ICMP_BITS, past, statement, doubts);
  }

  /** Packets of which no word of the address can take the difference up. */
  PacketSet hasNoRoom(Statement.TranslatePrefix statement) {
    if (statement.bits() <= 48) {
      return space.none();
    }
    int all = packet.six();
    for (int bit : packet.word(Fact.Part.NETWORK6, statement.addressAt() * 8 + 64, 64)) {
      all = bdd.and(all, bit);
    }
    return space.set(all);
  }

  /** TCP packets that are no later fragments, whatever they have of the header. */
  PacketSet tcp() {
    return space.set(bdd.and(packet.startsWhole(), tests.expressions().isProtocol(Protocol.TCP)));
  }

  /** Packets without a whole TCP header, or that give it more than they have. */
  PacketSet isCut() {
    int[] length = packet.word(Fact.Part.TRANSPORT_LENGTH);
    int[] header = Words.shift(packet.word(Fact.Part.TRANSPORT, DATA_OFFSET, 4), 2);
    int whole = tests.expressions().hasTransport(TCP_HEADER);
    return space.set(bdd.not(bdd.and(whole, Words.atMost(bdd, header, length))));
  }

  /** The same, or that give it less than it can have: {@code TcpOptions.areCut}. */
  PacketSet isCutOrShort() {
    int[] words = packet.word(Fact.Part.TRANSPORT, DATA_OFFSET, 4);
    return isCut().or(space.set(Words.atMost(bdd, words, Bits.of(4))));
  }

  /** Packets of which a header is not written, since the checksum over it is cut off. */
  PacketSet lacksChecksum(Expression target, SymbolicValue value) {
    if (!(target instanceof Expression.Header)) {
      return space.none();
    }
    HeaderField field = ((Expression.Header) target).field();
    int lacking = Bdd.FALSE;
    if (field.layer().base() == HeaderField.Base.NETWORK) {
      for (int protocol : ALWAYS_SUMMED) {
        lacking = bdd.or(lacking, cutBeforeChecksum(protocol));
      }
      lacking = bdd.and(lacking, bdd.and(packet.startsWhole(), inPseudoHeader(field, value)));
    } else if (field.layer().base() == HeaderField.Base.TRANSPORT
        && field.layer() != HeaderField.Layer.TH) {
      for (int protocol : WITH_CHECKSUM) {
        lacking = bdd.or(lacking, cutBeforeChecksum(protocol));
      }
    }
    int unknown = bdd.and(lacking, value.unknown());
    return space.set(
        unknown == Bdd.FALSE
            ? lacking
            : bdd.minus(lacking, bdd.minus(unknown, doubts.node(target))));
  }

  private int cutBeforeChecksum(int protocol) {
    int end = org.rulewalk.simulator.packet.Packets.checksumOffset(protocol) + 2;
    return bdd.minus(
        tests.expressions().isProtocol(protocol), tests.expressions().hasTransport(end));
  }

  /** Packets whose upper-layer checksum covers what is written to their IP header. */
  private int inPseudoHeader(HeaderField field, SymbolicValue value) {
    int first = field.bitOffset() / 8 & ~1;
    switch (field) {
      case IP_PROTOCOL:
      case IP6_NEXTHDR:
        int same = Words.equal(bdd, packet.word(Fact.Part.PROTOCOL_FIELD), value.word());
        return bdd.not(bdd.minus(same, value.unknown()));
      default:
        boolean six = field.layer() == HeaderField.Layer.IP6;
        boolean covered = six ? first >= 8 || first == 4 : first >= 12 || first == 2;
        return covered ? Bdd.TRUE : Bdd.FALSE;
    }
  }

  /** Packets whose checksum was corrected for a write that then failed. */
  SymbolicPacket triedInVain(PacketSet where, Expression target, Object subject) {
    boolean network =
        target instanceof Expression.Header
            && ((Expression.Header) target).field().layer() == HeaderField.Layer.IP4;
    return network && !where.isEmpty()
        ? packet
            .lose(where.node(), Fact.Part.NETWORK4, CHECKSUM4, SUM_BITS, subject, doubts)
            .touch(where.node())
        : packet;
  }

  /** A maximum segment size may be lowered, or added, which makes the packet longer. */
  SymbolicPacket segment(PacketSet where, Statement.SetMaximumSegment statement) {
    SymbolicPacket next = options(where, statement);
    if (!statement.addIfMissing()) {
      return next;
    }
    int node = where.node();
    int longer = bdd.and(node, doubts.node(statement));
    int[] length = Words.plus(bdd, packet.word(Fact.Part.TRANSPORT_LENGTH), 4);
    int six = packet.six();
    return next.write(longer, Fact.Part.TRANSPORT_LENGTH, 0, length)
        .lose(longer, Fact.Part.TRANSPORT, DATA_OFFSET, 4, statement, doubts)
        .lose(bdd.minus(longer, six), Fact.Part.NETWORK4, 16, SUM_BITS, statement, doubts)
        .lose(bdd.and(longer, six), Fact.Part.NETWORK6, 32, SUM_BITS, statement, doubts);
  }

  /** Some TCP options are changed. */
  SymbolicPacket options(PacketSet where, Object subject) {
    int first = TCP_HEADER * 8;
    SymbolicPacket next =
        packet.lose(where.node(), Fact.Part.TRANSPORT, first, MOST_OPTIONS * 8, subject, doubts);
    return settled(next, where, subject);
  }

  SymbolicPacket copyMark(PacketSet where, Statement.CopyMark statement) {
    Fact ct = SymbolicPacket.connection(CtKey.MARK, Optional.empty());
    Fact meta = SymbolicPacket.meta(MetaKey.MARK);
    int[] connection = packet.word(ct);
    int[] mark = packet.word(meta);
    switch (statement.kind()) {
      case SET:
        int[] value = Words.constant(Bits.of(statement.value()));
        return marked(where, ct, without(connection, statement.ctMask()), value);
      case SAVE:
        return marked(
            where,
            ct,
            without(connection, statement.ctMask()),
            masked(mark, statement.packetMask()));
      default:
        return marked(
            where,
            meta,
            without(mark, statement.packetMask()),
            masked(connection, statement.ctMask()));
    }
  }

  private SymbolicPacket marked(PacketSet where, Fact fact, int[] kept, int[] flipped) {
    int[] word = java.util.Arrays.copyOf(Words.combine(kept, flipped, bdd::exclusive), 32);
    return packet.write(where.node(), fact, 0, word).alter(where.node());
  }

  private int[] masked(int[] word, long mask) {
    return Words.combine(word, Words.constant(Bits.of(mask)), bdd::and);
  }

  private int[] without(int[] word, long mask) {
    return Words.combine(word, Words.constant(Bits.of(mask)), bdd::minus);
  }

  /** Packets that connection tracking has not seen are kept out of it. */
  SymbolicPacket notrack(PacketSet where) {
    int free = bdd.minus(where.node(), packet.flag(Fact.Part.CT_SEEN));
    return packet.write(free, Fact.Part.CT_NEW, 0, new int[] {Bdd.TRUE}).alter(free);
  }

  /** Packets that it has not seen get a connection made ready. */
  SymbolicPacket template(PacketSet where) {
    int seen = bdd.or(packet.flag(Fact.Part.CT_SEEN), packet.flag(Fact.Part.CT_NEW));
    int free = bdd.minus(where.node(), seen);
    int[] yes = {Bdd.TRUE};
    return packet
        .write(free, Fact.Part.CT_SEEN, 0, yes)
        .write(free, Fact.Part.CT_NEW, 0, yes)
        .write(free, Fact.Part.CT_TEMPLATE, 0, yes)
        .alter(free);
  }
}
