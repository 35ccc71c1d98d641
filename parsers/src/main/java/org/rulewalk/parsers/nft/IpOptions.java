package org.rulewalk.parsers.nft;

import java.util.Map;
import java.util.stream.Stream;
import org.rulewalk.simulator.packet.Ip4Options.Kind;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Expression;

/** Options of the IPv4 header by their names (nftables: src/ipopt.c). */
final class IpOptions {
  private static final Map<String, Place> FIELDS =
      Map.of(
          "type", new Place(0, 1),
          "length", new Place(1, 1),
          "ptr", new Place(2, 1),
          "value", new Place(2, 2),
          "addr", new Place(3, 4));

  private IpOptions() {}

  /** Where a field stands in its option, in bytes. */
  private record Place(int offset, int length) {}

  /** A field of an option, or with an empty name its presence. */
  static Term field(String option, String field) {
    Kind kind =
        Stream.of(Kind.RR, Kind.LSRR, Kind.SSRR, Kind.RA)
            .filter(each -> each.word().equals(option))
            .findFirst()
            .orElseThrow(() -> new Misread("`ip option " + option + "` is not known"));
    if (field.isEmpty()) {
      return new Term.Field(new Expression.IpOption(kind, 0, 0), DataType.BOOLEAN, 8);
    }
    Place place = FIELDS.get(field);
    if (place == null) {
      throw new Misread("`ip option " + option + " " + field + "` is not known");
    }
    return new Term.Field(
        new Expression.IpOption(kind, place.offset(), place.length()),
        DataType.INTEGER,
        place.length() * 8);
  }

  /** The words of such a field. */
  static String words(Expression.IpOption option) {
    Place place = new Place(option.byteOffset(), option.byteLength());
    String field =
        FIELDS.entrySet().stream()
            .filter(entry -> entry.getValue().equals(place))
            .map(entry -> " " + entry.getKey())
            .findFirst()
            .orElse("");
    return "ip option " + option.kind().word() + field;
  }
}
