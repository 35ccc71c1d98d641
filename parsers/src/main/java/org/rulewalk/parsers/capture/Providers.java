package org.rulewalk.parsers.capture;

import java.util.LinkedHashMap;
import java.util.Map;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;

/** The NetVM of each VM as dom0 knows it, from {@code qvm-ls} and {@code qvm-prefs}. */
public final class Providers {
  private static final String PREFS = "dom0/qvm-prefs/";
  private static final String SUFFIX = ".txt";

  private Providers() {}

  /**
   * The provider by VM; nothing for those without one. {@code qvm-ls} counts where both tell.
   *
   * @param texts the kept texts of a capture
   */
  public static Map<String, String> of(Map<String, SourceText> texts) {
    Map<String, String> found = new LinkedHashMap<>(NetvmList.parse(texts, new Problems()));
    texts.forEach(
        (path, text) -> {
          if (path.startsWith(PREFS) && path.endsWith(SUFFIX)) {
            String name = path.substring(PREFS.length(), path.length() - SUFFIX.length());
            netvm(text, name, found);
          }
        });
    return found;
  }

  /** {@code netvm - sys-firewall}; release 3 has {@code netvm : sys-firewall}. */
  private static void netvm(SourceText text, String name, Map<String, String> found) {
    for (int line = 1; line <= text.lineCount(); line++) {
      String[] words = text.line(line).strip().split("\\s+");
      boolean set = words.length >= 3 && words[0].equals("netvm");
      if (set && !words[2].equals("None") && !words[1].equals("U")) {
        found.putIfAbsent(name, words[2]);
      }
    }
  }
}
