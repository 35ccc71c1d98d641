package org.rulewalk.parsers.nft;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.rulewalk.simulator.rules.DataType;

/**
 * Points in time and times of day as nft prints them: in the time zone of the machine that made the
 * listing, which the listing does not tell. They are taken as UTC; whether a rule of this kind
 * holds is open anyhow, since no capture tells when a packet comes.
 */
final class ClockTimes {
  private static final DateTimeFormatter PRINTED =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final long NANOS = 1_000_000_000L;

  private ClockTimes() {}

  /**
   * The number that stands for it: nanoseconds since 1970, or seconds since midnight.
   *
   * @throws Misread if it is no time
   */
  static long value(String text, DataType type) {
    try {
      return type == DataType.HOUR
          ? LocalTime.parse(text).toSecondOfDay()
          : LocalDateTime.parse(text.replace(' ', 'T')).toEpochSecond(ZoneOffset.UTC) * NANOS;
    } catch (DateTimeException e) {
      throw new Misread("`" + text + "` is no time");
    }
  }

  /** Such a number as it is written. */
  static String text(long value, DataType type) {
    return type == DataType.HOUR
        ? LocalTime.ofSecondOfDay(value).toString()
        : LocalDateTime.ofEpochSecond(value / NANOS, 0, ZoneOffset.UTC).format(PRINTED);
  }
}
