package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rulewalk.parsers.iproute.RouteListing;
import org.rulewalk.parsers.iproute.RoutingTables;
import org.rulewalk.parsers.source.Problem;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/** {@code ip route} (ip/iproute.c; net/ipv4/fib_trie.c, net/ipv6/ip6_fib.c). */
final class IpRouteTool {
  private static final long USUAL_METRIC6 = 1024;
  private static final Pattern PROTOCOL = Pattern.compile("\\bproto(?:col)?\\s+(\\S+)");

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

  Outcome run(String verb) {
    if (IpTool.isCalled(verb, "flush", 1)) {
      return flush();
    }
    boolean deletes = IpTool.isCalled(verb, "delete", 1);
    boolean puts =
        List.of("add", "change", "chg", "replace", "append", "prepend").stream()
            .anyMatch(name -> IpTool.isCalled(verb, name, name.equals("append") ? 2 : 1));
    if (!deletes && !puts) {
      return IpTool.unknownCommand(before, "route", verb);
    }
    SourceText text = SourceText.of(invocation.source().file(), String.join(" ", words));
    Problems problems = new Problems();
    List<Route> read = RouteListing.parse(text, version, new RoutingTables(), problems);
    if (read.size() != 1 || !problems.list().isEmpty()) {
      return notRead(problems);
    }
    Route named = read.get(0);
    boolean own = named.type() == Route.Type.LOCAL || named.type() == Route.Type.BROADCAST;
    named = own && !words.contains("table") ? inLocal(named) : named;
    return named.table() < 0 && !isKnownTable(before, named.table())
        ? notKnown("the table's name is not known: /etc/iproute2/rt_tables is not in the capture")
        : deletes ? delete(named) : check(verb, named);
  }

  private Outcome notRead(Problems problems) {
    Optional<String> gateway = IpTool.after(words, "via");
    String target = words.stream().filter(word -> type(word).isEmpty()).findFirst().orElse("");
    Optional<Problem> first = problems.list().stream().findFirst();
    if (first.filter(problem -> problem.id().equals("route-line")).isPresent()) {
      return IpTool.expected(before, "any valid prefix", target);
    }
    if (gateway.filter(word -> IpAddress.parse(word).isEmpty()).isPresent()) {
      String family = version == IpVersion.IPV4 ? "inet" : "inet6";
      return gateway.filter("inet6"::equals).isPresent()
          ? notKnown("a router of the other IP version")
          : IpTool.expected(before, family + " address", gateway.get());
    }
    return notKnown(first.map(Problem::message).orElse("no route is named"));
  }

  private static Optional<Route.Type> type(String word) {
    for (Route.Type type : Route.Type.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(word)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  private static Route inLocal(Route route) {
    boolean local = route.type() == Route.Type.LOCAL;
    return new Route(
        route.destination(),
        route.type(),
        Route.TABLE_LOCAL,
        route.metric(),
        route.hops(),
        route.preferredSource(),
        local ? Interface.Scope.HOST : Interface.Scope.LINK,
        route.tos(),
        route.mtuBytes(),
        route.source(),
        route.mtuLocked());
  }

  /** Whether a route or a rule of the machine names a table that has no number of its own. */
  static boolean isKnownTable(Machine machine, int table) {
    return machine.routes().stream().anyMatch(route -> route.table() == table)
        || machine.routingRules().stream().anyMatch(rule -> rule.table() == table);
  }

  private Outcome check(String verb, Route named) {
    for (Route.Hop hop : named.hops()) {
      if (!hop.device().isEmpty() && before.find(hop.device()).isEmpty()) {
        return IpTool.noDevice(before, hop.device());
      }
    }
    boolean four = version == IpVersion.IPV4;
    Prefix to = named.destination();
    if (four && !to.address().equals(to.first())) {
      return Outcome.refused(before, 2, "Error: Invalid prefix for given prefix length.");
    }
    boolean leads = named.type() == Route.Type.UNICAST || named.type() == Route.Type.LOCAL;
    if (leads && named.hops().isEmpty()) {
      return IpTool.answer(before, "No such device");
    }
    boolean down =
        named.hops().stream()
            .flatMap(hop -> before.find(hop.device()).stream())
            .anyMatch(device -> !device.up());
    if (down) {
      return four
          ? Outcome.refused(before, 2, "Error: Device for nexthop is not up.")
          : Outcome.refused(before, 2, "Error: Nexthop device is not up.");
    }
    boolean strange =
        four && named.preferredSource().filter(source -> !before.has(source)).isPresent();
    if (strange) {
      return Outcome.refused(before, 2, "Error: Invalid prefsrc address.");
    }
    Optional<Route> complete = complete(named);
    if (complete.isEmpty()) {
      return four
          ? Outcome.refused(before, 2, "Error: Nexthop has invalid gateway.")
          : IpTool.answer(before, "No route to host");
    }
    boolean off =
        complete.get().hops().stream()
            .filter(hop -> hop.gateway().isPresent())
            .flatMap(hop -> before.find(hop.device()).stream())
            .anyMatch(device -> !device.up());
    return off ? IpTool.answer(before, "Network is down") : put(verb, complete.get());
  }

  private Outcome put(String verb, Route route) {
    List<Route> routes = new ArrayList<>(before.routes());
    Optional<Route> there = routes.stream().filter(each -> isSame(each, route)).findFirst();
    if (IpTool.isCalled(verb, "add", 1)) {
      if (there.isPresent()) {
        return IpTool.answer(before, "File exists");
      }
      routes.add(route);
    } else if (IpTool.isCalled(verb, "append", 2)) {
      if (routes.stream().anyMatch(each -> each.at(route.source()).equals(route))) {
        return IpTool.answer(before, "File exists");
      }
      routes.add(route);
    } else if (IpTool.isCalled(verb, "prepend", 1)) {
      routes.add(there.map(routes::indexOf).orElse(routes.size()), route);
    } else if (there.isPresent()) {
      boolean behind =
          routes.stream()
              .filter(each -> !each.equals(there.get()))
              .anyMatch(each -> each.at(route.source()).equals(route));
      if (behind && !there.get().at(route.source()).equals(route)) {
        return IpTool.answer(before, "File exists");
      }
      routes.set(routes.indexOf(there.get()), route);
    } else if (IpTool.isCalled(verb, "replace", 1)) {
      routes.add(route);
    } else {
      return IpTool.answer(before, "No such file or directory");
    }
    return Outcome.changed(before.withRoutes(routes));
  }

  private Outcome delete(Route named) {
    boolean typed = words.stream().findFirst().flatMap(IpRouteTool::type).isPresent();
    List<Route> routes = new ArrayList<>(before.routes());
    Optional<Route> found =
        routes.stream()
            .filter(each -> each.destination().equals(named.destination()))
            .filter(each -> each.table() == named.table() && each.tos() == named.tos())
            .filter(each -> named.metric() == 0 || named.metric() == each.metric())
            .filter(each -> !typed || each.type() == named.type())
            .filter(each -> hopsFit(named, each))
            .min(Comparator.comparingLong(Route::metric));
    if (found.isEmpty()) {
      boolean empty =
          named.table() != Route.TABLE_MAIN
              && routes.stream().noneMatch(route -> route.table() == named.table());
      return empty && version == IpVersion.IPV4
          ? Outcome.refused(before, 2, "Error: FIB table does not exist.")
          : IpTool.answer(before, "No such process");
    }
    routes.remove(found.get());
    return Outcome.changed(before.withRoutes(routes));
  }

  private static boolean hopsFit(Route named, Route each) {
    return named.hops().stream()
        .allMatch(
            hop ->
                each.hops().stream()
                    .anyMatch(
                        other ->
                            (hop.device().isEmpty() || hop.device().equals(other.device()))
                                && (hop.gateway().isEmpty()
                                    || hop.gateway().equals(other.gateway()))));
  }

  private static boolean isSame(Route one, Route other) {
    return one.destination().equals(other.destination())
        && one.table() == other.table()
        && one.metric() == other.metric()
        && one.tos() == other.tos();
  }

  /** The route as the kernel keeps it; empty where its router is on no link. */
  private Optional<Route> complete(Route route) {
    boolean six = version == IpVersion.IPV6;
    List<Route.Hop> hops = new ArrayList<>();
    for (Route.Hop hop : route.hops()) {
      if (hop.gateway().isEmpty() || hop.onlink()) {
        hops.add(hop);
        continue;
      }
      boolean near = hop.gateway().get().isLinkLocal() && !hop.device().isEmpty();
      Optional<String> device =
          near
              ? Optional.of(hop.device())
              : device(route.table(), hop.gateway().get(), hop.device());
      if (device.isEmpty()) {
        return Optional.empty();
      }
      hops.add(new Route.Hop(hop.gateway(), device.get(), false, hop.weight(), false));
    }
    boolean nowhere = hops.isEmpty();
    if (six && nowhere) {
      hops.add(new Route.Hop(Optional.empty(), "lo", false, 1, false));
    }
    boolean direct =
        !six
            && route.type() == Route.Type.UNICAST
            && hops.stream().allMatch(hop -> hop.gateway().isEmpty());
    Prefix to = route.destination();
    return Optional.of(
        new Route(
            new Prefix(to.first(), to.length()),
            route.type(),
            route.table(),
            six && route.metric() == 0 ? USUAL_METRIC6 : route.metric(),
            hops,
            route.preferredSource(),
            direct && !words.contains("scope") ? Interface.Scope.LINK : route.scope(),
            route.tos(),
            route.mtuBytes(),
            invocation.made(String.join(" ", invocation.words())),
            route.mtuLocked()));
  }

  /**
   * The device to a router, by the longest direct route: in the route's own table if that isn't
   * main, or else in those that the policy rules ask (fib_check_nh_v4_gw).
   */
  private Optional<String> device(int table, IpAddress router, String wanted) {
    Optional<String> near =
        table == Route.TABLE_MAIN ? Optional.empty() : direct(table, router, wanted);
    if (near.isPresent()) {
      return near;
    }
    for (RoutingRule rule : before.routingRules()) {
      if (!isAsked(rule, router, wanted)) {
        continue;
      }
      boolean looks = rule.action() == RoutingRule.Action.LOOKUP;
      Optional<String> found = looks ? direct(rule.table(), router, wanted) : Optional.empty();
      boolean ends = !looks && rule.action() != RoutingRule.Action.NOP;
      if (found.isPresent() || ends) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Whether a policy rule counts whoever sends, and of whatever class the packet is. */
  private boolean isAsked(RoutingRule rule, IpAddress router, String wanted) {
    return rule.version() == version
        && !rule.not()
        && rule.from().isEmpty()
        && rule.mark().isEmpty()
        && rule.incoming().isEmpty()
        && rule.outgoing().map(wanted::equals).orElse(true)
        && rule.tos() == 0
        && rule.protocol().isEmpty()
        && rule.sourcePorts().isEmpty()
        && rule.destinationPorts().isEmpty()
        && rule.action() != RoutingRule.Action.GOTO
        && rule.to().map(to -> to.contains(router)).orElse(true);
  }

  private Optional<String> direct(int table, IpAddress router, String wanted) {
    return before.routes().stream()
        .filter(route -> route.table() == table)
        .filter(route -> route.destination().contains(router))
        .filter(route -> route.type() == Route.Type.UNICAST || route.type() == Route.Type.LOCAL)
        .filter(route -> route.hops().stream().allMatch(hop -> hop.gateway().isEmpty()))
        .filter(
            route ->
                wanted.isEmpty()
                    || route.hops().stream().anyMatch(hop -> hop.device().equals(wanted)))
        .max(Comparator.comparingInt(route -> route.destination().length()))
        .flatMap(route -> route.hops().stream().map(Route.Hop::device).findFirst());
  }

  /** Which routes go: those of main, unless another table is named, that all words fit. */
  private Outcome flush() {
    if (words.contains("cache")) {
      return Outcome.nothing(before, 0);
    }
    if (words.isEmpty()) {
      return notKnown("`ip route flush` names no routes");
    }
    Predicate<Route> fits = route -> route.destination().version() == version;
    String table = "main";
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String value = i + 1 < words.size() ? words.get(i + 1) : "";
      Optional<Predicate<Route>> next = selector(word, value);
      Optional<Prefix> bare = prefix(word);
      if (word.equals("table")) {
        table = value;
        i++;
      } else if (next.isPresent()) {
        fits = fits.and(next.get());
        i++;
      } else if (bare.isPresent()) {
        fits = fits.and(route -> route.destination().equals(bare.get()));
      } else {
        return notKnown("which routes are flushed is not worked out here");
      }
    }
    if (!table.equals("all")) {
      int number = new RoutingTables().number(table);
      fits = fits.and(route -> route.table() == number);
    }
    return Outcome.changed(
        before.withRoutes(before.routes().stream().filter(fits.negate()).toList()));
  }

  private Optional<Prefix> prefix(String word) {
    return word.equals("default") ? Optional.of(Prefix.all(version)) : Prefix.parse(word);
  }

  private Optional<Predicate<Route>> selector(String word, String value) {
    Optional<Prefix> prefix = prefix(value);
    switch (word) {
      case "dev":
        return Optional.of(
            route -> route.hops().stream().anyMatch(hop -> hop.device().equals(value)));
      case "scope":
        return Optional.of(route -> route.scope().name().equals(value.toUpperCase(Locale.ROOT)));
      case "type":
        return type(value).map(type -> route -> route.type() == type);
      case "proto":
      case "protocol":
        return Optional.of(route -> protocol(route).equals(value));
      case "root":
        return prefix.map(wide -> route -> wide.contains(route.destination()));
      case "match":
        return prefix.map(narrow -> route -> route.destination().contains(narrow));
      case "exact":
      case "to":
        return prefix.map(same -> route -> route.destination().equals(same));
      case "via":
        return IpAddress.parse(value)
            .map(
                router ->
                    route ->
                        route.hops().stream()
                            .anyMatch(hop -> hop.gateway().filter(router::equals).isPresent()));
      default:
        return Optional.empty();
    }
  }

  /** Who made the route, which the listing says. */
  private static String protocol(Route route) {
    Matcher named = PROTOCOL.matcher(route.source().text());
    return named.find() ? named.group(1) : "boot";
  }
}
