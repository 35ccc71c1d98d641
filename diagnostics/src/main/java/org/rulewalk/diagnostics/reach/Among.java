package org.rulewalk.diagnostics.reach;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.rulewalk.simulator.region.Field;
import org.rulewalk.simulator.region.Intervals;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.value.IpVersion;

/** All pieces that were asked together: which values they have of each field, worked out once. */
final class Among {
  private final Collection<Piece> pieces;
  private final Map<IpVersion, Map<Field, Intervals>> known = new EnumMap<>(IpVersion.class);

  Among(Collection<Piece> pieces) {
    this.pieces = pieces;
  }

  /** The values of a field that were asked about. */
  Intervals of(IpVersion version, Field field) {
    return known
        .computeIfAbsent(version, unused -> new EnumMap<>(Field.class))
        .computeIfAbsent(field, unused -> all(version, field));
  }

  private Intervals all(IpVersion version, Field field) {
    List<Interval> parts = new ArrayList<>();
    for (Piece piece : pieces) {
      if (piece.box().version() == version) {
        parts.addAll(piece.box().of(field).parts());
      }
    }
    return Intervals.ofAll(parts);
  }
}
