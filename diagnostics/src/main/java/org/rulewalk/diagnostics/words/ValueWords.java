package org.rulewalk.diagnostics.words;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.MacAddress;

/** Numbers in the words that users know them by. */
public final class ValueWords {
  private static final Map<Integer, String> PROTOCOLS =
      Map.of(
          1,
          "icmp",
          6,
          "tcp",
          17,
          "udp",
          47,
          "gre",
          50,
          "esp",
          58,
          "ipv6-icmp",
          132,
          "sctp",
          136,
          "udplite");

  private static final Map<Integer, String> STATES =
      Map.of(
          CtKey.STATE_INVALID,
          "invalid",
          CtKey.STATE_ESTABLISHED,
          "established",
          CtKey.STATE_RELATED,
          "related",
          CtKey.STATE_NEW,
          "new",
          CtKey.STATE_UNTRACKED,
          "untracked",
          1 << 7,
          "snat",
          1 << 8,
          "dnat");

  private static final Map<Integer, String> FLAGS =
      Map.of(1, "fin", 2, "syn", 4, "rst", 8, "psh", 16, "ack", 32, "urg", 64, "ecn", 128, "cwr");

  private static final List<String> PACKET_TYPES =
      List.of("host", "broadcast", "multicast", "other");

  private ValueWords() {}

  /** A protocol's name, or its number. */
  public static String protocol(int number) {
    return PROTOCOLS.getOrDefault(number, String.valueOf(number));
  }

  /** A value of a type. */
  public static String of(Bits bits, DataType type) {
    switch (type) {
      case IPV4_ADDR:
        return new IpAddress(IpVersion.IPV4, bits).toString();
      case IPV6_ADDR:
        return new IpAddress(IpVersion.IPV6, bits).toString();
      case IFNAME:
      case IFACE_INDEX:
      case STRING:
        return bits.isZero() ? "none" : bits.toName();
      case ETHER_ADDR:
        return new MacAddress(bits.low()).toString();
      case INET_PROTO:
        return protocol(bits.toInt());
      case CT_STATE:
        return bitWords(bits.toInt(), STATES);
      case TCP_FLAG:
        return bitWords(bits.toInt(), FLAGS);
      case CT_DIR:
        return bits.isZero() ? "original" : "reply";
      case NF_PROTO:
        return bits.toInt() == 2 ? "ipv4" : "ipv6";
      case PKT_TYPE:
        return bits.toInt() < PACKET_TYPES.size()
            ? PACKET_TYPES.get(bits.toInt())
            : bits.toString();
      case MARK:
        return "0x" + Long.toHexString(bits.low());
      default:
        return bits.high() == 0 ? Long.toUnsignedString(bits.low()) : bits.toString();
    }
  }

  private static String bitWords(int bits, Map<Integer, String> words) {
    List<String> found = new ArrayList<>();
    for (int bit = 1; bit != 0 && bit <= bits; bit <<= 1) {
      if ((bits & bit) != 0) {
        found.add(words.getOrDefault(bit, "0x" + Integer.toHexString(bit)));
      }
    }
    return found.isEmpty() ? "none" : String.join(",", found);
  }

  /** A value of one or several parts; empty for what isn't there. */
  static String of(Value value, List<DataType> types) {
    List<Bits> parts = value.asKey().orElse(List.of());
    List<String> words = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      words.add(of(parts.get(i), types.get(Math.min(i, types.size() - 1))));
    }
    return String.join(" . ", words);
  }

  /** A value with a mask: a prefix, the beginning of a name, or both numbers. */
  static String masked(Bits value, Bits mask, DataType type) {
    if (type == DataType.IFNAME || type == DataType.IFACE_INDEX) {
      return value.toName() + "*";
    }
    int width = type == DataType.IPV4_ADDR ? 32 : 128;
    boolean address = type == DataType.IPV4_ADDR || type == DataType.IPV6_ADDR;
    if (address && mask.equals(Bits.prefixMask(mask.bitCount(), width))) {
      return of(value, type) + "/" + mask.bitCount();
    }
    return of(value, type) + "/" + (address ? of(mask, type) : mask.toString());
  }
}
