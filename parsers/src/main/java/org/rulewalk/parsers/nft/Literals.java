package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.MacAddress;

/** Turns written constants into numbers, by the type of what they are compared with. */
final class Literals {
  private static final int NAME_BYTES = 16;

  /** Types whose names stand in files of the machine that made the listing. */
  private static final Set<DataType> NAMED_BY_FILES =
      Set.of(
          DataType.REALM,
          DataType.DEVGROUP,
          DataType.UID,
          DataType.GID,
          DataType.CT_LABEL,
          DataType.INET_PROTO,
          DataType.INET_SERVICE);

  private Literals() {}

  /** A name whose number a file of the machine tells, such as /etc/iproute2/rt_realms. */
  static final class UnknownName extends Misread {
    private static final long serialVersionUID = 1;

    UnknownName(String name) {
      super("`" + name + "` is a name whose number only that machine knows");
    }
  }

  /** Hexadecimal of more than 64 bits. */
  private static Optional<Bits> wide(String text) {
    boolean hexadecimal = text.startsWith("0x") && text.length() > 18 && text.length() <= 34;
    if (!hexadecimal || !text.chars().skip(2).allMatch(c -> Character.digit(c, 16) >= 0)) {
      return Optional.empty();
    }
    int middle = text.length() - 16;
    return Optional.of(
        new Bits(
            Long.parseUnsignedLong(text.substring(2, middle), 16),
            Long.parseUnsignedLong(text.substring(middle), 16)));
  }

  /** {@code 1:13}: both halves hexadecimal. */
  private static Bits trafficClass(String text) {
    if (text.equals("none")) {
      return Bits.ZERO;
    }
    if (text.equals("root")) {
      return Bits.of(0xffffffffL);
    }
    int colon = text.indexOf(':');
    OptionalLong major = number("0x" + text.substring(0, Math.max(0, colon)));
    OptionalLong minor = number("0x" + text.substring(colon + 1));
    if (colon < 1 || major.isEmpty() || minor.isEmpty()) {
      throw new Misread("`" + text + "` is no traffic class");
    }
    return Bits.of(major.getAsLong() << 16 | minor.getAsLong());
  }

  /** One value. */
  static Bits value(Term term, DataType type) {
    if (term instanceof Term.Existence) {
      return Bits.of(((Term.Existence) term).exists() ? 1 : 0);
    }
    if (term instanceof Term.Flags) {
      return ((Term.Flags) term)
          .parts().stream().map(part -> value(part, type)).reduce(Bits.ZERO, Bits::or);
    }
    if (term instanceof Term.Binary) {
      return combined((Term.Binary) term, type);
    }
    if (term instanceof Term.Quoted) {
      return named(((Term.Quoted) term).text(), type);
    }
    if (term instanceof Term.Word) {
      return word(((Term.Word) term).text(), type);
    }
    throw new Misread("a value is expected here");
  }

  private static Bits combined(Term.Binary binary, DataType type) {
    Bits left = value(binary.left(), type);
    Bits right = value(binary.right(), type);
    switch (binary.operator()) {
      case AND:
        return left.and(right);
      case OR:
        return left.or(right);
      case XOR:
        return left.xor(right);
      case SHIFT_LEFT:
        return left.shiftLeft(right.toInt());
      default:
        return left.shiftRight(right.toInt());
    }
  }

  private static boolean isName(DataType type) {
    return type == DataType.IFNAME || type == DataType.IFACE_INDEX || type == DataType.STRING;
  }

  private static Bits named(String text, DataType type) {
    if (type == DataType.IFACE_INDEX && number(text).isPresent()) {
      return Bits.of(number(text).getAsLong());
    }
    return isName(type) ? Bits.ofName(unescaped(text)) : word(text, type);
  }

  private static String unescaped(String name) {
    return name.endsWith("\\*") ? name.substring(0, name.length() - 2) + "*" : name;
  }

  private static Bits word(String text, DataType type) {
    switch (type) {
      case IPV4_ADDR:
      case IPV6_ADDR:
        return address(text, type);
      case ETHER_ADDR:
        return MacAddress.parse(text)
            .map(mac -> Bits.of(mac.value()))
            .orElseThrow(() -> new Misread("`" + text + "` is no Ethernet address"));
      case IFNAME:
      case STRING:
        return Bits.ofName(unescaped(text));
      default:
        return symbol(text, type);
    }
  }

  private static Bits symbol(String text, DataType type) {
    OptionalLong known = Symbols.number(type, text.toLowerCase(java.util.Locale.ROOT));
    if (known.isPresent()) {
      return Bits.of(known.getAsLong());
    }
    // a bare number of JSON is seconds
    if (type == DataType.TIME) {
      return Bits.of(Durations.millis(text));
    }
    OptionalLong number = number(text);
    if (number.isPresent()) {
      return Bits.of(number.getAsLong());
    }
    Optional<Bits> wide = wide(text);
    if (wide.isPresent()) {
      return wide.get();
    }
    if (type == DataType.CLASSID) {
      return trafficClass(text);
    }
    if (NAMED_BY_FILES.contains(type)) {
      throw new UnknownName(text);
    }
    if (type == DataType.IFACE_INDEX) {
      return Bits.ofName(unescaped(text));
    }
    if (type == DataType.TIMESTAMP || type == DataType.HOUR) {
      return Bits.of(ClockTimes.value(text, type));
    }
    return address(text);
  }

  private static Bits address(String text, DataType type) {
    return IpAddress.parse(text)
        .map(IpAddress::value)
        .orElseThrow(
            () ->
                new Misread(
                    "`"
                        + text
                        + "` is no "
                        + (type == DataType.IPV4_ADDR ? "IPv4" : "IPv6")
                        + " address"));
  }

  /** An untyped constant may be an address: {@code ct original saddr}. */
  private static Bits address(String text) {
    return IpAddress.parse(text)
        .map(IpAddress::value)
        .orElseThrow(() -> new Misread("`" + text + "` is not known here"));
  }

  /** Decimal, hexadecimal or octal, as nft reads it. */
  static OptionalLong number(String text) {
    try {
      if (text.startsWith("0x") || text.startsWith("0X")) {
        return OptionalLong.of(Long.parseUnsignedLong(text.substring(2), 16));
      }
      boolean octal = text.length() > 1 && text.startsWith("0");
      return OptionalLong.of(Long.parseUnsignedLong(text, octal ? 8 : 10));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** Whether a constant is more than one value. */
  static boolean isSpan(Term term, DataType type) {
    return term instanceof Term.Prefixed
        || term instanceof Term.Span
        || term instanceof Term.Quoted && isPattern(((Term.Quoted) term).text(), type);
  }

  private static boolean isPattern(String name, DataType type) {
    return isName(type) && name.endsWith("*") && !name.endsWith("\\*");
  }

  /** The values that a constant stands for. */
  static Interval interval(Term term, DataType type, int width) {
    if (term instanceof Term.Span) {
      Term.Span span = (Term.Span) term;
      return new Interval(value(span.low(), type), value(span.high(), type));
    }
    if (term instanceof Term.Prefixed) {
      Term.Prefixed prefixed = (Term.Prefixed) term;
      Bits base = value(prefixed.base(), type);
      Bits rest = Bits.ones(Math.max(0, width - prefixed.length()));
      return new Interval(base.without(rest), base.or(rest));
    }
    if (term instanceof Term.Quoted && isPattern(((Term.Quoted) term).text(), type)) {
      String text = ((Term.Quoted) term).text();
      String stem = text.substring(0, text.length() - 1);
      Bits low = Bits.ofName(stem);
      int bytes =
          Math.min(NAME_BYTES, stem.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
      return new Interval(low, low.or(Bits.ones((NAME_BYTES - bytes) * 8)));
    }
    return Interval.of(value(term, type));
  }

  /** One interval a part of a key. */
  static List<Interval> key(Term term, List<DataType> types, List<Integer> widths) {
    if (term instanceof Term.Rest) {
      return List.of();
    }
    List<Term> parts = term instanceof Term.Concat ? ((Term.Concat) term).parts() : List.of(term);
    if (parts.size() != types.size()) {
      throw new Misread("the key has " + types.size() + " parts, this element " + parts.size());
    }
    List<Interval> key = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      key.add(interval(parts.get(i), types.get(i), widths.get(i)));
    }
    return key;
  }
}
