package org.rulewalk.diagnostics.insight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * How a VM is joined to the one that provides its network (core-agent-linux, network/vif-route): a
 * vif there, an uplink here, a route to the VM's one address, and that address among those that the
 * provider lets in.
 *
 * @param uplink the VM's interface
 * @param vif the provider's interface; empty if it has none for the VM
 * @param address the VM's
 * @param gateway the provider's, as the VM sees it
 */
public record Attachment(
    String vm,
    String uplink,
    String provider,
    Optional<String> vif,
    IpAddress address,
    Optional<IpAddress> gateway) {
  private static final String UPLINK = "eth0";

  /** The service that keeps a VM without one on purpose. */
  private static final String NO_DEFAULT_ROUTE = "disable-default-route";

  /** Of a captured VM with a captured provider; empty for any other. */
  public static Optional<Attachment> of(Network network, Surroundings known, String vm) {
    Optional<Machine> machine = network.machine(vm).filter(m -> !m.isExternal());
    Optional<Link> link = machine.flatMap(m -> link(network, vm));
    Optional<String> linked =
        link.flatMap(l -> end(l, vm, true))
            .map(Link.End::machine)
            .filter(network.machines()::containsKey);
    Optional<Machine> provider =
        known.provider(vm).or(() -> linked).flatMap(network::machine).filter(m -> !m.isExternal());
    if (machine.isEmpty() || provider.isEmpty()) {
      return Optional.empty();
    }
    String uplink = link.flatMap(l -> end(l, vm, false)).map(Link.End::device).orElse(UPLINK);
    Optional<String> vif =
        link.flatMap(l -> end(l, vm, true))
            .filter(end -> end.machine().equals(provider.get().name()))
            .map(Link.End::device)
            .filter(device -> provider.get().find(device).isPresent());
    Optional<IpAddress> own = known.address(vm).or(() -> addressOf(machine.get(), uplink));
    Optional<IpAddress> gateway =
        known.gateway(vm).or(() -> vif.flatMap(device -> addressOf(provider.get(), device)));
    return own.map(
        address -> new Attachment(vm, uplink, provider.get().name(), vif, address, gateway));
  }

  /** The link whose far end is a vif. */
  private static Optional<Link> link(Network network, String vm) {
    return network.links().stream()
        .filter(link -> end(link, vm, false).isPresent() && end(link, vm, true).isPresent())
        .findFirst();
  }

  private static Optional<Link.End> end(Link link, String vm, boolean far) {
    return link.ends().stream()
        .filter(end -> end.machine().equals(vm) != far && isVif(end.device()) == far)
        .findFirst();
  }

  static boolean isVif(String device) {
    return device.startsWith("vif");
  }

  private static Optional<IpAddress> addressOf(Machine machine, String device) {
    return machine.find(device).stream()
        .flatMap(found -> found.addresses(IpVersion.IPV4).stream())
        .map(address -> address.prefix().address())
        .findFirst();
  }

  /** What shows that it is not as PedOS makes it; nothing where it is. */
  public List<Sign> signs(Network network, Surroundings known) {
    List<Sign> signs = new ArrayList<>();
    atVm(network.machine(vm).orElseThrow(), known, signs);
    Machine there = network.machine(provider).orElseThrow();
    if (vif.isEmpty()) {
      signs.add(new Sign(Sign.Kind.NO_VIF, provider, "", "", true, Source.NONE));
    } else {
      atProvider(there, vif.get(), signs);
      domain(known, vif.get(), signs);
    }
    return signs;
  }

  private void atVm(Machine machine, Surroundings known, List<Sign> signs) {
    Optional<Interface> device = machine.find(uplink);
    boolean down = device.map(found -> !found.up()).orElse(true);
    if (down) {
      Source source = device.map(Interface::source).orElse(Source.NONE);
      signs.add(new Sign(Sign.Kind.UPLINK_DOWN, vm, uplink, "", true, source));
    }
    if (machine.missing().contains(CaptureFile.ROUTES)) {
      return;
    }
    boolean leads = machine.routes().stream().anyMatch(Attachment::isDefault);
    if (!leads && !known.hasService(vm, NO_DEFAULT_ROUTE)) {
      signs.add(new Sign(Sign.Kind.NO_DEFAULT_ROUTE, vm, uplink, "", true, Source.NONE));
    }
  }

  private static boolean isDefault(Route route) {
    return route.destination().version() == IpVersion.IPV4
        && route.destination().length() == 0
        && route.type() == Route.Type.UNICAST;
  }

  private void atProvider(Machine there, String device, List<Sign> signs) {
    boolean down = there.find(device).map(found -> !found.up()).orElse(false);
    if (down) {
      signs.add(sign(Sign.Kind.VIF_DOWN, device, "", true, there.find(device).get().source()));
    }
    senders(there, device, signs);
    if (there.missing().contains(CaptureFile.ROUTES)) {
      return;
    }
    List<Route> routes = routes(there);
    boolean routed = routes.stream().anyMatch(route -> device(route).equals(device));
    if (!routed) {
      signs.add(sign(Sign.Kind.NO_ROUTE, device, "", true, Source.NONE));
    }
    routes.stream()
        .filter(route -> isVif(device(route)) && !device(route).equals(device))
        .forEach(
            old ->
                signs.add(sign(Sign.Kind.TWO_ROUTES, device, device(old), !routed, old.source())));
  }

  private void senders(Machine there, String device, List<Sign> signs) {
    List<KnownSender> all = KnownSender.of(there);
    List<KnownSender> own = all.stream().filter(each -> each.address().equals(address)).toList();
    boolean allowed = own.stream().anyMatch(each -> each.device().equals(device));
    if (all.isEmpty() && !Senders.areAsked(there) || allowed) {
      return;
    }
    // iptables' rules of before stop only who is at the old interface
    boolean stops = Senders.areAsked(there);
    if (own.isEmpty()) {
      signs.add(sign(Sign.Kind.NOT_ALLOWED, device, "", stops, Senders.place(there)));
    }
    own.forEach(
        each ->
            signs.add(
                sign(Sign.Kind.ALLOWED_AT_OLD_VIF, device, each.device(), stops, each.source())));
  }

  private void domain(Surroundings known, String device, List<Sign> signs) {
    OptionalInt number = known.domain(vm);
    if (number.isPresent() && !device.startsWith("vif" + number.getAsInt() + ".")) {
      signs.add(
          sign(
              Sign.Kind.OTHER_DOMAIN,
              device,
              String.valueOf(number.getAsInt()),
              false,
              Source.NONE));
    }
  }

  private Sign sign(Sign.Kind kind, String device, String other, boolean stops, Source source) {
    return new Sign(kind, provider, device, other, stops, source);
  }

  /** The provider's routes to the VM's one address. */
  List<Route> routes(Machine there) {
    return there.routes().stream()
        .filter(
            route ->
                route.type() == Route.Type.UNICAST
                    && route.destination().isSingle()
                    && route.destination().address().equals(address))
        .toList();
  }

  static String device(Route route) {
    return route.hops().isEmpty() ? "" : route.hops().get(0).device();
  }
}
