package org.rulewalk.simulator.packet;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The options of an IPv4 header as a rule sees them: all are read before one is looked for, and
 * none is found where one is broken (ipv4_find_option in net/netfilter/nft_exthdr.c, which calls
 * __ip_options_compile in net/ipv4/ip_options.c without a packet).
 */
public final class Ip4Options {
  private static final int FIRST = 20;
  private static final int END = 0;
  private static final int PADDING = 1;

  private final Packet packet;
  private final Map<Kind, Integer> places = new EnumMap<>(Kind.class);
  private boolean broken;

  private Ip4Options(Packet packet) {
    this.packet = packet;
    read(Math.min((packet.u8(0) & 0xf) * 4, packet.length()));
  }

  /** Options that are read; rules can ask for all but timestamps. */
  public enum Kind {
    /** Record route. */
    RR(7),
    /** Timestamps. */
    TIMESTAMP(68),
    /** Loose source route. */
    LSRR(131),
    /** Strict source route. */
    SSRR(137),
    /** Router alert. */
    RA(148);

    private final int number;

    Kind(int number) {
      this.number = number;
    }

    /** The word that nft uses. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private boolean isSourceRoute() {
      return this == LSRR || this == SSRR;
    }
  }

  /**
   * The options of a packet, as a rule reads them: a source route must be one that its sender has
   * just written.
   */
  public static Ip4Options of(Packet packet) {
    return new Ip4Options(packet);
  }

  /** Where the option starts; empty where there is none, or one of them is broken. */
  public OptionalInt find(Kind kind) {
    boolean there = !broken && places.containsKey(kind);
    return there ? OptionalInt.of(places.get(kind)) : OptionalInt.empty();
  }

  private void read(int end) {
    int at = FIRST;
    while (at < end && packet.u8(at) != END && !broken) {
      if (packet.u8(at) == PADDING) {
        at++;
        continue;
      }
      int length = at + 1 < end ? packet.u8(at + 1) : 0;
      broken = length < 2 || at + length > end;
      if (!broken) {
        option(at, length);
      }
      at += length;
    }
  }

  private void option(int at, int length) {
    for (Kind kind : Kind.values()) {
      if (kind.number == packet.u8(at)) {
        broken = isBroken(kind, at, length);
        if (!broken && (kind != Kind.RA || packet.u16(at + 2) == 0)) {
          places.put(kind, at);
        }
      }
    }
  }

  private boolean isBroken(Kind kind, int at, int length) {
    if (kind == Kind.RA) {
      return length < 4;
    }
    boolean again =
        kind.isSourceRoute()
            ? places.containsKey(Kind.LSRR) || places.containsKey(Kind.SSRR)
            : places.containsKey(kind);
    if (again || length < 3) {
      return true;
    }
    int next = packet.u8(at + 2);
    switch (kind) {
      case TIMESTAMP:
        return length < 4 || isBrokenTimestamp(next, packet.u8(at + 3), length);
      case RR:
        return next < 4 || next <= length && next + 3 > length;
      default:
        return next != 4 || length < 7 || (length - 3) % 4 != 0;
    }
  }

  private static boolean isBrokenTimestamp(int next, int overflowAndFlags, int length) {
    if (next > length) {
      return next < 5 || overflowAndFlags >>> 4 == 0xf;
    }
    int flags = overflowAndFlags & 0xf;
    boolean addressed = flags == 1 || flags == 3;
    return next < 5 || next + (addressed ? 7 : 3) > length;
  }
}
