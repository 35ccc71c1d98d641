package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;

/** Text in columns and paragraphs. */
final class Lines {
  private static final int WIDTH = 100;

  private Lines() {}

  static String pad(String text, int width) {
    return text.length() >= width ? text + " " : text + " ".repeat(width - text.length());
  }

  /** A paragraph broken at blanks, each line behind an indent. */
  static List<String> wrapped(String text, String indent) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(indent);
    for (String word : text.split(" ")) {
      boolean full = line.length() + word.length() + 1 > WIDTH && line.length() > indent.length();
      if (full) {
        lines.add(line.toString().stripTrailing());
        line = new StringBuilder(indent);
      }
      line.append(word).append(' ');
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }

  /** A file's place without the folder of its machine, which the reader sees from the heading. */
  static String place(org.rulewalk.simulator.value.Source source) {
    String file = source.file();
    if (file.startsWith("vms/")) {
      int slash = file.indexOf('/', 4);
      file = slash > 0 ? file.substring(slash + 1) : file;
    }
    return source.line() > 0 ? file + ":" + source.line() : file;
  }
}
