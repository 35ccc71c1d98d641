package org.rulewalk.simulator.packet;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.rulewalk.simulator.value.IpVersion;

/**
 * The options of an IPv4 header as the kernel reads them: all before any is used, and none where
 * one is broken (__ip_options_compile in net/ipv4/ip_options.c).
 */
public final class Ip4Options {
  private static final int FIRST = 20;
  private static final int END = 0;
  private static final int PADDING = 1;

  private final Packet packet;
  private final boolean received;
  private final Map<Kind, Integer> places = new EnumMap<>(Kind.class);
  private OptionalInt broken = OptionalInt.empty();
  private OptionalInt trailing = OptionalInt.empty();

  private Ip4Options(Packet packet, boolean received) {
    this.packet = packet;
    this.received = received;
    read(Math.min((packet.u8(0) & 0xf) * 4, packet.length()));
  }

  /** Options that the kernel or a rule looks for. */
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
   * The options of a packet.
   *
   * @param received as the kernel reads them on arrival; else as a rule does, for which a source
   *     route must be one that its sender has just written
   */
  public static Ip4Options of(Packet packet, boolean received) {
    return new Ip4Options(packet, received);
  }

  /** Whether the header has room for any. */
  public static boolean areIn(Packet packet) {
    return packet.version() == IpVersion.IPV4 && (packet.u8(0) & 0xf) > 5;
  }

  /** The byte of the packet that is wrong; empty if all is well. */
  public OptionalInt brokenAt() {
    return broken;
  }

  /** Where the list ends, if something else than zero stands behind its end. */
  public OptionalInt trailing() {
    return trailing;
  }

  /** Where the option starts; empty where there is none, or one of them is broken. */
  public OptionalInt find(Kind kind) {
    boolean there = broken.isEmpty() && places.containsKey(kind);
    return there ? OptionalInt.of(places.get(kind)) : OptionalInt.empty();
  }

  private void read(int end) {
    int at = FIRST;
    while (at < end && packet.u8(at) != END && broken.isEmpty()) {
      if (packet.u8(at) == PADDING) {
        at++;
        continue;
      }
      int length = at + 1 < end ? packet.u8(at + 1) : 0;
      if (length < 2 || at + length > end) {
        broken = OptionalInt.of(at);
      } else {
        option(at, length);
      }
      at += Math.max(1, length);
    }
    for (int rest = at; rest < end; rest++) {
      trailing = packet.u8(rest) != 0 ? OptionalInt.of(at) : trailing;
    }
  }

  private void option(int at, int length) {
    for (Kind kind : Kind.values()) {
      if (kind.number == packet.u8(at)) {
        int wrong = wrong(kind, at, length);
        if (wrong >= 0) {
          broken = OptionalInt.of(at + wrong);
        } else if (kind != Kind.RA || packet.u16(at + 2) == 0) {
          places.put(kind, at);
        }
      }
    }
  }

  /** Which byte of the option is wrong, -1 for none. */
  private int wrong(Kind kind, int at, int length) {
    if (kind == Kind.RA) {
      return length < 4 ? 1 : -1;
    }
    boolean again =
        kind.isSourceRoute()
            ? places.containsKey(Kind.LSRR) || places.containsKey(Kind.SSRR)
            : places.containsKey(kind);
    if (kind == Kind.TIMESTAMP) {
      return again ? 0 : timestamp(at, length);
    }
    if (kind.isSourceRoute() && again && length >= 3 && packet.u8(at + 2) >= 4) {
      return 0;
    }
    if (!kind.isSourceRoute() && again) {
      return 0;
    }
    if (length < 3) {
      return 1;
    }
    int next = packet.u8(at + 2);
    if (next < 4) {
      return 2;
    }
    if (kind == Kind.RR) {
      return next <= length && next + 3 > length ? 2 : -1;
    }
    boolean fresh = next == 4 && length >= 7 && (length - 3) % 4 == 0;
    return received || fresh ? -1 : 1;
  }

  private int timestamp(int at, int length) {
    if (length < 4) {
      return 1;
    }
    int next = packet.u8(at + 2);
    if (next < 5) {
      return 2;
    }
    if (next > length) {
      return packet.u8(at + 3) >>> 4 == 0xf ? 3 : -1;
    }
    int flags = packet.u8(at + 3) & 0xf;
    boolean addressed = flags == 1 || flags == 3;
    return next + (addressed ? 7 : 3) > length ? 2 : -1;
  }
}
