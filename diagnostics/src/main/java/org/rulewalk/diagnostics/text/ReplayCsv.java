package org.rulewalk.diagnostics.text;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.replay.Drops;

/** Dropped flows as comma-separated values (RFC 4180). */
public final class ReplayCsv {
  private ReplayCsv() {}

  /** A heading, and a line a flow. */
  public static List<String> lines(Drops drops) {
    List<String> lines = new ArrayList<>();
    lines.add("machine,source,destination,service,packets,bytes,first,last,cause");
    for (Drops.Drop drop : drops.all()) {
      lines.add(
          String.join(
              ",",
              quoted(drop.machine()),
              drop.flow().source().toString(),
              drop.flow().destination().toString(),
              drop.flow().serviceWord(),
              Long.toString(drop.packets()),
              Long.toString(drop.bytes()),
              time(drop.firstNanos()),
              time(drop.lastNanos()),
              quoted(drop.cause().map(CauseWords::sentence).orElse(""))));
    }
    return lines;
  }

  static String time(long nanos) {
    return Instant.ofEpochSecond(
            Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
        .toString();
  }

  /** A leading sign would be a formula to spreadsheets. */
  private static String quoted(String text) {
    String plain = text.matches("^[=+@-].*") ? "'" + text : text;
    return '"' + plain.replace("\"", "\"\"").replace('\n', ' ') + '"';
  }
}
