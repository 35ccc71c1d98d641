package org.rulewalk.simulator.symbolic;

import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.value.Bits;

/** What the kernel itself, and no rule, looks at and changes when it passes packets on. */
public final class KernelTests {
  private static final int TTL4 = 64;
  private static final int TTL6 = 56;
  private static final int TTL_BITS = 8;
  private static final int CHECKSUM4 = 80;
  private static final int SUM_BITS = 16;
  private static final int MORE_FRAGMENTS = 50;

  private final SymbolicPacket packet;
  private final PacketSpace space;
  private final Bdd bdd;

  /** Asks about packets as they are now. */
  public KernelTests(SymbolicPacket packet) {
    this.packet = packet;
    this.space = packet.space();
    this.bdd = space.bdd();
  }

  private int[] hopsLeft() {
    return Words.choose(
        bdd,
        packet.six(),
        packet.word(Fact.Part.NETWORK6, TTL6, TTL_BITS),
        packet.word(Fact.Part.NETWORK4, TTL4, TTL_BITS));
  }

  /** Packets that may not be forwarded: their time to live runs out. */
  public PacketSet expiring() {
    return space.set(Words.atMost(bdd, hopsLeft(), Bits.of(1)));
  }

  /** Packets that are for this machine on their link, and no broadcasts. */
  public PacketSet addressed() {
    int[] type = packet.word(SymbolicPacket.meta(MetaKey.PKTTYPE));
    return space.set(Words.equal(bdd, type, Bits.ZERO));
  }

  /** Fragments; of IPv6 only those that are not the first. */
  public PacketSet fragments() {
    int more = packet.bit(Fact.Part.NETWORK4, MORE_FRAGMENTS);
    return space.set(bdd.or(bdd.not(packet.startsWhole()), bdd.minus(more, packet.six())));
  }

  /** The packets with one hop less to live. Tests of their bytes stay known. */
  public SymbolicPacket forwarded(PacketSet where, Doubts doubts) {
    int six = packet.six();
    int[] now = Words.inverse(bdd, Words.plus(bdd, Words.inverse(bdd, hopsLeft()), 1));
    int four = bdd.minus(where.node(), six);
    return packet
        .write(four, Fact.Part.NETWORK4, TTL4, now)
        .write(bdd.and(where.node(), six), Fact.Part.NETWORK6, TTL6, now)
        .lose(four, Fact.Part.NETWORK4, CHECKSUM4, SUM_BITS, KernelTests.class, doubts);
  }
}
