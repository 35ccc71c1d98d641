package org.rulewalk.diagnostics.cli;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/** Moments as people write them: ISO 8601, in UTC where no zone is given, or seconds since 1970. */
final class Moments {
  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);

  private Moments() {}

  /** In nanoseconds since 1970. */
  static long nanos(String text) {
    if (text.matches("\\d{1,10}(\\.\\d{1,9})?")) {
      return new BigDecimal(text).multiply(NANOS).longValue();
    }
    try {
      String iso = text.trim().replace(' ', 'T');
      boolean zoned = iso.matches(".*(Z|[+-]\\d\\d:?\\d\\d)$") && iso.contains("T");
      Instant instant =
          zoned
              ? OffsetDateTime.parse(iso).toInstant()
              : LocalDateTime.parse(iso.contains("T") ? iso : iso + "T00:00")
                  .toInstant(ZoneOffset.UTC);
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    } catch (DateTimeParseException | ArithmeticException e) {
      throw new BadInput(
          "\"" + text + "\" is no time; write 2026-01-12T09:30:00Z, or seconds since 1970");
    }
  }
}
