package org.rulewalk.parsers.iptables;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.rulewalk.parsers.iptables.RuleWords.Part;
import org.rulewalk.simulator.rules.PayloadMatch;
import org.rulewalk.simulator.rules.PayloadMatch.SctpChunks;

/** Writes matches of what a packet carries; the counterpart of {@link HeaderMatches}. */
final class PayloadWords {
  private static final int CHUNK_TYPES = 256;

  private PayloadWords() {}

  static Part segmentSize(PayloadMatch.SegmentSize match) {
    String range = match.low() + (match.high() == match.low() ? "" : ":" + match.high());
    return Part.match("tcpmss", MatchWords.not(match.negated()) + "--mss " + range);
  }

  static Part text(PayloadMatch.Text match) {
    String text = new String(match.pattern(), StandardCharsets.US_ASCII);
    boolean plain = text.chars().allMatch(c -> c > ' ' && c < 127 && "\\\"'|".indexOf(c) < 0);
    String pattern =
        plain
            ? "--string " + Words.quoted(text)
            : "--hex-string \"|" + HexFormat.of().formatHex(match.pattern()) + "|\"";
    String words =
        MatchWords.not(match.negated())
            + pattern
            + " --algo bm"
            + (match.from() == 0 ? "" : " --from " + match.from())
            + (match.to() == 0xffff ? "" : " --to " + match.to())
            + (match.ignoreCase() ? " --icase" : "");
    return Part.match("string", words);
  }

  static Part dccpTypes(PayloadMatch.DccpTypes match) {
    String names =
        IntStream.range(0, HeaderMatches.DCCP_TYPES.size())
            .filter(type -> (match.types() >> type & 1) != 0)
            .mapToObj(HeaderMatches.DCCP_TYPES::get)
            .collect(Collectors.joining(","));
    return Part.match("dccp", MatchWords.not(match.negated()) + "--dccp-types " + names, 2);
  }

  static Part dccpOption(PayloadMatch.DccpOption match) {
    return Part.match(
        "dccp", MatchWords.not(match.negated()) + "--dccp-option " + match.option(), 3);
  }

  static Part chunks(SctpChunks match) {
    return Part.match(
        "sctp",
        MatchWords.not(match.negated())
            + "--chunk-types "
            + match.quantity().name().toLowerCase(Locale.ROOT)
            + " "
            + chunkList(match.chunks()),
        2);
  }

  private static String chunkList(List<SctpChunks.Chunk> chunks) {
    if (chunks.isEmpty()) {
      return "NONE";
    }
    return chunks.size() == CHUNK_TYPES
        ? "ALL"
        : chunks.stream().map(PayloadWords::chunk).collect(Collectors.joining(","));
  }

  private static String chunk(SctpChunks.Chunk chunk) {
    String name = HeaderMatches.chunkName(chunk.type());
    String known = HeaderMatches.CHUNK_FLAGS.getOrDefault(name, "........");
    StringBuilder flags = new StringBuilder();
    for (int place = 0; place < 8; place++) {
      int bit = 0x80 >> place;
      if ((chunk.flagMask() & bit) != 0) {
        char flag = known.charAt(place);
        flags.append((chunk.flags() & bit) != 0 ? flag : Character.toLowerCase(flag));
      }
    }
    return flags.length() == 0 ? name : name + ":" + flags;
  }
}
