package org.rulewalk.diagnostics.words;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/** What each sort of finding of an audit is, in general: {@code findings.properties}. */
public final class FindingWords {
  private static final String JOURNAL = "journal-";
  private static final Map<String, FindingWords> ALL = read();

  private final String title;
  private final String help;

  private FindingWords(String title, String help) {
    this.title = title;
    this.help = help;
  }

  /** Those of a finding's id; empty for an id that is not known. */
  public static Optional<FindingWords> of(String id) {
    return Optional.ofNullable(ALL.get(id.startsWith(JOURNAL) ? "journal" : id));
  }

  /** What is found, as a heading. */
  public String title() {
    return title;
  }

  /** What it means and what to do. */
  public String help() {
    return help;
  }

  private static Map<String, FindingWords> read() {
    Properties lines = new Properties();
    try (InputStream in = FindingWords.class.getResourceAsStream("findings.properties")) {
      lines.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, FindingWords> all = new TreeMap<>();
    for (String id : lines.stringPropertyNames()) {
      String[] parts = lines.getProperty(id).split(" \\| ", 2);
      all.put(id, new FindingWords(parts[0], parts[1]));
    }
    return all;
  }
}
