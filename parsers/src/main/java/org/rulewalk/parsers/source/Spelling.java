package org.rulewalk.parsers.source;

/**
 * PedOS is Qubes OS under another name, and captures come from both: names of files, units, tables
 * and sets differ in spelling alone.
 */
public final class Spelling {
  private Spelling() {}

  /** The text with PedOS' spelling; the text itself where neither name is in it. */
  public static String pedOs(String text) {
    boolean other = text.contains("ubes") || text.contains("bs-") || text.contains("QBS");
    return other
        ? text.replace("qubes", "PedOS")
            .replace("Qubes", "PedOS")
            .replace("qbs-", "pbs-")
            .replace("QBS", "PEDOS")
        : text;
  }
}
