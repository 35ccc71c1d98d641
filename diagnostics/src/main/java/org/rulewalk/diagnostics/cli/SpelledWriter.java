package org.rulewalk.diagnostics.cli;

import java.io.PrintWriter;
import org.rulewalk.parsers.source.Naming;

/**
 * Standard output, in the spelling of the capture that is spoken of: all words of rulewalk's own
 * name PedOS, and here alone they become those of Qubes OS. Texts come in whole.
 */
final class SpelledWriter extends PrintWriter {
  private final PrintWriter target;
  private Naming naming = Naming.PEDOS;

  SpelledWriter(PrintWriter target) {
    super(target);
    this.target = target;
  }

  /** From now on. */
  void speak(Naming other) {
    naming = other;
  }

  @Override
  public void println(String text) {
    target.println(naming.spell(text));
  }

  @Override
  public void write(String text, int offset, int length) {
    String spelled = naming.spell(text.substring(offset, offset + length));
    super.write(spelled, 0, spelled.length());
  }
}
