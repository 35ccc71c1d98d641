package org.rulewalk.diagnostics.journal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.why.Blocker;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.parsers.journal.JournalEntry;
import org.rulewalk.parsers.journal.LoggedPacket;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Trace;

/** Finds the rule that logged a packet, and asks today's rules about it. */
final class LogTracer {
  private static final String IPTABLES_PREFIX = "--log-prefix ";
  private static final String CONNECTION_KNOWN = "whether the connection is known";
  private static final String NFT_PREFIX = " prefix \"";
  private static final int LARGEST_TTL = 255;
  private static final int WELL_KNOWN = 1024;

  private final Network network;
  private final Simulator simulator;

  LogTracer(Network network) {
    this.network = network;
    this.simulator = new Simulator(network);
  }

  Logged traced(
      String machine,
      LoggedPacket packet,
      long count,
      JournalEntry first,
      String lastTime,
      boolean ask) {
    Optional<Machine> own = network.machine(machine);
    List<Logged.LogRule> rules = own.map(m -> rules(m, packet)).orElse(List.of());
    List<Logged.Remark> remarks = new ArrayList<>();
    Logged.Fate fate =
        ask
            ? own.map(m -> fate(m, packet, remarks))
                .orElse(new Logged.Fate.Untold(Logged.Why.NO_RULES))
            : new Logged.Fate.Untold(Logged.Why.TOO_MANY);
    own.ifPresent(m -> remarks(m, packet, remarks));
    return new Logged(machine, packet, count, first, lastTime, rules, fate, remarks);
  }

  private static void remarks(Machine machine, LoggedPacket logged, List<Logged.Remark> remarks) {
    Packet packet = logged.packet();
    if (logged.in().isPresent() && logged.out().isPresent()) {
      remarks.add(Logged.Remark.TTL_LOWERED);
    }
    if (logged.in().isPresent() && isTranslatedTo(machine, packet.destination().toString())) {
      remarks.add(Logged.Remark.AFTER_DESTINATION_NAT);
    }
    if (logged.wholeHeader() && isOfConnection(packet)) {
      remarks.add(Logged.Remark.OF_A_CONNECTION);
    }
  }

  /** Whether it looks like an answer, or like something in the middle of a conversation. */
  private static boolean isOfConnection(Packet packet) {
    if (packet.isTcp()) {
      int opening = TcpFlags.SYN | TcpFlags.ACK | TcpFlags.RST;
      return (packet.tcpFlags() & opening) != TcpFlags.SYN;
    }
    if (packet.isIcmp()) {
      boolean echoReply = packet.icmpType() == 0 || packet.icmpType() == 129;
      return packet.isIcmpError() || echoReply;
    }
    return packet.protocol() == Protocol.UDP
        && packet.sourcePort() < WELL_KNOWN
        && packet.destinationPort() >= WELL_KNOWN;
  }

  private static boolean isTranslatedTo(Machine machine, String address) {
    return machine.ruleset().tables().stream()
        .flatMap(table -> table.chains().stream())
        .flatMap(chain -> chain.rules().stream())
        .filter(rule -> rule.statements().stream().anyMatch(Statement.Nat.class::isInstance))
        .map(rule -> rule.source().text().toLowerCase(Locale.ROOT))
        .anyMatch(
            text ->
                text.contains("dnat") && hasWord(text.substring(text.indexOf("dnat")), address));
  }

  private static boolean hasWord(String text, String address) {
    int at = text.indexOf(address);
    int end = at + address.length();
    return at >= 0 && (end == text.length() || !Character.isDigit(text.charAt(end)));
  }

  private Logged.Fate fate(Machine machine, LoggedPacket logged, List<Logged.Remark> remarks) {
    if (machine.ruleset().tables().isEmpty()) {
      return new Logged.Fate.Untold(Logged.Why.NO_RULES);
    }
    if (!logged.wholeHeader()) {
      return new Logged.Fate.Untold(Logged.Why.NO_PORTS);
    }
    Packet packet = logged.packet();
    if (logged.in().isEmpty()) {
      return machine.has(packet.source())
          ? asked(new Probe.Send(machine.name(), packet))
          : new Logged.Fate.Untold(Logged.Why.NOT_ITS_OWN);
    }
    Optional<String> device = logged.in().filter(name -> machine.find(name).isPresent());
    if (device.isEmpty()) {
      device = towards(machine, packet);
      device.ifPresent(name -> remarks.add(Logged.Remark.OTHER_INTERFACE));
    }
    // what forward hooks see has been counted down already
    int ttl = packet.ttl() + (logged.out().isPresent() ? 1 : 0);
    Packet arriving = packet.edit().ttl(Math.min(LARGEST_TTL, ttl)).toPacket();
    return device
        .map(name -> asked(new Probe.Arrive(machine.name(), name, arriving)))
        .orElse(new Logged.Fate.Untold(Logged.Why.NO_INTERFACE));
  }

  /** The interface with a route of its own to the sender. */
  private static Optional<String> towards(Machine machine, Packet packet) {
    return machine.routes().stream()
        .filter(route -> route.destination().version() == packet.version())
        .filter(route -> route.destination().length() > 0 && route.type() == Route.Type.UNICAST)
        .filter(route -> route.destination().contains(packet.source()) && !route.hops().isEmpty())
        .max(Comparator.comparingInt(route -> route.destination().length()))
        .map(route -> route.hops().get(0).device());
  }

  private Logged.Fate asked(Probe probe) {
    Trace trace = simulator.run(probe).trace();
    Optional<Cause> cause = Blocker.of(network, trace);
    if (!trace.assumptions().isEmpty()) {
      Trace other = simulator.run(probe, State.EMPTY, (machine, doubt) -> !doubt.likely()).trace();
      if (Blocker.of(network, other).isPresent() != cause.isPresent()) {
        return new Logged.Fate.Open(trace, trace.assumptions().get(0).doubt().subject());
      }
    }
    if (cause.isPresent() && isOfConnection(packetOf(probe))) {
      // a known connection passes most rule sets; whether it is known no log line tells
      return new Logged.Fate.Open(trace, CONNECTION_KNOWN);
    }
    return cause
        .<Logged.Fate>map(c -> new Logged.Fate.Stopped(trace, c))
        .orElse(new Logged.Fate.Passes(trace));
  }

  private static Packet packetOf(Probe probe) {
    return probe instanceof Probe.Arrive
        ? ((Probe.Arrive) probe).packet()
        : ((Probe.Send) probe).packet();
  }

  private static List<Logged.LogRule> rules(Machine machine, LoggedPacket logged) {
    List<Logged.LogRule> found = new ArrayList<>();
    for (Table table : machine.ruleset().tables()) {
      for (Chain chain : table.chains()) {
        for (Rule rule : chain.rules()) {
          if (table.family().sees(logged.packet().version()) && writes(rule, logged.prefix())) {
            found.add(new Logged.LogRule(table, chain, rule, hooks(table, chain)));
          }
        }
      }
    }
    return found;
  }

  private static boolean writes(Rule rule, String prefix) {
    return rule.statements().stream()
        .filter(Statement.Note.class::isInstance)
        .map(Statement.Note.class::cast)
        .filter(note -> note.kind() == Statement.Note.Kind.LOG && !note.text().startsWith("NFLOG"))
        .anyMatch(note -> prefixOf(note.text()).strip().equals(prefix.strip()));
  }

  /** The prefix that a LOG target or log statement writes. */
  static String prefixOf(String note) {
    int nft = note.indexOf(NFT_PREFIX);
    if (nft >= 0) {
      int start = nft + NFT_PREFIX.length();
      int end = note.indexOf('"', start);
      return note.substring(start, end < 0 ? note.length() : end);
    }
    int iptables = note.indexOf(IPTABLES_PREFIX);
    if (iptables < 0) {
      return "";
    }
    String rest = note.substring(iptables + IPTABLES_PREFIX.length());
    int option = rest.indexOf(" --log-");
    String bare = option < 0 ? rest : rest.substring(0, option);
    return bare.startsWith("\"") && bare.endsWith("\"") && bare.length() > 1
        ? bare.substring(1, bare.length() - 1)
        : bare;
  }

  /** The hooks whose base chains lead to a chain. */
  private static List<Hook> hooks(Table table, Chain wanted) {
    Set<Hook> hooks = EnumSet.noneOf(Hook.class);
    for (Chain chain : table.chains()) {
      if (chain instanceof Chain.Base && leads(table, chain, wanted.name(), new HashSet<>())) {
        hooks.add(((Chain.Base) chain).hook());
      }
    }
    return List.copyOf(hooks);
  }

  private static boolean leads(Table table, Chain from, String to, Set<String> seen) {
    if (from.name().equals(to)) {
      return true;
    }
    if (!seen.add(from.name())) {
      return false;
    }
    return from.rules().stream()
        .flatMap(rule -> rule.statements().stream())
        .filter(Statement.Decide.class::isInstance)
        .map(statement -> target(((Statement.Decide) statement).verdict()))
        .flatMap(Optional::stream)
        .anyMatch(name -> table.chain(name).map(c -> leads(table, c, to, seen)).orElse(false));
  }

  private static Optional<String> target(Verdict verdict) {
    if (verdict instanceof Verdict.Jump) {
      return Optional.of(((Verdict.Jump) verdict).chain());
    }
    return verdict instanceof Verdict.Goto
        ? Optional.of(((Verdict.Goto) verdict).chain())
        : Optional.empty();
  }
}
