package org.rulewalk.diagnostics.replay;

/**
 * Flows that a machine treats alike, and what is known of their treatment, by kinds of packets:
 * open addressing with linear probing.
 */
final class Kin {
  private static final int MOST = 1 << 16;

  /** The course of those that come in where they are recorded; null if it wasn't needed yet. */
  Course arriving;

  private Treatment[] known = new Treatment[4];
  private int size;

  /** The treatment of a kind; null if it isn't known yet. */
  Treatment find(long kind) {
    return known[slot(kind)];
  }

  /** Keeps a treatment, while there is room. */
  void add(Treatment treatment) {
    if (size >= MOST) {
      return;
    }
    if (2 * size >= known.length) {
      Treatment[] before = known;
      known = new Treatment[2 * before.length];
      for (Treatment each : before) {
        if (each != null) {
          known[slot(each.kind)] = each;
        }
      }
    }
    int slot = slot(treatment.kind);
    size += known[slot] == null ? 1 : 0;
    known[slot] = treatment;
  }

  private int slot(long kind) {
    int mask = known.length - 1;
    int slot = (int) (kind * 0x9e3779b97f4a7c15L >>> 32) & mask;
    while (known[slot] != null && known[slot].kind != kind) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
