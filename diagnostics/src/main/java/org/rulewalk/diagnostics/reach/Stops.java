package org.rulewalk.diagnostics.reach;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.diagnostics.why.CauseKind;
import org.rulewalk.simulator.value.Source;

/** What stops packets, with those that it stops. */
final class Stops {
  private Stops() {}

  /** Causes in different runs are the same if they are at the same place. */
  private record Key(CauseKind kind, String machine, boolean request, Optional<Source> source) {}

  static List<Cell.Stop> of(List<Piece> pieces, Among all, Packets.Told told) {
    Map<Key, List<Piece>> groups = new LinkedHashMap<>();
    Map<Key, Cause> causes = new LinkedHashMap<>();
    for (Piece piece : pieces) {
      if (piece.verdict() == Answer.Verdict.BLOCKED && !piece.example().causes().isEmpty()) {
        Cause cause = piece.example().causes().get(0);
        Key key = new Key(cause.kind(), cause.machine(), cause.request(), cause.source());
        causes.putIfAbsent(key, cause);
        groups.computeIfAbsent(key, unused -> new ArrayList<>()).add(piece);
      }
    }
    List<Cell.Stop> stops = new ArrayList<>();
    causes.forEach(
        (key, cause) -> stops.add(new Cell.Stop(cause, Packets.of(groups.get(key), all, told))));
    return stops;
  }
}
