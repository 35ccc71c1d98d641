package org.rulewalk.diagnostics.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.parsers.capture.Capture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: a real question about a capture that comes with rulewalk. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Why can't the outside reach my web server in the AppVM? Asked of a capture that a real kernel made.",
    footer = {"", "Example:", "  rulewalk demo"})
final class DemoCommand implements Callable<Integer>, Commands.Printing {
  private static final String CAPTURE = "fixtures/captures/port-forward/capture";
  private static final String FROM = "outside";
  private static final String TO = "198.51.100.10";
  private static final String SERVICE = "tcp/443";

  @Option(names = "--json", description = "Print rulewalk-why/1.")
  private boolean json;

  private Terminal terminal;

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() {
    Path home = Path.of(System.getProperty("rulewalk.home", "."));
    Path path = home.resolve(CAPTURE);
    if (!Files.isDirectory(path)) {
      throw new BadInput("the demo's capture is not there: " + path);
    }
    Capture capture = CaptureArgument.load(path, terminal);
    Answer answer =
        Investigation.of(
            capture.network(), new Places(capture.network()).question(FROM, TO, SERVICE));
    if (!json) {
      terminal.out().println("Why can't the outside reach my web server in the AppVM \"work\"?");
      terminal.out().println("$ ./rulewalk why " + CAPTURE + " " + FROM + " " + TO + " " + SERVICE);
      terminal.out().println();
    }
    WhyCommand.print(answer, json, false, terminal);
    return Rulewalk.YES;
  }
}
