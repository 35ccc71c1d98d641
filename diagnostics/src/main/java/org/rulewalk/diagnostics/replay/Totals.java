package org.rulewalk.diagnostics.replay;

/** Numbers of packets. */
public final class Totals {
  long packets;
  long bytes;
  long arrived;
  long left;
  long delivered;
  long forwarded;
  long dropped;
  long waiting;
  long own;
  long answers;
  long carriedOn;
  long inferred;
  long agreed;
  long learnt;
  long unjudged;
  long joined;
  long first = Long.MAX_VALUE;
  long last = Long.MIN_VALUE;

  /** Packets that were read, at all places. */
  public long packets() {
    return packets;
  }

  /** Bytes of their IP packets. */
  public long bytes() {
    return bytes;
  }

  /** Packets that came in at a recorded interface. */
  public long arrived() {
    return arrived;
  }

  /** Packets that were seen to leave. */
  public long left() {
    return left;
  }

  /** Of those that came to a machine: taken by it. */
  public long delivered() {
    return delivered;
  }

  /** Of those that came to a machine: sent on. */
  public long forwarded() {
    return forwarded;
  }

  /** Of those that came to a machine: stopped there. */
  public long dropped() {
    return dropped;
  }

  /** Fragments whose packet was not complete. */
  public long waiting() {
    return waiting;
  }

  /** Packets that machines made themselves. */
  public long own() {
    return own;
  }

  /** Errors, resets and replies of kernels that were foretold and seen, or stopped by rules. */
  public long answers() {
    return answers;
  }

  /** Packets that went on to a machine where nothing is recorded. */
  public long carriedOn() {
    return carriedOn;
  }

  /** Packets that must have come in where nothing is recorded. */
  public long inferred() {
    return inferred;
  }

  /** Packets that left as the model says. */
  public long agreed() {
    return agreed;
  }

  /** Translations that were chosen by chance, and learnt from what was seen. */
  public long learnt() {
    return learnt;
  }

  /** Packets that were to leave when the recording ended. */
  public long unjudged() {
    return unjudged;
  }

  /** Segments that a machine's rules saw as a part of the packet before. */
  public long joined() {
    return joined;
  }

  /** The time of the first packet, in nanoseconds since 1970. */
  public long firstNanos() {
    return first;
  }

  /** The time of the last one. */
  public long lastNanos() {
    return last;
  }
}
