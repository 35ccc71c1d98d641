package org.rulewalk.diagnostics.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.value.Source;

/** A packet's way, machine by machine, one line for each step that matters. */
public final class PathScreen {
  private static final int NARROWEST_LABEL = 22;
  private static final int WIDEST_LABEL = 36;
  private static final int NARROWEST_MIDDLE = 36;
  private static final int WIDEST_MIDDLE = 56;
  private static final int NAME = 14;

  private final Network network;
  private final Paint paint;
  private final boolean verbose;
  private final List<Row> rows = new ArrayList<>();

  /**
   * A line of the screen; a heading has a label alone.
   *
   * @param heading whether a machine's part begins
   */
  private record Row(boolean heading, boolean bad, String label, String middle, Source source) {}

  /**
   * A writer of ways.
   *
   * @param verbose whether every step is shown, and not just those that decide
   */
  public PathScreen(Network network, Paint paint, boolean verbose) {
    this.network = network;
    this.paint = paint;
    this.verbose = verbose;
  }

  /** The lines for a packet's journeys. */
  public List<String> lines(List<Journey> path) {
    for (Journey journey : path) {
      boolean captured = network.machine(journey.machine()).map(m -> !m.isExternal()).orElse(false);
      if (captured || verbose) {
        journey(journey);
      }
    }
    int label = width(rows.stream().map(Row::label).toList(), NARROWEST_LABEL, WIDEST_LABEL);
    int middle = width(rows.stream().map(Row::middle).toList(), NARROWEST_MIDDLE, WIDEST_MIDDLE);
    return rows.stream()
        .map(row -> row.heading() ? row.label() : line(row, label, middle))
        .toList();
  }

  private int width(List<String> texts, int narrowest, int widest) {
    int longest = 0;
    for (int i = 0; i < rows.size(); i++) {
      longest = rows.get(i).heading() ? longest : Math.max(longest, texts.get(i).length());
    }
    return Math.max(narrowest, Math.min(widest, longest)) + 2;
  }

  private String line(Row row, int label, int middle) {
    String mark = row.bad() ? "  " + paint.bad("✗") + " " : "    ";
    String place = row.source().isKnown() ? paint.faint(Lines.place(row.source())) : "";
    String text = Lines.pad(row.label(), label) + Lines.pad(row.middle(), middle);
    return (mark + (row.bad() ? paint.bad(text) : text) + place).stripTrailing();
  }

  private void journey(Journey journey) {
    String in = journey.incoming().map(device -> device + " →").orElse("(sends)");
    String heading = "  " + paint.strong(Lines.pad(journey.machine(), NAME)) + in;
    rows.add(new Row(true, false, heading, "", Source.NONE));
    List<Step> steps = journey.steps();
    for (int i = 0; i < steps.size(); i++) {
      boolean last = i == steps.size() - 1;
      Optional<Step> next = last ? Optional.empty() : Optional.of(steps.get(i + 1));
      step(steps.get(i), next, journey);
    }
    end(journey);
  }

  private void step(Step step, Optional<Step> next, Journey journey) {
    if (step instanceof Step.OfRule) {
      rule((Step.OfRule) step, next, journey);
    } else if (step instanceof Step.OfPolicy) {
      policy((Step.OfPolicy) step, journey);
    } else if (step instanceof Step.Routed) {
      route((Step.Routed) step);
    }
  }

  private static boolean decided(Journey journey, Step step) {
    Stop stop =
        journey.end() instanceof End.Stopped
            ? ((End.Stopped) journey.end()).stop()
            : new Stop.Expired();
    return stop instanceof Stop.ByRule && ((Stop.ByRule) stop).step() == step
        || stop instanceof Stop.ByPolicy && ((Stop.ByPolicy) stop).step() == step
        || stop instanceof Stop.Queued && ((Stop.Queued) stop).step() == step
        || stop instanceof Stop.Stolen && ((Stop.Stolen) stop).step() == step;
  }

  private void rule(Step.OfRule step, Optional<Step> next, Journey journey) {
    boolean decided = decided(journey, step);
    String label = label(step.table(), step.chain());
    String number = "rule " + step.rule().number();
    Source source = step.rule().source();
    Optional<Step.Translated> nat =
        next.filter(Step.Translated.class::isInstance).map(Step.Translated.class::cast);
    if (decided) {
      String verdict =
          CauseWords.isReject(step.rule())
              ? "REJECT"
              : step.verdict().word().toUpperCase(java.util.Locale.ROOT);
      row(true, label, Lines.pad(number, 9) + verdict, source);
    } else if (nat.isPresent()) {
      row(false, label, Lines.pad(number, 9) + translated(nat.get()), source);
    } else if (verbose || step.verdict() == Verdict.Simple.ACCEPT) {
      String verdict = step.verdict().word();
      row(
          false,
          label,
          Lines.pad(number, 9) + (verdict.equals("accept") ? "ACCEPT" : verdict),
          source);
    }
  }

  private static String translated(Step.Translated nat) {
    Packet after = nat.after();
    boolean ports = Protocol.hasPorts(after.protocol());
    if (nat.source()) {
      String port =
          ports && nat.before().sourcePort() != after.sourcePort() ? ":" + after.sourcePort() : "";
      return "SNAT → " + after.source() + port;
    }
    String port =
        ports && nat.before().destinationPort() != after.destinationPort()
            ? ":" + after.destinationPort()
            : "";
    return "DNAT → " + after.destination() + port;
  }

  private void policy(Step.OfPolicy step, Journey journey) {
    boolean decided = decided(journey, step);
    if (decided || verbose) {
      row(
          decided,
          label(step.table(), step.chain()),
          "policy " + step.chain().policy().word(),
          step.chain().policySource());
    }
  }

  private void route(Step.Routed step) {
    String to = step.destination().toString();
    String way =
        step.device()
            .map(device -> to + " via " + device + step.gateway().map(g -> " to " + g).orElse(""))
            .orElse(to + " is this machine");
    Source source = step.lookup().map(found -> found.route().source()).orElse(Source.NONE);
    row(false, "route", way, source);
  }

  private void end(Journey journey) {
    if (journey.end() instanceof End.Stopped) {
      Stop stop = ((End.Stopped) journey.end()).stop();
      boolean shown = stop instanceof Stop.ByRule || stop instanceof Stop.ByPolicy;
      if (!shown) {
        row(true, stopLabel(stop), stopWords(stop, journey), Source.NONE);
      }
    } else if (journey.end() instanceof End.Delivered) {
      End.Delivered end = (End.Delivered) journey.end();
      boolean bad = end.receiver() == End.Receiver.NOBODY || end.receiver() == End.Receiver.SILENT;
      Source source = end.listener().map(l -> l.source()).orElse(Source.NONE);
      row(bad, "delivered", receiver(end, journey.last()), source);
    }
  }

  private static String receiver(End.Delivered end, Packet packet) {
    String service =
        org.rulewalk.diagnostics.words.ValueWords.protocol(packet.protocol())
            + (Protocol.hasPorts(packet.protocol()) ? "/" + packet.destinationPort() : "");
    switch (end.receiver()) {
      case LISTENER:
        String program =
            end.listener().map(l -> l.program()).filter(p -> !p.isEmpty()).orElse("a socket");
        return program + " listens on " + service;
      case CONNECTION:
        return "to the program that asked";
      case KERNEL:
        return "the kernel answers by itself";
      case SILENT:
        return "this machine is known to answer nothing";
      default:
        return "nothing listens there on " + service;
    }
  }

  private static String stopLabel(Stop stop) {
    if (stop instanceof Stop.NoRoute) {
      return "route";
    }
    return stop instanceof Stop.Refused ? "routing" : "end";
  }

  private static String stopWords(Stop stop, Journey journey) {
    if (stop instanceof Stop.NoRoute) {
      return "no route to " + ((Stop.NoRoute) stop).destination();
    }
    if (stop instanceof Stop.Refused) {
      switch (((Stop.Refused) stop).reason()) {
        case NOT_FORWARDING:
          return "forwarding is off";
        case REVERSE_PATH:
          return "wrong interface for this sender (rp_filter)";
        case SOURCE_ROUTE:
          return "says by itself which way to go (source route)";
        case OPTIONS:
          return "the options of its header are wrong";
        default:
          return "addresses that can't be";
      }
    }
    if (stop instanceof Stop.NoNeighbour) {
      Stop.NoNeighbour none = (Stop.NoNeighbour) stop;
      return "nobody at " + none.device() + " answers for " + none.address();
    }
    if (stop instanceof Stop.DeviceDown) {
      return ((Stop.DeviceDown) stop).device() + " is down";
    }
    if (stop instanceof Stop.NotReceived) {
      return ((Stop.NotReceived) stop).device() + " is down";
    }
    if (stop instanceof Stop.TooBig) {
      return "larger than the "
          + ((Stop.TooBig) stop).mtuBytes()
          + " bytes of "
          + ((Stop.TooBig) stop).device();
    }
    if (stop instanceof Stop.Expired) {
      return "time to live ran out";
    }
    boolean nat = stop instanceof Stop.TranslationFailed || stop instanceof Stop.Clash;
    return nat
        ? "address translation failed"
        : "ends here, by " + journey.incoming().orElse("itself");
  }

  /**
   * {@code filter FORWARD} for iptables, {@code PedOS-firewall forward} or {@code inet fw forward}
   * for nft.
   */
  static String label(Table table, Chain chain) {
    String family = table.family().word().equals("ip") ? "" : table.family().word() + " ";
    String legacy = table.tool() == Table.Tool.IPTABLES_LEGACY ? "legacy " : "";
    boolean iptables = table.tool() != Table.Tool.NFT;
    return legacy
        + (iptables && family.equals("ip6 ") ? "ip6 " : iptables ? "" : family)
        + table.name()
        + " "
        + chain.name();
  }

  private void row(boolean bad, String label, String middle, Source source) {
    rows.add(new Row(false, bad, label, middle, source));
  }
}
