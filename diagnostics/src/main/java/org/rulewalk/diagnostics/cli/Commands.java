package org.rulewalk.diagnostics.cli;

import java.util.List;
import picocli.CommandLine;

/** Knows and makes commands, and gives those that print their terminal. */
final class Commands implements CommandLine.IFactory {
  /** Of all commands, as they are listed. */
  static final List<String> NAMES =
      List.of(
          "why",
          "trace",
          "check",
          "audit",
          "diff",
          "reach",
          "test",
          "replay",
          "journal",
          "qrexec",
          "expose",
          "capture-script",
          "whatif",
          "verify",
          "demo",
          "completion");

  private final Terminal terminal;

  Commands(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Adds the command that is asked for; all of them where none is, for describing one takes long.
   */
  static void add(String[] arguments, CommandLine line) {
    List<String> wanted =
        arguments.length > 0 && NAMES.contains(arguments[0]) && !arguments[0].equals("completion")
            ? List.of(arguments[0])
            : NAMES;
    for (String name : wanted) {
      line.addSubcommand(type(name));
      if (name.equals("replay")) {
        // "-@sys-net:ens5" is standard input at a place, not an option
        line.getSubcommands().get(name).setUnmatchedOptionsArePositionalParams(true);
      }
    }
  }

  /** A class is loaded when it is asked for. */
  private static Class<?> type(String name) {
    switch (name) {
      case "why":
        return WhyCommand.class;
      case "trace":
        return TraceCommand.class;
      case "check":
        return CheckCommand.class;
      case "audit":
        return AuditCommand.class;
      case "diff":
        return DiffCommand.class;
      case "reach":
        return ReachCommand.class;
      case "test":
        return TestCommand.class;
      case "replay":
        return ReplayCommand.class;
      case "journal":
        return JournalCommand.class;
      case "qrexec":
        return QrexecCommand.class;
      case "expose":
        return ExposeCommand.class;
      case "capture-script":
        return CaptureScriptCommand.class;
      case "whatif":
        return WhatIfCommand.class;
      case "verify":
        return VerifyCommand.class;
      case "demo":
        return DemoCommand.class;
      default:
        return Rulewalk.Completion.class;
    }
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
