package org.rulewalk.diagnostics.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.json.ProbeLine;
import org.rulewalk.diagnostics.json.TraceJson;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.diagnostics.text.PathScreen;
import org.rulewalk.diagnostics.why.AssumedSockets;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Trace;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code trace}: the whole way of packets, every rule that matched and every packet that was sent.
 */
@Command(
    name = "trace",
    mixinStandardHelpOptions = true,
    description =
        "The full trace of packets: each rule that matched, each packet that left, and the answers' ways.",
    footer = {
      "",
      "Examples:",
      "  rulewalk trace capture/ --probes probes.jsonl --json > answers.jsonl",
      "  rulewalk trace capture/ --at sys-net:ens5 \\",
      "      --packet 4500003c00004000400600000a0000010a000002",
      "",
      "Without an interface, the machine itself sends the packet."
    })
final class TraceCommand implements Callable<Integer>, Commands.Printing {
  @Parameters(
      index = "0",
      paramLabel = "CAPTURE",
      description = "A directory, .tar.gz or .zip, or a single dump.")
  private Path path;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Which which;

  @Option(names = "--json", description = "One JSON object a line, as kernel answers have it.")
  private boolean json;

  private Terminal terminal;

  /** A file of probes, or one packet. */
  static final class Which {
    @Option(names = "--probes", paramLabel = "FILE", description = "One probe a line, as JSON.")
    private Path probes;

    @ArgGroup(exclusive = false)
    private One one;
  }

  /** One packet. */
  static final class One {
    @Option(
        names = "--at",
        required = true,
        paramLabel = "MACHINE[:INTERFACE]",
        description = "Where it appears.")
    private String at;

    @Option(
        names = "--packet",
        required = true,
        paramLabel = "HEX",
        description = "Its bytes from the IP header on.")
    private String packet;
  }

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() throws IOException {
    Network network = AssumedSockets.apply(CaptureArgument.load(path, terminal).network());
    Simulator simulator = new Simulator(network);
    if (which.probes != null) {
      return probes(simulator);
    }
    Probe probe = probe(network, which.one);
    print("packet", simulator.run(probe).trace(), network);
    return Rulewalk.YES;
  }

  private static Probe probe(Network network, One one) {
    Packet packet;
    try {
      packet = ProbeLine.packet(one.packet);
    } catch (IllegalArgumentException e) {
      throw new BadInput(e.getMessage());
    }
    int colon = one.at.indexOf(':');
    String machine = colon < 0 ? one.at : one.at.substring(0, colon);
    Probe probe =
        colon < 0
            ? new Probe.Send(machine, packet)
            : new Probe.Arrive(machine, one.at.substring(colon + 1), packet);
    require(network, probe);
    return probe;
  }

  /** Complains about machines and interfaces that the capture doesn't have. */
  private static void require(Network network, Probe probe) {
    String name =
        probe instanceof Probe.Arrive
            ? ((Probe.Arrive) probe).machine()
            : probe instanceof Probe.Send
                ? ((Probe.Send) probe).machine()
                : ((Probe.Connect) probe).machine();
    Machine machine =
        network
            .machine(name)
            .orElseThrow(
                () ->
                    new BadInput(
                        "there is no machine \""
                            + name
                            + "\" in the capture; there are: "
                            + String.join(", ", network.machines().keySet())));
    if (probe instanceof Probe.Arrive && machine.find(((Probe.Arrive) probe).device()).isEmpty()) {
      throw new BadInput(name + " has no interface \"" + ((Probe.Arrive) probe).device() + "\"");
    }
  }

  private int probes(Simulator simulator) throws IOException {
    if (!Files.isRegularFile(which.probes)) {
      throw new BadInput(which.probes + ": no such file");
    }
    Map<String, State> states = new HashMap<>();
    int status = Rulewalk.YES;
    long size = Math.max(1, Files.size(which.probes));
    Progress progress = new Progress(terminal, "probes");
    try (BufferedReader reader = Files.newBufferedReader(which.probes, StandardCharsets.UTF_8)) {
      int number = 0;
      long read = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        read += line.length() + 1L;
        if (line.isBlank()) {
          continue;
        }
        try {
          answer(ProbeLine.parse(line), simulator, states);
        } catch (IllegalArgumentException | BadInput e) {
          status = Rulewalk.BAD_INPUT;
          terminal
              .err()
              .println(Terminal.harmless(which.probes + ":" + number + ": " + e.getMessage()));
        }
        progress.at((double) read / size);
      }
    } finally {
      progress.done();
    }
    return status;
  }

  private void answer(ProbeLine line, Simulator simulator, Map<String, State> states) {
    require(simulator.network(), line.probe());
    State before = State.EMPTY;
    for (String id : line.after()) {
      before = states.getOrDefault(id, before);
    }
    Outcome outcome = simulator.run(line.probe(), before, Choices.LIKELY);
    states.put(line.id(), outcome.after());
    print(line.id(), outcome.trace(), simulator.network());
  }

  private void print(String id, Trace trace, Network network) {
    if (json) {
      terminal.out().println(new TraceJson(network).answer(id, trace));
      return;
    }
    terminal.out().println(id);
    for (Journey journey : trace.journeys()) {
      new PathScreen(network, new Paint(terminal.colours()), true)
          .lines(java.util.List.of(journey))
          .forEach(text -> terminal.out().println(Terminal.harmless(text, terminal.colours())));
    }
  }
}
