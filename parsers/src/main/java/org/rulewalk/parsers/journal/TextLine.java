package org.rulewalk.parsers.journal;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rulewalk.parsers.source.Spelling;

/**
 * One line of journalctl's short forms ({@code Jan 12 09:52:17 host name[731]: text}, months in any
 * language, ISO dates, weekdays), of the monotonic form, or of dmesg ({@code [ 12.345678] text}).
 */
final class TextLine {
  private static final String KERNEL = "kernel";
  private static final int MOST_TIME_WORDS = 5;
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  private final String file;
  private final int year;

  /** Dates without a year get this one. */
  TextLine(String file, int year) {
    this.file = file;
    this.year = year;
  }

  /** The entry; empty if the line is none. */
  Optional<JournalEntry> parse(String line, int number) {
    if (line.startsWith("[")) {
      return monotonic(line, number);
    }
    if (line.startsWith("<") || line.startsWith("kern  :")) {
      // dmesg --raw, dmesg -x
      int bracket = line.indexOf('[');
      return bracket > 0 && bracket < 20
          ? monotonic(line.substring(bracket), number)
          : Optional.empty();
    }
    return dated(line, number);
  }

  private Optional<JournalEntry> monotonic(String line, int number) {
    int close = line.indexOf(']');
    if (close < 0) {
      return Optional.empty();
    }
    String time = line.substring(0, close + 1);
    boolean clock = time.chars().skip(1).anyMatch(Character::isDigit);
    if (!clock) {
      return Optional.empty();
    }
    String rest = line.substring(close + 1).strip();
    Optional<Speaker> speaker = Speaker.after(rest, 0).filter(s -> isNamed(s, rest));
    return Optional.of(
        speaker
            .map(s -> entry(number, time, Optional.empty(), s))
            .orElseGet(() -> entry(number, time, Optional.empty(), new Speaker(KERNEL, rest))));
  }

  /** dmesg has no host and no name: a colon in the kernel's text is none of a name. */
  private static boolean isNamed(Speaker speaker, String rest) {
    int blank = rest.indexOf(' ');
    String second = rest.substring(blank + 1);
    return second.startsWith(KERNEL + ":")
        || second.indexOf("]:") > 0 && second.indexOf("]:") < second.indexOf(' ');
  }

  private Optional<JournalEntry> dated(String line, int number) {
    int start = 0;
    for (int word = 0; word < MOST_TIME_WORDS; word++) {
      int end = wordEnd(line, start);
      if (isClock(line, start, end)) {
        return spoken(line, number, end);
      }
      boolean stamp = word == 0 && isStamp(line, start, end);
      if (stamp) {
        return spoken(line, number, end);
      }
      if (end >= line.length()) {
        return Optional.empty();
      }
      start = end;
      while (start < line.length() && line.charAt(start) == ' ') {
        start++;
      }
    }
    return Optional.empty();
  }

  private static int wordEnd(String line, int start) {
    int blank = line.indexOf(' ', start);
    return blank < 0 ? line.length() : blank;
  }

  /** {@code 09:52:17}, perhaps with parts of seconds. */
  private static boolean isClock(String line, int start, int end) {
    return end - start >= 8
        && Character.isDigit(line.charAt(start))
        && line.charAt(start + 2) == ':'
        && line.charAt(start + 5) == ':'
        && Character.isDigit(line.charAt(start + 7));
  }

  /** An ISO date with its time, or seconds since 1970. */
  private static boolean isStamp(String line, int start, int end) {
    if (end - start < 12 || !Character.isDigit(line.charAt(start))) {
      return false;
    }
    boolean iso = line.charAt(start + 4) == '-' && line.charAt(start + 10) == 'T';
    return iso || line.charAt(start + 10) == '.' && Character.isDigit(line.charAt(start + 9));
  }

  private Optional<JournalEntry> spoken(String line, int number, int timeEnd) {
    String time = line.substring(0, timeEnd);
    // short-full has the zone behind the time
    Optional<Speaker> speaker = Speaker.after(line, timeEnd);
    return speaker.map(s -> entry(number, time, date(time), s));
  }

  private JournalEntry entry(int number, String time, Optional<LocalDateTime> at, Speaker speaker) {
    String name = Spelling.pedOs(speaker.name());
    String text = speaker.text();
    boolean kernel = name.equals(KERNEL);
    // syslog daemons keep the kernel's own clock in the text
    if (kernel && text.startsWith("[") && text.indexOf("] ") > 0 && text.indexOf("] ") < 20) {
      text = text.substring(text.indexOf("] ") + 2);
    }
    text = text.substring(0, Math.min(text.length(), JournalEntry.MOST_CHARACTERS));
    return new JournalEntry(file, number, time, at, name, unitOf(name, text), text);
  }

  /** systemd names the unit that it speaks of at the start of its message. */
  private static String unitOf(String name, String text) {
    if (!name.equals("systemd")) {
      return "";
    }
    for (String word : text.split(" ", 12)) {
      int end = word.indexOf(".service");
      if (end > 0) {
        return Spelling.pedOs(word.substring(0, end + ".service".length()));
      }
    }
    return "";
  }

  private Optional<LocalDateTime> date(String time) {
    List<Integer> numbers = numbers(time);
    try {
      if (time.length() > 10 && time.charAt(4) == '-' || numbers.size() >= 6) {
        return numbers.size() < 6
            ? Optional.empty()
            : Optional.of(
                LocalDateTime.of(
                    numbers.get(0),
                    numbers.get(1),
                    numbers.get(2),
                    numbers.get(3),
                    numbers.get(4),
                    numbers.get(5)));
      }
      String word = time.substring(0, Math.min(3, time.length())).toLowerCase(Locale.ROOT);
      int month = MONTHS.indexOf(word) + 1;
      return month == 0 || numbers.size() < 4
          ? Optional.empty()
          : Optional.of(
              LocalDateTime.of(
                  year, month, numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The numbers of up to nine digits in a text, in order. */
  private static List<Integer> numbers(String text) {
    List<Integer> found = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
        end++;
      }
      if (end > at && end - at <= 9) {
        found.add(Integer.parseInt(text.substring(at, end)));
      }
      at = Math.max(end, at + 1);
    }
    return found;
  }

  /** Who speaks, and what is said. */
  private record Speaker(String name, String text) {
    /**
     * What stands behind the time: {@code host name[pid]: text}; the zone may stand before it, and
     * the host be left out.
     */
    static Optional<Speaker> after(String line, int offset) {
      int start = skip(line, offset);
      for (int word = 0; word < 3; word++) {
        int end = wordEnd(line, start);
        if (end > start && line.charAt(end - 1) == ':') {
          String name = line.substring(start, end - 1);
          int pid = name.endsWith("]") ? name.lastIndexOf('[') : -1;
          return Optional.of(
              new Speaker(
                  pid > 0 ? name.substring(0, pid) : name,
                  end < line.length() ? line.substring(end + 1) : ""));
        }
        if (end >= line.length()) {
          return Optional.empty();
        }
        start = skip(line, end);
      }
      return Optional.empty();
    }

    private static int skip(String line, int from) {
      int at = from;
      while (at < line.length() && line.charAt(at) == ' ') {
        at++;
      }
      return at;
    }
  }
}
