package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.iproute.RouteListing;
import org.rulewalk.parsers.iproute.RoutingTables;
import org.rulewalk.parsers.iproute.RuleListing;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** {@code ip route} and {@code ip rule}. */
final class IpRouteTool {
  private static final int BEFORE_MAIN = 32766;

  private final Machine before;
  private final Invocation invocation;
  private final IpVersion version;
  private final List<String> words;

  IpRouteTool(Machine before, Invocation invocation, IpVersion version, List<String> words) {
    this.before = before;
    this.invocation = invocation;
    this.version = version;
    this.words = words;
  }

  private Outcome notKnown(String why) {
    return Outcome.notUnderstood(before, why);
  }

  private static Outcome answer(Machine machine, String error) {
    return Outcome.refused(machine, 2, "RTNETLINK answers: " + error);
  }

  Outcome route(String verb) {
    if (IpTool.isCalled(verb, "flush", 1)) {
      return words.contains("cache")
          ? Outcome.nothing(before, 0)
          : notKnown("which routes are flushed is not worked out here");
    }
    String line = String.join(" ", words.subList(1, words.size()));
    SourceText text = SourceText.of(invocation.source().file(), line);
    Problems problems = new Problems();
    List<Route> read = RouteListing.parse(text, version, new RoutingTables(), problems);
    if (read.size() != 1 || !problems.list().isEmpty()) {
      return notKnown(
          problems.list().stream().findFirst().map(p -> p.message()).orElse("no route is named"));
    }
    Route named = read.get(0);
    if (IpTool.isCalled(verb, "delete", 1)) {
      return delete(named);
    }
    for (Route.Hop hop : named.hops()) {
      if (!hop.device().isEmpty() && before.find(hop.device()).isEmpty()) {
        return Outcome.refused(before, 1, "Cannot find device \"" + hop.device() + "\"");
      }
    }
    Optional<Route> complete = complete(named);
    if (complete.isEmpty()) {
      return Outcome.refused(before, 2, "Error: Nexthop has invalid gateway.");
    }
    return put(verb, complete.get());
  }

  private Outcome put(String verb, Route route) {
    List<Route> routes = new ArrayList<>(before.routes());
    boolean there = routes.stream().anyMatch(each -> isSame(each, route));
    boolean adds = IpTool.isCalled(verb, "add", 1);
    if (adds && there) {
      return answer(before, "File exists");
    }
    if (IpTool.isCalled(verb, "change", 1) && !there) {
      return answer(before, "No such file or directory");
    }
    boolean replaces = IpTool.isCalled(verb, "replace", 1) || IpTool.isCalled(verb, "change", 1);
    if (replaces) {
      routes.removeIf(each -> isSame(each, route));
    } else if (!adds && !IpTool.isCalled(verb, "append", 2)) {
      return notKnown("`ip route " + verb + "` is not known here");
    }
    routes.add(route);
    return Outcome.changed(before.withRoutes(routes));
  }

  private Outcome delete(Route named) {
    List<Route> routes = new ArrayList<>(before.routes());
    for (Route each : routes) {
      boolean metric = named.metric() == 0 || named.metric() == each.metric();
      boolean same =
          each.destination().equals(named.destination())
              && each.table() == named.table()
              && metric
              && hopsFit(named, each);
      if (same) {
        routes.remove(each);
        return Outcome.changed(before.withRoutes(routes));
      }
    }
    return answer(before, "No such process");
  }

  private static boolean hopsFit(Route named, Route each) {
    for (Route.Hop hop : named.hops()) {
      boolean fits =
          each.hops().stream()
              .anyMatch(
                  other ->
                      (hop.device().isEmpty() || hop.device().equals(other.device()))
                          && (hop.gateway().isEmpty() || hop.gateway().equals(other.gateway())));
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSame(Route one, Route other) {
    return one.destination().equals(other.destination())
        && one.table() == other.table()
        && one.metric() == other.metric()
        && one.tos() == other.tos();
  }

  /** The route with the device that leads to its router; empty where none does. */
  private Optional<Route> complete(Route route) {
    List<Route.Hop> hops = new ArrayList<>();
    for (Route.Hop hop : route.hops()) {
      if (hop.gateway().isEmpty() || hop.onlink()) {
        hops.add(hop);
        continue;
      }
      Optional<String> device = device(hop.gateway().get(), hop.device());
      if (device.isEmpty()) {
        return Optional.empty();
      }
      hops.add(new Route.Hop(hop.gateway(), device.get(), false, hop.weight(), false));
    }
    return Optional.of(
        new Route(
            route.destination(),
            route.type(),
            route.table(),
            route.metric(),
            hops,
            route.preferredSource(),
            hops.stream().allMatch(hop -> hop.gateway().isEmpty())
                ? route.scope()
                : Interface.Scope.GLOBAL,
            route.tos(),
            route.mtuBytes(),
            invocation.made(String.join(" ", invocation.words()))));
  }

  private Optional<String> device(IpAddress router, String wanted) {
    return before.routes().stream()
        .filter(route -> route.table() == Route.TABLE_MAIN)
        .filter(route -> route.destination().contains(router))
        .flatMap(route -> route.hops().stream())
        .filter(hop -> hop.gateway().isEmpty())
        .map(Route.Hop::device)
        .filter(device -> wanted.isEmpty() || device.equals(wanted))
        .findFirst();
  }

  Outcome rule(String verb) {
    List<String> rest = new ArrayList<>(words.subList(1, words.size()));
    Optional<String> priority =
        IpTool.after(rest, "pref")
            .or(() -> IpTool.after(rest, "priority"))
            .or(() -> IpTool.after(rest, "preference"));
    for (String key : List.of("pref", "priority", "preference")) {
      int at = rest.indexOf(key);
      if (at >= 0 && at + 1 < rest.size()) {
        rest.remove(at);
        rest.remove(at);
      }
    }
    rest.replaceAll(word -> word.equals("table") ? "lookup" : word);
    List<RoutingRule> rules = new ArrayList<>(before.routingRules());
    if (IpTool.isCalled(verb, "delete", 1) && rest.isEmpty() && priority.isPresent()) {
      return delete(rules, rule -> String.valueOf(rule.priority()).equals(priority.get()));
    }
    long place = priority.filter(p -> p.matches("\\d{1,9}")).map(Long::parseLong).orElse(free());
    String line =
        place + ":\t" + (rest.contains("from") ? "" : "from all ") + String.join(" ", rest);
    Problems problems = new Problems();
    List<RoutingRule> read =
        RuleListing.parse(
            SourceText.of(invocation.source().file(), line),
            version,
            new RoutingTables(),
            problems);
    if (read.size() != 1 || !problems.list().isEmpty()) {
      return notKnown("the rule is not understood");
    }
    RoutingRule named = read.get(0);
    if (IpTool.isCalled(verb, "delete", 1)) {
      return delete(
          rules, rule -> isSame(rule, named) && (priority.isEmpty() || rule.priority() == place));
    }
    if (!IpTool.isCalled(verb, "add", 1)) {
      return notKnown("`ip rule " + verb + "` is not known here");
    }
    if (rules.stream().anyMatch(rule -> isSame(rule, named) && rule.priority() == place)) {
      return answer(before, "File exists");
    }
    int at = 0;
    while (at < rules.size()
        && (rules.get(at).version() != version || rules.get(at).priority() <= place)) {
      at++;
    }
    rules.add(at, named);
    return Outcome.changed(before.withRoutingRules(rules));
  }

  /** The place that the kernel gives: one before the first rule that isn't that of table local. */
  private long free() {
    return before.routingRules().stream()
            .filter(rule -> rule.version() == version && rule.priority() > 0)
            .mapToLong(RoutingRule::priority)
            .min()
            .orElse(BEFORE_MAIN)
        - 1;
  }

  private Outcome delete(
      List<RoutingRule> rules, java.util.function.Predicate<RoutingRule> wanted) {
    for (RoutingRule rule : rules) {
      if (rule.version() == version && wanted.test(rule)) {
        rules.remove(rule);
        return Outcome.changed(before.withRoutingRules(rules));
      }
    }
    return answer(before, "No such file or directory");
  }

  private static boolean isSame(RoutingRule one, RoutingRule other) {
    return one.version() == other.version()
        && one.not() == other.not()
        && one.from().equals(other.from())
        && one.to().equals(other.to())
        && one.incoming().equals(other.incoming())
        && one.outgoing().equals(other.outgoing())
        && one.mark().equals(other.mark())
        && one.action().equals(other.action());
  }
}
