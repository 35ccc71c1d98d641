package org.rulewalk.simulator.rules;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;

/** iptables' matches that search what a packet carries (net/netfilter/xt_*.c). */
public sealed interface PayloadMatch extends XtMatch {
  /** {@code -m tcpmss}: the announced segment size; with none only the negated test holds. */
  record SegmentSize(int low, int high, boolean negated) implements PayloadMatch {
    private static final int MSS = 2;
    private static final int MSS_SIZE = 4;

    @Override
    public Truth test(PacketContext context) {
      Packet packet = context.packet();
      if (packet.protocol() != Protocol.TCP) {
        return Truth.NO;
      }
      int end = TcpOptions.end(packet);
      int at = packet.transportOffset() + 20;
      while (at < end) {
        int kind = packet.u8(at);
        if (kind == MSS && end - at >= MSS_SIZE && packet.u8(at + 1) == MSS_SIZE) {
          int size = packet.u16(at + 2);
          return Truth.of((size >= low && size <= high) != negated);
        }
        at += kind < 2 ? 1 : Math.max(1, packet.u8(at + 1));
      }
      return Truth.of(negated);
    }

    /** Whatever a later fragment begins with is taken for a header, too. */
    @Override
    public boolean dropsAtOnce(PacketContext context) {
      Packet packet = context.packet();
      return packet.protocol() == Protocol.TCP && TcpOptions.areCut(packet);
    }
  }

  /**
   * {@code -m string}: bytes between two offsets from the IP header on (xt_string.c, skb_find_text
   * in net/core/skbuff.c).
   *
   * @param to the end of what is found must not lie beyond it
   * @param ignoreCase whether ASCII letters count alike
   */
  record Text(byte[] pattern, int from, int to, boolean ignoreCase, boolean negated)
      implements PayloadMatch {
    /** Keeps a copy. */
    public Text {
      pattern = pattern.clone();
    }

    @Override
    public Truth test(PacketContext context) {
      return Truth.of(isFound(context.packet()) != negated);
    }

    private boolean isFound(Packet packet) {
      int end = Math.min(packet.length(), to);
      for (int at = from; at + pattern.length <= end; at++) {
        if (isAt(packet, at)) {
          return true;
        }
      }
      return false;
    }

    private boolean isAt(Packet packet, int at) {
      for (int i = 0; i < pattern.length; i++) {
        if (folded(packet.u8(at + i)) != folded(pattern[i] & 0xff)) {
          return false;
        }
      }
      return true;
    }

    private int folded(int c) {
      return ignoreCase && c >= 'A' && c <= 'Z' ? c + 32 : c;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Text
          && java.util.Arrays.equals(pattern, ((Text) other).pattern)
          && from == ((Text) other).from
          && to == ((Text) other).to
          && ignoreCase == ((Text) other).ignoreCase
          && negated == ((Text) other).negated;
    }

    @Override
    public int hashCode() {
      return java.util.Arrays.hashCode(pattern);
    }

    @Override
    public String toString() {
      return "Text[" + Packet.hex(pattern) + " from " + from + " to " + to + "]";
    }
  }

  /**
   * {@code -m dccp --dccp-types}.
   *
   * @param types a bit for each type
   */
  record DccpTypes(int types, boolean negated) implements PayloadMatch {
    @Override
    public Truth test(PacketContext context) {
      Packet packet = context.packet();
      return Truth.of(Dccp.isDccp(packet) && (types >> Dccp.type(packet) & 1) != 0 != negated);
    }
  }

  /** {@code -m dccp --dccp-option}. */
  record DccpOption(int option, boolean negated) implements PayloadMatch {
    @Override
    public Truth test(PacketContext context) {
      Packet packet = context.packet();
      return Truth.of(Dccp.isDccp(packet) && Dccp.hasOption(packet, option) != negated);
    }
  }

  /**
   * {@code -m sctp --chunk-types} (xt_sctp.c).
   *
   * @param chunks the types asked for, with tests of their flags
   */
  record SctpChunks(Quantity quantity, List<Chunk> chunks, boolean negated)
      implements PayloadMatch {
    private static final int TYPES = 256;

    /** Keeps a copy. */
    public SctpChunks {
      chunks = List.copyOf(chunks);
    }

    /** How many of the asked types there must be. */
    public enum Quantity {
      ANY,
      ALL,
      ONLY
    }

    /** A type; of its flags, those in the mask must have these values. */
    public record Chunk(int type, int flagMask, int flags) {}

    @Override
    public Truth test(PacketContext context) {
      Packet packet = context.packet();
      return Truth.of(isSctp(packet) && holds(packet).map(h -> h != negated).orElse(false));
    }

    @Override
    public boolean dropsAtOnce(PacketContext context) {
      return isSctp(context.packet()) && holds(context.packet()).isEmpty();
    }

    private static boolean isSctp(Packet packet) {
      return packet.protocol() == Protocol.SCTP && packet.hasTransport(12);
    }

    private Optional<Chunk> asked(int type) {
      return chunks.stream().filter(chunk -> chunk.type() == type).findFirst();
    }

    /** Empty where a chunk is cut off or empty before the answer is found. */
    private Optional<Boolean> holds(Packet packet) {
      boolean[] missing = new boolean[TYPES];
      chunks.forEach(chunk -> missing[chunk.type()] = true);
      int at = packet.transportOffset() + 12;
      do {
        if (at + 4 > packet.length() || packet.u16(at + 2) == 0) {
          return Optional.empty();
        }
        int flags = packet.u8(at + 1);
        Optional<Chunk> asked = asked(packet.u8(at));
        boolean fits = asked.map(c -> (flags & c.flagMask()) == c.flags()).orElse(false);
        if (quantity == Quantity.ANY && fits) {
          return Optional.of(true);
        }
        if (quantity == Quantity.ONLY && !fits) {
          return Optional.of(false);
        }
        if (fits) {
          missing[packet.u8(at)] = false;
        }
        at += packet.u16(at + 2) + 3 & ~3;
      } while (at < packet.length());
      return Optional.of(
          switch (quantity) {
            case ANY -> false;
            case ONLY -> true;
            case ALL -> chunks.stream().noneMatch(chunk -> missing[chunk.type()]);
          });
    }
  }
}
