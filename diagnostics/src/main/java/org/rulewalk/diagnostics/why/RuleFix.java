package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.rulewalk.diagnostics.command.MadeHandles;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.IpVersion;

/**
 * One rule that lets a dropped packet pass, in the language of its table: in the chain that is
 * meant for people, before the rule that drops it, or at the chain's end.
 */
final class RuleFix {
  /** What comes before this can't ask for the state of a connection. */
  private static final int CONNTRACK_PRIORITY = -200;

  private final Network network;
  private final Question question;
  private final Cause cause;
  private final Hook hook;
  private final Table table;
  private final Chain decided;
  private final Packet packet;
  private final Set<List<String>> whole;

  RuleFix(Network network, Question question, Cause cause, Step step, Set<List<String>> whole) {
    this.network = network;
    this.whole = whole;
    this.question = question;
    this.cause = cause;
    this.packet = cause.journey().last();
    if (step instanceof Step.OfRule) {
      Step.OfRule of = (Step.OfRule) step;
      this.hook = of.hook();
      this.table = of.table();
      this.decided = of.chain();
    } else {
      Step.OfPolicy of = (Step.OfPolicy) step;
      this.hook = of.hook();
      this.table = of.table();
      this.decided = of.chain();
    }
  }

  /**
   * Where a rule is put.
   *
   * @param number before the rule of that number; behind all of them for the chain's end
   */
  private record Place(Chain chain, int number, OptionalLong handle) {
    static Place before(Chain chain, Rule rule) {
      return new Place(
          chain,
          rule.number(),
          MadeHandles.isCaptured(rule) ? rule.handle() : OptionalLong.empty());
    }

    /** Where people's rules go in a chain that is made for them. */
    static Place in(Chain chain) {
      return PeoplesChain.isDockers(chain) && !chain.rules().isEmpty()
          ? before(chain, chain.rules().get(0))
          : end(chain);
    }

    static Place end(Chain chain) {
      return new Place(chain, chain.rules().size() + 1, OptionalLong.empty());
    }

    boolean isEnd() {
      return number > chain.rules().size();
    }
  }

  /** Rules that may help, the best first; which of them do is for the model to say. */
  List<Fix> candidates(Step step) {
    List<Fix> fixes = new ArrayList<>();
    for (Place place : places(step)) {
      for (RulePattern.State state : states()) {
        fixes.add(fix(place, state));
      }
    }
    return fixes;
  }

  private List<Place> places(Step step) {
    List<Place> places = new ArrayList<>();
    PeoplesChain.of(table, decided).map(Place::in).ifPresent(places::add);
    if (step instanceof Step.OfPolicy) {
      places.add(Place.end(decided));
      leftBy().ifPresent(rule -> places.add(Place.before(decided, rule)));
      return places;
    }
    Step.OfRule of = (Step.OfRule) step;
    if (PeoplesChain.isAntiSpoofing(table, decided, of.rule())) {
      return List.of();
    }
    if (PeoplesChain.isAgents(decided)) {
      caller(of).ifPresent(jump -> places.add(Place.before(jump.chain(), jump.rule())));
    }
    places.add(Place.before(decided, of.rule()));
    return places;
  }

  /** The rule by which the packet left the base chain for good: a goto, or a return. */
  private Optional<Rule> leftBy() {
    return cause.journey().steps().stream()
        .filter(Step.OfRule.class::isInstance)
        .map(Step.OfRule.class::cast)
        .filter(of -> of.hook() == hook && of.table().title().equals(table.title()))
        .filter(of -> of.chain().name().equals(decided.name()))
        .filter(of -> of.verdict() instanceof Verdict.Goto || of.verdict() == Verdict.Simple.RETURN)
        .map(Step.OfRule::rule)
        .reduce((a, b) -> b);
  }

  /** The rule outside the agent's own chains, which it rewrites, that led to the one that drops. */
  private Optional<Step.OfRule> caller(Step.OfRule dropping) {
    String wanted = dropping.chain().name();
    List<Step> steps = cause.journey().steps();
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (!(steps.get(i) instanceof Step.OfRule)) {
        continue;
      }
      Step.OfRule of = (Step.OfRule) steps.get(i);
      boolean leads = of.table().title().equals(table.title()) && leadsTo(of.verdict(), wanted);
      if (leads && !PeoplesChain.isAgents(of.chain())) {
        return Optional.of(of);
      }
      wanted = leads ? of.chain().name() : wanted;
    }
    return Optional.empty();
  }

  private static boolean leadsTo(Verdict verdict, String chain) {
    return verdict instanceof Verdict.Jump && ((Verdict.Jump) verdict).chain().equals(chain)
        || verdict instanceof Verdict.Goto && ((Verdict.Goto) verdict).chain().equals(chain);
  }

  /** The chain in which a cause stands; empty for other causes. */
  static Optional<List<String>> chain(Cause cause) {
    return cause
        .step()
        .map(Step.OfChain.class::cast)
        .map(of -> key(cause.machine(), of.table(), of.chain()));
  }

  private static List<String> key(String machine, Table table, Chain chain) {
    return List.of(machine, table.title(), chain.name());
  }

  /** States of connection tracking that the rule may ask for; asking would switch tracking on. */
  private List<RulePattern.State> states() {
    Machine machine = network.machine(cause.machine()).orElseThrow();
    boolean early = decidedAt() <= CONNTRACK_PRIORITY;
    if (table.family() == Family.NETDEV || early || isAtDevice()) {
      return List.of(RulePattern.State.ANY);
    }
    if (cause.request() && whole.contains(key(cause.machine(), table, decided))) {
      return List.of(RulePattern.State.ANY);
    }
    RulePattern.State usual = cause.request() ? RulePattern.State.NEW : RulePattern.State.KNOWN;
    return Simulator.tracks(machine, packet.version())
        ? List.of(usual, RulePattern.State.ANY)
        : List.of(RulePattern.State.ANY);
  }

  private boolean isAtDevice() {
    return hook == Hook.INGRESS || hook == Hook.EGRESS;
  }

  /** The priority of the base chain at this hook, of several in the table the earliest. */
  private int decidedAt() {
    return table.chains().stream()
        .filter(Chain.Base.class::isInstance)
        .map(Chain.Base.class::cast)
        .filter(base -> base.hook() == hook)
        .mapToInt(base -> base.priority().value())
        .min()
        .orElse(0);
  }

  private boolean isIptables() {
    return table.tool() != Table.Tool.NFT;
  }

  private Fix fix(Place place, RulePattern.State state) {
    Machine machine = network.machine(cause.machine()).orElseThrow();
    String text = text(state);
    String command = isIptables() ? iptables(place, text) : nft(place, text);
    String file =
        PeoplesChain.isDockers(place.chain()) ? Kept.afterServices(machine) : Kept.script(machine);
    List<String> kept = List.of(isIptables() ? keptIptables(place, text) : keptNft(place, text));
    return new Fix(
        machine.name(),
        List.of(command),
        file,
        kept,
        !file.isEmpty(),
        why(),
        allows(),
        // the text that is printed is what is checked
        before -> RulesetEdit.commanded(before, cause.machine(), command));
  }

  private String text(RulePattern.State state) {
    if (!cause.request() && packet.isIcmpError()) {
      // errors come from any router
      String icmp = packet.version() == IpVersion.IPV4 ? "icmp" : "ipv6-icmp";
      return isIptables()
          ? "-p " + icmp + " -m conntrack --ctstate RELATED -j ACCEPT"
          : "meta l4proto " + icmp + " ct state related counter accept";
    }
    boolean looksAtDevice = hook == Hook.PREROUTING || hook == Hook.INPUT || hook == Hook.FORWARD;
    RulePattern pattern =
        new RulePattern(
            packet,
            looksAtDevice ? cause.journey().incoming() : Optional.empty(),
            !cause.request() || question.isForSender(network),
            cause.request() ? question.service().sourcePort() : java.util.OptionalInt.empty(),
            !cause.request(),
            state);
    return isIptables() ? pattern.iptables() + " -j ACCEPT" : pattern.nft() + " counter accept";
  }

  private String iptables(Place place, String text) {
    String chain = ShellWord.of(place.chain().name());
    return InTable.iptables(table, packet.version())
        + (place.isEnd() ? " -A " + chain : " -I " + chain + " " + place.number())
        + " "
        + text;
  }

  /** At the chain's start, where numbers are not those of now, and not twice. */
  private String keptIptables(Place place, String text) {
    String chain = ShellWord.of(place.chain().name()) + " ";
    String tool = InTable.iptables(table, packet.version());
    return tool
        + " -C "
        + chain
        + text
        + " 2>/dev/null || "
        + tool
        + (place.isEnd() ? " -A " : " -I ")
        + chain
        + text;
  }

  private String nft(Place place, String text) {
    if (place.isEnd()) {
      return "nft add rule " + InTable.nft(table, place.chain()) + " " + text;
    }
    String where =
        place.handle().isPresent()
            ? " handle " + place.handle().getAsLong()
            : " index " + (place.number() - 1);
    return "nft insert rule " + InTable.nft(table, place.chain()) + where + " " + text;
  }

  /** Handles are other ones after a start. */
  private String keptNft(Place place, String text) {
    return (place.isEnd() ? "nft add rule " : "nft insert rule ")
        + InTable.nft(table, place.chain())
        + " "
        + text;
  }

  private String why() {
    String what =
        isIptables() ? table.title() + " " + decided.name() : "nftables' table " + table.title();
    return cause.request() ? "lets the packet pass " + what : "lets the answer pass " + what;
  }

  /** What the rule lets pass besides what was asked for. */
  private String allows() {
    if (!cause.request() || question.isForSender(network)) {
      return "";
    }
    String port = Protocol.hasPorts(packet.protocol()) ? " port " + packet.destinationPort() : "";
    String by = cause.journey().incoming().map(device -> " coming in by " + device).orElse("");
    return "new "
        + ValueWords.protocol(packet.protocol())
        + " connections from anywhere to "
        + packet.destination()
        + port
        + by
        + " of "
        + cause.machine();
  }
}
