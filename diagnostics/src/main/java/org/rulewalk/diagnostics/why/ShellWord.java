package org.rulewalk.diagnostics.why;

/**
 * Names out of a capture as words of a command: whoever chose the name of a chain or an interface
 * must not be able to run anything with it.
 */
public final class ShellWord {
  private ShellWord() {}

  /** The name itself where the shell takes it as it is, else quoted. */
  public static String of(String name) {
    return isPlain(name) ? name : "'" + name.replace("'", "'\\''") + "'";
  }

  /** An interface's name in a rule of nft, where a bare word could be one of its own. */
  public static String nftDevice(String name) {
    boolean noKeyword = isPlain(name) && name.matches("[a-zA-Z]+[0-9].*|lo");
    return noKeyword ? name : of("\"" + name.replace("\"", "") + "\"");
  }

  private static boolean isPlain(String name) {
    return !name.isEmpty()
        && name.charAt(0) != '-'
        && name.chars()
            .allMatch(c -> c < 128 && Character.isLetterOrDigit(c) || "._-+@:=/".indexOf(c) >= 0);
  }
}
