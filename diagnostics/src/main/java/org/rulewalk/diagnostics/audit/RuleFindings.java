package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.topology.BaseRules;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.symbolic.RuleUse;
import org.rulewalk.simulator.symbolic.RuleUse.MostlyTaken;
import org.rulewalk.simulator.symbolic.RuleUse.NeverMatched;
import org.rulewalk.simulator.symbolic.RuleUse.Redundant;
import org.rulewalk.simulator.symbolic.Sample;
import org.rulewalk.simulator.value.Source;

/** What {@link RuleUse} found in one table, in words: each thing once. */
final class RuleFindings {
  private static final double NEARLY_ALL = 0.9;
  private static final int MOST_TAKERS = 20;

  private final Machine machine;
  private final Table table;
  private final RuleUse.Found use;
  private final RuleRepairs repairs;
  private final Set<Rule> dead = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Chain> unreached = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Finding> found = new ArrayList<>();

  RuleFindings(Network network, Machine machine, Table table, RuleUse.Found use) {
    this.machine = machine;
    this.table = table;
    this.use = use;
    this.repairs = new RuleRepairs(network, machine, table);
    use.never().forEach(never -> dead.add(never.rule()));
    for (Chain chain : table.chains()) {
      List<Rule> leading = leadingTo(chain);
      if (!leading.isEmpty() && dead.containsAll(leading)) {
        unreached.add(chain);
      }
    }
  }

  private List<Rule> leadingTo(Chain chain) {
    return table.chains().stream()
        .flatMap(c -> c.rules().stream())
        .filter(rule -> rule.statements().stream().anyMatch(s -> leads(s, chain.name())))
        .toList();
  }

  private boolean leads(Statement statement, String chain) {
    if (statement instanceof Statement.Decide) {
      return leads(((Statement.Decide) statement).verdict(), chain);
    }
    if (!(statement instanceof Statement.DecideByMap)) {
      return false;
    }
    SetReference map = ((Statement.DecideByMap) statement).map();
    ElementSet elements =
        map instanceof SetReference.Anonymous
            ? ((SetReference.Anonymous) map).elements()
            : Optional.ofNullable(table.sets().get(((SetReference.Named) map).name()))
                .map(set -> set.elements())
                .orElse(null);
    return elements != null
        && elements.elements().stream()
            .anyMatch(e -> e.verdict().filter(verdict -> leads(verdict, chain)).isPresent());
  }

  private static boolean leads(Verdict verdict, String chain) {
    return verdict instanceof Verdict.Jump && ((Verdict.Jump) verdict).chain().equals(chain)
        || verdict instanceof Verdict.Goto && ((Verdict.Goto) verdict).chain().equals(chain);
  }

  List<Finding> all() {
    acceptingAll();
    groups().forEach(this::unreachable);
    partly();
    redundant();
    notKnown(use.notKnown(), "Whether packets get to ", " is not known");
    notKnown(
        use.lossNotKnown(), "How many packets of ", " are decided otherwise before is not known");
    return found;
  }

  private void notKnown(List<Rule> rules, String question, String answer) {
    if (!rules.isEmpty()) {
      String words =
          question
              + RuleNames.numbers(rules.stream().map(Rule::number).toList())
              + " of table "
              + table.title()
              + answer
              + ": comparing them with the rules before takes too long.";
      found.add(UnreachableRules.notDecided(machine, table, words).because(places(rules)));
    }
  }

  /** Those behind the same rules in a chain are told of together. */
  private List<List<NeverMatched>> groups() {
    Map<List<Object>, List<NeverMatched>> groups = new LinkedHashMap<>();
    for (NeverMatched never : use.never()) {
      if (!isSilent(never)) {
        boolean alone =
            never.takers().isEmpty() || isContradicted(never) || isOnlyWay(never.rule());
        groups
            .computeIfAbsent(
                List.of(
                    never.chain().name(),
                    alone ? never.rule().number() : -1,
                    decidesTheSame(never),
                    isMade(never),
                    never.takers().stream().map(t -> t.rule().source()).toList()),
                unused -> new ArrayList<>())
            .add(never);
      }
    }
    return List.copyOf(groups.values());
  }

  private boolean isSilent(NeverMatched never) {
    // the agent ends every list of a VM with a reject, whatever stands before
    boolean endOfList =
        never.rule().number() == never.chain().rules().size()
            && PedosNames.isClientChain(never.chain().name());
    boolean told =
        never.takers().size() == 1
            && found.stream()
                .anyMatch(f -> f.source().equals(never.takers().get(0).rule().source()));
    // somebody said in a chain of their own what PedOS says behind it
    boolean repeated = isMade(never) && decidesTheSame(never);
    return endOfList || told || repeated || unreached.contains(never.chain()) || isUnused(never);
  }

  /** chain-not-used tells of them. */
  private static boolean isUnused(NeverMatched never) {
    return never.base().isEmpty();
  }

  private boolean isMade(NeverMatched never) {
    return BaseRules.isMade(table, never.chain(), never.rule());
  }

  private boolean isOnlyWay(Rule rule) {
    return leadsTo(rule).isPresent();
  }

  /** The chain that a rule leads to, if no packet gets to it. */
  private Optional<Chain> leadsTo(Rule rule) {
    return unreached.stream()
        .filter(chain -> rule.statements().stream().anyMatch(s -> leads(s, chain.name())))
        .findFirst();
  }

  private static boolean isContradicted(NeverMatched never) {
    return never.samePackets() && RuleUse.isOpposite(never.rule(), never.takers().get(0).rule());
  }

  private static boolean decidesTheSame(NeverMatched never) {
    Optional<Statement> verdict = RuleUse.verdict(never.rule());
    return verdict.isPresent()
        && !never.takers().isEmpty()
        && never.takers().stream().allMatch(t -> RuleUse.verdict(t.rule()).equals(verdict));
  }

  private void unreachable(List<NeverMatched> group) {
    NeverMatched first = group.get(0);
    Optional<Chain> only = leadsTo(first.rule());
    boolean same = decidesTheSame(first);
    boolean contradicted = isContradicted(first);
    String id =
        contradicted
            ? "contradicting-rules"
            : only.isPresent() ? "chain-not-reached" : "unreachable-rule";
    boolean note = same || isMade(first);
    List<Rule> others = group.stream().skip(1).map(NeverMatched::rule).toList();
    List<Source> because =
        new ArrayList<>(places(first.takers().stream().map(RuleUse.Taker::rule).toList()));
    others.forEach(rule -> because.add(rule.source()));
    Finding finding =
        new Finding(
                id,
                note ? Finding.Severity.NOTE : Finding.Severity.WARNING,
                machine.name(),
                first.rule().source(),
                message(group, only, same, contradicted))
            .because(because);
    finding = withExample(finding, first.example());
    boolean mend = !first.takers().isEmpty() && !note && group.size() == 1;
    found.add(mend ? finding.mendedBy(repairs.moved(first)) : finding);
  }

  private String message(
      List<NeverMatched> group, Optional<Chain> only, boolean same, boolean contradicted) {
    NeverMatched first = group.get(0);
    String place = named(group.stream().map(NeverMatched::rule).toList(), first.chain());
    if (first.takers().isEmpty()) {
      return "No packet can match " + place + ": its tests exclude each other.";
    }
    String takers = RuleNames.of(first.takers(), first.chain());
    if (contradicted) {
      return "Two rules say the opposite of the very same packets: "
          + takers
          + " comes first, so "
          + place
          + " never decides.";
    }
    boolean one = first.takers().size() == 1;
    String taken =
        takers
            + (one ? " takes" : " together take")
            + " every packet that "
            + those(group)
            + " for.";
    if (only.isPresent()) {
      int rules = only.get().rules().size();
      return "No packet gets to chain "
          + only.get().name()
          + " ("
          + rules
          + (rules == 1 ? " rule" : " rules")
          + "), nor to "
          + place
          + ", which leads there: "
          + taken;
    }
    String nothing = same ? (one ? " Both decide" : " All decide") + " the same." : "";
    return "No packet gets to " + place + ": " + taken + nothing;
  }

  private static String those(List<NeverMatched> group) {
    return group.size() == 1 ? "it is" : "they are";
  }

  private String named(List<Rule> rules, Chain chain) {
    return RuleNames.numbers(rules.stream().map(Rule::number).toList())
        + " of chain "
        + chain.name()
        + " in table "
        + table.title();
  }

  /** A rule that accepts all, where what is behind it, or the policy, would drop. */
  private void acceptingAll() {
    for (Chain chain : table.chains()) {
      if (!(chain instanceof Chain.Base) || ((Chain.Base) chain).type() != Chain.Type.FILTER) {
        continue;
      }
      Optional<Rule> all =
          chain.rules().stream()
              .filter(rule -> RuleUse.accepts(rule) && !hasTests(rule))
              .filter(rule -> !dead.contains(rule) && !BaseRules.isMade(table, chain, rule))
              .findFirst();
      all.ifPresent(rule -> acceptingAll((Chain.Base) chain, rule));
    }
  }

  private static boolean hasTests(Rule rule) {
    return rule.statements().stream()
        .anyMatch(
            s ->
                !(s instanceof Statement.Decide
                    || s instanceof Statement.Note && !(s instanceof Match)));
  }

  private void acceptingAll(Chain.Base chain, Rule rule) {
    List<Rule> behind = chain.rules().subList(rule.number(), chain.rules().size());
    List<Rule> refusing = behind.stream().filter(RuleUse::refuses).toList();
    boolean policy = chain.policy() == Verdict.Simple.DROP;
    if (refusing.isEmpty() && !policy) {
      return;
    }
    String rest =
        behind.isEmpty()
            ? ""
            : " No packet gets to the "
                + (behind.size() == 1 ? "rule" : behind.size() + " rules")
                + " behind it"
                + (refusing.isEmpty()
                    ? "."
                    : ", of which some would drop or reject: " + first(refusing));
    String message =
        "Rule "
            + rule.number()
            + " of chain "
            + chain.name()
            + " in table "
            + table.title()
            + " accepts every packet that gets there"
            + (policy ? ", so the policy, drop, never decides." : ".")
            + rest;
    found.add(
        new Finding(
                "accept-all-before-drop",
                Finding.Severity.WARNING,
                machine.name(),
                rule.source(),
                message)
            .because(places(refusing)));
  }

  private static String first(List<Rule> rules) {
    return RuleNames.numbers(rules.stream().map(Rule::number).toList()) + ".";
  }

  /** One line for each chain: a warning where next to nothing is left of a rule, else a note. */
  private void partly() {
    Map<String, List<MostlyTaken>> byChain = new LinkedHashMap<>();
    for (MostlyTaken taken : use.mostly()) {
      if (!BaseRules.isMade(table, taken.chain(), taken.rule())) {
        byChain.computeIfAbsent(taken.chain().name(), unused -> new ArrayList<>()).add(taken);
      }
    }
    for (List<MostlyTaken> all : byChain.values()) {
      List<MostlyTaken> nearlyAll = all.stream().filter(t -> t.share() > NEARLY_ALL).toList();
      List<MostlyTaken> rest = all.stream().filter(t -> t.share() <= NEARLY_ALL).toList();
      if (!nearlyAll.isEmpty()) {
        found.add(partly(nearlyAll, Finding.Severity.WARNING));
      }
      if (!rest.isEmpty()) {
        found.add(partly(rest, Finding.Severity.NOTE));
      }
    }
  }

  private Finding partly(List<MostlyTaken> all, Finding.Severity severity) {
    MostlyTaken first = all.get(0);
    List<Rule> rules = all.stream().map(MostlyTaken::rule).toList();
    boolean one = all.size() == 1;
    List<Source> because =
        places(
            one
                ? first.takers().stream().map(RuleUse.Taker::rule).toList()
                : rules.subList(1, rules.size()));
    Finding finding =
        new Finding(
            "partly-shadowed-rule",
            severity,
            machine.name(),
            first.rule().source(),
            one ? mostly(first) : some(rules, first.chain(), severity));
    return withExample(finding.because(because), first.example());
  }

  private String some(List<Rule> rules, Chain chain, Finding.Severity severity) {
    return (severity == Finding.Severity.WARNING ? "Nearly all" : "Many")
        + " of the packets that "
        + named(rules, chain)
        + " are for are decided otherwise before.";
  }

  private String mostly(MostlyTaken taken) {
    int percent = (int) Math.floor(taken.share() * 100);
    String does = RuleUse.accepts(taken.takers().get(0).rule()) ? "accept" : "refuse";
    return "Of the packets that "
        + named(List.of(taken.rule()), taken.chain())
        + " is for, "
        + percent
        + " % (of their addresses, ports and protocols) never get there: "
        + RuleNames.of(taken.takers(), taken.chain())
        + " "
        + does
        + (taken.takers().size() == 1 ? "s them." : " them.");
  }

  private void redundant() {
    Map<String, List<Redundant>> byChain = new LinkedHashMap<>();
    for (Redundant redundant : use.redundant()) {
      boolean saysThePolicy =
          redundant.byPolicy() && redundant.deciders().isEmpty() && !hasTests(redundant.rule());
      if (!saysThePolicy && !BaseRules.isMade(table, redundant.chain(), redundant.rule())) {
        byChain
            .computeIfAbsent(redundant.chain().name(), unused -> new ArrayList<>())
            .add(redundant);
      }
    }
    byChain.values().forEach(list -> found.add(redundant(list.get(0).chain(), list)));
  }

  private Finding redundant(Chain chain, List<Redundant> list) {
    List<Rule> rules = list.stream().map(Redundant::rule).toList();
    Redundant first = list.get(0);
    String message;
    List<Source> because = new ArrayList<>(places(rules.subList(1, rules.size())));
    if (rules.size() > 1) {
      message =
          "Each of "
              + named(rules, chain)
              + " could go by itself: every packet would get the same verdict from later rules,"
              + " or by the policy.";
    } else {
      because.addAll(places(first.deciders().stream().map(RuleUse.Taker::rule).toList()));
      message =
          "Without "
              + named(rules, chain)
              + " every packet would get the same verdict, by "
              + deciders(first, chain)
              + ".";
    }
    Finding finding =
        new Finding(
                "redundant-rule",
                Finding.Severity.NOTE,
                machine.name(),
                rules.get(0).source(),
                message)
            .because(because);
    return rules.size() > 1
        ? finding
        : repairs.deleted(chain, rules.get(0)).map(finding::mendedBy).orElse(finding);
  }

  private static String deciders(Redundant redundant, Chain chain) {
    if (redundant.deciders().isEmpty()) {
      return redundant.byPolicy() ? "the policy" : "later rules, or by the policy";
    }
    return RuleNames.of(redundant.deciders(), chain)
        + (redundant.byPolicy() ? " or the policy" : "");
  }

  private Finding withExample(Finding finding, Optional<Sample> sample) {
    return sample
        .map(s -> finding.with(new Finding.Example(machine.name(), s.in(), s.packet())))
        .orElse(finding);
  }

  private static List<Source> places(List<Rule> rules) {
    return rules.stream().limit(MOST_TAKERS).map(Rule::source).toList();
  }
}
