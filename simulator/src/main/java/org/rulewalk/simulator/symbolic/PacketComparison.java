package org.rulewalk.simulator.symbolic;

import java.util.Optional;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.MetaKey;

/** Which packets have become something else in one of two states of them than in the other. */
public final class PacketComparison {
  private static final int CHECKSUM4 = 80;
  private static final int SUM_BITS = 16;
  private static final int PORT_BITS = 32;
  private static final int ADDRESSES4 = 96;
  private static final int ADDRESSES6 = 64;

  /** A TCP header with all its options, in bits. */
  private static final int MOST_COMPARED = 60 * 8;

  private final SymbolicPacket one;
  private final SymbolicPacket other;
  private final Bdd bdd;

  /** Compares two states of the same packets. */
  public PacketComparison(SymbolicPacket one, SymbolicPacket other) {
    this.one = one;
    this.other = other;
    this.bdd = one.space().bdd();
  }

  /** Packets that routing at output would send another way (ip_route_me_harder's callers). */
  public PacketSet routedOtherwise() {
    int four = bdd.not(one.six());
    return differing(SymbolicPacket.meta(MetaKey.MARK), 0, 32, Bdd.TRUE)
        .or(differing(Fact.Part.NETWORK4, 8, 8, four))
        .or(differing(Fact.Part.NETWORK4, ADDRESSES4, 64, four))
        .or(differing(Fact.Part.NETWORK6, 4, 8, one.six()))
        .or(differing(Fact.Part.NETWORK6, 56, 8, one.six()))
        .or(differing(Fact.Part.NETWORK6, ADDRESSES6, 256, one.six()));
  }

  /** Packets with another destination. */
  public PacketSet destinedOtherwise() {
    return differing(Fact.Part.NETWORK4, ADDRESSES4 + 32, 32, bdd.not(one.six()))
        .or(differing(Fact.Part.NETWORK6, ADDRESSES6 + 128, 128, one.six()));
  }

  /**
   * Packets that leave with other bytes, or with another mark of their connection. Checksums don't
   * count.
   *
   * @param vague packets whose addresses and ports are not compared
   */
  public PacketSet leavesOtherwise(PacketSet vague) {
    int plain = vague.not().node();
    int four = bdd.not(one.six());
    Fact mark = SymbolicPacket.connection(CtKey.MARK, Optional.empty());
    return differing(Fact.Part.NETWORK4, 0, CHECKSUM4, four)
        .or(differing(Fact.Part.NETWORK4, ADDRESSES4, 64, bdd.and(four, plain)))
        .or(differing(Fact.Part.NETWORK6, 0, ADDRESSES6, one.six()))
        .or(differing(Fact.Part.NETWORK6, ADDRESSES6, 256, bdd.and(one.six(), plain)))
        .or(transportDiffering(plain))
        .or(differing(mark, 0, mark.width(), Bdd.TRUE));
  }

  private PacketSet transportDiffering(int plain) {
    PacketSet found = one.space().none();
    for (int at = 0; at < MOST_COMPARED; at++) {
      int where = at < PORT_BITS ? plain : Bdd.TRUE;
      for (int protocol : Changes.WITH_CHECKSUM) {
        int sum = Packets.checksumOffset(protocol) * 8;
        if (at >= sum && at < sum + SUM_BITS) {
          where = bdd.minus(where, one.isProtocol(protocol, false));
        }
      }
      found = found.or(differing(Fact.Part.TRANSPORT, at, 1, where));
    }
    return found;
  }

  private PacketSet differing(Fact fact, int first, int width, int where) {
    int found = Bdd.FALSE;
    for (int at = first; at < first + width; at++) {
      int changed = bdd.and(bdd.exclusive(one.bit(fact, at), other.bit(fact, at)), where);
      // what is not known any more may differ, unless it is the same bit in both
      found = bdd.or(found, bdd.exists(changed, level -> level >= PacketSpace.FIRST_LOST));
    }
    return one.space().set(found);
  }
}
