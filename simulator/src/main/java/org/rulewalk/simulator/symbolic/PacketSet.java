package org.rulewalk.simulator.symbolic;

/**
 * A set of packets, each with all that rules may look at beside its bytes. Immutable; two sets of
 * one space are equal if they hold the same packets.
 *
 * <p>A set may depend on doubts, such as whether a rate limit is used up. {@link #surely} and
 * {@link #possibly} take them out; every other operation takes a doubt as a fact that two sets
 * share.
 */
public final class PacketSet {
  private final PacketSpace space;
  private final int node;

  PacketSet(PacketSpace space, int node) {
    this.space = space;
    this.node = node;
  }

  int node() {
    return node;
  }

  /** The space that it belongs to. */
  public PacketSpace space() {
    return space;
  }

  /** Packets in both. */
  public PacketSet and(PacketSet other) {
    return with(space.bdd().and(node, other.node));
  }

  /** Packets in one or the other. */
  public PacketSet or(PacketSet other) {
    return with(space.bdd().or(node, other.node));
  }

  /** Packets that the other has not. */
  public PacketSet minus(PacketSet other) {
    return with(space.bdd().minus(node, other.node));
  }

  /** All other packets. */
  public PacketSet not() {
    return with(space.bdd().not(node));
  }

  private PacketSet with(int other) {
    return other == node ? this : new PacketSet(space, other);
  }

  /** Whether no packet is in it, whatever the doubts: a proof. */
  public boolean isEmpty() {
    return node == Bdd.FALSE;
  }

  /** Whether every packet is in it. */
  public boolean isAll() {
    return node == Bdd.TRUE;
  }

  /** Whether the other has all packets of this one. */
  public boolean isWithin(PacketSet other) {
    return space.bdd().implies(node, other.node);
  }

  /** Whether they have a packet in common. */
  public boolean meets(PacketSet other) {
    return space.bdd().and(node, other.node) != Bdd.FALSE;
  }

  /** Packets that are in it whatever the doubts. */
  public PacketSet surely() {
    return with(space.bdd().forAll(node, level -> level >= PacketSpace.FIRST_DOUBT));
  }

  /** Packets that are in it for some outcome of the doubts. */
  public PacketSet possibly() {
    return with(space.bdd().exists(node, level -> level >= PacketSpace.FIRST_DOUBT));
  }

  /** Packets that differ from one of the set in nothing but this fact. */
  public PacketSet forget(Fact fact) {
    return with(space.bdd().exists(node, space.levelsOf(fact)));
  }

  /** Whether one packet is in it; doubts count as no. */
  public boolean contains(org.rulewalk.simulator.rules.PacketContext packet) {
    FactReader reader = new FactReader(space, packet);
    return space
        .bdd()
        .holds(node, level -> level < PacketSpace.FIRST_DOUBT && reader.contains(level));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PacketSet
        && ((PacketSet) other).space == space
        && ((PacketSet) other).node == node;
  }

  @Override
  public int hashCode() {
    return node;
  }

  /** Its size in nodes, for whoever debugs. */
  @Override
  public String toString() {
    return isEmpty() ? "no packets" : isAll() ? "all packets" : "packets #" + node;
  }
}
