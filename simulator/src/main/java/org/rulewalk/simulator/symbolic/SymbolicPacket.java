package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.value.Bits;

/**
 * A packet that stands for all: what it has now, as a function of what it had at the start. Rules
 * that write a mark or an address change these functions, so that a set of packets is always one of
 * packets at the start, and no image of a set has to be computed. Immutable.
 */
public final class SymbolicPacket {
  private static final List<Integer> EXTENSIONS =
      List.of(
          Protocol.HOP_BY_HOP,
          Protocol.ROUTING,
          Protocol.FRAGMENT,
          Protocol.AH,
          Protocol.DESTINATION_OPTIONS);
  private static final int PROTOCOL4 = 72;
  private static final int PROTOCOL6 = 48;
  private static final int PROTOCOL_BITS = 8;
  private static final int VERSION_BITS = 4;
  private static final int FRAGMENT_OFFSET = 51;
  private static final int FRAGMENT_BITS = 13;

  private static final int EXTENDED = 0;
  private static final int AUTHENTICATED = 1;
  private static final int PROTOCOL = 2;
  private static final int WHOLE = 3;
  private static final int TRANSPORT = 4;

  /** What the fact of {@link Fact.Part#TRANSPORT_LENGTH} can count. */
  static final int MOST_TRANSPORT = 255;

  private final PacketSpace space;
  private final Bdd bdd;
  private final Map<Integer, Written> written;
  private final int touched;
  private final int altered;
  private final Map<Object, Integer> updatedSets;
  private final Map<Integer, Integer> known = new HashMap<>();

  private SymbolicPacket(
      PacketSpace space,
      Map<Integer, Written> written,
      int touched,
      int altered,
      Map<Object, Integer> updatedSets) {
    this.space = space;
    this.bdd = space.bdd();
    this.written = written;
    this.touched = touched;
    this.altered = altered;
    this.updatedSets = updatedSets;
  }

  /** The packet at the start: all that it has is a variable. */
  public static SymbolicPacket in(PacketSpace space) {
    return new SymbolicPacket(space, Map.of(), Bdd.FALSE, Bdd.FALSE, Map.of());
  }

  /** The space of its sets. */
  public PacketSpace space() {
    return space;
  }

  /**
   * Packets whose bytes may have been changed, so that nothing is known of tests of their bytes.
   */
  int touched() {
    return touched;
  }

  /** Packets of which anything may have been changed by rules. */
  int altered() {
    return altered;
  }

  private int memo(int what, int which, java.util.function.IntSupplier work) {
    int key = what << 16 | which;
    Integer found = known.get(key);
    if (found == null) {
      found = work.getAsInt();
      known.put(key, found);
    }
    return found;
  }

  /** A bit of a fact as it is now, counted from the most significant. */
  int bit(Fact fact, int at) {
    if (fact == Fact.Part.NETWORK4) {
      if (at < VERSION_BITS) {
        return at == 1 ? Bdd.TRUE : Bdd.FALSE;
      }
      if (at >= PROTOCOL4 && at < PROTOCOL4 + PROTOCOL_BITS) {
        return bit(Fact.Part.PROTOCOL_FIELD, at - PROTOCOL4);
      }
    }
    if (fact == Fact.Part.NETWORK6) {
      if (at < VERSION_BITS) {
        return at == 1 || at == 2 ? Bdd.TRUE : Bdd.FALSE;
      }
      if (at >= PROTOCOL6 && at < PROTOCOL6 + PROTOCOL_BITS) {
        return bit(Fact.Part.PROTOCOL_FIELD, at - PROTOCOL6);
      }
    }
    int level = space.level(fact, at);
    Written other = written.get(level);
    return other != null ? other.node() : bdd.variable(level);
  }

  int flag(Fact fact) {
    return bit(fact, 0);
  }

  int[] word(Fact fact) {
    return word(fact, 0, fact.width());
  }

  /** Bits of a fact as a number. */
  int[] word(Fact fact, int first, int width) {
    int[] word = new int[width];
    for (int i = 0; i < width; i++) {
      word[i] = bit(fact, first + width - 1 - i);
    }
    return word;
  }

  Digits digits(Fact fact) {
    return digits(fact, 0, fact.width());
  }

  /** Bits of a fact as a number that tells what was written from what was there. */
  Digits digits(Fact fact, int first, int width) {
    List<Digits.Piece> pieces = new ArrayList<>();
    Map<Integer, Written> now = written;
    Optional<Writing> last = last(now, fact, first, width);
    while (last.isPresent()) {
      pieces.add(new Digits.Piece(last.get().where(), last.get().part(first, width)));
      now = last.get().before();
      last = last(now, fact, first, width);
    }
    if (pieces.isEmpty()) {
      return Digits.of(word(fact, first, width));
    }
    SymbolicPacket before = new SymbolicPacket(space, now, touched, altered, updatedSets);
    pieces.add(new Digits.Piece(Bdd.TRUE, before.word(fact, first, width)));
    return Digits.of(pieces, () -> word(fact, first, width));
  }

  /** What wrote all these bits at last, if it was the same for all. */
  private Optional<Writing> last(Map<Integer, Written> now, Fact fact, int first, int width) {
    Optional<Writing> last = Optional.empty();
    for (int at = first; at < first + width; at++) {
      Written bit = now.get(level(fact, at));
      if (bit == null || at > first && !last.equals(bit.writing())) {
        return Optional.empty();
      }
      last = bit.writing();
    }
    return last.filter(writing -> writing.isOf(fact));
  }

  /** Packets of IPv6. */
  int six() {
    return flag(Fact.Part.VERSION);
  }

  /** IPv6 packets with extension headers. */
  int extended() {
    return memo(
        EXTENDED,
        0,
        () -> {
          int[] field = word(Fact.Part.PROTOCOL_FIELD);
          int some = Bdd.FALSE;
          for (int number : EXTENSIONS) {
            some = bdd.or(some, Words.equal(bdd, field, Bits.of(number)));
          }
          return bdd.and(six(), some);
        });
  }

  /** Packets whose upper-layer header nf_tables takes to be an authentication header. */
  int authenticated() {
    return memo(AUTHENTICATED, 0, () -> bdd.and(extended(), flag(Fact.Part.AUTHENTICATION)));
  }

  /** The protocol above IP. */
  SymbolicValue protocol(boolean endsAtAuthentication) {
    int[] word =
        Words.choose(
            bdd, extended(), word(Fact.Part.UPPER_PROTOCOL), word(Fact.Part.PROTOCOL_FIELD));
    int present = bdd.or(bdd.not(extended()), flag(Fact.Part.UPPER_KNOWN));
    if (endsAtAuthentication) {
      word = Words.choose(bdd, authenticated(), Words.constant(Bits.of(Protocol.AH)), word);
      present = bdd.or(present, authenticated());
    }
    return SymbolicValue.of(space, present, word);
  }

  /** Packets of a protocol above IP. */
  int isProtocol(int number, boolean endsAtAuthentication) {
    return memo(
        PROTOCOL,
        number << 1 | (endsAtAuthentication ? 1 : 0),
        () -> {
          SymbolicValue protocol = protocol(endsAtAuthentication);
          return bdd.and(protocol.present(), Words.equal(bdd, protocol.word(), Bits.of(number)));
        });
  }

  /** Packets that are no later fragments. */
  int startsWhole() {
    return memo(
        WHOLE,
        0,
        () -> {
          int[] offset = word(Fact.Part.NETWORK4, FRAGMENT_OFFSET, FRAGMENT_BITS);
          return bdd.choose(
              six(),
              bdd.not(bdd.and(extended(), flag(Fact.Part.LATER_FRAGMENT))),
              Words.equal(bdd, offset, Bits.ZERO));
        });
  }

  /** Packets with at least so many bytes of the upper-layer header, at most 255. */
  int hasTransport(int bytes, boolean endsAtAuthentication) {
    return memo(
        TRANSPORT,
        bytes << 1 | (endsAtAuthentication ? 1 : 0),
        () -> {
          int enough =
              bytes == 0
                  ? Bdd.TRUE
                  : bdd.not(Words.atMost(bdd, length(endsAtAuthentication), Bits.of(bytes - 1L)));
          int found = protocol(endsAtAuthentication).present();
          return bdd.and(found, bdd.and(startsWhole(), enough));
        });
  }

  private int[] length(boolean endsAtAuthentication) {
    int[] whole = word(Fact.Part.TRANSPORT_LENGTH);
    return endsAtAuthentication
        ? Words.choose(bdd, authenticated(), word(Fact.Part.AUTHENTICATION_LENGTH), whole)
        : whole;
  }

  /** Bits of the header that is taken for the upper-layer header. */
  int[] transport(int first, int width, boolean endsAtAuthentication) {
    int[] word = word(Fact.Part.TRANSPORT, first, width);
    return endsAtAuthentication
        ? Words.choose(
            bdd, authenticated(), word(Fact.Part.AUTHENTICATION_HEADER, first, width), word)
        : word;
  }

  /** The packets whose connection tracking state has this one bit. */
  int state(int bit) {
    int seen = flag(Fact.Part.CT_SEEN);
    int fresh = flag(Fact.Part.CT_NEW);
    int related = flag(Fact.Part.CT_RELATED);
    switch (bit) {
      case CtKey.STATE_INVALID:
        return bdd.minus(bdd.not(seen), fresh);
      case CtKey.STATE_UNTRACKED:
        return bdd.minus(fresh, seen);
      case CtKey.STATE_NEW:
        return bdd.and(seen, fresh);
      case CtKey.STATE_RELATED:
        return bdd.and(bdd.minus(seen, fresh), related);
      case CtKey.STATE_ESTABLISHED:
        return bdd.minus(bdd.minus(seen, fresh), related);
      default:
        return Bdd.FALSE;
    }
  }

  /** Packets that belong to a connection. */
  int tracked() {
    return bdd.minus(
        flag(Fact.Part.CT_SEEN), bdd.and(flag(Fact.Part.CT_NEW), flag(Fact.Part.CT_TEMPLATE)));
  }

  /** The same with bits of a fact written for some packets; worked out once it is looked at. */
  SymbolicPacket write(int where, Fact fact, int first, int[] word) {
    if (where == Bdd.FALSE) {
      return this;
    }
    Map<Integer, Written> now = new HashMap<>(written);
    Optional<Writing> writing = Optional.of(new Writing(where, fact, first, word, written));
    for (int i = 0; i < word.length; i++) {
      int at = first + word.length - 1 - i;
      int other = word[i];
      now.put(level(fact, at), new Written(() -> bdd.choose(where, other, bit(fact, at)), writing));
    }
    return new SymbolicPacket(space, now, touched, altered, updatedSets);
  }

  /**
   * The same where nothing is known any more of bits of a fact, for some packets. Worked out once
   * it is looked at: most of what a rule may have changed never is.
   */
  SymbolicPacket lose(int where, Fact fact, int first, int width, Object subject, Doubts doubts) {
    if (where == Bdd.FALSE) {
      return this;
    }
    Map<Integer, Written> now = new HashMap<>(written);
    int time = doubts.time(subject);
    for (int at = first; at < first + width; at++) {
      int bit = at;
      now.put(
          level(fact, at),
          new Written(
              () -> bdd.choose(where, doubts.lost(subject, time, fact, bit), bit(fact, bit)),
              Optional.empty()));
    }
    return new SymbolicPacket(space, now, touched, altered, updatedSets);
  }

  /**
   * The same where nothing is known any more, of any packet, of what another one has written beside
   * this.
   */
  SymbolicPacket blurred(SymbolicPacket changed, Object subject, Doubts doubts) {
    Map<Integer, Written> now = new HashMap<>(written);
    int time = doubts.time(subject);
    changed.written.forEach(
        (level, other) -> {
          if (written.get(level) != other) {
            now.put(
                level,
                new Written(
                    () -> doubts.lost(subject, time, space.fact(level), space.bit(level)),
                    Optional.empty()));
          }
        });
    Map<Object, Integer> sets = new HashMap<>(updatedSets);
    changed.updatedSets.keySet().forEach(set -> sets.put(set, Bdd.TRUE));
    return new SymbolicPacket(
        space,
        now,
        changed.touched == touched ? touched : Bdd.TRUE,
        changed.altered == altered ? altered : Bdd.TRUE,
        sets);
  }

  private int level(Fact fact, int at) {
    boolean protocol4 =
        fact == Fact.Part.NETWORK4 && at >= PROTOCOL4 && at < PROTOCOL4 + PROTOCOL_BITS;
    boolean protocol6 =
        fact == Fact.Part.NETWORK6 && at >= PROTOCOL6 && at < PROTOCOL6 + PROTOCOL_BITS;
    return protocol4 || protocol6
        ? space.level(Fact.Part.PROTOCOL_FIELD, at - (protocol4 ? PROTOCOL4 : PROTOCOL6))
        : space.level(fact, at);
  }

  /** One writing of bits; never equal to another. */
  private static final class Writing {
    private final int where;
    private final Fact fact;
    private final int first;
    private final int[] word;
    private final Map<Integer, Written> before;

    Writing(int where, Fact fact, int first, int[] word, Map<Integer, Written> before) {
      this.where = where;
      this.fact = fact;
      this.first = first;
      this.word = word;
      this.before = before;
    }

    boolean isOf(Fact other) {
      return fact.equals(other);
    }

    int where() {
      return where;
    }

    Map<Integer, Written> before() {
      return before;
    }

    /** Some of the bits, the least significant first. */
    int[] part(int from, int width) {
      int low = first + word.length - from - width;
      return java.util.Arrays.copyOfRange(word, low, low + width);
    }
  }

  /** A bit that was written, as a function of the packet at the start. */
  private static final class Written {
    private final java.util.function.IntSupplier work;
    private final Optional<Writing> writing;
    private int node = -1;

    Written(java.util.function.IntSupplier work, Optional<Writing> writing) {
      this.work = work;
      this.writing = writing;
    }

    Optional<Writing> writing() {
      return writing;
    }

    int node() {
      if (node < 0) {
        node = work.getAsInt();
      }
      return node;
    }
  }

  /** The same where tests of bytes, of some packets, are not known any more. */
  SymbolicPacket touch(int where) {
    return new SymbolicPacket(
        space, written, bdd.or(touched, where), bdd.or(altered, where), updatedSets);
  }

  /** The same where answers that depend on more than bytes, of some packets, are not known. */
  SymbolicPacket alter(int where) {
    return new SymbolicPacket(space, written, touched, bdd.or(altered, where), updatedSets);
  }

  /** The same after a set was changed on behalf of some packets. */
  SymbolicPacket updating(Object set, int where) {
    Map<Object, Integer> now = new HashMap<>(updatedSets);
    now.merge(set, where, bdd::or);
    return new SymbolicPacket(space, written, touched, altered, now);
  }

  /** Packets on whose behalf a set was changed. */
  int updated(Object set) {
    return updatedSets.getOrDefault(set, Bdd.FALSE);
  }

  static int[] constant(Bits number, int width) {
    int[] word = new int[width];
    for (int i = 0; i < width; i++) {
      word[i] = Words.bit(number, i) ? Bdd.TRUE : Bdd.FALSE;
    }
    return word;
  }

  private SymbolicPacket put(PacketSet where, Fact fact, Bits number) {
    return write(where.node(), fact, 0, constant(number, fact.width()));
  }

  /** The same with metadata of some packets written; interfaces as names. */
  public SymbolicPacket with(MetaKey key, PacketSet where, Bits number) {
    SymbolicPacket next =
        put(where, meta(key), number).put(where, new Fact.Present(meta(key)), Bits.of(1));
    return isInterface(key) ? next : next.alter(where.node());
  }

  private static boolean isInterface(MetaKey key) {
    switch (key) {
      case IIF:
      case IIFNAME:
      case IIFGROUP:
      case IIFTYPE:
      case OIF:
      case OIFNAME:
      case OIFGROUP:
      case OIFTYPE:
        return true;
      default:
        return false;
    }
  }

  /** The same where all packets have this metadata, whatever it is. */
  public SymbolicPacket having(MetaKey key) {
    return put(space.all(), new Fact.Present(meta(key)), Bits.of(1));
  }

  /** The same where some packets lack something of their metadata. */
  public SymbolicPacket without(MetaKey key, PacketSet where) {
    return put(where, new Fact.Present(meta(key)), Bits.ZERO);
  }

  /** The same with a property of some packets' connection written. */
  public SymbolicPacket with(
      CtKey key, Optional<CtKey.Direction> direction, PacketSet where, Bits number) {
    if (key == CtKey.STATE) {
      return withState(where, number.toInt());
    }
    Fact fact = connection(key, direction);
    return put(where, fact, number)
        .put(where, new Fact.Present(fact), Bits.of(1))
        .alter(where.node());
  }

  /** The same with the state of some packets set to one bit of {@link CtKey#STATE}. */
  private SymbolicPacket withState(PacketSet where, int state) {
    boolean fresh = state == CtKey.STATE_NEW;
    boolean related = state == CtKey.STATE_RELATED;
    boolean seen = fresh || related || state == CtKey.STATE_ESTABLISHED;
    boolean second = fresh || state == CtKey.STATE_UNTRACKED;
    return put(where, Fact.Part.CT_SEEN, Bits.of(seen ? 1 : 0))
        .put(where, Fact.Part.CT_NEW, Bits.of(second ? 1 : 0))
        .put(where, Fact.Part.CT_RELATED, Bits.of(related ? 1 : 0))
        .put(where, Fact.Part.CT_TEMPLATE, Bits.ZERO);
  }

  /**
   * The same with a field of the header of some packets written, as translation does it. Of tests
   * of their bytes that have no simpler meaning, nothing is known from then on.
   */
  public SymbolicPacket with(HeaderField field, PacketSet where, Bits number) {
    return write(where.node(), part(field), field.bitOffset(), constant(number, field.width()))
        .touch(where.node());
  }

  /** The same with a field written with a part of a value that these packets have. */
  public SymbolicPacket with(HeaderField field, PacketSet where, SymbolicValue value, int part) {
    int[] word = new int[field.width()];
    for (int i = 0; i < word.length; i++) {
      word[i] = Words.at(value.digits().get(part).word(), i);
    }
    return write(where.node(), part(field), field.bitOffset(), word).touch(where.node());
  }

  /** The same where nothing is known any more of a field of some packets. */
  public SymbolicPacket unknown(HeaderField field, PacketSet where, Object subject, Doubts doubts) {
    int[] word = doubts.lost(List.of(subject, field), part(field), field.width());
    return write(where.node(), part(field), field.bitOffset(), word).touch(where.node());
  }

  /** The same where nothing is known any more of some packets' metadata. */
  public SymbolicPacket unknown(MetaKey key, PacketSet where, Doubts doubts) {
    Fact fact = meta(key);
    return write(where.node(), fact, 0, doubts.lost(fact, fact, fact.width()))
        .put(where, new Fact.Present(fact), Bits.of(1));
  }

  /** The same with metadata of some packets as it was at the start. */
  public SymbolicPacket restored(MetaKey key, PacketSet where) {
    Fact present = new Fact.Present(meta(key));
    return restored(meta(key), where).restored(present, where);
  }

  private SymbolicPacket restored(Fact fact, PacketSet where) {
    return write(where.node(), fact, 0, in(space).word(fact));
  }

  /** The same before connection tracking has seen these packets. */
  public SymbolicPacket beforeTracking(PacketSet where) {
    return withState(where, CtKey.STATE_INVALID);
  }

  /** The same once connection tracking has seen it, where rules did not keep it out. */
  public SymbolicPacket afterTracking() {
    PacketSet seen = space.set(bdd.or(flag(Fact.Part.CT_SEEN), flag(Fact.Part.CT_NEW))).not();
    return restored(Fact.Part.CT_SEEN, seen)
        .restored(Fact.Part.CT_NEW, seen)
        .restored(Fact.Part.CT_RELATED, seen);
  }

  /** Packets whose connection tracking state is one bit of {@link CtKey#STATE}. */
  public PacketSet inState(int bit) {
    return space.set(state(bit));
  }

  static Fact.Part part(HeaderField field) {
    switch (field.layer()) {
      case IP4:
        return Fact.Part.NETWORK4;
      case IP6:
        return Fact.Part.NETWORK6;
      case ETHER:
      case VLAN:
        return Fact.Part.LINK;
      default:
        return Fact.Part.TRANSPORT;
    }
  }

  /** The fact behind a metadata key. */
  static Fact meta(MetaKey key) {
    return new Fact.Meta(
        key == MetaKey.IIF ? MetaKey.IIFNAME : key == MetaKey.OIF ? MetaKey.OIFNAME : key);
  }

  /** The fact behind a key of connection tracking. */
  static Fact connection(CtKey key, Optional<CtKey.Direction> direction) {
    return new Fact.Connection(
        key,
        key.isDirected()
            ? Optional.of(direction.orElse(CtKey.Direction.ORIGINAL))
            : Optional.empty());
  }
}
