package org.rulewalk.diagnostics.insight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.rulewalk.parsers.nft.NftTextParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Prefix;

/** The network as it would be without what an insight names. Empty where that can't be told. */
public final class Cures implements Insight.Cases<Optional<UnaryOperator<Network>>> {
  private static final Cures INSTANCE = new Cures();

  private Cures() {}

  /** The change. */
  public static Optional<UnaryOperator<Network>> of(Insight insight) {
    return insight.fold(INSTANCE);
  }

  @Override
  public Optional<UnaryOperator<Network>> staleNetvm(Insight.StaleNetvm insight) {
    return Optional.of(new Reattached(insight.attachment())::apply);
  }

  @Override
  public Optional<UnaryOperator<Network>> notRunning(Insight.NotRunning insight) {
    return insight.attachment().map(attachment -> new Reattached(attachment)::apply);
  }

  @Override
  public Optional<UnaryOperator<Network>> spoofed(Insight.Spoofed insight) {
    return insight
        .vm()
        .map(
            vm ->
                network ->
                    network
                        .machine(vm)
                        .map(
                            machine ->
                                network.with(
                                    insight.passedOn()
                                        ? Masquerade.of(machine).apply(machine)
                                        : readdressed(machine, insight)))
                        .orElse(network));
  }

  private static Machine readdressed(Machine machine, Insight.Spoofed insight) {
    IpAddress was = insight.source();
    IpAddress given = insight.given().address();
    List<Interface> devices = new ArrayList<>();
    for (Interface device : machine.interfaces()) {
      List<Interface.Address> addresses =
          device.addresses().stream()
              .map(each -> each.prefix().address().equals(was) ? given(each, given) : each)
              .toList();
      devices.add(device.with(addresses));
    }
    List<Route> routes =
        machine.routes().stream()
            .map(
                route ->
                    route.preferredSource().equals(Optional.of(was)) ? from(route, given) : route)
            .filter(route -> !route.destination().equals(was.toPrefix()))
            .toList();
    return machine.withInterfaces(devices).withRoutes(local(routes, machine, was, given));
  }

  /** The address is this machine's own: the local table says so. */
  private static List<Route> local(
      List<Route> routes, Machine machine, IpAddress was, IpAddress given) {
    List<Route> all = new ArrayList<>(routes);
    machine.routes().stream()
        .filter(route -> route.type() == Route.Type.LOCAL)
        .filter(route -> route.destination().equals(was.toPrefix()))
        .forEach(route -> all.add(to(from(route, given), given.toPrefix())));
    return all;
  }

  private static Interface.Address given(Interface.Address address, IpAddress given) {
    return new Interface.Address(
        new Prefix(given, address.prefix().length()),
        address.peer(),
        address.broadcast(),
        address.scope(),
        address.secondary(),
        true);
  }

  private static Route from(Route route, IpAddress source) {
    return new Route(
        route.destination(),
        route.type(),
        route.table(),
        route.metric(),
        route.hops(),
        Optional.of(source),
        route.scope(),
        route.tos(),
        route.mtuBytes(),
        route.source(),
        route.mtuLocked());
  }

  private static Route to(Route route, Prefix destination) {
    return new Route(
        destination,
        route.type(),
        route.table(),
        route.metric(),
        route.hops(),
        route.preferredSource(),
        route.scope(),
        route.tos(),
        route.mtuBytes(),
        route.source(),
        route.mtuLocked());
  }

  @Override
  public Optional<UnaryOperator<Network>> impersonated(Insight.Impersonated insight) {
    return Optional.empty();
  }

  @Override
  public Optional<UnaryOperator<Network>> namesNotTranslated(Insight.NamesNotTranslated insight) {
    return translating(insight.provider(), insight.resolvers());
  }

  @Override
  public Optional<UnaryOperator<Network>> oldResolver(Insight.OldResolver insight) {
    return translating(insight.provider(), insight.resolvers());
  }

  /** Before whatever else translates them: what the agent would write takes its place. */
  private static Optional<UnaryOperator<Network>> translating(
      String provider, List<IpAddress> resolvers) {
    if (resolvers.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder rules = new StringBuilder();
    int number = 0;
    for (IpAddress virtual : Names.VIRTUAL.stream().sorted().toList()) {
      IpAddress real = resolvers.get(number++ % resolvers.size());
      for (String protocol : List.of("udp", "tcp")) {
        rules.append("  ip daddr ").append(virtual).append(' ').append(protocol);
        rules
            .append(" dport ")
            .append(NatRules.DOMAIN)
            .append(" dnat to ")
            .append(real)
            .append('\n');
      }
    }
    Table table =
        table(
            "chain c {\n  type nat hook prerouting priority -101; policy accept;\n" + rules + " }");
    return Optional.of(
        network ->
            network.machine(provider).map(m -> network.with(plus(m, table))).orElse(network));
  }

  @Override
  public Optional<UnaryOperator<Network>> noResolver(Insight.NoResolver insight) {
    return Optional.empty();
  }

  @Override
  public Optional<UnaryOperator<Network>> resolverNotListed(Insight.ResolverNotListed insight) {
    return Optional.empty();
  }

  @Override
  public Optional<UnaryOperator<Network>> acceptedBefore(Insight.AcceptedBefore insight) {
    return Optional.empty();
  }

  @Override
  public Optional<UnaryOperator<Network>> rulesDiscarded(Insight.RulesDiscarded insight) {
    return Optional.empty();
  }

  /** A table of one's own with these chains. */
  static Table table(String chains) {
    return NftTextParser.parse(
            SourceText.of("fix", "table ip rulewalk {\n " + chains + "\n}\n"), new Problems())
        .tables()
        .get(0);
  }

  static Machine plus(Machine machine, Table table) {
    List<Table> tables = new ArrayList<>(machine.ruleset().tables());
    tables.add(table);
    return machine.with(new Ruleset(tables));
  }
}
