package org.rulewalk.diagnostics.cli;

import picocli.CommandLine;

/** Makes commands, and gives those that print their terminal. */
final class Commands implements CommandLine.IFactory {
  private final Terminal terminal;

  Commands(Terminal terminal) {
    this.terminal = terminal;
  }

  /** A command that prints. */
  interface Printing {
    /** Called once, before the command runs. */
    void printTo(Terminal terminal);
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    K made = CommandLine.defaultFactory().create(type);
    if (made instanceof Printing) {
      ((Printing) made).printTo(terminal);
    }
    return made;
  }
}
