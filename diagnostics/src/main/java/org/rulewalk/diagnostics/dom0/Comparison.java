package org.rulewalk.diagnostics.dom0;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.diagnostics.topology.Generation;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.parsers.dom0.VmRules;
import org.rulewalk.parsers.iptables.IptablesSaveParser;
import org.rulewalk.parsers.nft.NftTextParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * Compares what the agent should have made of a VM's rules with what is there. Which rules had
 * expired when the capture was made no file tells; the chain does: rules are taken to have expired,
 * in the order of their times, if without them the chain is as it should be.
 */
final class Comparison {
  private final String vm;
  private final IpAddress address;
  private final Agent agent;
  private final VmRules rules;
  private final Optional<List<IpAddress>> resolvers;
  private final Optional<Chain> chain;
  private final List<Rule> captured;
  private final List<Shape> shapes;

  Comparison(
      String vm,
      IpAddress address,
      Agent agent,
      VmRules rules,
      Optional<List<IpAddress>> resolvers) {
    this.vm = vm;
    this.address = address;
    this.agent = agent;
    this.rules = rules;
    this.resolvers = resolvers;
    this.chain = agent.chain(address);
    this.captured = chain.map(c -> agent.rulesOf(address, c)).orElse(List.of());
    this.shapes = captured.stream().map(Shape::of).toList();
  }

  /** What the agent should have made, or why it could not. */
  private record Derived(List<Expected> expected, Optional<String> refused) {}

  /**
   * How the rules stand.
   *
   * @param over rules that are known to have expired
   */
  Standing standing(List<FirewallRule> over) {
    List<FirewallRule> listed = new ArrayList<>(listed());
    listed.removeIf(rule -> rule.value("expire").orElse("").startsWith("-"));
    List<FirewallRule> gone = new ArrayList<>(over);
    listed().stream().filter(rule -> !listed.contains(rule)).forEach(gone::add);
    Standing best = standing(listed, gone);
    Set<Long> times = new TreeSet<>();
    listed.forEach(rule -> rule.expires().ifPresent(times::add));
    for (long time : times) {
      if (best.state() == Standing.State.IN_FORCE || chain.isEmpty()) {
        return best;
      }
      List<FirewallRule> left = new ArrayList<>(listed);
      List<FirewallRule> expired = new ArrayList<>(gone);
      listed.stream()
          .filter(rule -> isOver(rule, time))
          .forEach(
              rule -> {
                left.remove(rule);
                expired.add(rule);
              });
      Standing next = standing(left, expired);
      if (next.state() == Standing.State.IN_FORCE || next.made().size() > best.made().size()) {
        best = next;
      }
    }
    return best;
  }

  private static boolean isOver(FirewallRule rule, long time) {
    OptionalLong end = rule.expires();
    return end.isPresent() && end.getAsLong() <= time;
  }

  /** The rules that the list shows: of release 3 those without its words on DNS and the rest. */
  private List<FirewallRule> listed() {
    return isOld() ? rules.old().orElseThrow().rules() : rules.rules();
  }

  private boolean isOld() {
    return agent.generation() == Generation.FORWARD_CHAIN && rules.old().isPresent();
  }

  private Standing standing(List<FirewallRule> counted, List<FirewallRule> expired) {
    Derived derived = derived(counted);
    Map<Integer, Expected> made = new HashMap<>();
    List<Integer> otherResolvers = new ArrayList<>();
    List<Expected> expected = derived.expected();
    Map<Integer, Integer> pairs =
        Alignment.of(
            expected.size(), shapes.size(), (i, j) -> isSame(expected.get(i), shapes.get(j)));
    exchanged(expected, pairs);
    List<Expected> lacking = new ArrayList<>();
    Set<Integer> known = new HashSet<>(pairs.values());
    for (int i = 0; i < expected.size(); i++) {
      Expected each = expected.get(i);
      if (!pairs.containsKey(i)) {
        lacking.add(each);
        continue;
      }
      int place = pairs.get(i);
      made.put(captured.get(place).number(), each);
      if (!each.is(shapes.get(place))) {
        otherResolvers.add(captured.get(place).number());
      }
      others(each, place, known).forEach(other -> made.put(captured.get(other).number(), each));
    }
    List<Rule> strange = strange(known);
    Standing.State state = state(derived, lacking, strange);
    if (state == Standing.State.BLOCKED) {
      // the one reject is there in place of the list, whatever ends it
      made.clear();
    }
    return new Standing(
        vm,
        agent.machine().name(),
        address,
        agent.generation(),
        state,
        rules,
        counted,
        expired,
        expected,
        agent.table(address.version()),
        chain,
        made,
        lacking,
        strange,
        otherResolvers,
        derived.refused());
  }

  /**
   * One rule of dom0 for TCP and UDP becomes two, in either order: agents of iptables keep
   * protocols in a set (qubesagent/firewall.py, {@code protos}).
   */
  private void exchanged(List<Expected> expected, Map<Integer, Integer> pairs) {
    Set<Integer> known = new HashSet<>(pairs.values());
    for (int i = 0; i < expected.size(); i++) {
      for (int beside : new int[] {i - 1, i + 1}) {
        boolean twins =
            !pairs.containsKey(i)
                && pairs.containsKey(beside)
                && expected.get(beside).origin().equals(expected.get(i).origin());
        // it stands on the other side of its twin
        int at = twins ? pairs.get(beside) + (beside - i) : -1;
        if (twins
            && at >= 0
            && at < shapes.size()
            && !known.contains(at)
            && isSame(expected.get(i), shapes.get(at))) {
          pairs.put(i, at);
          known.add(at);
        }
      }
    }
  }

  /** iptables makes a rule of each address that a name has: they stand side by side. */
  private List<Integer> others(Expected expected, int place, Set<Integer> known) {
    List<Integer> found = new ArrayList<>();
    if (expected.host().isEmpty() || agent.generation().isNft()) {
      return found;
    }
    for (int step : new int[] {-1, 1}) {
      int at = place + step;
      while (at >= 0 && at < shapes.size() && !known.contains(at) && expected.is(shapes.get(at))) {
        known.add(at);
        found.add(at);
        at += step;
      }
    }
    return found;
  }

  private static boolean isSame(Expected expected, Shape shape) {
    boolean dns =
        expected.origin().part() == Origin.Part.DNS
            || expected.origin().rule().map(FirewallRule::isForDns).orElse(false);
    return expected.is(shape)
        || dns && !shape.destinations().isEmpty() && expected.resembles(shape);
  }

  /**
   * In release 3 the chain is everybody's: what stands before dom0's rules, where people insert, or
   * behind a client's last may be a user's.
   */
  private List<Rule> strange(Set<Integer> known) {
    boolean shared = agent.generation() == Generation.FORWARD_CHAIN;
    int first = shared && !known.isEmpty() ? firstOfDom0() : 0;
    int last = shared ? known.stream().mapToInt(i -> i).max().orElse(-1) : captured.size();
    List<Rule> found = new ArrayList<>();
    for (int i = first; i < Math.min(last + 1, captured.size()); i++) {
      if (!known.contains(i)) {
        found.add(captured.get(i));
      }
    }
    return found;
  }

  /** dom0's rules begin behind the one that keeps VMs apart: {@code -i vif+ -o vif+ -j DROP}. */
  private int firstOfDom0() {
    int last =
        chain.map(Chain::rules).orElse(List.of()).stream()
            .filter(Comparison::keepsApart)
            .mapToInt(Rule::number)
            .min()
            .orElse(0);
    int first = 0;
    while (first < captured.size() && captured.get(first).number() < last) {
      first++;
    }
    return first;
  }

  private static boolean keepsApart(Rule rule) {
    Shape shape = Shape.of(rule);
    return shape.denies() && shape.tests().isEmpty() && shape.others().size() == 2;
  }

  private Standing.State state(Derived derived, List<Expected> lacking, List<Rule> strange) {
    if (!agent.runs()) {
      return Standing.State.NOT_RUNNING;
    }
    boolean there =
        chain.map(c -> agent.leadsTo(c, address)).orElse(false)
            && (agent.generation() != Generation.FORWARD_CHAIN || !captured.isEmpty());
    if (!there) {
      return Standing.State.MISSING;
    }
    boolean single = shapes.size() == 1 && shapes.get(0).isForAll() && shapes.get(0).denies();
    boolean more = derived.expected().size() > 1 || derived.refused().isPresent();
    if (single && more && agent.generation() != Generation.FORWARD_CHAIN) {
      return Standing.State.BLOCKED;
    }
    return lacking.isEmpty() && strange.isEmpty() ? Standing.State.IN_FORCE : Standing.State.STALE;
  }

  private Derived derived(List<FirewallRule> counted) {
    List<AgentText.Line> lines = lines(counted);
    Problems problems = new Problems();
    List<Rule> parsed = parsed(lines, problems);
    boolean broken = parsed.size() != lines.size() || !problems.list().isEmpty();
    if (broken) {
      String why =
          problems.list().isEmpty()
              ? "a line that no tool reads"
              : problems.list().get(0).message();
      return new Derived(List.of(), Optional.of(why));
    }
    // agents before 4.0.27 wrote a plain drop
    boolean dropping =
        !shapes.isEmpty()
            && agent.generation() == Generation.BESIDE_IPTABLES
            && shapes.get(shapes.size() - 1).does().equals("drop");
    List<Expected> expected = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      AgentText.Line line = lines.get(i);
      Shape shape = Shape.of(parsed.get(i));
      expected.add(
          new Expected(
              line.shown(),
              line.origin(),
              line.host(),
              line.resolvers(),
              dropping ? shape.dropping() : shape));
    }
    return new Derived(expected, Optional.empty());
  }

  private List<AgentText.Line> lines(List<FirewallRule> counted) {
    if (agent.generation() != Generation.FORWARD_CHAIN) {
      return AgentText.of(
          agent.generation(), address.version(), resolvers, counted, this::origin, end());
    }
    return isOld()
        ? OldText.of(
            rules.old().orElseThrow(), counted, address, resolvers, this::origin, this::beside)
        : OldText.ofRelease4(counted, address, resolvers, this::origin, end());
  }

  private Origin origin(FirewallRule rule) {
    return new Origin(vm, Origin.Part.RULE, Optional.of(rule), rule.source(), rule.words());
  }

  private Origin end() {
    Source last =
        rules.rules().isEmpty()
            ? rules.source()
            : rules.rules().get(rules.rules().size() - 1).source();
    Source where = new Source(last.file(), last.line(), last.column(), "");
    return new Origin(
        vm, Origin.Part.END, Optional.empty(), where, "the end of the list: all else is rejected");
  }

  private Origin beside(Origin.Part part) {
    VmRules.Old old = rules.old().orElseThrow();
    return new Origin(vm, part, Optional.empty(), old.source(), words(part, old));
  }

  private static String words(Origin.Part part, VmRules.Old old) {
    switch (part) {
      case DNS:
        return "DNS: " + allowed(old.dns());
      case ICMP:
        return "ICMP: " + allowed(old.icmp());
      case UPDATES:
        return "the proxy for updates: " + allowed(old.yumProxy());
      default:
        return "the policy: " + allowed(old.allows()) + " what is not listed";
    }
  }

  private static String allowed(boolean allows) {
    return allows ? "allow" : "deny";
  }

  private List<Rule> parsed(List<AgentText.Line> lines, Problems problems) {
    StringBuilder text = new StringBuilder();
    boolean nft = agent.generation().isNft();
    boolean six = address.version() == IpVersion.IPV6;
    text.append(
        nft
            ? "table "
                + (six ? "ip6" : "ip")
                + " t {\n set dns-addr {\n type "
                + (six ? "ipv6_addr" : "ipv4_addr")
                + "\n }\n chain c {\n"
            : "*filter\n:C - [0:0]\n");
    lines.forEach(line -> text.append(nft ? "" : "-A C ").append(line.read()).append('\n'));
    text.append(nft ? "}\n}\n" : "COMMIT\n");
    SourceText source = SourceText.of("derived", text.toString());
    List<Table> tables =
        nft
            ? NftTextParser.parse(source, problems).tables()
            : IptablesSaveParser.parse(source, address.version(), Table.Tool.IPTABLES_NFT, problems)
                .tables();
    return tables.stream()
        .flatMap(table -> table.chains().stream())
        .flatMap(c -> c.rules().stream())
        .toList();
  }
}
