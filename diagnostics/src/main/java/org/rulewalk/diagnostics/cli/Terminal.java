package org.rulewalk.diagnostics.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where output goes, and how: always UTF-8, colours and progress on terminals alone.
 *
 * @param colours whether standard output takes colours
 * @param progress whether standard error is a terminal that can be written over
 */
record Terminal(SpelledWriter out, PrintWriter err, boolean colours, boolean progress) {
  private static final int BUFFER = 1 << 16;

  Terminal(PrintWriter out, PrintWriter err, boolean colours, boolean progress) {
    this(new SpelledWriter(out), err, colours, progress);
  }

  static Terminal ofProcess() {
    PrintWriter out = writer(FileDescriptor.out, false);
    PrintWriter err = writer(FileDescriptor.err, true);
    boolean plain = System.getenv("NO_COLOR") != null || "dumb".equals(System.getenv("TERM"));
    boolean terminal = "true".equals(System.getProperty("rulewalk.terminal"));
    boolean errors = "true".equals(System.getProperty("rulewalk.progress"));
    return new Terminal(out, err, terminal && !plain, errors);
  }

  private static PrintWriter writer(FileDescriptor descriptor, boolean flush) {
    FileOutputStream stream = new FileOutputStream(descriptor);
    OutputStreamWriter encoder = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
    return new PrintWriter(new java.io.BufferedWriter(encoder, BUFFER), flush);
  }

  void flush() {
    out.flush();
    err.flush();
  }

  /**
   * A text without anything that a terminal would obey: what files say must not move the cursor.
   */
  static String harmless(String text) {
    return harmless(text, false);
  }

  /** The same, but for the colours that rulewalk itself puts in. */
  static String harmless(String text, boolean coloured) {
    if (!coloured) {
      return clean(text);
    }
    StringBuilder result = new StringBuilder();
    int at = 0;
    for (int escape = text.indexOf("\u001b["); escape >= 0; escape = text.indexOf("\u001b[", at)) {
      int end = text.indexOf('m', escape);
      boolean own = end > 0 && end - escape <= 4;
      result.append(clean(text.substring(at, escape)));
      result.append(own ? text.substring(escape, end + 1) : "\ufffd");
      at = own ? end + 1 : escape + 1;
    }
    return result.append(clean(text.substring(at))).toString();
  }

  private static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              boolean control = Character.isISOControl(c) && c != '\n' && c != '\t';
              boolean turning = c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069;
              clean.appendCodePoint(control || turning ? 0xfffd : c);
            });
    return clean.toString();
  }
}
