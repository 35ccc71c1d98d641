package org.rulewalk.parsers.capture;

import java.util.Optional;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;

/** Turns a file's bytes into text and says once what is wrong with them. */
final class Decoded {
  private static final int FEW_LINES = 5;

  private Decoded() {}

  /** The text; empty, with a problem, if the file holds none. */
  static Optional<SourceText> text(String path, byte[] bytes, Problems problems) {
    SourceText text = SourceText.decode(path, bytes);
    if (text.text().isBlank()) {
      problems.note("file-empty", "the file is empty", text.whole(), 0, "");
      return Optional.of(text);
    }
    if (text.hadBadBytes() && isBinary(text.text())) {
      problems.error("file-binary", "the file is no text: not read", text.whole(), 0, "");
      return Optional.empty();
    }
    if (isComplaint(text)) {
      problems.error(
          "command-failed",
          "the file holds a command's error message: `" + text.line(1).strip() + "`",
          text.atLine(1),
          0,
          "capture it again as root");
      return Optional.empty();
    }
    tellOddities(text, bytes, problems);
    return Optional.of(text);
  }

  private static void tellOddities(SourceText text, byte[] bytes, Problems problems) {
    if (text.hadBadBytes()) {
      problems.warn("file-bytes", "some bytes are no UTF-8 and were replaced", text.whole(), 0, "");
    }
    if (text.hadEscapes()) {
      problems.note("file-colours", "colours of a terminal were taken out", text.whole(), 0, "");
    }
    if (bytes.length > 1 && (bytes[0] & 0xff) >= 0xfe) {
      problems.note(
          "file-utf16", "the file is UTF-16, not as the command printed it", text.whole(), 0, "");
    }
    int end = text.text().indexOf('\n');
    if (end > 0 && firstLineEndsWithReturn(bytes)) {
      problems.note("file-line-ends", "line ends are those of Windows", text.whole(), 0, "");
    }
  }

  private static boolean firstLineEndsWithReturn(byte[] bytes) {
    for (int i = 1; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return bytes[i - 1] == '\r';
      }
    }
    return false;
  }

  /** Zero bytes among the first thousand characters, or a tenth of these unreadable. */
  private static boolean isBinary(String text) {
    int length = Math.min(1000, text.length());
    int bad = 0;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return true;
      }
      bad += c == '\ufffd' || c < ' ' && c != '\n' && c != '\t' ? 1 : 0;
    }
    return bad * 10 > length;
  }

  private static boolean isComplaint(SourceText text) {
    String first = text.line(1);
    return text.lineCount() <= FEW_LINES
        && (first.contains("command not found")
            || first.contains("No such file or directory")
            || first.contains("Operation not permitted")
            || first.contains("ermission denied"));
  }
}
