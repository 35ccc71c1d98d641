package org.rulewalk.simulator.value;

/**
 * Where in a capture something was read, so that an answer can point at it.
 *
 * @param file path inside the capture, with slashes
 * @param line from 1; 0 where the whole file is meant
 * @param column from 1, in characters; 0 where the whole line is meant
 * @param text the line as it stands in the file, without its end and without surrounding blanks
 */
public record Source(String file, int line, int column, String text) {
  /** For things that no file holds, such as a chain that the kernel makes by itself. */
  public static final Source NONE = new Source("", 0, 0, "");

  /** Whether there is a place to point at. */
  public boolean isKnown() {
    return !file.isEmpty();
  }

  /** {@code file:line}. */
  @Override
  public String toString() {
    return line > 0 ? file + ":" + line : file;
  }
}
