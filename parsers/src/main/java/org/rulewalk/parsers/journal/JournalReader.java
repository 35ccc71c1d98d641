package org.rulewalk.parsers.journal;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads one journal as a stream: text or JSON, whichever its first character shows. Memory does not
 * grow with its length. Lines that are none of a journal are counted and skipped.
 */
public final class JournalReader {
  private final String file;
  private final Consumer<JournalEntry> receiver;
  private final Tally tally = new Tally();

  private JournalReader(String file, Consumer<JournalEntry> receiver) {
    this.file = file;
    this.receiver = receiver;
  }

  /**
   * What a journal held beside its messages.
   *
   * @param entries messages
   * @param broken lines, or JSON objects, that could not be read
   * @param firstBroken the line of the first of them; 0 if there is none
   */
  public record Summary(long entries, long broken, int firstBroken) {}

  private static final class Tally {
    private long entries;
    private long broken;
    private int firstBroken;
  }

  /**
   * Hands each message over, in the journal's order.
   *
   * @param year the year of dates that have none
   * @throws IOException if the stream breaks off; what was read before was handed over
   */
  public static Summary read(String file, InputStream in, int year, Consumer<JournalEntry> receiver)
      throws IOException {
    JournalReader reader = new JournalReader(file, receiver);
    Lines lines = new Lines(in);
    Optional<String> first = lines.next();
    while (first.isPresent() && first.get().isBlank()) {
      first = lines.next();
    }
    if (first.isPresent()) {
      String start = first.get().strip().replace("\ufeff", "");
      // a text line may start with a bracket too: "[   12.345] …"
      boolean json =
          start.startsWith("{")
              || start.startsWith("[") && (start.length() == 1 || start.charAt(1) == '{');
      if (json) {
        reader.json(lines, first.get());
      } else {
        reader.text(lines, first.get(), year);
      }
    }
    return new Summary(reader.tally.entries, reader.tally.broken, reader.tally.firstBroken);
  }

  private void text(Lines lines, String first, int year) throws IOException {
    TextLine parser = new TextLine(file, year);
    Optional<JournalEntry> pending = Optional.empty();
    for (Optional<String> line = Optional.of(first); line.isPresent(); line = lines.next()) {
      String content = line.get();
      if (content.isBlank() || content.startsWith("-- ")) {
        continue;
      }
      boolean further = pending.isPresent() && Character.isWhitespace(content.charAt(0));
      if (further) {
        pending = Optional.of(pending.get().and(content.strip()));
        continue;
      }
      pending.ifPresent(this::take);
      pending = lines.wasCut() ? Optional.empty() : parser.parse(content, lines.number());
      if (pending.isEmpty()) {
        broken(lines.number());
      }
    }
    pending.ifPresent(this::take);
  }

  private void json(Lines lines, String first) throws IOException {
    JsonObjects objects = new JsonObjects();
    for (Optional<String> line = Optional.of(first); line.isPresent(); line = lines.next()) {
      int lost = objects.add(line.get(), lines.number());
      for (int i = 0; i < lost; i++) {
        broken(lines.number());
      }
      Optional<JsonObjects.Whole> whole = objects.whole();
      if (whole.isPresent()) {
        Optional<JournalEntry> entry =
            JsonEntry.parse(file, whole.get().line(), whole.get().text());
        entry.ifPresentOrElse(this::take, () -> broken(whole.get().line()));
      }
    }
    if (objects.isOpen()) {
      broken(lines.number());
    }
  }

  private void take(JournalEntry entry) {
    tally.entries++;
    receiver.accept(entry);
  }

  private void broken(int line) {
    tally.broken++;
    tally.firstBroken = tally.firstBroken == 0 ? line : tally.firstBroken;
  }
}
