package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What a machine does with IPv6 extension headers: hop-by-hop options on arrival, before any rule
 * (ipv6_parse_hopopts), and the others when the packet is for the machine itself
 * (ip6_protocol_deliver_rcu; net/ipv6/exthdrs.c, net/ipv6/reassembly.c).
 */
final class ExtensionHeaders {
  private static final int FIRST = 40;
  private static final int LONGEST_PADDING = 7;
  private static final int PAD_1 = 0;
  private static final int PAD_N = 1;
  private static final int ROUTER_ALERT = 5;
  private static final int CALIPSO = 7;
  private static final int IOAM = 0x31;
  private static final int JUMBO = 0xc2;
  private static final int WRONG_FIELD = 0;
  private static final int UNKNOWN_OPTION = 2;
  private static final int DEFAULT_MOST_OPTIONS = 8;
  private static final int RPL = 3;
  private static final int SEGMENT_ROUTING = 4;

  private final Host host;
  private final Skb skb;
  private final Packet packet;
  private boolean arrived;

  ExtensionHeaders(Host host, Skb skb) {
    this.host = host;
    this.skb = skb;
    this.packet = skb.packet;
  }

  /** What follows the extension headers: its number, and where the field is that names it. */
  record Upper(int protocol, int namedAt, int offset) {}

  /** Whether the packet may go on with its hop-by-hop options, if it has such. */
  boolean passesOnArrival() {
    if (packet.version() == IpVersion.IPV4 || packet.protocolField() != Protocol.HOP_BY_HOP) {
      return true;
    }
    skb.hopByHop = true;
    return isWhole(FIRST) && passesOptions(FIRST, true);
  }

  /**
   * Goes through the headers of a packet that is delivered; empty if one of them ends its way, of
   * which the journey has been told.
   */
  Optional<Upper> process() {
    return read(false);
  }

  /**
   * The same for what stands before the header of a fragment, which is read of each fragment by
   * itself.
   */
  boolean passesUntilFragment() {
    return packet.version() == IpVersion.IPV4 || read(true).isPresent();
  }

  private Optional<Upper> read(boolean untilFragment) {
    arrived = true;
    int namedAt = 6;
    int at = FIRST;
    boolean fragmented = skb.came.isPresent();
    if (skb.hopByHop) {
      namedAt = FIRST;
      at += length(FIRST);
    }
    at = Math.max(at, skb.readOnAt);
    while (true) {
      int kind = packet.u8(namedAt);
      if (kind == Protocol.FRAGMENT && untilFragment) {
        return Optional.of(new Upper(kind, namedAt, at));
      }
      if (kind == Protocol.FRAGMENT) {
        if (fragmented) {
          // IP6SKB_FRAGMENTED: no fragment of a fragment
          stop("fragment in a fragment", WRONG_FIELD, at);
          return Optional.empty();
        }
        fragmented = true;
        namedAt = at;
        at += 8;
        continue;
      }
      if (kind != Protocol.DESTINATION_OPTIONS && kind != Protocol.ROUTING) {
        return Optional.of(new Upper(kind, namedAt, at));
      }
      boolean passes =
          isWhole(at) && (kind == Protocol.ROUTING ? passesRouting(at) : passesOptions(at, false));
      if (!passes) {
        return Optional.empty();
      }
      namedAt = at;
      at += length(at);
    }
  }

  private int length(int at) {
    return (packet.u8(at + 1) + 1) * 8;
  }

  private boolean isWhole(int at) {
    return packet.covers(at, 8) && packet.covers(at, length(at)) || stop("extension header cut");
  }

  private boolean stop(String why) {
    if (arrived) {
      skb.draft.end(packet, new End.Delivered(End.Receiver.KERNEL, Optional.empty()));
    } else {
      skb.draft.stop(packet, new Stop.Malformed(why));
    }
    return false;
  }

  private boolean stop(String why, int code, int pointer) {
    stop(why);
    host.errors().send(skb, IcmpErrors.PARAMETER_PROBLEM6, code, pointer);
    return false;
  }

  /** Options of a header, each with its type and length (ip6_parse_tlv). */
  private boolean passesOptions(int header, boolean hopByHop) {
    String setting = hopByHop ? "net.ipv6.max_hbh_" : "net.ipv6.max_dst_opts_";
    Settings settings = host.machine().settings();
    long longest = settings.number(setting + "length", Integer.MAX_VALUE);
    String number = hopByHop ? "net.ipv6.max_hbh_opts_number" : setting + "number";
    long most = settings.number(number, DEFAULT_MOST_OPTIONS);
    if (length(header) > longest) {
      return stop("options longer than the machine takes");
    }
    int at = header + 2;
    int end = header + length(header);
    int padding = 0;
    int options = 0;
    while (at < end) {
      int kind = packet.u8(at);
      int size = kind == PAD_1 ? 1 : packet.u8(at + 1) + 2;
      if (kind != PAD_1 && (end - at < 2 || size > end - at)) {
        return stop("option cut");
      }
      if (kind == PAD_1 || kind == PAD_N) {
        padding += size;
        if (padding > LONGEST_PADDING || !isZero(at + 2, at + size)) {
          return stop("padding");
        }
      } else {
        options++;
        if (options > Math.abs(most)) {
          return stop("more options than the machine takes");
        }
        if (hopByHop ? !passesHop(at, most < 0) : !passesUnknown(at, most < 0)) {
          return false;
        }
        padding = 0;
      }
      at += size;
    }
    return true;
  }

  private boolean isZero(int from, int to) {
    for (int at = from; at < to; at++) {
      if (packet.u8(at) != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean passesHop(int at, boolean onlyKnown) {
    int size = packet.u8(at + 1);
    switch (packet.u8(at)) {
      case ROUTER_ALERT:
        return size == 2 || stop("router alert option");
      case IOAM:
        return at % 4 == 0 || stop("measurement option");
      case CALIPSO:
        return size >= 8 && packet.u8(at + 6) * 4 + 8 <= size || stop("label option");
      case JUMBO:
        return passesJumbo(at);
      default:
        return passesUnknown(at, onlyKnown);
    }
  }

  private boolean passesJumbo(int at) {
    if (packet.u8(at + 1) != 4 || at % 4 != 2) {
      return stop("jumbo option");
    }
    long length = packet.u32(at + 2);
    if (length <= 0xffff) {
      return stop("jumbo option", WRONG_FIELD, at + 2);
    }
    if (packet.u16(4) != 0) {
      return stop("jumbo option", WRONG_FIELD, at);
    }
    return length <= packet.length() - FIRST || stop("jumbo option");
  }

  /** The two highest bits of an option's type say what is to be done where it is not known. */
  private boolean passesUnknown(int at, boolean onlyKnown) {
    int action = packet.u8(at) >>> 6;
    if (onlyKnown) {
      return stop("unknown option");
    }
    switch (action) {
      case 0:
        return true;
      case 1:
        return stop("unknown option");
      default:
        return action == 3 && packet.destination().isMulticast()
            ? stop("unknown option")
            : stop("unknown option", UNKNOWN_OPTION, at);
    }
  }

  /** Routing headers: those that lead further are not followed (ipv6_rthdr_rcv). */
  private boolean passesRouting(int at) {
    int type = packet.u8(at + 2);
    boolean group = packet.destination().isMulticast() || skb.packetType != Skb.PACKET_HOST;
    if (group || type == RPL || type == SEGMENT_ROUTING) {
      return stop("routing header");
    }
    return packet.u8(at + 3) == 0 || stop("routing header", WRONG_FIELD, at + 2);
  }
}
