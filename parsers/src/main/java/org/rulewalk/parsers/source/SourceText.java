package org.rulewalk.parsers.source;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.rulewalk.simulator.value.Source;

/**
 * The text of one file of a capture, with its line starts, so that any offset becomes line and
 * column.
 *
 * <p>Decoding never fails: bytes that are no UTF-8 become U+FFFD, a byte order mark is dropped,
 * UTF-16 with a mark is recognised. Terminal colour sequences are replaced by nothing
 * <em>before</em> lines are counted; carriage returns before a line feed are dropped. Whether any
 * of that happened is told.
 */
public final class SourceText {
  private static final int MAX_SHOWN = 400;

  private final String file;
  private final String text;
  private final int[] lineStarts;
  private final boolean hadEscapes;
  private final boolean hadBadBytes;

  private SourceText(String file, String text, boolean hadEscapes, boolean hadBadBytes) {
    this.file = file;
    this.text = text;
    this.hadEscapes = hadEscapes;
    this.hadBadBytes = hadBadBytes;
    this.lineStarts = lineStarts(text);
  }

  /** A text that is known to be clean: tests, and lines that were cut out of another source. */
  public static SourceText of(String file, String text) {
    return new SourceText(file, text, false, false);
  }

  /** The text that these bytes spell. */
  public static SourceText decode(String file, byte[] bytes) {
    boolean little = bytes.length >= 2 && bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe;
    boolean big = bytes.length >= 2 && bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff;
    Charset charset =
        little
            ? StandardCharsets.UTF_16LE
            : big ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8;
    String decoded = new String(bytes, charset);
    boolean escapes = decoded.indexOf('\u001b') >= 0;
    boolean bad = decoded.indexOf('\ufffd') >= 0 || decoded.indexOf(0) >= 0;
    boolean mark = decoded.startsWith("\ufeff");
    // most files are clean, and large ones should not be copied
    boolean clean = !escapes && !mark && decoded.indexOf('\r') < 0;
    return new SourceText(file, clean ? decoded : cleaned(decoded, mark ? 1 : 0), escapes, bad);
  }

  private static String cleaned(String decoded, int start) {
    StringBuilder clean = new StringBuilder(decoded.length());
    int i = start;
    while (i < decoded.length()) {
      char c = decoded.charAt(i);
      if (c == '\u001b') {
        i = escapeEnd(decoded, i);
        continue;
      }
      if (c != '\r' || i + 1 < decoded.length() && decoded.charAt(i + 1) != '\n') {
        clean.append(c == '\r' ? '\n' : c);
      }
      i++;
    }
    return clean.toString();
  }

  /**
   * The offset behind a terminal control sequence (ECMA-48 CSI, or an escape and one character).
   */
  private static int escapeEnd(CharSequence text, int start) {
    int i = start + 1;
    if (i < text.length() && text.charAt(i) == '[') {
      i++;
      while (i < text.length()
          && (text.charAt(i) < '@' || text.charAt(i) > '~')
          && text.charAt(i) != '\n') {
        i++;
      }
    }
    return Math.min(text.length(), i + 1);
  }

  private static int[] lineStarts(String text) {
    int[] starts = new int[16];
    int count = 1;
    for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, count * 2);
      }
      starts[count++] = i + 1;
    }
    return Arrays.copyOf(starts, count);
  }

  /** Path inside the capture. */
  public String file() {
    return file;
  }

  /** All of it, with line feeds at line ends. */
  public String text() {
    return text;
  }

  /** Whether terminal control sequences were taken out. */
  public boolean hadEscapes() {
    return hadEscapes;
  }

  /** Whether bytes were replaced, or zero bytes seen: probably no text file. */
  public boolean hadBadBytes() {
    return hadBadBytes;
  }

  /** How many lines there are; a last line without end counts. */
  public int lineCount() {
    int last = lineStarts[lineStarts.length - 1];
    return lineStarts.length - (last == text.length() ? 1 : 0);
  }

  /** The offset at which a line starts; lines count from 1. */
  public int lineStart(int line) {
    return lineStarts[line - 1];
  }

  /** A line without its end; lines count from 1. */
  public String line(int line) {
    int start = lineStarts[line - 1];
    int end = line < lineStarts.length ? lineStarts[line] - 1 : text.length();
    return text.substring(start, Math.max(start, end));
  }

  /** The line, from 1, that an offset is in. */
  public int lineAt(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** The place of an offset, with its line as text. */
  public Source at(int offset) {
    int line = lineAt(Math.min(offset, text.length()));
    return new Source(file, line, offset - lineStarts[line - 1] + 1, shown(line));
  }

  /** The line without blanks around it, cut: a broken line of megabytes may be asked for often. */
  private String shown(int line) {
    int start = lineStarts[line - 1];
    int end = line < lineStarts.length ? lineStarts[line] - 1 : text.length();
    while (start < end && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    return end - start > MAX_SHOWN
        ? text.substring(start, start + MAX_SHOWN) + "…"
        : text.substring(start, Math.max(start, end));
  }

  /** The place of a whole line: column of its first character that is no blank. */
  public Source atLine(int line) {
    String content = line(line);
    int indent = 0;
    while (indent < content.length() && Character.isWhitespace(content.charAt(indent))) {
      indent++;
    }
    return at(lineStart(line) + indent);
  }

  /** The file as a whole. */
  public Source whole() {
    return new Source(file, 0, 0, "");
  }
}
