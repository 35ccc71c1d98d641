package org.rulewalk.simulator.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * The forwarding information base of a machine: its policy rules and routing tables.
 *
 * <p>Immutable. A lookup costs one hash per prefix length that occurs in each table that is asked.
 */
public final class Fib {
  private final List<RoutingRule> rules;
  private final Map<Integer, Table> tables4 = new HashMap<>();
  private final Map<Integer, Table> tables6 = new HashMap<>();
  private final Set<IpVersion> customRules = EnumSet.noneOf(IpVersion.class);
  private final Set<IpVersion> portRules = EnumSet.noneOf(IpVersion.class);

  /** A base of these rules and routes, of both versions. */
  public Fib(List<RoutingRule> rules, List<Route> routes) {
    this.rules = rules.stream().sorted(Comparator.comparingLong(RoutingRule::priority)).toList();
    for (Route route : routes) {
      tables(route.destination().version())
          .computeIfAbsent(route.table(), unused -> new Table())
          .add(route);
    }
    for (RoutingRule rule : rules) {
      if (!isStandard(rule)) {
        customRules.add(rule.version());
      }
      if (rule.protocol().isPresent()
          || rule.sourcePorts().isPresent()
          || rule.destinationPorts().isPresent()) {
        portRules.add(rule.version());
      }
    }
  }

  private Map<Integer, Table> tables(IpVersion version) {
    return version == IpVersion.IPV4 ? tables4 : tables6;
  }

  /** Routes of one prefix length, by their first address. */
  private static final class Group {
    private final int length;
    private final Bits mask;
    private final Map<Bits, List<Route>> routes = new HashMap<>();

    Group(Prefix example) {
      this.length = example.length();
      this.mask = Bits.prefixMask(length, example.version().addressBits());
    }

    List<Route> at(IpAddress address) {
      return routes.getOrDefault(address.value().and(mask), List.of());
    }
  }

  /** Routes of one version by prefix length, longest first. */
  private static final class Table {
    private final List<Group> groups = new ArrayList<>();

    void add(Route route) {
      List<Route> same =
          group(route.destination())
              .routes
              .computeIfAbsent(route.destination().first().value(), unused -> new ArrayList<>());
      int place = same.size();
      // IPv4 asks routes with a type of service first, then by metric; equals stay in order
      while (place > 0 && comesBefore(route, same.get(place - 1))) {
        place--;
      }
      same.add(place, route);
    }

    private Group group(Prefix destination) {
      int place = 0;
      while (place < groups.size() && groups.get(place).length > destination.length()) {
        place++;
      }
      if (place == groups.size() || groups.get(place).length != destination.length()) {
        groups.add(place, new Group(destination));
      }
      return groups.get(place);
    }

    private static boolean comesBefore(Route a, Route b) {
      return a.tos() != b.tos() ? a.tos() > b.tos() : a.metric() < b.metric();
    }

    Optional<Candidate> find(Flow flow) {
      for (Group group : groups) {
        for (Route route : group.at(flow.destination())) {
          Optional<Candidate> candidate = usable(route, flow);
          if (candidate.isPresent()) {
            return candidate;
          }
        }
      }
      return Optional.empty();
    }

    private static Optional<Candidate> usable(Route route, Flow flow) {
      if (route.tos() != 0 && route.tos() != (flow.tos() & 0x1e)) {
        return Optional.empty();
      }
      if (leadsNowhere(route.type())) {
        return flow.isBoundToLink()
            ? Optional.empty()
            : Optional.of(new Candidate(route, Optional.empty(), false));
      }
      Optional<Route.Hop> first = Optional.empty();
      for (Route.Hop hop : route.hops()) {
        if (!leads(hop, flow)) {
          continue;
        }
        if (first.isPresent()) {
          return Optional.of(new Candidate(route, first, true));
        }
        first = Optional.of(hop);
      }
      return first.isEmpty() ? Optional.empty() : Optional.of(new Candidate(route, first, false));
    }

    private static boolean leads(Route.Hop hop, Flow flow) {
      return !hop.dead()
          && (flow.outgoing().isEmpty() || hop.device().equals(flow.outgoing().get()))
          && (!flow.staysOnItsLink() || hop.device().equals(flow.incoming()));
    }
  }

  private record Candidate(Route route, Optional<Route.Hop> hop, boolean ambiguous) {}

  /** Whether a route of this type has no next hop. */
  public static boolean leadsNowhere(Route.Type type) {
    switch (type) {
      case BLACKHOLE:
      case UNREACHABLE:
      case PROHIBIT:
      case THROW:
        return true;
      default:
        return false;
    }
  }

  /** The policy rules of both versions, in the order in which they are asked. */
  public List<RoutingRule> rules() {
    return rules;
  }

  /** The routes of a table in the order in which a lookup prefers them. */
  public List<Route> routes(IpVersion version, int table) {
    Table found = tables(version).get(table);
    return found == null
        ? List.of()
        : found.groups.stream()
            .flatMap(group -> group.routes.values().stream())
            .flatMap(List::stream)
            .toList();
  }

  /** Asks the tables, in the order of the policy rules. */
  public Lookup lookup(Flow flow) {
    long resumeAt = Long.MIN_VALUE;
    for (RoutingRule rule : rules) {
      if (rule.version() != flow.version() || rule.priority() < resumeAt || !selects(rule, flow)) {
        continue;
      }
      switch (rule.action()) {
        case GOTO:
          resumeAt = rule.gotoPriority();
          break;
        case UNREACHABLE:
          return failed(Lookup.Failure.NETWORK_UNREACHABLE, Optional.empty(), rule);
        case PROHIBIT:
          return failed(Lookup.Failure.PROHIBITED, Optional.empty(), rule);
        case BLACKHOLE:
          return failed(Lookup.Failure.BLACKHOLE, Optional.empty(), rule);
        case LOOKUP:
          Optional<Lookup> answer = ask(rule, flow);
          if (answer.isPresent()) {
            return answer.get();
          }
          break;
        default:
          break;
      }
    }
    return new Lookup.Failed(
        Lookup.Failure.NETWORK_UNREACHABLE, Optional.empty(), Optional.empty());
  }

  private static Lookup failed(Lookup.Failure failure, Optional<Route> route, RoutingRule rule) {
    return new Lookup.Failed(failure, route, Optional.of(rule));
  }

  /** Empty where the search goes on with the next rule. */
  private Optional<Lookup> ask(RoutingRule rule, Flow flow) {
    Table table = tables(flow.version()).get(rule.table());
    Optional<Candidate> found = table == null ? Optional.empty() : table.find(flow);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Route route = found.get().route();
    switch (route.type()) {
      case THROW:
        return Optional.empty();
      case BLACKHOLE:
        return Optional.of(failed(Lookup.Failure.BLACKHOLE, Optional.of(route), rule));
      case UNREACHABLE:
        return Optional.of(failed(Lookup.Failure.HOST_UNREACHABLE, Optional.of(route), rule));
      case PROHIBIT:
        return Optional.of(failed(Lookup.Failure.PROHIBITED, Optional.of(route), rule));
      default:
        boolean suppressed =
            rule.suppressPrefixLength() >= 0
                && route.destination().length() <= rule.suppressPrefixLength();
        return suppressed
            ? Optional.empty()
            : Optional.of(
                new Lookup.Found(
                    route, found.get().hop().orElseThrow(), rule, found.get().ambiguous()));
    }
  }

  /** Whether a rule's selectors hold (fib_rule_match). */
  private static boolean selects(RoutingRule rule, Flow flow) {
    boolean holds =
        (rule.from().isEmpty() || rule.from().get().contains(flow.source()))
            && (rule.to().isEmpty() || rule.to().get().contains(flow.destination()))
            && (rule.incoming().isEmpty() || rule.incoming().get().equals(flow.incoming()))
            && (rule.outgoing().isEmpty() || rule.outgoing().equals(flow.outgoing()))
            && (rule.mark().isEmpty()
                || ((flow.mark() ^ rule.mark().getAsLong()) & rule.markMask()) == 0)
            && (rule.tos() == 0 || rule.tos() == (flow.tos() & 0xfc))
            && (rule.protocol().isEmpty() || rule.protocol().getAsInt() == flow.protocol())
            && within(rule.sourcePorts(), flow.sourcePort(), flow)
            && within(rule.destinationPorts(), flow.destinationPort(), flow);
    return holds != rule.not();
  }

  private static boolean within(Optional<RoutingRule.PortRange> range, int port, Flow flow) {
    return range.isEmpty()
        || flow.protocol() != 0 && port >= range.get().low() && port <= range.get().high();
  }

  /** Whether rules beside the usual three (two for IPv6) exist. */
  public boolean hasCustomRules(IpVersion version) {
    return customRules.contains(version);
  }

  private static boolean isStandard(RoutingRule rule) {
    boolean place =
        rule.priority() == 0 && rule.table() == Route.TABLE_LOCAL
            || rule.priority() == 32766 && rule.table() == Route.TABLE_MAIN
            || rule.priority() == 32767 && rule.table() == Route.TABLE_DEFAULT;
    return place && rule.from().isEmpty() && rule.to().isEmpty() && rule.mark().isEmpty();
  }

  /** Whether a rule looks at protocol or ports, so that packets are taken apart before routing. */
  public boolean looksAtPorts(IpVersion version) {
    return portRules.contains(version);
  }

  /** The route of one table alone to an address. */
  public Optional<Route> inTable(int table, IpAddress address, Optional<String> device) {
    Table found = tables(address.version()).get(table);
    if (found == null) {
      return Optional.empty();
    }
    Flow flow = Flow.to(address);
    return found.find(device.map(flow::withOutgoing).orElse(flow)).map(Candidate::route);
  }
}
