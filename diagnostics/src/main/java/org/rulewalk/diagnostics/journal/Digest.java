package org.rulewalk.diagnostics.journal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.why.AssumedSockets;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.journal.JournalEntry;
import org.rulewalk.parsers.journal.LogLine;
import org.rulewalk.parsers.journal.LoggedPacket;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.value.IpAddress;

/**
 * Takes the messages of journals one by one and keeps what matters of them, repeats as one. Memory
 * is bounded: of each sort the first {@value #MOST_KINDS} kinds are kept apart, the rest is
 * counted. Not thread-safe.
 */
public final class Digest {
  private static final int MOST_KINDS = 2000;
  private static final int MOST_TRACED = 500;
  private static final int MOST_LINES = 200;

  private final Capture capture;
  private final Network network;
  private final Map<String, Repeat> found = new LinkedHashMap<>();
  private final Map<String, Repeat> logged = new LinkedHashMap<>();
  private final Map<String, Repeat> unknown = new LinkedHashMap<>();

  /** The refused line of a script, whose text the next message of the same speaker may tell. */
  private Optional<Repeat> awaiting = Optional.empty();

  private long uncounted;

  /** Whether a unit was started or stopped last. */
  private final Map<String, Message> lastMoves = new HashMap<>();

  /** A digest of journals of this capture. */
  public Digest(Capture capture) {
    this.capture = capture;
    this.network = AssumedSockets.apply(capture.network());
  }

  /** Something that was said once or more. */
  private static final class Repeat {
    private final String machine;
    private final JournalEntry first;
    private Optional<Message> message = Optional.empty();
    private Map<String, String> names = Map.of();
    private Optional<LoggedPacket> packet = Optional.empty();
    private String detail = "";
    private long count;
    private JournalEntry last;

    Repeat(String machine, JournalEntry first) {
      this.machine = machine;
      this.first = first;
      this.last = first;
    }
  }

  /** Takes a message. */
  public void take(String machine, JournalEntry entry) {
    Speaker speaker = Speaker.of(entry);
    if (speaker == Speaker.KERNEL) {
      kernel(machine, entry);
    } else if (speaker != Speaker.OTHER) {
      said(machine, speaker, entry);
    }
  }

  private void kernel(String machine, JournalEntry entry) {
    Optional<LoggedPacket> packet =
        entry.message().contains(" OUT=") ? LogLine.parse(entry.message()) : Optional.empty();
    if (packet.isPresent()) {
      again(logged, machine + kind(packet.get()), machine, entry)
          .ifPresent(repeat -> repeat.packet = repeat.packet.or(() -> packet));
      return;
    }
    known(machine, Speaker.KERNEL, entry);
  }

  /** What packets must have in common to be told as one: all but the sender's port. */
  private static String kind(LoggedPacket logged) {
    Packet packet = logged.packet();
    String above =
        packet.isIcmp()
            ? packet.icmpType() + "/" + packet.icmpCode()
            : packet.destinationPort() + "/" + (packet.isTcp() ? packet.tcpFlags() : 0);
    return String.join(
        "\n",
        "",
        logged.prefix(),
        logged.in().orElse(""),
        logged.out().orElse(""),
        packet.source().toString(),
        packet.destination().toString(),
        packet.protocol() + " " + above + " " + logged.wholeHeader());
  }

  private Optional<Repeat> again(
      Map<String, Repeat> kinds, String key, String machine, JournalEntry entry) {
    Repeat repeat = kinds.get(key);
    if (repeat == null) {
      if (kinds.size() >= MOST_KINDS) {
        uncounted++;
        return Optional.empty();
      }
      repeat = new Repeat(machine, entry);
      kinds.put(key, repeat);
    }
    repeat.count++;
    repeat.last = entry;
    return Optional.of(repeat);
  }

  private void said(String machine, Speaker speaker, JournalEntry entry) {
    if (known(machine, speaker, entry) || entry.message().isBlank()) {
      return;
    }
    if (isDetail(machine, entry)) {
      return;
    }
    boolean traceback =
        Character.isWhitespace(entry.message().charAt(0))
            || entry.message().startsWith("Traceback ")
            || entry.message().startsWith("During handling of");
    if (speaker.isOfFirewall() && !traceback) {
      again(
          unknown,
          machine + "\n" + entry.identifier() + withoutNumbers(entry.message()),
          machine,
          entry);
    }
  }

  /** nft prints the refused text and a line of carets below its error. */
  private boolean isDetail(String machine, JournalEntry entry) {
    boolean same =
        awaiting
            .filter(
                r -> r.machine.equals(machine) && r.first.identifier().equals(entry.identifier()))
            .isPresent();
    if (!same) {
      return false;
    }
    String text = entry.message().strip();
    boolean carets = text.chars().allMatch(c -> c == '^' || c == '~' || c == ' ');
    if (!carets && awaiting.get().detail.isEmpty()) {
      awaiting.get().detail = text.substring(0, Math.min(300, text.length()));
      return true;
    }
    awaiting = Optional.empty();
    return carets;
  }

  private boolean known(String machine, Speaker speaker, JournalEntry entry) {
    // a traceback may be one message: what ended the program is its last line
    for (String line : entry.message().split("\n", MOST_LINES)) {
      if (known(machine, speaker, entry, line)) {
        return true;
      }
    }
    return false;
  }

  private boolean known(String machine, Speaker speaker, JournalEntry entry, String line) {
    String text = line;
    if (speaker == Speaker.QREXEC && text.startsWith("qrexec: ")) {
      text = text.substring("qrexec: ".length());
    }
    for (Message message : Message.values()) {
      Optional<Map<String, String>> names =
          message.speaker() == speaker ? message.match(text) : Optional.empty();
      if (names.isPresent()) {
        // where a name can't be told the unit stands for it
        String key = machine + "\n" + message + names.get() + entry.unit();
        Optional<Repeat> repeat = again(found, key, machine, entry);
        repeat.ifPresent(
            r -> {
              r.message = Optional.of(message);
              r.names = names.get();
            });
        boolean refused = message == Message.SCRIPT_LINE || message == Message.RC_LOCAL_LINE;
        awaiting = refused ? repeat : Optional.empty();
        boolean starts = message == Message.UNIT_MOVES && text.startsWith("Started ");
        boolean room = lastMoves.size() < MOST_KINDS;
        if (room && (starts || message == Message.UNIT_STOPPED)) {
          lastMoves.put(unitKey(machine, entry), message);
        }
        return true;
      }
    }
    return false;
  }

  /** The unit, or its description where an older systemd names no unit. */
  private static String unitKey(String machine, JournalEntry entry) {
    String unit = entry.unit();
    String text = entry.message();
    return machine + "\n" + (unit.isEmpty() ? text.substring(text.indexOf(' ') + 1) : unit);
  }

  private static String withoutNumbers(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < Math.min(300, text.length()); i++) {
      plain.append(Character.isDigit(text.charAt(i)) ? '#' : text.charAt(i));
    }
    return plain.toString();
  }

  /** What all that was taken comes to. */
  public Report report(List<Report.Journal> journals) {
    Related related = new Related(capture);
    List<Found> messages = new ArrayList<>();
    for (Repeat repeat : found.values()) {
      messages.add(found(repeat, related));
    }
    messages.sort(Comparator.comparing(Found::severity).thenComparing(Found::message));
    List<Unknown> others = new ArrayList<>();
    for (Repeat repeat : unknown.values()) {
      others.add(new Unknown(repeat.machine, repeat.count, repeat.first, repeat.last.time()));
    }
    return new Report(journals, messages, logged(), others, uncounted);
  }

  private Found found(Repeat repeat, Related related) {
    Message message = repeat.message.orElseThrow();
    return new Found(
        repeat.machine,
        message,
        severity(message, repeat),
        repeat.names,
        vm(repeat.names.getOrDefault("vm", "")),
        repeat.count,
        repeat.first,
        repeat.last.time(),
        repeat.last.line(),
        repeat.detail,
        related.of(repeat.machine, message, repeat.names, repeat.detail));
  }

  private Optional<String> vm(String named) {
    return IpAddress.parse(named)
        .flatMap(address -> network.holders(address).stream().findFirst())
        .map(Machine::name);
  }

  /** A firewall that is switched off is as it should be where nobody's packets pass. */
  private Severity severity(Message message, Repeat repeat) {
    if (message == Message.UNIT_STOPPED) {
      boolean stopped = lastMoves.get(unitKey(repeat.machine, repeat.last)) == message;
      return stopped ? message.severity() : Severity.FINE;
    }
    if (message != Message.UNIT_SKIPPED) {
      return message.severity();
    }
    Optional<String> forwards =
        network
            .machine(repeat.machine)
            .flatMap(m -> m.settings().find("net.ipv4.ip_forward"))
            .map(entry -> entry.value().strip());
    return forwards
        .map(value -> value.equals("0") ? Severity.FINE : Severity.BROKEN)
        .orElse(Severity.PARTLY);
  }

  private List<Logged> logged() {
    List<Repeat> kinds = new ArrayList<>(logged.values());
    kinds.sort(Comparator.comparingLong((Repeat r) -> r.count).reversed());
    LogTracer tracer = new LogTracer(network);
    List<Logged> packets = new ArrayList<>();
    for (Repeat repeat : kinds) {
      LoggedPacket packet = repeat.packet.orElseThrow();
      packets.add(
          tracer.traced(
              repeat.machine,
              packet,
              repeat.count,
              repeat.first,
              repeat.last.time(),
              packets.size() < MOST_TRACED));
    }
    return packets;
  }
}
