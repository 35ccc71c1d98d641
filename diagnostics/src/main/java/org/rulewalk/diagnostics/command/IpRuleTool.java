package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.rulewalk.parsers.iproute.RoutingTables;
import org.rulewalk.parsers.iproute.RuleListing;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/** {@code ip rule} (ip/iprule.c; net/core/fib_rules.c). */
final class IpRuleTool {
  private static final List<String> ACTIONS =
      List.of("lookup", "goto", "nop", "blackhole", "unreachable", "prohibit");

  private final Machine before;
  private final Invocation invocation;
  private final IpVersion version;
  private final List<String> words;

  IpRuleTool(Machine before, Invocation invocation, IpVersion version, List<String> words) {
    this.before = before;
    this.invocation = invocation;
    this.version = version;
    this.words = new ArrayList<>(words);
  }

  private Outcome notKnown(String why) {
    return Outcome.notUnderstood(before, why);
  }

  Outcome run(String verb) {
    boolean adds = IpTool.isCalled(verb, "add", 1);
    boolean deletes = IpTool.isCalled(verb, "delete", 1);
    if (IpTool.isCalled(verb, "flush", 1)) {
      return words.isEmpty()
          ? Outcome.changed(
              before.withRoutingRules(
                  before.routingRules().stream()
                      .filter(rule -> rule.version() != version || rule.priority() == 0)
                      .toList()))
          : notKnown("which rules are flushed is not worked out here");
    }
    if (!adds && !deletes) {
      return IpTool.unknownCommand(before, "rule", verb);
    }
    if (words.isEmpty()) {
      return adds
          ? Outcome.refused(before, 1, "\"ip rule add\" requires arguments.")
          : Outcome.refused(before, 1, "\"ip rule del\" requires arguments.");
    }
    for (String key : List.of("from", "to")) {
      String value = IpTool.after(words, key).orElse("all");
      if (Prefix.parse(value).isEmpty() && !List.of("all", "any", "default").contains(value)) {
        return IpTool.expected(before, "any valid prefix", value);
      }
      Optional<Prefix> prefix = Prefix.parse(value);
      if (prefix.filter(p -> p.version() != version).isPresent()) {
        String what = key.equals("from") ? "source" : "dest";
        return Outcome.refused(before, 2, "Error: Invalid " + what + " address.");
      }
    }
    OptionalLong priority = takePriority();
    words.replaceAll(word -> word.equals("table") ? "lookup" : word);
    return adds ? add(priority) : delete(priority);
  }

  private OptionalLong takePriority() {
    for (int i = 0; i + 1 < words.size(); i++) {
      String word = words.get(i);
      boolean named =
          List.of("preference", "priority", "order").stream()
              .anyMatch(name -> IpTool.isCalled(word, name, 3));
      if (named && words.get(i + 1).matches("\\d{1,10}")) {
        long value = Long.parseLong(words.get(i + 1));
        words.subList(i, i + 2).clear();
        return OptionalLong.of(value);
      }
    }
    return OptionalLong.empty();
  }

  /** The rule as a listing would have it. */
  private Optional<RoutingRule> read(long priority) {
    String from = words.contains("from") ? "" : "from all ";
    boolean acts = words.stream().anyMatch(ACTIONS::contains);
    String line = priority + ":\t" + from + String.join(" ", words) + (acts ? "" : " lookup main");
    Problems problems = new Problems();
    List<RoutingRule> read =
        RuleListing.parse(
            SourceText.of(invocation.source().file(), line),
            version,
            new RoutingTables(),
            problems);
    Source source = invocation.made(line);
    return read.size() == 1 && problems.list().isEmpty()
        ? Optional.of(read.get(0).at(source))
        : Optional.empty();
  }

  private Outcome add(OptionalLong wanted) {
    long priority = wanted.orElse(free());
    Optional<RoutingRule> read = read(priority);
    if (read.isEmpty()) {
      return notKnown("the rule is not understood");
    }
    RoutingRule named = read.get();
    if (named.table() < 0 && !IpRouteTool.isKnownTable(before, named.table())) {
      return notKnown(
          "the table's name is not known: /etc/iproute2/rt_tables is not in the capture");
    }
    List<RoutingRule> rules = new ArrayList<>(before.routingRules());
    if (rules.stream().anyMatch(rule -> rule.at(named.source()).equals(named))) {
      return IpTool.answer(before, "File exists");
    }
    int at = 0;
    while (at < rules.size()
        && (rules.get(at).version() != version || rules.get(at).priority() <= priority)) {
      at++;
    }
    rules.add(at, named);
    return Outcome.changed(before.withRoutingRules(rules));
  }

  /** The place that the kernel gives: one before the second rule (fib_default_rule_pref). */
  private long free() {
    List<Long> places =
        before.routingRules().stream()
            .filter(rule -> rule.version() == version)
            .map(RoutingRule::priority)
            .toList();
    return places.size() > 1 && places.get(1) > 0 ? places.get(1) - 1 : 0;
  }

  /** What is not named does not count (rule_find). */
  private Outcome delete(OptionalLong priority) {
    Optional<RoutingRule> read = words.isEmpty() ? Optional.empty() : read(0);
    if (!words.isEmpty() && read.isEmpty()) {
      return notKnown("the rule is not understood");
    }
    Predicate<RoutingRule> meant =
        rule ->
            rule.version() == version
                && (priority.isEmpty() || rule.priority() == priority.getAsLong())
                && read.map(named -> fits(rule, named)).orElse(true);
    List<RoutingRule> rules = new ArrayList<>(before.routingRules());
    Optional<RoutingRule> found = rules.stream().filter(meant).findFirst();
    if (found.isEmpty()) {
      return IpTool.answer(before, "No such file or directory");
    }
    rules.remove(found.get());
    return Outcome.changed(before.withRoutingRules(rules));
  }

  private boolean fits(RoutingRule rule, RoutingRule named) {
    boolean acts = words.stream().anyMatch(ACTIONS::contains);
    boolean action =
        !acts || named.action() == RoutingRule.Action.LOOKUP || rule.action() == named.action();
    boolean table =
        !words.contains("lookup") || named.table() == 0 || rule.table() == named.table();
    return action
        && table
        && (named.from().isEmpty() || named.from().equals(rule.from()))
        && (named.to().isEmpty() || named.to().equals(rule.to()))
        && (named.incoming().isEmpty() || named.incoming().equals(rule.incoming()))
        && (named.outgoing().isEmpty() || named.outgoing().equals(rule.outgoing()))
        && (named.mark().isEmpty()
            || named.mark().equals(rule.mark()) && named.markMask() == rule.markMask())
        && (named.tos() == 0 || named.tos() == rule.tos())
        && (named.protocol().isEmpty() || named.protocol().equals(rule.protocol()))
        && (named.sourcePorts().isEmpty() || named.sourcePorts().equals(rule.sourcePorts()))
        && (named.destinationPorts().isEmpty()
            || named.destinationPorts().equals(rule.destinationPorts()));
  }
}
