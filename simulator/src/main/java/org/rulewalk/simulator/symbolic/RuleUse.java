package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * Which rules of a table no packet can ever match, on any way to them, and which earlier rules are
 * to blame. What named sets hold is not taken for granted, nor are doubts: a rule that is named
 * here matches nothing until other rules are changed.
 *
 * <p>Tables that see more than IP (bridge, arp, netdev) are not looked at.
 */
public final class RuleUse {
  private static final Set<Hook> IP_HOOKS =
      Set.of(Hook.PREROUTING, Hook.INPUT, Hook.FORWARD, Hook.OUTPUT, Hook.POSTROUTING);

  private static final int LEAST_NODES = 4_000_000;
  private static final int NODES_PER_RULE = 400;
  private static final int MOST_RULES = 100_000;

  private final String machine;
  private final Table table;
  private final PacketSpace space;
  private final Map<Rule, List<Way>> ways = new IdentityHashMap<>();
  private final Map<Chain, Boolean> entered = new IdentityHashMap<>();

  private RuleUse(String machine, Table table, PacketSpace space) {
    this.machine = machine;
    this.table = table;
    this.space = space;
  }

  /** One way to a rule: its place in one run. */
  private record Way(
      Optional<Chain.Base> base,
      PacketSet coming,
      WalkFrames frames,
      ChainFlow.Passing passing,
      int at) {}

  /**
   * A rule that takes packets from a later one.
   *
   * @param chain the chain that it stands in
   */
  public record Taker(Chain chain, Rule rule) {}

  /**
   * A rule that no packet matches.
   *
   * @param base the chain that its packets would come through; empty where no rule leads there
   * @param wanted packets that it is for, of those that come
   * @param takers the earlier rules that together take them all, in the order of the walk; none if
   *     there are no such packets
   */
  public record NeverMatched(
      Chain chain, Rule rule, Optional<Chain.Base> base, PacketSet wanted, List<Taker> takers) {
    /** Keeps a copy. */
    public NeverMatched {
      takers = List.copyOf(takers);
    }
  }

  /**
   * The rules of a table that no packet matches, in the order of the listing.
   *
   * <p>Where that takes too much memory or too many steps, each chain is looked at alone, which
   * finds less.
   *
   * @throws SpaceExhausted if that takes too much, too
   */
  public static List<NeverMatched> neverMatched(String machine, Table table) {
    if (table.family() != Family.IP
        && table.family() != Family.IP6
        && table.family() != Family.INET) {
      return List.of();
    }
    try {
      RuleUse use = new RuleUse(machine, table, space(table));
      use.walk();
      return use.found();
    } catch (SpaceExhausted e) {
      return inEachChain(machine, table);
    }
  }

  /** Rulesets that need much more than this for their size would need too much anyway. */
  private static PacketSpace space(Table table) {
    int rules = table.chains().stream().mapToInt(chain -> chain.rules().size()).sum();
    return new PacketSpace(LEAST_NODES + NODES_PER_RULE * Math.min(rules, MOST_RULES));
  }

  private static List<NeverMatched> inEachChain(String machine, Table table) {
    List<NeverMatched> found = new ArrayList<>();
    for (Chain chain : table.chains()) {
      RuleUse use = new RuleUse(machine, table, space(table));
      if (chain instanceof Chain.Base && isOfIp(chain)) {
        Chain.Base base = (Chain.Base) chain;
        use.run(base, Optional.of(base), use.atHook(base), use.coming(base), true);
      } else if (chain instanceof Chain.Regular) {
        SymbolicPacket packet = SymbolicPacket.in(use.space);
        use.run(asBase(chain), Optional.empty(), packet, use.ofFamily(), true);
      }
      found.addAll(use.found());
    }
    return found;
  }

  private static boolean isOfIp(Chain chain) {
    return chain instanceof Chain.Base && IP_HOOKS.contains(((Chain.Base) chain).hook());
  }

  private void walk() {
    for (Chain chain : table.chains()) {
      if (isOfIp(chain)) {
        Chain.Base base = (Chain.Base) chain;
        run(base, Optional.of(base), atHook(base), coming(base), false);
      }
    }
    for (Chain chain : table.chains()) {
      if (chain instanceof Chain.Regular && !entered.containsKey(chain)) {
        run(asBase(chain), Optional.empty(), SymbolicPacket.in(space), ofFamily(), false);
      }
    }
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

  private void run(
      Chain.Base chain,
      Optional<Chain.Base> base,
      SymbolicPacket packet,
      PacketSet coming,
      boolean alone) {
    Map<String, IpSet> none = Map.of();
    Setting setting =
        new Setting(machine, table, chain.hook(), none, Setting.Contents.ANY, new Doubts(space));
    ChainFlow flow =
        alone
            ? ChainFlow.alone(setting, chain, packet, coming)
            : ChainFlow.withAllRules(setting, chain, packet, coming);
    List<ChainFlow.Passing> passings = flow.passings();
    WalkFrames frames = new WalkFrames(passings);
    for (int i = 0; i < passings.size(); i++) {
      ChainFlow.Passing passing = passings.get(i);
      entered.put(passing.chain(), true);
      ways.computeIfAbsent(passing.rule(), unused -> new ArrayList<>())
          .add(new Way(base, coming, frames, passing, i));
    }
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

  private List<NeverMatched> found() {
    List<NeverMatched> found = new ArrayList<>();
    for (Chain chain : table.chains()) {
      for (Rule rule : chain.rules()) {
        List<Way> all = counting(ways.getOrDefault(rule, List.of()));
        boolean dead =
            !all.isEmpty() && all.stream().allMatch(way -> way.passing().matching().isEmpty());
        if (dead) {
          found.add(explain(chain, rule, all));
        }
      }
    }
    return found;
  }

  /** Ways from chains that nothing leads to count only where there is no other. */
  private static List<Way> counting(List<Way> all) {
    List<Way> real = all.stream().filter(way -> way.base().isPresent()).toList();
    return real.isEmpty() ? all : real;
  }

  private NeverMatched explain(Chain chain, Rule rule, List<Way> all) {
    Map<Rule, Taker> takers = new LinkedHashMap<>();
    PacketSet wanted = space.none();
    for (Way way : all) {
      wanted = wanted.or(explain(way, takers));
    }
    return new NeverMatched(chain, rule, all.get(0).base(), wanted, List.copyOf(takers.values()));
  }

  /** Adds the rules that take a rule's packets on one way; the packets that it is for. */
  private static PacketSet explain(Way way, Map<Rule, Taker> takers) {
    PacketSet wanted = way.frames().wanted(way.at(), way.coming());
    for (ChainFlow.Passing taker : way.frames().takers(way.at(), wanted)) {
      takers.putIfAbsent(taker.rule(), new Taker(taker.chain(), taker.rule()));
    }
    return wanted;
  }

  /** What a rule decides by itself; empty for one that decides nothing, or by a map. */
  public static Optional<Statement> verdict(Rule rule) {
    return rule.statements().stream()
        .filter(s -> s instanceof Statement.Decide || s instanceof Statement.Reject)
        .findFirst();
  }
}
