package org.rulewalk.parsers.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.rulewalk.parsers.source.Spelling;

/**
 * One object of {@code journalctl -o json}. A value is a string, null, an array of byte numbers, or
 * an array of such values where the field was given several times: the first counts.
 */
final class JsonEntry {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private String micros = "";
  private String transport = "";
  private String unit = "";
  private String about = "";
  private String identifier = "";
  private String command = "";
  private Optional<String> message = Optional.empty();

  private JsonEntry() {}

  /** The entry; empty if the object is broken or has no message. */
  static Optional<JournalEntry> parse(String file, int line, String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      JsonEntry entry = new JsonEntry();
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        entry.field(name, parser);
      }
      return entry.finished(file, line);
    } catch (IOException e) {
      // jackson's word for broken JSON
      return Optional.empty();
    }
  }

  private void field(String name, JsonParser parser) throws IOException {
    switch (name) {
      case "__REALTIME_TIMESTAMP":
        micros = value(parser).orElse("");
        break;
      case "_TRANSPORT":
        transport = value(parser).orElse("");
        break;
      case "_SYSTEMD_UNIT":
        unit = value(parser).orElse("");
        break;
      case "UNIT":
        about = value(parser).orElse("");
        break;
      case "SYSLOG_IDENTIFIER":
        identifier = value(parser).orElse("");
        break;
      case "_COMM":
        command = value(parser).orElse("");
        break;
      case "MESSAGE":
        message = value(parser);
        break;
      default:
        parser.skipChildren();
    }
  }

  private static Optional<String> value(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      return Optional.ofNullable(parser.getValueAsString());
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Optional<String> first = Optional.empty();
    while (parser.nextToken() != JsonToken.END_ARRAY && parser.currentToken() != null) {
      if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
        bytes.write(parser.getValueAsInt() & 0xff);
      } else {
        Optional<String> inner = value(parser);
        first = first.isPresent() ? first : inner;
      }
    }
    return first.isPresent() || bytes.size() == 0
        ? first
        : Optional.of(withoutEscapes(bytes.toString(StandardCharsets.UTF_8)));
  }

  /** Colours make a message "unprintable", which is why it comes as bytes. */
  private static String withoutEscapes(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '\u001b') {
        plain.append(text.charAt(i));
        continue;
      }
      while (i + 1 < text.length() && !Character.isLetter(text.charAt(i))) {
        i++;
      }
    }
    return plain.toString();
  }

  private Optional<JournalEntry> finished(String file, int line) {
    if (message.isEmpty()) {
      return Optional.empty();
    }
    String who =
        transport.equals("kernel") ? "kernel" : identifier.isEmpty() ? command : identifier;
    String of = about.isEmpty() ? unit : about;
    String text = message.get();
    Optional<LocalDateTime> at = at();
    return Optional.of(
        new JournalEntry(
            file,
            line,
            at.map(SHOWN::format).orElse(""),
            at,
            Spelling.pedOs(who),
            Spelling.pedOs(of),
            text.substring(0, Math.min(text.length(), JournalEntry.MOST_CHARACTERS))));
  }

  private Optional<LocalDateTime> at() {
    try {
      Instant instant =
          Instant.EPOCH.plus(Long.parseLong(micros), java.time.temporal.ChronoUnit.MICROS);
      return Optional.of(LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
    } catch (NumberFormatException | java.time.DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }
}
