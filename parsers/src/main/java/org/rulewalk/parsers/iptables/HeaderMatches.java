package org.rulewalk.parsers.iptables;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.PayloadMatch;
import org.rulewalk.simulator.rules.PayloadMatch.SctpChunks;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/** Matches of the headers above IP, and of what a packet carries. */
final class HeaderMatches {
  private static final long SPI = 0xffffffffL;
  private static final int CWR = 0x80;
  private static final int ECE = 0x40;

  static final List<String> DCCP_TYPES =
      List.of(
          "REQUEST",
          "RESPONSE",
          "DATA",
          "ACK",
          "DATAACK",
          "CLOSEREQ",
          "CLOSE",
          "RESET",
          "SYNC",
          "SYNCACK",
          "INVALID");

  private static final Map<String, Integer> CHUNKS = new HashMap<>();

  static {
    List<String> numbered =
        List.of(
            "DATA",
            "INIT",
            "INIT_ACK",
            "SACK",
            "HEARTBEAT",
            "HEARTBEAT_ACK",
            "ABORT",
            "SHUTDOWN",
            "SHUTDOWN_ACK",
            "ERROR",
            "COOKIE_ECHO",
            "COOKIE_ACK",
            "ECN_ECNE",
            "ECN_CWR",
            "SHUTDOWN_COMPLETE");
    for (String name : numbered) {
      CHUNKS.put(name, numbered.indexOf(name));
    }
    CHUNKS.put("I_DATA", 64);
    CHUNKS.put("ASCONF_ACK", 128);
    CHUNKS.put("RE_CONFIG", 130);
    CHUNKS.put("PAD", 132);
    CHUNKS.put("FORWARD_TSN", 192);
    CHUNKS.put("ASCONF", 193);
    CHUNKS.put("I_FORWARD_TSN", 194);
  }

  /** The flags of chunk types that have some, from the highest bit on; a dot for none. */
  static final Map<String, String> CHUNK_FLAGS =
      Map.of(
          "DATA", "....IUBE",
          "I_DATA", "....IUBE",
          "ABORT", ".......T",
          "SHUTDOWN_COMPLETE", ".......T");

  private HeaderMatches() {}

  static void register(Map<String, Matches.Reader> readers) {
    readers.put("esp", (a, v) -> index(a, "espspi", HeaderField.ESP_SPI, SPI));
    readers.put("ipcomp", HeaderMatches::compression);
    readers.put("ecn", HeaderMatches::congestion);
    readers.put("tcpmss", HeaderMatches::segmentSize);
    readers.put("string", HeaderMatches::text);
    readers.put("dccp", HeaderMatches::dccp);
    readers.put("sctp", HeaderMatches::sctp);
    readers.put("bpf", BpfText::read);
  }

  static List<Statement> index(Arguments a, String option, HeaderField field, long most) {
    Interval range =
        a.take(option)
            .map(o -> Values.range(o.value(), ':', most, Values::number))
            .orElse(new Interval(Bits.ZERO, Bits.of(most)));
    boolean negated = a.take(option).map(Arguments.Option::negated).orElse(false);
    return List.of(Basics.within(Expression.of(field), range, negated, DataType.INTEGER));
  }

  private static List<Statement> compression(Arguments a, IpVersion version) {
    List<Statement> matches = new ArrayList<>(index(a, "ipcompspi", HeaderField.COMP_CPI, 0xffff));
    if (a.has("compres")) {
      matches.add(
          Match.equal(Expression.of(HeaderField.COMP_FLAGS), false, Bits.ZERO, DataType.INTEGER));
    }
    return matches;
  }

  private static List<Statement> congestion(Arguments a, IpVersion version) {
    List<Statement> matches = new ArrayList<>();
    a.take("ecn-ip-ect")
        .ifPresent(
            o -> {
              boolean v4 = version == IpVersion.IPV4;
              HeaderField field = v4 ? HeaderField.IP_ECN : HeaderField.IP6_ECN;
              Bits value = Bits.of(Values.number(o.value()));
              matches.add(Match.equal(Expression.of(field), o.negated(), value, DataType.ECN));
            });
    a.take("ecn-tcp-ece").ifPresent(o -> matches.add(flag(ECE, o.negated())));
    a.take("ecn-tcp-cwr").ifPresent(o -> matches.add(flag(CWR, o.negated())));
    return matches;
  }

  private static Match flag(int bit, boolean negated) {
    return Match.masked(
        Expression.of(HeaderField.TCP_FLAGS),
        negated,
        Bits.of(bit),
        Bits.of(bit),
        DataType.TCP_FLAG);
  }

  private static List<Statement> segmentSize(Arguments a, IpVersion version) {
    Arguments.Option option = a.need("mss");
    Interval range = Values.range(option.value(), ':', 0xffff, Values::number);
    return extension(
        new PayloadMatch.SegmentSize(range.low().toInt(), range.high().toInt(), option.negated()));
  }

  static List<Statement> extension(XtMatch match) {
    return List.of(new Match.Extension(match));
  }

  private static List<Statement> text(Arguments a, IpVersion version) {
    String algorithm = a.take("algo").map(Arguments.Option::value).orElse("bm");
    if (!algorithm.equals("bm") && !algorithm.equals("kmp")) {
      throw new Misread("`--algo " + algorithm + "` is not known: bm or kmp");
    }
    int from = a.take("from").map(o -> (int) Values.number(o.value())).orElse(0);
    int to = a.take("to").map(o -> (int) Values.number(o.value())).orElse(0xffff);
    Optional<Arguments.Option> hex = a.take("hex-string");
    Arguments.Option pattern = hex.orElseGet(() -> a.need("string"));
    byte[] bytes =
        hex.isPresent()
            ? hexadecimal(pattern.value())
            : pattern.value().getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0) {
      throw new Misread("an empty string is nowhere");
    }
    return extension(new PayloadMatch.Text(bytes, from, to, a.has("icase"), pattern.negated()));
  }

  /** Text with bytes in hexadecimal between bars: {@code ab|0d 0a|}. */
  private static byte[] hexadecimal(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean hex = false;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '|') {
        hex = !hex;
        at++;
      } else if (hex && c == ' ') {
        at++;
      } else if (hex) {
        String digits = text.substring(at, Math.min(at + 2, text.length()));
        bytes.write((int) Values.number("0x" + digits));
        at += 2;
      } else {
        if (c == '\\' && at + 1 < text.length()) {
          at++;
        }
        bytes.writeBytes(String.valueOf(text.charAt(at)).getBytes(StandardCharsets.UTF_8));
        at++;
      }
    }
    return bytes.toByteArray();
  }

  private static List<Statement> dccp(Arguments a, IpVersion version) {
    List<Statement> matches =
        new ArrayList<>(Matches.ports(a, HeaderField.DCCP_SPORT, HeaderField.DCCP_DPORT));
    a.take("dccp-types")
        .ifPresent(
            o -> {
              int types = 0;
              for (String name : o.value().split(",")) {
                int number = DCCP_TYPES.indexOf(name.toUpperCase(java.util.Locale.ROOT));
                if (number < 0) {
                  throw new Misread("`" + name + "` is no DCCP type");
                }
                types |= 1 << number;
              }
              matches.addAll(extension(new PayloadMatch.DccpTypes(types, o.negated())));
            });
    a.take("dccp-option")
        .ifPresent(
            o ->
                matches.addAll(
                    extension(
                        new PayloadMatch.DccpOption((int) Values.number(o.value()), o.negated()))));
    return matches;
  }

  private static List<Statement> sctp(Arguments a, IpVersion version) {
    List<Statement> matches =
        new ArrayList<>(Matches.ports(a, HeaderField.SCTP_SPORT, HeaderField.SCTP_DPORT));
    a.take("chunk-types")
        .ifPresent(
            o -> {
              if (o.values().size() < 2) {
                throw new Misread("`--chunk-types` needs any, all or only, and types");
              }
              matches.addAll(
                  extension(
                      new SctpChunks(
                          quantity(o.values().get(0)), chunks(o.values().get(1)), o.negated())));
            });
    return matches;
  }

  static String chunkName(int type) {
    return CHUNKS.entrySet().stream()
        .filter(chunk -> chunk.getValue() == type)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseGet(MatchWords::refuse);
  }

  private static SctpChunks.Quantity quantity(String word) {
    for (SctpChunks.Quantity quantity : SctpChunks.Quantity.values()) {
      if (quantity.name().equalsIgnoreCase(word)) {
        return quantity;
      }
    }
    throw new Misread("`" + word + "` is not any, all or only");
  }

  private static List<SctpChunks.Chunk> chunks(String list) {
    List<SctpChunks.Chunk> chunks = new ArrayList<>();
    for (String item : list.split(",")) {
      int colon = item.indexOf(':');
      String name =
          (colon < 0 ? item : item.substring(0, colon)).toUpperCase(java.util.Locale.ROOT);
      if (name.equals("ALL")) {
        for (int type = 0; type < 256; type++) {
          chunks.add(new SctpChunks.Chunk(type, 0, 0));
        }
      } else if (!name.equals("NONE")) {
        chunks.add(chunk(name, colon < 0 ? "" : item.substring(colon + 1)));
      }
    }
    return chunks;
  }

  private static SctpChunks.Chunk chunk(String name, String flags) {
    Integer type = CHUNKS.get(name);
    if (type == null) {
      throw new Misread("`" + name + "` is no SCTP chunk type");
    }
    String known = CHUNK_FLAGS.getOrDefault(name, "........");
    int mask = 0;
    int set = 0;
    for (char flag : flags.toCharArray()) {
      int place = known.indexOf(Character.toUpperCase(flag));
      if (place < 0 || flag == '.') {
        throw new Misread("`" + flag + "` is no flag of " + name);
      }
      mask |= 0x80 >> place;
      set |= Character.isUpperCase(flag) ? 0x80 >> place : 0;
    }
    return new SctpChunks.Chunk(type, mask, set);
  }
}
