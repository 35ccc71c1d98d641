package org.rulewalk.simulator.symbolic;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/**
 * All packets, and the sets of them: gives each bit of each fact a variable once it is asked for.
 *
 * <p>The order of the variables decides how large the sets become: protocol, ports, destination and
 * source come first, what few rules ask for last, interface names near the end, since many rules
 * share few of them (docs/decisions/0009-symbolic-packets.md). Memory is bounded, then {@link
 * SpaceExhausted} is thrown. Not for several threads.
 */
public final class PacketSpace {
  /** All variables from here on are doubts. */
  static final int FIRST_DOUBT = 1 << 28;

  /** All doubts from here on are bits that are not known any more. */
  static final int FIRST_LOST = 1 << 29;

  private static final int FIRST_OTHER = 1 << 20;

  /** With what else a node costs while the table grows. */
  private static final long BYTES_EACH = 28;

  private static final int FEWEST_NODES = 1 << 20;
  private static final int MOST_NODES = 1 << 26;

  private final Bdd bdd;
  private final Map<Fact, int[]> levels = new HashMap<>();
  private final Map<Integer, Variable> variables = new HashMap<>();
  private int nextFixed;
  private int nextOther = FIRST_OTHER;
  private int nextDoubt = FIRST_DOUBT;
  private int nextLost = FIRST_LOST;

  /** Which bit of which fact a variable is. */
  private record Variable(Fact fact, int bit) {}

  /** A space that may take most of the memory that there is. */
  public PacketSpace() {
    this(affordableNodes());
  }

  private static int affordableNodes() {
    long nodes = Runtime.getRuntime().maxMemory() * 3 / 4 / BYTES_EACH;
    // the table doubles when it is full
    return (int) Long.highestOneBit(Math.max(FEWEST_NODES, Math.min(MOST_NODES, nodes)));
  }

  /** A space with so many nodes at most, of 20 bytes each. */
  public PacketSpace(int mostNodes) {
    bdd = new Bdd(mostNodes);
    fix(Fact.Part.VERSION, 0, 1);
    fix(Fact.Part.PROTOCOL_FIELD, 0, 8);
    fix(Fact.Part.UPPER_KNOWN, 0, 1);
    fix(Fact.Part.UPPER_PROTOCOL, 0, 8);
    fix(Fact.Part.AUTHENTICATION, 0, 1);
    fix(Fact.Part.LATER_FRAGMENT, 0, 1);
    fix(Fact.Part.NETWORK4, 48, 16);
    fix(Fact.Part.TRANSPORT_LENGTH, 0, 8);
    fix(Fact.Part.TRANSPORT, 16, 16);
    fix(Fact.Part.TRANSPORT, 0, 16);
    fix(Fact.Part.NETWORK4, 128, 32);
    fix(Fact.Part.NETWORK4, 96, 32);
    fix(Fact.Part.NETWORK6, 192, 128);
    fix(Fact.Part.NETWORK6, 64, 128);
    fix(Fact.Part.CT_SEEN, 0, 1);
    fix(Fact.Part.CT_NEW, 0, 1);
    fix(Fact.Part.CT_RELATED, 0, 1);
    fix(Fact.Part.CT_TEMPLATE, 0, 1);
    fix(Fact.Part.TRANSPORT, 32, 2008);
    fix(Fact.Part.NETWORK4, 0, 48);
    fix(Fact.Part.NETWORK4, 64, 32);
    fix(Fact.Part.NETWORK6, 0, 64);
    fixMarks();
    fix(Fact.Part.AUTHENTICATION_LENGTH, 0, 8);
    fix(new Fact.Meta(MetaKey.OIFNAME), 0, 128);
    fix(new Fact.Meta(MetaKey.IIFNAME), 0, 128);
  }

  private PacketSpace(PacketSpace other) {
    bdd = other.bdd.copy();
    levels.putAll(other.levels);
    variables.putAll(other.variables);
    nextFixed = other.nextFixed;
    nextOther = other.nextOther;
    nextDoubt = other.nextDoubt;
    nextLost = other.nextLost;
  }

  /** A space of its own that knows the same sets by the same numbers. */
  PacketSpace copy() {
    return new PacketSpace(this);
  }

  private void fix(Fact fact, int firstBit, int width) {
    for (int i = 0; i < width; i++) {
      add(fact, firstBit + i, nextFixed++);
    }
  }

  /** The marks of packet and connection, which are copied and compared, bit by bit side by side. */
  private void fixMarks() {
    Fact packet = new Fact.Meta(MetaKey.MARK);
    Fact connection = new Fact.Connection(CtKey.MARK, Optional.empty());
    for (int i = 0; i < packet.width(); i++) {
      fix(packet, i, 1);
      fix(connection, i, 1);
    }
  }

  private void add(Fact fact, int bit, int level) {
    levels.computeIfAbsent(fact, unused -> new int[fact.width()])[bit] = level;
    variables.put(level, new Variable(fact, bit));
  }

  Bdd bdd() {
    return bdd;
  }

  /** How many nodes the sets have taken so far: a measure of memory. */
  public int size() {
    return bdd.size();
  }

  /** Every packet. */
  public PacketSet all() {
    return new PacketSet(this, Bdd.TRUE);
  }

  /** No packet. */
  public PacketSet none() {
    return new PacketSet(this, Bdd.FALSE);
  }

  /** Packets of one IP version. */
  public PacketSet version(IpVersion version) {
    PacketSet six = new PacketSet(this, bdd.variable(level(Fact.Part.VERSION, 0)));
    return version == IpVersion.IPV6 ? six : six.not();
  }

  /**
   * Packets as hosts send them: whole, without IPv6 extension headers, with all of the header that
   * their protocol has, IPv4 without options; addressed to this machine on their link, with hops
   * left; not readied by iptables' CT.
   */
  public PacketSet ordinary() {
    SymbolicPacket packet = SymbolicPacket.in(this);
    KernelTests kernel = new KernelTests(packet);
    int result = bdd.minus(packet.startsWhole(), packet.extended());
    result = bdd.minus(result, kernel.fragments().or(kernel.expiring()).node());
    result = bdd.and(result, kernel.addressed().node());
    int[] header = packet.word(Fact.Part.NETWORK4, 4, 4);
    result = bdd.and(result, bdd.or(packet.six(), Words.equal(bdd, header, Bits.of(5))));
    int tcp = packet.isProtocol(Protocol.TCP, false);
    result = bdd.and(result, bdd.or(bdd.not(tcp), packet.hasTransport(20, false)));
    result = bdd.and(result, packet.hasTransport(8, false));
    return set(bdd.minus(result, packet.flag(Fact.Part.CT_TEMPLATE)));
  }

  /** Packets that have this version now. */
  PacketSet version(IpVersion version, SymbolicPacket packet) {
    return set(version == IpVersion.IPV6 ? packet.six() : bdd.not(packet.six()));
  }

  PacketSet set(int node) {
    return new PacketSet(this, node);
  }

  /** The variable of a bit of a fact, counted from the most significant. */
  int level(Fact fact, int bit) {
    int[] known = levels.get(fact);
    if (known == null) {
      allocate(fact);
      known = levels.get(fact);
    }
    return known[bit];
  }

  private void allocate(Fact fact) {
    for (int i = 0; i < fact.width(); i++) {
      add(fact, i, next(fact));
    }
  }

  private int next(Fact fact) {
    if (!(fact instanceof Fact.Doubtful)) {
      return nextOther++;
    }
    return Doubts.isLost((Fact.Doubtful) fact) ? nextLost++ : nextDoubt++;
  }

  Bdd.Levels levelsOf(Fact fact) {
    return level -> {
      Variable variable = variables.get(level);
      return variable != null && variable.fact().equals(fact);
    };
  }

  /** The fact that a variable belongs to. */
  Fact fact(int level) {
    return variables.get(level).fact();
  }

  /** Which bit of its fact a variable is, from the most significant. */
  int bit(int level) {
    return variables.get(level).bit();
  }

  /** Whether a variable belongs to an address, a port or the protocol. */
  boolean isAddress(int level) {
    if (level >= FIRST_DOUBT || !(fact(level) instanceof Fact.Part)) {
      return false;
    }
    int bit = bit(level);
    switch ((Fact.Part) fact(level)) {
      case VERSION:
      case PROTOCOL_FIELD:
        return true;
      case TRANSPORT:
        return isPort(level);
      case NETWORK4:
        return bit >= 96;
      case NETWORK6:
        return bit >= 64;
      default:
        return false;
    }
  }

  /** Whether a variable belongs to a port. */
  boolean isPort(int level) {
    return fact(level) == Fact.Part.TRANSPORT && bit(level) < 32;
  }
}
