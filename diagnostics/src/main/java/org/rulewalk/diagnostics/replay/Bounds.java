package org.rulewalk.diagnostics.replay;

/**
 * Which part of the traffic is wanted.
 *
 * @param fromNanos first and last moment, in nanoseconds since 1970
 * @param limit how many packets at most
 */
public record Bounds(long fromNanos, long toNanos, long limit) {
  /** All of it. */
  public static final Bounds ALL = new Bounds(Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

  boolean holds(long nanos) {
    return nanos >= fromNanos && nanos <= toNanos;
  }
}
