package org.rulewalk.parsers.nft;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rulewalk.parsers.source.Unwritable;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Expression;

/** The names of SCTP's chunks and their fields (nftables: src/sctp_chunk.c). */
final class SctpChunks {
  private static final String DATA = "tsn 32 32, stream 64 16, ssn 80 16, ppid 96 32";
  private static final String INIT =
      "init-tag 32 32, a-rwnd 64 32, num-outbound-streams 96 16, num-inbound-streams 112 16,"
          + " initial-tsn 128 32";
  private static final String SACK =
      "cum-tsn-ack 32 32, a-rwnd 64 32, num-gap-ack-blocks 96 16, num-dup-tsns 112 16";
  private static final String COMMON = "type 0 8, flags 8 8, length 16 16";

  private static final Map<String, Chunk> CHUNKS =
      Stream.of(
              new Chunk("data", 0, DATA),
              new Chunk("init", 1, INIT),
              new Chunk("init-ack", 2, INIT),
              new Chunk("sack", 3, SACK),
              new Chunk("heartbeat", 4, ""),
              new Chunk("heartbeat-ack", 5, ""),
              new Chunk("abort", 6, ""),
              new Chunk("shutdown", 7, "cum-tsn-ack 32 32"),
              new Chunk("shutdown-ack", 8, ""),
              new Chunk("error", 9, ""),
              new Chunk("cookie-echo", 10, ""),
              new Chunk("cookie-ack", 11, ""),
              new Chunk("ecne", 12, "lowest-tsn 32 32"),
              new Chunk("cwr", 13, "lowest-tsn 32 32"),
              new Chunk("shutdown-complete", 14, ""),
              new Chunk("asconf-ack", 128, "seqno 32 32"),
              new Chunk("forward-tsn", 192, "new-cum-tsn 32 32"),
              new Chunk("asconf", 193, "seqno 32 32"))
          .collect(Collectors.toMap(Chunk::name, Function.identity()));

  private record Chunk(String name, int type, String fields) {}

  private SctpChunks() {}

  /** The words for a chunk's field, or for its presence. */
  static String words(Expression.SctpChunk wanted) {
    for (Chunk chunk : CHUNKS.values()) {
      if (chunk.type() == wanted.type()) {
        return "sctp chunk "
            + chunk.name()
            + (wanted.width() == 0 ? "" : " " + word(chunk, wanted));
      }
    }
    throw new Unwritable("an SCTP chunk that nft has no name for");
  }

  private static String word(Chunk chunk, Expression.SctpChunk wanted) {
    for (String known : (COMMON + ", " + chunk.fields()).split(", ?")) {
      if (known.endsWith(" " + wanted.bitOffset() + " " + wanted.width())) {
        return known.substring(0, known.indexOf(' '));
      }
    }
    throw new Unwritable("a field of an SCTP chunk that nft has no name for");
  }

  static Term field(String name, String field) {
    Chunk chunk = CHUNKS.get(name);
    if (chunk == null) {
      throw new Misread("`sctp chunk " + name + "` is not known");
    }
    if (field.isEmpty()) {
      return new Term.Field(new Expression.SctpChunk(chunk.type(), 0, 0), DataType.BOOLEAN, 8);
    }
    for (String known : (COMMON + ", " + chunk.fields()).split(", ?")) {
      String[] words = known.split(" ");
      if (words[0].equals(field)) {
        int offset = Integer.parseInt(words[1]);
        int width = Integer.parseInt(words[2]);
        return new Term.Field(
            new Expression.SctpChunk(chunk.type(), offset, width), DataType.INTEGER, width);
      }
    }
    throw new Misread("`sctp chunk " + name + " " + field + "` is not known");
  }
}
