package org.rulewalk.diagnostics.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code capture-script}: the script that makes a capture. */
@Command(
    name = "capture-script",
    mixinStandardHelpOptions = true,
    description =
        "Prints a shell script that collects what rulewalk needs: \"vm\" (the default) of the machine where"
            + " it runs, as root; \"dom0\" of dom0 and of every running VM. Read it before you run it.",
    footer = {
      "",
      "Examples:",
      "  rulewalk capture-script > capture-vm.sh   # there, as root: sh capture-vm.sh",
      "  rulewalk capture-script dom0 > capture-dom0.sh   # there: sh capture-dom0.sh"
    })
final class CaptureScriptCommand implements Callable<Integer>, Commands.Printing {
  private static final String PLACE_OF_VM_SCRIPT = "@VM_SCRIPT@\n";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "dom0|vm",
      defaultValue = "vm",
      description = "Where it is to run.")
  private String where;

  private Terminal terminal;

  @Override
  public void printTo(Terminal given) {
    terminal = given;
  }

  @Override
  public Integer call() {
    switch (where) {
      case "vm":
        terminal.out().print(text("capture-vm.sh"));
        return Rulewalk.YES;
      case "dom0":
        terminal
            .out()
            .print(text("capture-dom0.sh").replace(PLACE_OF_VM_SCRIPT, text("capture-vm.sh")));
        return Rulewalk.YES;
      default:
        throw new BadInput(
            "there is a script for \"vm\" and one for \"dom0\", not for \"" + where + "\"");
    }
  }

  private static String text(String name) {
    try (InputStream in = CaptureScriptCommand.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
