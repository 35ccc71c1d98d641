package org.rulewalk.diagnostics.insight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * A VM joined to its provider anew, as PedOS does it (core-agent-linux, network/vif-route and
 * setup-ip): interfaces up, a route to the VM there and a default route here, and its address among
 * those that the provider lets in.
 */
final class Reattached {
  private static final int MTU_BYTES = 1500;
  private static final long CLIENTS = 2;
  private static final int METRIC = 32752;

  private final Attachment attachment;

  Reattached(Attachment attachment) {
    this.attachment = attachment;
  }

  Network apply(Network network) {
    Optional<Machine> client = network.machine(attachment.vm());
    Optional<Machine> provider = network.machine(attachment.provider());
    if (client.isEmpty() || provider.isEmpty()) {
      return network;
    }
    String vif = attachment.vif().orElseGet(() -> unused(provider.get()));
    Network changed = network.with(client(client.get())).with(provider(provider.get(), vif));
    boolean linked =
        network.peers(new Link.End(attachment.vm(), attachment.uplink())).stream()
            .anyMatch(end -> end.equals(new Link.End(attachment.provider(), vif)));
    return linked ? changed : linked(changed, vif);
  }

  private static String unused(Machine provider) {
    int number = 1;
    while (provider.find("vif" + number + ".0").isPresent()) {
      number++;
    }
    return "vif" + number + ".0";
  }

  private Network linked(Network network, String vif) {
    Link.End here = new Link.End(attachment.vm(), attachment.uplink());
    Link.End there = new Link.End(attachment.provider(), vif);
    List<Link> links = new ArrayList<>();
    network.links().stream()
        .filter(link -> !link.ends().contains(here) && !link.ends().contains(there))
        .forEach(links::add);
    links.add(new Link(List.of(here, there), Link.Origin.NETVM_LIST));
    return new Network(network.machines(), links);
  }

  private Machine client(Machine machine) {
    List<Interface> devices = up(machine, attachment.uplink(), attachment.address(), 0);
    List<Route> routes = new ArrayList<>(machine.routes());
    boolean leads =
        routes.stream()
            .anyMatch(
                r ->
                    r.destination().version() == IpVersion.IPV4
                        && r.destination().length() == 0
                        && r.type() == Route.Type.UNICAST);
    if (!leads) {
      attachment
          .gateway()
          .ifPresent(
              gateway -> {
                routes.add(route(gateway, attachment.uplink(), 0));
                routes.add(byGateway(gateway));
              });
    }
    local(routes, attachment.address(), attachment.uplink());
    return machine.withInterfaces(devices).withRoutes(routes);
  }

  private Route byGateway(IpAddress gateway) {
    Route.Hop hop = new Route.Hop(Optional.of(gateway), attachment.uplink(), true, 1, false);
    return new Route(
        org.rulewalk.simulator.value.Prefix.all(IpVersion.IPV4),
        Route.Type.UNICAST,
        Route.TABLE_MAIN,
        0,
        List.of(hop),
        Optional.empty(),
        Interface.Scope.GLOBAL,
        0,
        OptionalLong.empty(),
        Source.NONE);
  }

  private static Route route(IpAddress to, String device, long metric) {
    Route.Hop hop = new Route.Hop(Optional.empty(), device, false, 1, false);
    return new Route(
        to.toPrefix(),
        Route.Type.UNICAST,
        Route.TABLE_MAIN,
        metric,
        List.of(hop),
        Optional.empty(),
        Interface.Scope.LINK,
        0,
        OptionalLong.empty(),
        Source.NONE);
  }

  /** The kernel keeps a route of its own for each address. */
  private static void local(List<Route> routes, IpAddress address, String device) {
    boolean known =
        routes.stream()
            .anyMatch(
                r -> r.type() == Route.Type.LOCAL && r.destination().equals(address.toPrefix()));
    if (!known) {
      Route.Hop hop = new Route.Hop(Optional.empty(), device, false, 1, false);
      routes.add(
          new Route(
              address.toPrefix(),
              Route.Type.LOCAL,
              Route.TABLE_LOCAL,
              0,
              List.of(hop),
              Optional.of(address),
              Interface.Scope.HOST,
              0,
              OptionalLong.empty(),
              Source.NONE));
    }
  }

  private Machine provider(Machine machine, String vif) {
    IpAddress gateway = attachment.gateway().orElse(attachment.address());
    List<Interface> devices =
        machine.find(vif).isPresent() || attachment.gateway().isPresent()
            ? up(machine, vif, gateway, CLIENTS)
            : machine.interfaces();
    List<Route> routes = new ArrayList<>(machine.routes());
    routes.removeIf(
        r ->
            r.destination().equals(attachment.address().toPrefix())
                && Attachment.isVif(Attachment.device(r)));
    routes.add(route(attachment.address(), vif, METRIC));
    attachment.gateway().ifPresent(own -> local(routes, own, vif));
    Settings settings = machine.settings();
    for (String key : List.of("proxy_arp", "forwarding")) {
      settings =
          settings.with(
              Settings.name(IpVersion.IPV4, vif, key), new Settings.Entry("1", Source.NONE));
    }
    List<Table> tables = machine.ruleset().tables().stream().map(t -> letIn(t, vif)).toList();
    return machine
        .withInterfaces(devices)
        .withRoutes(routes)
        .with(settings)
        .with(new Ruleset(tables));
  }

  private Table letIn(Table table, String vif) {
    Table changed = table;
    NamedSet allowed = table.sets().get(KnownSender.ALLOWED);
    if (allowed != null && KnownSender.isOfSenders(allowed)) {
      ElementSet elements = allowed.elements();
      for (ElementSet.Element element : allowed.elements().elements()) {
        List<Bits> key = element.key().stream().map(ElementSet.Interval::low).toList();
        boolean own = key.size() == 2 && key.get(1).equals(attachment.address().value());
        elements = own ? elements.minus(key) : elements;
      }
      changed =
          changed.with(allowed.with(plus(elements, KnownSender.key(vif, attachment.address()))));
    }
    NamedSet downstream = table.sets().get(Senders.DOWNSTREAM);
    if (downstream != null && downstream.keyTypes().size() == 1) {
      List<Bits> key = List.of(attachment.address().value());
      if (!downstream.elements().contains(key)) {
        changed = changed.with(downstream.with(plus(downstream.elements(), key)));
      }
    }
    return changed;
  }

  private static ElementSet plus(ElementSet elements, List<Bits> key) {
    return elements.plus(ElementSet.Element.of(key.stream().map(ElementSet.Interval::of).toList()));
  }

  /** The interfaces with this one up and holding an address. */
  private static List<Interface> up(Machine machine, String name, IpAddress address, long group) {
    List<Interface> devices = new ArrayList<>();
    for (Interface device : machine.interfaces()) {
      if (!device.name().equals(name)) {
        devices.add(device);
        continue;
      }
      List<Interface.Address> addresses = new ArrayList<>(device.addresses());
      if (!device.has(address)) {
        addresses.add(0, own(address));
      }
      devices.add(device.with(addresses).switched(true));
    }
    if (machine.find(name).isEmpty()) {
      int index = machine.interfaces().stream().mapToInt(Interface::index).max().orElse(1) + 1;
      devices.add(
          new Interface(
              name,
              index,
              true,
              true,
              MTU_BYTES,
              group,
              "",
              Interface.TYPE_ETHERNET,
              Optional.empty(),
              Optional.empty(),
              List.of(own(address)),
              Source.NONE));
    }
    return devices;
  }

  private static Interface.Address own(IpAddress address) {
    return new Interface.Address(
        address.toPrefix(),
        Optional.empty(),
        Optional.empty(),
        Interface.Scope.GLOBAL,
        false,
        true);
  }
}
