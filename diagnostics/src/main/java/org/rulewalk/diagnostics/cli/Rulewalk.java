package org.rulewalk.diagnostics.cli;

import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicInteger;
import org.rulewalk.simulator.symbolic.DeepThreads;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The program: finds the command and ends with its exit status.
 *
 * <p>0 yes or nothing found, 1 no or something found, 2 bad usage or input, 3 cannot be decided, 70
 * a bug of this program's own.
 */
@Command(
    name = "rulewalk",
    version = "rulewalk 0.1.0",
    mixinStandardHelpOptions = true,
    description = "Why can't A reach B? Simulates packets through captured Linux firewalls.",
    footer = {
      "",
      "Examples:",
      "  rulewalk demo",
      "  rulewalk why capture/ work 192.168.1.50 tcp/443",
      "  rulewalk check capture.tar.gz",
      "",
      "Exit status: 0 yes, 1 no, 2 bad usage or input, 3 cannot be decided, 70 a bug in rulewalk."
    })
public final class Rulewalk implements Runnable {
  /** Exit status for yes, or nothing found. */
  static final int YES = 0;

  /** Exit status for no, or something found. */
  static final int NO = 1;

  /** Exit status for bad usage or input. */
  static final int BAD_INPUT = 2;

  /** Exit status where the capture does not tell. */
  static final int UNDECIDED = 3;

  /** Exit status for a bug of this program's own. */
  static final int BUG = 70;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Prints a completion script for bash. */
  @Command(
      name = "completion",
      mixinStandardHelpOptions = true,
      description = "Prints a completion script for bash and zsh.",
      footer = {"", "Example:", "  source <(rulewalk completion)"})
  static final class Completion implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      CommandLine root = spec.root().commandLine();
      PrintWriter out = spec.commandLine().getOut();
      out.print(AutoComplete.bash("rulewalk", root));
      out.flush();
    }
  }

  /** Runs the program and ends the process. */
  public static void main(String[] arguments) {
    System.exit(run(arguments, Terminal.ofProcess()));
  }

  /** Runs the program; nothing it does, an {@link Error} neither, gets past this method. */
  static int run(String[] arguments, Terminal terminal) {
    AtomicInteger status = new AtomicInteger(BUG);
    DeepThreads.run(1, () -> status.set(carryOut(arguments, terminal)));
    return status.get();
  }

  private static int carryOut(String[] arguments, Terminal terminal) {
    try {
      CommandLine line = new CommandLine(new Rulewalk(), new Commands(terminal));
      Commands.add(arguments, line);
      line.setOut(terminal.out());
      line.setErr(terminal.err());
      line.setCaseInsensitiveEnumValuesAllowed(true);
      line.setExecutionExceptionHandler((e, command, result) -> failed(e, terminal));
      line.setParameterExceptionHandler((e, words) -> misused(e, terminal));
      return line.execute(arguments);
    } catch (Throwable e) {
      return failed(e, terminal);
    } finally {
      terminal.flush();
    }
  }

  private static int misused(CommandLine.ParameterException e, Terminal terminal) {
    CommandLine command = e.getCommandLine();
    terminal.err().println("rulewalk: " + Terminal.harmless(e.getMessage()));
    CommandLine.UnmatchedArgumentException.printSuggestions(e, terminal.err());
    terminal.err().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    return BAD_INPUT;
  }

  private static int failed(Throwable e, Terminal terminal) {
    if (e instanceof BadInput) {
      terminal.err().println("rulewalk: " + Terminal.harmless(e.getMessage()));
      return BAD_INPUT;
    }
    if (e instanceof OutOfMemoryError) {
      terminal
          .err()
          .println(
              "rulewalk: the capture is too large for "
                  + (Runtime.getRuntime().maxMemory() >> 20)
                  + " MiB of memory. Give more, for example: RULEWALK_MEMORY=2g ./rulewalk …");
      return BAD_INPUT;
    }
    terminal
        .err()
        .println("rulewalk: a bug in rulewalk itself: " + Terminal.harmless(String.valueOf(e)));
    if (System.getenv("RULEWALK_DEBUG") == null) {
      terminal.err().println("Run it again with RULEWALK_DEBUG=1 to see where.");
    } else {
      e.printStackTrace(terminal.err());
    }
    return BUG;
  }
}
