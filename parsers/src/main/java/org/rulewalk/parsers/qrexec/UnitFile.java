package org.rulewalk.parsers.qrexec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.value.Source;

/**
 * A systemd unit: sections of {@code Key=Value} (systemd.syntax(7)). An empty value clears what was
 * said before; lines that end with a backslash go on in the next.
 */
public final class UnitFile {
  private final List<Entry> entries = new ArrayList<>();

  private UnitFile() {}

  /** One setting, with its place. */
  public record Entry(String section, String key, String value, Source source) {}

  /** The settings of a text; lines that are none are passed over, as systemd does. */
  public static UnitFile parse(SourceText text) {
    UnitFile unit = new UnitFile();
    String section = "";
    StringBuilder line = new StringBuilder();
    for (int number = 1; number <= text.lineCount(); number++) {
      String content = text.line(number).strip();
      if (content.startsWith("#") || content.startsWith(";")) {
        continue;
      }
      boolean goesOn = content.endsWith("\\");
      line.append(goesOn ? content.substring(0, content.length() - 1) + " " : content);
      if (goesOn) {
        continue;
      }
      String whole = line.toString();
      line.setLength(0);
      int sign = whole.indexOf('=');
      if (whole.startsWith("[") && whole.endsWith("]")) {
        section = whole.substring(1, whole.length() - 1);
      } else if (sign > 0) {
        unit.add(section, whole, sign, text.atLine(number));
      }
    }
    return unit;
  }

  private void add(String section, String line, int sign, Source where) {
    String key = line.substring(0, sign).strip();
    String value = line.substring(sign + 1).strip();
    if (value.isEmpty()) {
      entries.removeIf(entry -> entry.section().equals(section) && entry.key().equals(key));
    } else {
      entries.add(new Entry(section, key, value, where));
    }
  }

  /** All values of a key, in order. */
  public List<Entry> all(String section, String key) {
    return entries.stream()
        .filter(entry -> entry.section().equals(section) && entry.key().equals(key))
        .toList();
  }

  /** The last value of a key, which is the one that counts. */
  public Optional<Entry> last(String section, String key) {
    return all(section, key).stream().reduce((a, b) -> b);
  }

  /** The words of a command line, quotes taken away; {@code ''} is an empty word. */
  public static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        begun = true;
      } else if (Character.isWhitespace(c)) {
        if (begun) {
          words.add(word.toString());
        }
        word.setLength(0);
        begun = false;
      } else {
        word.append(c);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    return words;
  }
}
