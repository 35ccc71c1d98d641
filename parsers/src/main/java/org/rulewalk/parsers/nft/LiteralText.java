package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.rulewalk.parsers.source.Unwritable;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Prefix;

/** Writes values as nft does, each by its type; the counterpart of {@link Literals}. */
final class LiteralText {
  /** Types of which nft lists numbers, although it knows words for some. */
  private static final Set<DataType> NUMBERS =
      Set.of(DataType.INET_SERVICE, DataType.UID, DataType.GID, DataType.DEVGROUP);

  /** Protocols whose names every version of nft has built in. */
  private static final Set<Integer> PROTOCOLS =
      Set.of(1, 2, 6, 17, 33, 47, 50, 51, 58, 108, 132, 136);

  private static final Set<DataType> BIT_FIELDS =
      Set.of(DataType.CT_STATE, DataType.CT_STATUS, DataType.CT_EVENT, DataType.TCP_FLAG);

  private static final int NAME_BITS = 128;

  private LiteralText() {}

  /** Whether values of the type are sets of bits that have names. */
  static boolean isBitField(DataType type) {
    return BIT_FIELDS.contains(type);
  }

  /** Text between quotes. */
  static String quoted(String text) {
    if (text.indexOf('"') >= 0 || text.indexOf('\n') >= 0) {
      throw new Unwritable("nft has no way to write a quotation mark within a string");
    }
    return '"' + text + '"';
  }

  /** The name of a table, chain, set or object. */
  static String name(String name) {
    boolean plain =
        !name.isEmpty()
            && (Character.isLetter(name.charAt(0)) || name.charAt(0) == '_')
            && name.chars().allMatch(c -> Character.isLetterOrDigit(c) || "-_./".indexOf(c) >= 0);
    return plain ? name : quoted(name);
  }

  /** One value. */
  static String value(Bits bits, DataType type) {
    switch (type) {
      case IPV4_ADDR:
      case IPV6_ADDR:
        return address(bits, type).toString();
      case ETHER_ADDR:
        return new MacAddress(bits.low()).toString();
      case IFNAME:
      case STRING:
        return deviceName(bits);
      case IFACE_INDEX:
        return bits.compareTo(Bits.ones(32)) > 0 ? deviceName(bits) : number(bits);
      case MARK:
        return String.format("0x%08x", bits.low());
      case TIME:
        return Durations.text(bits.low());
      case CLASSID:
        return trafficClass(bits.low());
      case TIMESTAMP:
      case HOUR:
        return quoted(ClockTimes.text(bits.low(), type));
      default:
        return isBitField(type) ? flags(bits, type, " | ") : word(bits, type);
    }
  }

  /** A value where something follows that would be taken for a part of it. */
  static String operand(Bits bits, DataType type) {
    String text = value(bits, type);
    return text.contains(" | ") ? "(" + text + ")" : text;
  }

  private static IpAddress address(Bits bits, DataType type) {
    boolean six = type == DataType.IPV6_ADDR || bits.compareTo(Bits.ones(32)) > 0;
    return new IpAddress(six ? IpVersion.IPV6 : IpVersion.IPV4, bits);
  }

  private static String deviceName(Bits bits) {
    String name = bits.toName();
    if (!Bits.ofName(name).equals(bits)) {
      throw new Unwritable("a name that nft can't write");
    }
    return quoted(name.endsWith("*") ? name.substring(0, name.length() - 1) + "\\*" : name);
  }

  private static String trafficClass(long number) {
    if (number == 0xffffffffL) {
      return "root";
    }
    return number == 0
        ? "none"
        : Long.toHexString(number >>> 16) + ":" + Long.toHexString(number & 0xffff);
  }

  private static String word(Bits bits, DataType type) {
    boolean numeric =
        NUMBERS.contains(type)
            || bits.high() != 0
            || type == DataType.INET_PROTO && !PROTOCOLS.contains((int) bits.low());
    String word = numeric ? number(bits) : Symbols.word(type, bits.low()).orElse(number(bits));
    return type == DataType.DAY && !numeric ? quoted(word) : word;
  }

  static String number(Bits bits) {
    return bits.high() == 0 && bits.low() >= 0 ? Long.toString(bits.low()) : bits.toString();
  }

  /** The names of all bits that are set; a number where one has none. */
  static String flags(Bits bits, DataType type, String sign) {
    List<String> words = new ArrayList<>();
    for (int bit = 0; bit < 64; bit++) {
      if ((bits.low() >>> bit & 1) != 0) {
        String word = Symbols.word(type, 1L << bit).orElse("");
        if (word.isEmpty()) {
          return bits.toString();
        }
        words.add(word);
      }
    }
    return words.isEmpty() ? "0x0" : String.join(sign, words);
  }

  /** Values from low to high, as a prefix or a pattern where they are one. */
  static String interval(Interval interval, DataType type) {
    if (interval.isSingle()) {
      return value(interval.low(), type);
    }
    Bits varying = interval.low().xor(interval.high());
    boolean block =
        interval.low().and(varying).isZero()
            && varying.equals(Bits.ones(varying.bitCount()))
            && interval.high().equals(interval.low().or(varying));
    if (block && isAddress(type)) {
      int width = address(interval.high(), type).version().addressBits();
      return new Prefix(address(interval.low(), type, width), width - varying.bitCount()).address()
          + "/"
          + (width - varying.bitCount());
    }
    if (type == DataType.IFNAME || type == DataType.IFACE_INDEX) {
      return pattern(interval.low(), Bits.ones(NAME_BITS).without(varying));
    }
    return range(interval.low(), interval.high(), type);
  }

  /** The ends of a range: a word there would run on over the sign. */
  static String range(Bits low, Bits high, DataType type) {
    return end(low, type) + "-" + end(high, type);
  }

  private static String end(Bits bits, DataType type) {
    String text = value(bits, type);
    return Character.isLetter(text.charAt(0)) && text.indexOf(':') < 0 ? number(bits) : text;
  }

  private static IpAddress address(Bits bits, DataType type, int width) {
    return width == 128
        ? new IpAddress(IpVersion.IPV6, bits)
        : new IpAddress(type == DataType.IPV6_ADDR ? IpVersion.IPV6 : IpVersion.IPV4, bits);
  }

  static boolean isAddress(DataType type) {
    return type == DataType.IPV4_ADDR || type == DataType.IPV6_ADDR;
  }

  /** All names that begin alike: {@code "vif*"}. */
  static String pattern(Bits stem, Bits mask) {
    int bytes = mask.bitCount() / 8;
    String name = stem.toName();
    boolean whole =
        mask.equals(Bits.prefixMask(bytes * 8, NAME_BITS))
            && Bits.ofName(name).equals(stem)
            && name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length == bytes;
    if (!whole || bytes == 0) {
      throw new Unwritable("a pattern of names that nft can't write");
    }
    return quoted(name + "*");
  }

  /** Whether the mask of an address is that of a prefix. */
  static boolean isPrefix(Bits mask, DataType type) {
    int width = type == DataType.IPV4_ADDR ? 32 : 128;
    return mask.equals(Bits.prefixMask(mask.bitCount(), width));
  }
}
