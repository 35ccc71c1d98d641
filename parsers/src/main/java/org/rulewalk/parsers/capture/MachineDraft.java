package org.rulewalk.parsers.capture;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.rulewalk.parsers.host.ConntrackListing;
import org.rulewalk.parsers.host.SocketListing;
import org.rulewalk.parsers.host.SysctlListing;
import org.rulewalk.parsers.iproute.AddressJson;
import org.rulewalk.parsers.iproute.AddressListing;
import org.rulewalk.parsers.iproute.NeighbourListing;
import org.rulewalk.parsers.iproute.RouteListing;
import org.rulewalk.parsers.iproute.RoutingTables;
import org.rulewalk.parsers.iproute.RuleListing;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Neighbour;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.network.TrackedConnection;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.value.IpVersion;

/** A machine while its files are read, in any order. */
final class MachineDraft {
  private final String name;
  private final Problems problems;
  private final Tally tally;
  private final MachineRules rules;
  private final RoutingTables tables = new RoutingTables();
  private final Set<CaptureFile> present = EnumSet.noneOf(CaptureFile.class);

  private List<Interface> addressesJson = List.of();
  private List<Interface> addresses = List.of();
  private List<Interface> linksJson = List.of();
  private List<Interface> links = List.of();
  private final Listed<Route> routes = new Listed<>();
  private final Listed<Route> routes6 = new Listed<>();
  private final Listed<RoutingRule> routingRules = new Listed<>();
  private final Listed<RoutingRule> routingRules6 = new Listed<>();
  private final Listed<Neighbour> neighbours = new Listed<>();
  private Settings settings = Settings.DEFAULTS;
  private Optional<List<Listener>> listeners = Optional.empty();
  private List<TrackedConnection> connections = List.of();
  private boolean legacy4;
  private boolean legacy6;

  MachineDraft(String name, RuleParsers parsers, Problems problems, Tally tally) {
    this.name = name;
    this.problems = problems;
    this.tally = tally;
    this.rules = new MachineRules(parsers, problems, tally);
  }

  /** What a listing says in its two forms. */
  private static final class Listed<T> {
    private Optional<List<T>> text = Optional.empty();
    private Optional<List<T>> json = Optional.empty();

    /** The text's, which have lines to point at. */
    private Optional<List<T>> best() {
      return text.or(() -> json);
    }

    private List<T> orNone() {
      return best().orElse(List.of());
    }
  }

  /** Reads a file of a kind. */
  void file(FileKind kind, SourceText text) {
    if (kind.isRules()) {
      rules.file(kind, text);
      return;
    }
    kind.captureFile().ifPresent(present::add);
    switch (kind) {
      case ADDRESSES:
        addresses = read(text, t -> AddressListing.parse(t, problems));
        break;
      case ADDRESSES_JSON:
        addressesJson = read(text, t -> AddressJson.parse(t, problems));
        break;
      case LINKS:
        links = read(text, t -> AddressListing.parse(t, problems));
        break;
      case LINKS_JSON:
        linksJson = read(text, t -> AddressJson.parse(t, problems));
        break;
      case NEIGHBOURS:
        neighbours.text = Optional.of(read(text, t -> NeighbourListing.parse(t, problems)));
        break;
      case NEIGHBOURS_JSON:
        neighbours.json = Optional.of(read(text, t -> NeighbourListing.parseJson(t, problems)));
        break;
      case SETTINGS:
        settings = SysctlListing.parse(text, problems);
        tally.all(text.file(), settings.entries().keySet());
        break;
      case SOCKETS:
        listeners = Optional.of(read(text, t -> SocketListing.parse(t, problems)));
        break;
      case LEGACY_NAMES:
        legacy4 = !text.text().isBlank();
        break;
      case LEGACY_NAMES6:
        legacy6 = !text.text().isBlank();
        break;
      case CONNECTIONS:
        connections = read(text, t -> ConntrackListing.parse(t, problems));
        break;
      default:
        routing(kind, text);
    }
  }

  private void routing(FileKind kind, SourceText text) {
    switch (kind) {
      case ROUTES:
        routes.text = listing(text, IpVersion.IPV4, RouteListing::parse);
        break;
      case ROUTES_JSON:
        routes.json = listing(text, IpVersion.IPV4, RouteListing::parseJson);
        break;
      case ROUTES6:
        routes6.text = listing(text, IpVersion.IPV6, RouteListing::parse);
        break;
      case ROUTES6_JSON:
        routes6.json = listing(text, IpVersion.IPV6, RouteListing::parseJson);
        break;
      case RULES:
        routingRules.text = listing(text, IpVersion.IPV4, RuleListing::parse);
        break;
      case RULES_JSON:
        routingRules.json = listing(text, IpVersion.IPV4, RuleListing::parseJson);
        break;
      case RULES6:
        routingRules6.text = listing(text, IpVersion.IPV6, RuleListing::parse);
        break;
      case RULES6_JSON:
        routingRules6.json = listing(text, IpVersion.IPV6, RuleListing::parseJson);
        break;
      default:
        throw new IllegalArgumentException("no kind that a machine is made of: " + kind);
    }
  }

  /** A parser of one of ip's listings. */
  private interface Listing<T> {
    List<T> parse(SourceText text, IpVersion version, RoutingTables tables, Problems problems);
  }

  private <T> Optional<List<T>> listing(SourceText text, IpVersion version, Listing<T> listing) {
    return Optional.of(read(text, t -> listing.parse(t, version, tables, problems)));
  }

  private <T> List<T> read(SourceText text, Function<SourceText, List<T>> parser) {
    List<T> entries = parser.apply(text);
    tally.all(text.file(), entries);
    return entries;
  }

  /** The machine as far as the files tell, with what follows from them. */
  Machine finished() {
    List<Interface> interfaces =
        InterfaceMerge.join(List.of(addressesJson, addresses, linksJson, links), problems);
    if (interfaces.isEmpty()) {
      interfaces.add(InterfaceMerge.loopback());
    }
    Map<String, IpSet> ipsets = rules.ipsets();
    Ruleset ruleset = rules.ruleset();
    return new Machine(
        name,
        interfaces,
        allRoutes(interfaces),
        allRules(),
        neighbours.orNone(),
        settings,
        ruleset,
        ipsets,
        listeners,
        connections,
        missing(),
        Optional.empty());
  }

  private List<Route> allRoutes(List<Interface> interfaces) {
    // `ip route show table all` lists both versions; where IPv6 has a listing of its own, that one
    // counts
    Optional<List<Route>> both = routes.best();
    Optional<List<Route>> six =
        routes6
            .best()
            .or(() -> both.map(all -> of(IpVersion.IPV6, all)).filter(all -> !all.isEmpty()));
    List<Route> all = new ArrayList<>(routesOr(both, interfaces, IpVersion.IPV4));
    all.addAll(routesOr(six, interfaces, IpVersion.IPV6));
    return all;
  }

  private static List<Route> of(IpVersion version, List<Route> routes) {
    return routes.stream().filter(route -> route.destination().version() == version).toList();
  }

  /** Listed routes; without `show table all` those of table local are derived. */
  private static List<Route> routesOr(
      Optional<List<Route>> listed, List<Interface> interfaces, IpVersion version) {
    List<Route> derived = DerivedRoutes.of(interfaces, version);
    if (listed.isEmpty()) {
      return derived;
    }
    List<Route> all = new ArrayList<>(of(version, listed.get()));
    if (all.stream().noneMatch(route -> route.table() == Route.TABLE_LOCAL)) {
      derived.stream().filter(route -> route.table() == Route.TABLE_LOCAL).forEach(all::add);
    }
    return all;
  }

  private List<RoutingRule> allRules() {
    List<RoutingRule> all = new ArrayList<>(rulesOr(routingRules, IpVersion.IPV4));
    all.addAll(rulesOr(routingRules6, IpVersion.IPV6));
    return all;
  }

  private static List<RoutingRule> rulesOr(Listed<RoutingRule> listed, IpVersion version) {
    return listed
        .best()
        .filter(rules -> !rules.isEmpty())
        .orElse(DerivedRoutes.standardRules(version));
  }

  private Set<CaptureFile> missing() {
    Set<CaptureFile> missing = EnumSet.noneOf(CaptureFile.class);
    for (CaptureFile file : CaptureFile.values()) {
      if (!present.contains(file) && !rules.has(file)) {
        missing.add(file);
      }
    }
    if (of(IpVersion.IPV6, routes.orNone()).size() > 0) {
      missing.remove(CaptureFile.ROUTES6);
    }
    // an iptables that does not say that it works on nf_tables is likely to be all there is
    dropUnless(!rules.hasIptables() || rules.worksOnNft(), missing, CaptureFile.NFTABLES);
    // most systems have no legacy tables: their listing is missed only where something says that
    // there are
    dropUnless(legacy4 || rules.lacksLegacy(IpVersion.IPV4), missing, CaptureFile.IPTABLES_LEGACY);
    dropUnless(legacy6 || rules.lacksLegacy(IpVersion.IPV6), missing, CaptureFile.IP6TABLES_LEGACY);
    return missing;
  }

  private static void dropUnless(boolean missed, Set<CaptureFile> missing, CaptureFile file) {
    if (!missed) {
      missing.remove(file);
    }
  }
}
