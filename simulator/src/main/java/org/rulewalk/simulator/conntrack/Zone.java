package org.rulewalk.simulator.conntrack;

/**
 * Connections of different zones don't know of each other: the same addresses and ports may be used
 * in each (struct nf_conntrack_zone in include/net/netfilter/nf_conntrack_zones.h).
 *
 * @param id 16 bits; 0 is where all are that no rule puts elsewhere
 * @param original whether it holds for the direction of the first packet; otherwise that is in zone
 *     0
 * @param reply whether it holds for answers
 */
public record Zone(int id, boolean original, boolean reply) {
  /** Where connections are that no rule puts elsewhere. */
  public static final Zone DEFAULT = new Zone(0, true, true);

  /** The zone of both directions. */
  public static Zone of(int id) {
    return new Zone(id, true, true);
  }

  /** The zone of one direction. */
  public int id(boolean ofReply) {
    return (ofReply ? reply : original) ? id : 0;
  }
}
