package org.rulewalk.diagnostics.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.rulewalk.diagnostics.json.ReplayJson;
import org.rulewalk.diagnostics.replay.Against;
import org.rulewalk.diagnostics.replay.Bounds;
import org.rulewalk.diagnostics.replay.CounterCheck;
import org.rulewalk.diagnostics.replay.DroppedPackets;
import org.rulewalk.diagnostics.replay.Replay;
import org.rulewalk.diagnostics.replay.ReplayReport;
import org.rulewalk.diagnostics.replay.Tap;
import org.rulewalk.diagnostics.replay.Traffic;
import org.rulewalk.diagnostics.text.Paint;
import org.rulewalk.diagnostics.text.ReplayCsv;
import org.rulewalk.diagnostics.text.ReplayScreen;
import org.rulewalk.parsers.recording.BadRecording;
import org.rulewalk.parsers.recording.FrameFilter;
import org.rulewalk.parsers.recording.Recording;
import org.rulewalk.parsers.recording.Troubles;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Session;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code replay}: recorded traffic through the modelled rules. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description =
        "Recorded traffic against the modelled rules: what they did to it and what they counted, and"
            + " where the recording says otherwise.",
    footer = {
      "",
      "Examples:",
      "  rulewalk replay capture/ in.pcap@sys-net:ens5 back.pcap.gz@sys-net:vif2.0",
      "  rulewalk replay capture/ any.pcapng@sys-firewall --filter 'tcp port 443'",
      "  rulewalk replay capture/ week.pcap@sys-net:ens5 --against new-capture/",
      "  tcpdump -w - -i ens5 | rulewalk replay capture/ -@sys-net:ens5",
      "",
      "Record with: tcpdump -i INTERFACE -s 0 -w FILE. Exit status: 0 nothing dropped and all as foretold,",
      "1 something dropped or different, 2 bad usage or input."
    })
final class ReplayCommand implements Callable<Integer>, Commands.Printing {
  private static final int OFTEN = 1023;

  @Parameters(
      index = "0",
      paramLabel = "CAPTURE",
      description = "A directory, .tar.gz or .zip, or a single dump.")
  private Path path;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE@MACHINE[:INTERFACE]",
      description =
          "pcap or pcapng, also with gzip or zstd; - is standard input. Without an interface, the"
              + " file must name them (tcpdump -i any).")
  private List<String> taps = new ArrayList<>();

  @Option(
      names = "--filter",
      paramLabel = "EXPRESSION",
      description = "Only frames that pass this filter of tcpdump's language (needs libpcap).")
  private String filter;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Only from then on: 2026-01-12T09:30:00Z, or seconds since 1970.")
  private String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Only until then.")
  private String to;

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N packets.")
  private long limit = Long.MAX_VALUE;

  @Option(
      names = "--against",
      paramLabel = "CAPTURE",
      description = "Also through the machines of another capture: which flows would change fate.")
  private Path against;

  @Option(names = "--counters", description = "Compare with the counters of the capture itself.")
  private boolean counters;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Write the flows that were dropped as a table.")
  private Path csv;

  @Option(
      names = "--write-dropped",
      paramLabel = "FILE",
      description = "Write the packets that were dropped as a recording.")
  private Path writeDropped;

  @Option(
      names = "--every-packet",
      description =
          "Ask the rules about every packet, also where they treated its like before: slower, with the"
              + " same result.")
  private boolean everyPacket;

  @Option(names = "--json", description = "Print rulewalk-replay/1.")
  private boolean json;

  @Option(
      names = {"-v", "--verbose"},
      description = "Show all rules and flows.")
  private boolean verbose;

  private Terminal terminal;

  @Override
  public void printTo(Terminal where) {
    terminal = where;
  }

  @Override
  public Integer call() {
    Network network = CaptureArgument.load(path, terminal).network();
    Troubles troubles = new Troubles();
    Session session = session(network);
    try (Interruption interruption = new Interruption();
        Traffic traffic = new Traffic(network, session, troubles, bounds(), frameFilter())) {
      open(network, traffic, troubles);
      Optional<Against> other = Optional.ofNullable(against).map(this::against);
      Replay replay = new Replay(network, session, traffic, interruption::isAsked);
      if (everyPacket) {
        replay.askAlways();
      }
      other.ifPresent(each -> each.follow(replay));
      boolean complete = run(replay, traffic, interruption);
      ReplayReport report =
          new ReplayReport(
              replay,
              troubles.all(),
              complete,
              counters ? Optional.of(CounterCheck.of(network, replay.counts())) : Optional.empty(),
              other);
      print(report);
      return report.foundSomething() ? Rulewalk.NO : Rulewalk.YES;
    } catch (BadRecording e) {
      throw new BadInput(e.getMessage());
    } catch (NoSuchFileException e) {
      throw new BadInput(e.getFile() + ": no such file");
    } catch (IOException e) {
      throw new BadInput("a recording can't be read: " + e.getMessage());
    }
  }

  private static Session session(Network network) {
    return new Session(network, State.captured(network), Choices.LIKELY);
  }

  private Against against(Path otherPath) {
    Network other = CaptureArgument.load(otherPath, terminal).network();
    return new Against(other, session(other));
  }

  private Bounds bounds() {
    return new Bounds(
        from == null ? Long.MIN_VALUE : Moments.nanos(from),
        to == null ? Long.MAX_VALUE : Moments.nanos(to),
        limit);
  }

  private Optional<FrameFilter> frameFilter() throws BadRecording {
    return filter == null ? Optional.empty() : Optional.of(FrameFilter.of(filter));
  }

  private void open(Network network, Traffic traffic, Troubles troubles) throws IOException {
    for (String text : taps) {
      Tap tap;
      try {
        tap = Tap.parse(text, network);
      } catch (IllegalArgumentException e) {
        throw new BadInput(e.getMessage());
      }
      traffic.add(
          tap,
          tap.file().equals("-")
              ? Recording.open(System.in, "standard input", 0, troubles)
              : Recording.open(Path.of(tap.file()), troubles));
    }
  }

  private boolean run(Replay replay, Traffic traffic, Interruption interruption)
      throws IOException {
    Progress progress = new Progress(terminal, "packets");
    boolean more = true;
    try (DroppedPackets dropped =
        writeDropped == null
            ? DroppedPackets.NONE
            : DroppedPackets.to(Files.newOutputStream(writeDropped))) {
      if (writeDropped != null) {
        replay.onDrop(dropped);
      }
      while (more && !interruption.isAsked()) {
        more = replay.step();
        if ((replay.totals().packets() & OFTEN) == 0) {
          progress.at(traffic.share(), replay.totals().packets());
        }
      }
      replay.finish();
    } finally {
      replay.close();
      progress.done();
    }
    return !more && !interruption.isAsked();
  }

  private void print(ReplayReport report) throws IOException {
    if (csv != null) {
      Files.write(csv, ReplayCsv.lines(report.replay().drops()));
    }
    if (json) {
      terminal.out().println(ReplayJson.of(report).toPrettyString());
    } else {
      ReplayScreen.lines(report, path.toString(), new Paint(terminal.colours()), verbose)
          .forEach(line -> terminal.out().println(Terminal.harmless(line, terminal.colours())));
    }
    terminal.flush();
  }
}
