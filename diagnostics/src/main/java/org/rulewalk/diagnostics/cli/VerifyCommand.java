package org.rulewalk.diagnostics.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.verify.KernelCheck;
import org.rulewalk.diagnostics.verify.Verification;
import org.rulewalk.diagnostics.verify.VerifyJson;
import org.rulewalk.parsers.capture.Capture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code verify}: asks this machine's kernel whether the simulator is right. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Builds the captured machines again in network namespaces of this computer, asks its kernel"
          + " the same questions, and reports every disagreement. Needs root; nothing leaves the"
          + " namespaces."
    },
    footer = {
      "",
      "Examples:",
      "  rulewalk verify capture/",
      "  rulewalk verify capture/ --probes questions.jsonl --out /tmp/asked",
      "  rulewalk verify capture/ --answered /tmp/asked",
      "",
      "Exit status: 0 all agree, 1 a disagreement, 2 it can't be done here."
    })
final class VerifyCommand implements Callable<Integer>, Commands.Printing {
  private static final int MADE = 200;

  @Parameters(index = "0", paramLabel = "CAPTURE", description = "A capture.")
  private Path path;

  @Option(
      names = "--probes",
      paramLabel = "FILE",
      description =
          "Ask these, one a line as for trace; without it, the edges of every rule, hit and"
              + " missed.")
  private Path probes;

  @Option(
      names = "--count",
      description = "How many to make at most (default: 200, or none with --probes).")
  private Integer count;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Others for another number (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Keep what was asked and answered there (default: a new directory, if there is a"
              + " disagreement).")
  private Path out;

  @Option(
      names = "--answered",
      paramLabel = "DIR",
      description =
          "Ask nothing, but compare with what the kernel answered an earlier run with --out.")
  private Path answered;

  @Option(names = "--json", description = "Print rulewalk-verify/1.")
  private boolean json;

  private Terminal terminal;

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() throws IOException {
    if (answered == null) {
      require();
    }
    Capture capture = CaptureArgument.load(path, terminal);
    Verification result = answered == null ? asked(capture) : answeredBefore(capture);
    if (json) {
      terminal.out().println(VerifyJson.of(result).toPrettyString());
    } else {
      show(result);
    }
    return result.disagreements().isEmpty() ? Rulewalk.YES : Rulewalk.NO;
  }

  private Verification answeredBefore(Capture capture) {
    for (String name : List.of("probes.jsonl", "expected.jsonl")) {
      if (!Files.isRegularFile(answered.resolve(name))) {
        throw new BadInput(answered.resolve(name) + ": no such file");
      }
    }
    try {
      return KernelCheck.again(capture, answered);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new BadInput(e.getMessage());
    }
  }

  private Verification asked(Capture capture) {
    Path lab = Path.of(System.getProperty("rulewalk.home", "."), "fixtures", "lab", "run");
    if (!Files.isRegularFile(lab)) {
      throw new BadInput("the kernel lab is not there: " + lab);
    }
    try {
      return new KernelCheck(lab, Optional.ofNullable(out))
          .run(capture, new KernelCheck.Questions(given(), made(), seed));
    } catch (IOException e) {
      throw new BadInput(e.getMessage());
    }
  }

  private int made() {
    return count != null ? count : probes == null ? MADE : 0;
  }

  private void require() {
    boolean linux = System.getProperty("os.name").equals("Linux");
    if (!linux || !"root".equals(System.getProperty("user.name"))) {
      throw new BadInput("verify needs Linux and root: it makes network namespaces");
    }
    for (String tool : List.of("ip", "nft", "iptables-restore", "conntrack", "ethtool")) {
      boolean found =
          List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin").stream()
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
      if (!found) {
        throw new BadInput(
            "verify needs "
                + tool
                + ": apt install nftables iptables ipset iproute2 conntrack ethtool procps"
                + " iputils-ping python3-scapy");
      }
    }
  }

  private List<JsonNode> given() throws IOException {
    if (probes == null) {
      return List.of();
    }
    if (!Files.isRegularFile(probes)) {
      throw new BadInput(probes + ": no such file");
    }
    try {
      return KernelCheck.probes(Files.readAllLines(probes));
    } catch (JsonProcessingException e) {
      throw new BadInput(probes + ": " + e.getOriginalMessage());
    }
  }

  private void show(Verification result) {
    for (Verification.Disagreement one : result.disagreements()) {
      terminal
          .out()
          .println(
              Terminal.harmless("✗ " + one.probe().path("id").asText() + "   " + one.difference()));
    }
    terminal
        .out()
        .println(
            (result.disagreements().isEmpty() ? "✓ " : "✗ ")
                + result.agreed()
                + " of "
                + result.probes()
                + " probes: the kernel did exactly what rulewalk says"
                + (result.undecided().isEmpty()
                    ? ""
                    : "; "
                        + result.undecided().size()
                        + " where rulewalk had said that it can't be sure"));
    if (!result.notRebuilt().isEmpty()) {
      terminal.out().println("Not rebuilt as captured:");
      result.notRebuilt().forEach(text -> terminal.out().println(Terminal.harmless("  " + text)));
    }
    result
        .kept()
        .filter(directory -> !result.disagreements().isEmpty())
        .ifPresent(
            directory ->
                terminal
                    .out()
                    .println("Asked and answered: " + directory + "/probes.jsonl, expected.jsonl"));
  }
}
