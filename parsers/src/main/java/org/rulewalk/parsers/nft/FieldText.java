package org.rulewalk.parsers.nft;

import java.util.List;
import java.util.Map;
import org.rulewalk.parsers.source.Unwritable;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Expression;

/** The words for TCP options and IPv6 extension headers; the counterpart of {@link Fields}. */
final class FieldText {
  /** Of options with several names, those that every version of nft knows. */
  private static final List<String> OPTIONS =
      List.of(
          "eol",
          "nop",
          "maxseg",
          "window",
          "sack-perm",
          "sack",
          "sack1",
          "sack2",
          "sack3",
          "timestamp",
          "md5sig",
          "mptcp",
          "fastopen");

  private static final String COMMON = "nexthdr 0 8, hdrlength 8 8";
  private static final Map<Integer, String> HEADERS =
      Map.of(
          Protocol.HOP_BY_HOP, "hbh: " + COMMON,
          Protocol.ROUTING, "rt: " + COMMON + ", type 16 8, seg-left 24 8",
          Protocol.FRAGMENT,
              "frag: nexthdr 0 8, reserved 8 8, frag-off 16 13, reserved2 29 2,"
                  + " more-fragments 31 1, id 32 32",
          Protocol.DESTINATION_OPTIONS, "dst: " + COMMON,
          Protocol.MOBILITY, "mh: " + COMMON + ", type 16 8, reserved 24 8, checksum 32 16");

  /** Of routing headers, what only some types have. */
  private static final String SEGMENT_ROUTING = "last-entry 32 8, flags 40 8, tag 48 16";

  private static final int FIRST_ADDRESS = 64;
  private static final int ADDRESS = 128;

  private FieldText() {}

  static String words(Expression.TcpOption option) {
    String kind =
        OPTIONS.stream().filter(name -> kind(name) == option.kind()).findFirst().orElse("");
    if (option.byteLength() == 0) {
      return "tcp option " + (kind.isEmpty() ? String.valueOf(option.kind()) : kind);
    }
    for (String name : OPTIONS) {
      String field = kind(name) == option.kind() ? field(name, option) : "";
      if (!field.isEmpty()) {
        return "tcp option " + name + " " + field;
      }
    }
    return "tcp option @"
        + option.kind()
        + ","
        + option.byteOffset() * 8
        + ","
        + option.byteLength() * 8;
  }

  private static int kind(String name) {
    return Fields.TCP_OPTIONS.get(name).kind();
  }

  private static String field(String name, Expression.TcpOption option) {
    for (Map.Entry<String, int[]> field : Fields.TCP_OPTIONS.get(name).fields().entrySet()) {
      if (field.getValue()[0] == option.byteOffset()
          && field.getValue()[1] == option.byteLength()) {
        return field.getKey();
      }
    }
    boolean length = option.byteOffset() == 1 && option.byteLength() == 1;
    return length ? "length" : "";
  }

  static String words(Expression.Extension extension) {
    String known = HEADERS.get(extension.nextHeader());
    if (known == null) {
      throw new Unwritable("an extension header that nft has no name for");
    }
    int colon = known.indexOf(':');
    String header = known.substring(0, colon);
    if (extension.width() == 0) {
      return "exthdr " + header;
    }
    String place = " " + extension.bitOffset() + " " + extension.width();
    for (String field : known.substring(colon + 2).split(", ")) {
      if (field.endsWith(place)) {
        return header + " " + field.substring(0, field.length() - place.length());
      }
    }
    return routing(extension, place);
  }

  private static String routing(Expression.Extension extension, String place) {
    if (extension.nextHeader() == Protocol.ROUTING) {
      for (String field : SEGMENT_ROUTING.split(", ")) {
        if (field.endsWith(place)) {
          return "srh " + field.substring(0, field.length() - place.length());
        }
      }
      int behind = extension.bitOffset() - FIRST_ADDRESS;
      if (extension.width() == ADDRESS && behind >= 0 && behind % ADDRESS == 0) {
        return "srh sid[" + (behind / ADDRESS + 1) + "]";
      }
    }
    throw new Unwritable("a field of an extension header that nft has no name for");
  }

  static DataType type(Expression.Extension extension) {
    if (extension.width() == 0) {
      return DataType.BOOLEAN;
    }
    if (extension.bitOffset() == 0 && extension.width() == 8) {
      return DataType.INET_PROTO;
    }
    if (extension.width() == ADDRESS) {
      return DataType.IPV6_ADDR;
    }
    boolean mobility =
        extension.nextHeader() == Protocol.MOBILITY
            && extension.bitOffset() == 16
            && extension.width() == 8;
    return mobility ? DataType.MH_TYPE : DataType.INTEGER;
  }
}
