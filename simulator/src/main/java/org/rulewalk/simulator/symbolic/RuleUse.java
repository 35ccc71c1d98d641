package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleConsumer;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * What the rules of a table are good for: which ones no packet can ever match, on any way to them,
 * and which earlier rules are to blame; which ones lose most of their packets to earlier ones; and
 * which ones could go without a difference. What named sets hold is not taken for granted, nor are
 * doubts: what is said here holds until other rules are changed.
 *
 * <p>Tables that see more than IP (bridge, arp, netdev) are not looked at.
 */
public final class RuleUse {
  private static final Set<Hook> IP_HOOKS =
      Set.of(Hook.PREROUTING, Hook.INPUT, Hook.FORWARD, Hook.OUTPUT, Hook.POSTROUTING);

  private static final int NODES_FOR_CHANGES = 1_000_000;
  private static final int BYTES_PER_NODE = 48;

  /** Each needs memory for all the sets. */
  private static final int MOST_THREADS = 4;

  private static final int RULES_PER_THREAD = 50;
  private static final int AT_ONCE = 16;

  private final String machine;
  private final Table table;
  private final PacketSpace space;
  private final boolean exact;
  private final Map<Rule, List<Way>> ways = new IdentityHashMap<>();
  private final Map<Chain, Boolean> entered = new IdentityHashMap<>();

  private RuleUse(String machine, Table table, PacketSpace space, boolean exact) {
    this.machine = machine;
    this.table = table;
    this.space = space;
    this.exact = exact;
  }

  /** The same in a copy of the space, for another thread. */
  private RuleUse copy() {
    RuleUse copy = new RuleUse(machine, table, space.copy(), exact);
    Map<Run, Run> runs = new IdentityHashMap<>();
    ways.forEach(
        (rule, all) ->
            copy.ways.put(
                rule,
                all.stream()
                    .map(way -> new Way(runs.computeIfAbsent(way.run(), copy::own), way.at()))
                    .toList()));
    return copy;
  }

  private Run own(Run other) {
    RunTakers takers = other.takers().in(space);
    return new Run(
        other.base(),
        other.passings(),
        takers,
        new Coverage(space, takers),
        other.losses().in(space, takers),
        other.redundancy().in(space, takers));
  }

  /** One run: a base chain with all that it leads to. */
  private record Run(
      Optional<Chain.Base> base,
      List<ChainFlow.Passing> passings,
      RunTakers takers,
      Coverage coverage,
      Losses losses,
      Redundancy redundancy) {}

  /** One way to a rule: its place in one run. */
  private record Way(Run run, int at) {}

  /**
   * A rule that takes packets from a later one, or would decide for an earlier one.
   *
   * @param chain the chain that it stands in
   */
  public record Taker(Chain chain, Rule rule) {}

  /**
   * A rule that no packet matches.
   *
   * @param base the chain that its packets would come through; empty where no rule leads there
   * @param takers the earlier rules that together take them all, in the order of the walk; none if
   *     there are no such packets
   * @param samePackets whether one taker is for the very same packets
   * @param example a packet that it is for
   */
  public record NeverMatched(
      Chain chain,
      Rule rule,
      Optional<Chain.Base> base,
      List<Taker> takers,
      boolean samePackets,
      Optional<Sample> example) {
    /** Keeps a copy. */
    public NeverMatched {
      takers = List.copyOf(takers);
    }
  }

  /**
   * A rule that loses more than a tenth of its packets to earlier ones that decide otherwise.
   *
   * @param share of all addresses, ports and protocols that it is for
   * @param example one that it loses
   */
  public record MostlyTaken(
      Chain chain, Rule rule, List<Taker> takers, double share, Optional<Sample> example) {
    /** Keeps a copy. */
    public MostlyTaken {
      takers = List.copyOf(takers);
    }
  }

  /**
   * A rule without which every packet would get the same verdict.
   *
   * @param deciders the rules that would decide then; none if they are many, or the policy alone
   * @param byPolicy whether the policy would, for some; false if there are many deciders
   */
  public record Redundant(Chain chain, Rule rule, List<Taker> deciders, boolean byPolicy) {
    /** Keeps a copy. */
    public Redundant {
      deciders = List.copyOf(deciders);
    }
  }

  /**
   * What was found in a table, in the order of the listing.
   *
   * @param notKnown rules for which it was too much work to tell whether packets get there
   * @param lossNotKnown rules for which it was too much work to tell how many packets they lose
   */
  public record Found(
      List<NeverMatched> never,
      List<MostlyTaken> mostly,
      List<Redundant> redundant,
      List<Rule> notKnown,
      List<Rule> lossNotKnown) {
    /** Keeps copies. */
    public Found {
      never = List.copyOf(never);
      mostly = List.copyOf(mostly);
      redundant = List.copyOf(redundant);
      notKnown = List.copyOf(notKnown);
      lossNotKnown = List.copyOf(lossNotKnown);
    }

    private static Found of(List<Asked> asked) {
      return new Found(
          asked.stream().flatMap(each -> each.never().stream()).toList(),
          asked.stream().flatMap(each -> each.mostly().stream()).toList(),
          asked.stream().flatMap(each -> each.redundant().stream()).toList(),
          asked.stream()
              .filter(each -> each.end() == Coverage.End.NOT_KNOWN)
              .map(Asked::rule)
              .toList(),
          asked.stream().filter(Asked::lossNotKnown).map(Asked::rule).toList());
    }
  }

  /** A rule in its chain. */
  private record Place(Chain chain, Rule rule) {}

  /** What was found of one rule. */
  private record Asked(
      Rule rule,
      Coverage.End end,
      Optional<NeverMatched> never,
      Optional<MostlyTaken> mostly,
      boolean lossNotKnown,
      Optional<Redundant> redundant) {}

  /**
   * Looks at all rules of a table, on several processors. The answers do not depend on how many.
   *
   * @param progress gets the share that is done, from 0 to 1, by one thread at a time
   * @throws SpaceExhausted if that takes too much memory or too many steps
   */
  public static Found of(String machine, Table table, DoubleConsumer progress) {
    if (table.family() != Family.IP
        && table.family() != Family.IP6
        && table.family() != Family.INET) {
      return Found.of(List.of());
    }
    int rules = table.chains().stream().mapToInt(chain -> chain.rules().size()).sum();
    int most = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    int threads = Math.max(1, Math.min(most, rules / RULES_PER_THREAD));
    if (threads > 1) {
      try {
        return found(walked(machine, table, mostNodes() / threads), threads, progress);
      } catch (SpaceExhausted e) {
        // all of the memory for one, then
      }
    }
    return found(walked(machine, table, mostNodes()), 1, progress);
  }

  private static RuleUse walked(String machine, Table table, int nodes) {
    AtomicReference<RuleUse> walked = new AtomicReference<>();
    DeepThreads.run(1, () -> walked.set(walkedHere(machine, table, nodes)));
    return walked.get();
  }

  private static RuleUse walkedHere(String machine, Table table, int nodes) {
    RuleUse use = new RuleUse(machine, table, new PacketSpace(nodes), false);
    if (!use.walk()) {
      return use;
    }
    RuleUse exact = new RuleUse(machine, table, new PacketSpace(NODES_FOR_CHANGES), true);
    try {
      exact.walk();
      return exact;
    } catch (SpaceExhausted e) {
      // what rules may change is taken as not known, then
      return use;
    }
  }

  /** Each thread takes the next few rules, and has sets of its own. */
  private static Found found(RuleUse walked, int threads, DoubleConsumer progress) {
    List<Place> places = new ArrayList<>();
    for (Chain chain : walked.table.chains()) {
      chain.rules().forEach(rule -> places.add(new Place(chain, rule)));
    }
    Queue<RuleUse> uses = new ConcurrentLinkedQueue<>(List.of(walked));
    while (uses.size() < threads) {
      uses.add(walked.copy());
    }
    Asked[] asked = new Asked[places.size()];
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    DeepThreads.run(
        threads,
        () -> {
          RuleUse own = uses.remove();
          for (int first = next.getAndAdd(AT_ONCE);
              first < asked.length;
              first = next.getAndAdd(AT_ONCE)) {
            int end = Math.min(asked.length, first + AT_ONCE);
            for (int i = first; i < end; i++) {
              asked[i] = own.asked(places.get(i));
            }
            done.addAndGet(end - first);
            synchronized (places) {
              progress.accept(done.get() / (double) asked.length);
            }
          }
        });
    return Found.of(Arrays.asList(asked));
  }

  /** Half of the memory that there is; tables double when they grow, and are copied then. */
  private static int mostNodes() {
    return (int) Math.min(40_000_000, Runtime.getRuntime().maxMemory() / BYTES_PER_NODE / 2);
  }

  private static boolean isOfIp(Chain chain) {
    return chain instanceof Chain.Base && IP_HOOKS.contains(((Chain.Base) chain).hook());
  }

  /** Whether some rule may change packets. */
  private boolean walk() {
    boolean changes = false;
    for (Chain chain : table.chains()) {
      if (isOfIp(chain)) {
        Chain.Base base = (Chain.Base) chain;
        changes |= run(base, Optional.of(base), atHook(base), coming(base));
      }
    }
    for (Chain chain : table.chains()) {
      if (chain instanceof Chain.Regular && !entered.containsKey(chain)) {
        changes |= run(asBase(chain), Optional.empty(), SymbolicPacket.in(space), ofFamily());
      }
    }
    return changes;
  }

  /** A chain that nothing leads to, asked as if all packets came to it. */
  private static Chain.Base asBase(Chain chain) {
    return new Chain.Base(
        chain.name(),
        chain.rules(),
        Chain.Type.FILTER,
        Hook.FORWARD,
        new Chain.Priority(0, ""),
        Verdict.Simple.ACCEPT,
        List.of(),
        Optional.empty(),
        "",
        chain.source(),
        Source.NONE,
        0);
  }

  private boolean run(
      Chain.Base chain, Optional<Chain.Base> base, SymbolicPacket packet, PacketSet coming) {
    Map<String, IpSet> none = Map.of();
    Setting setting =
        new Setting(machine, table, chain.hook(), none, Setting.Contents.ANY, new Doubts(space));
    ChainFlow flow =
        exact
            ? ChainFlow.withAllRules(setting, chain, packet, coming)
            : ChainFlow.withinBounds(setting, chain, packet, coming);
    List<ChainFlow.Passing> passings = flow.passings();
    RunTakers takers = new RunTakers(space, passings);
    Coverage coverage = new Coverage(space, takers);
    Redundancy redundancy = new Redundancy(space, passings, takers);
    Losses losses = new Losses(space, passings, takers);
    Run run = new Run(base, passings, takers, coverage, losses, redundancy);
    for (int i = 0; i < passings.size(); i++) {
      entered.put(passings.get(i).chain(), true);
      ways.computeIfAbsent(passings.get(i).rule(), unused -> new ArrayList<>())
          .add(new Way(run, i));
    }
    return passings.stream().anyMatch(ChainFlow.Passing::changes);
  }

  private PacketSet ofFamily() {
    PacketSet all = space.none();
    for (IpVersion version : IpVersion.values()) {
      all = table.family().sees(version) ? all.or(space.version(version)) : all;
    }
    return all;
  }

  /** Chains of translations see no more than the first packets of connections. */
  private PacketSet coming(Chain.Base base) {
    PacketSet all = ofFamily();
    if (base.type() != Chain.Type.NAT) {
      return all;
    }
    SymbolicPacket packet = SymbolicPacket.in(space);
    PacketSet fresh =
        space.set(packet.state(CtKey.STATE_NEW)).or(space.set(packet.state(CtKey.STATE_RELATED)));
    return all.and(fresh).and(space.set(packet.tracked()));
  }

  /** Where a hook does not know an interface, its name is empty. */
  private SymbolicPacket atHook(Chain.Base base) {
    SymbolicPacket packet = SymbolicPacket.in(space);
    if (base.hook() == Hook.OUTPUT) {
      packet = packet.with(MetaKey.IIFNAME, space.all(), Bits.ZERO);
    }
    boolean noWayOut = base.hook() == Hook.PREROUTING || base.hook() == Hook.INPUT;
    return noWayOut ? packet.with(MetaKey.OIFNAME, space.all(), Bits.ZERO) : packet;
  }

  private Asked asked(Place place) {
    int mark = space.bdd().size();
    try {
      return asked(place.rule(), new Question(place.chain(), place.rule(), counted(place.rule())));
    } finally {
      space.bdd().release(mark);
    }
  }

  private static Asked asked(Rule rule, Question question) {
    Coverage.End end = question.end();
    Optional<NeverMatched> never =
        end == Coverage.End.TAKEN ? Optional.of(question.neverMatched()) : Optional.empty();
    if (end != Coverage.End.OPEN) {
      return new Asked(rule, end, never, Optional.empty(), false, Optional.empty());
    }
    try {
      return new Asked(rule, end, never, question.mostlyTaken(), false, question.redundant());
    } catch (SpaceExhausted e) {
      return new Asked(rule, end, never, Optional.empty(), true, question.redundant());
    }
  }

  /** Ways from chains that nothing leads to count only where there is no other. */
  private List<Way> counted(Rule rule) {
    List<Way> all = ways.getOrDefault(rule, List.of());
    List<Way> real = all.stream().filter(way -> way.run().base().isPresent()).toList();
    return real.isEmpty() ? all : real;
  }

  /** One rule, on all ways to it. */
  private static final class Question {
    private final Chain chain;
    private final Rule rule;
    private final List<Way> ways;
    private final List<Coverage.Answer> answers = new ArrayList<>();

    Question(Chain chain, Rule rule, List<Way> ways) {
      this.chain = chain;
      this.rule = rule;
      this.ways = ways;
    }

    /** Taken if it is on all ways; open if it is on one. */
    Coverage.End end() {
      Coverage.End end = ways.isEmpty() ? Coverage.End.OPEN : Coverage.End.TAKEN;
      for (Way way : ways) {
        Coverage.Answer answer = way.run().coverage().of(way.at());
        answers.add(answer);
        if (answer.end() == Coverage.End.OPEN) {
          return Coverage.End.OPEN;
        }
        end = answer.end() == Coverage.End.NOT_KNOWN ? answer.end() : end;
      }
      return end;
    }

    NeverMatched neverMatched() {
      Map<Rule, Taker> takers = new LinkedHashMap<>();
      boolean same = ways.size() == 1;
      for (int i = 0; i < ways.size(); i++) {
        List<ChainFlow.Passing> passings = ways.get(i).run().passings();
        PacketSet wanted = passings.get(ways.get(i).at()).wanted();
        for (int place : answers.get(i).takers()) {
          ChainFlow.Passing by = passings.get(place);
          takers.putIfAbsent(by.rule(), new Taker(by.chain(), by.rule()));
          same &= by.chain() == chain && by.wanted().equals(wanted);
        }
      }
      Optional<Sample> example =
          answers.stream().flatMap(answer -> answer.example().stream()).findFirst();
      return new NeverMatched(
          chain,
          rule,
          ways.get(0).run().base(),
          List.copyOf(takers.values()),
          same && takers.size() == 1,
          example);
    }

    Optional<MostlyTaken> mostlyTaken() {
      if (ways.size() != 1) {
        return Optional.empty();
      }
      Run run = ways.get(0).run();
      return run.losses()
          .of(ways.get(0).at(), answers.get(0).before())
          .map(
              loss ->
                  new MostlyTaken(
                      chain, rule, named(run, loss.takers()), loss.share(), loss.example()));
    }

    Optional<Redundant> redundant() {
      if (ways.isEmpty()) {
        return Optional.empty();
      }
      Map<Rule, Taker> deciders = new LinkedHashMap<>();
      boolean byPolicy = false;
      for (int i = 0; i < ways.size(); i++) {
        Run run = ways.get(i).run();
        int at = ways.get(i).at();
        Coverage.Answer answer = i < answers.size() ? answers.get(i) : run.coverage().of(at);
        Optional<List<Integer>> found =
            answer.end() == Coverage.End.TAKEN
                ? Optional.of(List.of())
                : run.redundancy().of(at, answer.before(), answer.rest());
        if (found.isEmpty()) {
          return Optional.empty();
        }
        byPolicy |= found.get().contains(Redundancy.POLICY);
        List<Integer> places =
            found.get().stream().filter(place -> place != Redundancy.POLICY).sorted().toList();
        named(run, places).forEach(taker -> deciders.putIfAbsent(taker.rule(), taker));
      }
      return Optional.of(new Redundant(chain, rule, List.copyOf(deciders.values()), byPolicy));
    }

    private static List<Taker> named(Run run, List<Integer> places) {
      return places.stream()
          .map(place -> run.passings().get(place))
          .map(passing -> new Taker(passing.chain(), passing.rule()))
          .toList();
    }
  }

  /** What a rule decides by itself; empty for one that decides nothing, or by a map. */
  public static Optional<Statement> verdict(Rule rule) {
    return rule.statements().stream()
        .filter(s -> s instanceof Statement.Decide || s instanceof Statement.Reject)
        .findFirst();
  }

  /** Whether one of two rules accepts what the other one refuses. */
  public static boolean isOpposite(Rule one, Rule other) {
    return accepts(one) && refuses(other) || refuses(one) && accepts(other);
  }

  /** Whether a rule accepts packets. */
  public static boolean accepts(Rule rule) {
    return decides(rule, Verdict.Simple.ACCEPT);
  }

  /** Whether a rule drops or rejects packets. */
  public static boolean refuses(Rule rule) {
    return decides(rule, Verdict.Simple.DROP)
        || verdict(rule).filter(s -> s instanceof Statement.Reject).isPresent();
  }

  private static boolean decides(Rule rule, Verdict verdict) {
    return verdict(rule)
        .filter(s -> s instanceof Statement.Decide)
        .filter(s -> ((Statement.Decide) s).verdict() == verdict)
        .isPresent();
  }
}
