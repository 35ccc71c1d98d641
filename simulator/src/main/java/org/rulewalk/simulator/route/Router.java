package org.rulewalk.simulator.route;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.FibQuery.AddressType;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * One machine's routing: where an arriving packet goes (ip_route_input_slow, ip6_route_input), by
 * which way a packet of its own leaves (ip_route_output_key_hash_rcu, ip6_route_output), and what
 * kind an address is (inet_addr_type).
 */
public final class Router {
  private static final IpAddress LIMITED_BROADCAST = IpAddress.of("255.255.255.255");
  private static final IpAddress ALL_HOSTS = IpAddress.of("224.0.0.1");
  private static final Prefix SOLICITED = Prefix.of("ff02::1:ff00:0/104");

  private final Machine machine;
  private final Settings settings;
  private final Fib fib;
  private final SourceAddresses sources;
  private final boolean realms;
  private final boolean customLocalRoutes;
  private final Set<IpAddress> own = new HashSet<>();

  /** Routing of a machine. */
  public Router(Machine machine) {
    this.machine = machine;
    this.settings = machine.settings();
    this.fib = new Fib(machine.routingRules(), machine.routes());
    this.sources = new SourceAddresses(machine);
    this.realms = usesRealms(machine);
    this.customLocalRoutes = hasCustomLocalRoutes(machine);
    for (Interface device : machine.interfaces()) {
      device.addresses().forEach(address -> own.add(address.prefix().address()));
    }
  }

  /** The tables. */
  public Fib fib() {
    return fib;
  }

  /** Whether an interface forwards packets of this version. */
  public boolean forwards(IpVersion version, String device) {
    if (version == IpVersion.IPV6) {
      return settings.device(version, "all", "forwarding", 0) != 0
          || settings.device(version, device, "force_forwarding", 0) != 0;
    }
    long general = settings.number("net.ipv4.ip_forward", 0);
    return settings.device(version, device, "forwarding", general) != 0;
  }

  private Flow flow(Packet packet, String device, long mark) {
    boolean asked = fib.looksAtPorts(packet.version());
    boolean ports = asked && !packet.isFragment();
    return new Flow(
        packet.source(),
        packet.destination(),
        device,
        Optional.empty(),
        mark,
        packet.tos(),
        asked || packet.version() == IpVersion.IPV6 ? protocolOf(packet) : 0,
        ports ? packet.sourcePort() : 0,
        ports ? packet.destinationPort() : 0);
  }

  /** What a fragment holds is not looked into (__skb_flow_dissect). */
  private static int protocolOf(Packet packet) {
    int fragment =
        packet.version() == IpVersion.IPV6 ? packet.extensionOffset(Protocol.FRAGMENT) : -1;
    return fragment < 0 ? Math.max(0, packet.protocol()) : packet.u8(fragment);
  }

  /** Where a packet goes that came in by a device. */
  public Arrival arrive(Packet packet, String device, long mark) {
    return packet.version() == IpVersion.IPV4
        ? arrive4(packet, device, mark)
        : arrive6(packet, device, mark);
  }

  private Arrival arrive4(Packet packet, String device, long mark) {
    IpAddress source = packet.source();
    IpAddress destination = packet.destination();
    if (destination.isMulticast()) {
      return arriveMulticast(packet, device, mark);
    }
    if (source.isMulticast() || source.equals(LIMITED_BROADCAST)) {
      return new Arrival.Drop(Arrival.Reason.MARTIAN_SOURCE);
    }
    if (destination.equals(LIMITED_BROADCAST) || source.isAny() && destination.isAny()) {
      return broadcast(packet, device, mark, Optional.empty());
    }
    if (source.isAny()) {
      return new Arrival.Drop(Arrival.Reason.MARTIAN_SOURCE);
    }
    if (destination.isAny()) {
      return new Arrival.Drop(Arrival.Reason.MARTIAN_DESTINATION);
    }
    if (!settings.either(IpVersion.IPV4, device, "route_localnet")) {
      if (destination.isLoopback()) {
        return new Arrival.Drop(Arrival.Reason.MARTIAN_DESTINATION);
      }
      if (source.isLoopback()) {
        return new Arrival.Drop(Arrival.Reason.MARTIAN_SOURCE);
      }
    }
    Lookup lookup = fib.lookup(flow(packet, device, mark));
    boolean forwarding = forwards(IpVersion.IPV4, device);
    if (lookup instanceof Lookup.Failed) {
      return forwarding
          ? new Arrival.NoRoute((Lookup.Failed) lookup)
          : new Arrival.Drop(Arrival.Reason.NOT_FORWARDING);
    }
    Lookup.Found found = (Lookup.Found) lookup;
    switch (found.route().type()) {
      case BROADCAST:
        return settings.both(IpVersion.IPV4, device, "bc_forwarding", false)
            ? forward(packet, device, mark, found)
            : broadcast(packet, device, mark, Optional.of(found));
      case LOCAL:
        return validate(packet, source, destination, device, Optional.empty(), mark)
            .<Arrival>map(Arrival.Drop::new)
            .orElseGet(() -> new Arrival.Deliver(Arrival.Deliver.Kind.LOCAL, Optional.of(found)));
      case UNICAST:
        return forwarding
            ? forward(packet, device, mark, found)
            : new Arrival.Drop(Arrival.Reason.NOT_FORWARDING);
      default:
        return new Arrival.Drop(
            forwarding ? Arrival.Reason.MARTIAN_DESTINATION : Arrival.Reason.NOT_FORWARDING);
    }
  }

  private Arrival broadcast(Packet packet, String device, long mark, Optional<Lookup.Found> found) {
    if (!packet.source().isAny()) {
      Optional<Arrival.Reason> refused =
          validate(packet, packet.source(), IpAddress.ANY4, device, Optional.empty(), mark);
      if (refused.isPresent()) {
        return new Arrival.Drop(refused.get());
      }
    }
    return new Arrival.Deliver(Arrival.Deliver.Kind.BROADCAST, found);
  }

  private Arrival arriveMulticast(Packet packet, String device, long mark) {
    IpAddress source = packet.source();
    if (!packet.destination().equals(ALL_HOSTS)) {
      return new Arrival.Drop(Arrival.Reason.NOT_MEMBER);
    }
    boolean loopback =
        source.isLoopback() && !settings.either(IpVersion.IPV4, device, "route_localnet");
    if (source.isMulticast() || source.equals(LIMITED_BROADCAST) || loopback) {
      return new Arrival.Drop(Arrival.Reason.MARTIAN_SOURCE);
    }
    // a machine without an address may speak to its neighbours (ip_mc_validate_source)
    if (source.isAny()) {
      return new Arrival.Deliver(Arrival.Deliver.Kind.MULTICAST, Optional.empty());
    }
    return validate(packet, source, IpAddress.ANY4, device, Optional.empty(), mark)
        .<Arrival>map(Arrival.Drop::new)
        .orElseGet(() -> new Arrival.Deliver(Arrival.Deliver.Kind.MULTICAST, Optional.empty()));
  }

  private Arrival forward(Packet packet, String device, long mark, Lookup.Found found) {
    String out = found.hop().device();
    Optional<Arrival.Reason> refused =
        validate(packet, packet.source(), packet.destination(), device, Optional.of(out), mark);
    if (refused.isPresent()) {
      return new Arrival.Drop(refused.get());
    }
    return new Arrival.Forward(found, isRedirected(packet, device, mark, found));
  }

  /** Whether the sender, on the same link as the next hop, could have sent it there by itself. */
  private boolean isRedirected(Packet packet, String device, long mark, Lookup.Found found) {
    boolean back = found.hop().device().equals(device);
    if (!back || !sendsRedirects(device) || !sourceIsOnLink(packet, device, mark, device)) {
      return false;
    }
    boolean shared =
        settings.either(IpVersion.IPV4, device, "shared_media")
            || settings.find(Settings.name(IpVersion.IPV4, device, "shared_media")).isEmpty();
    return shared || isOnLink(device, packet.source(), found.hop().gateway());
  }

  private boolean sendsRedirects(String device) {
    return settings.larger(IpVersion.IPV4, device, "send_redirects", 1) != 0;
  }

  /** inet_addr_onlink: whether one subnet of the device holds both addresses. */
  private boolean isOnLink(String device, IpAddress a, Optional<IpAddress> b) {
    return machine.find(device).stream()
        .flatMap(i -> i.addresses(IpVersion.IPV4).stream())
        .anyMatch(
            own -> own.prefix().contains(a) && (b.isEmpty() || own.prefix().contains(b.get())));
  }

  private Flow reverse(
      Packet packet,
      IpAddress source,
      IpAddress destination,
      String incoming,
      long mark,
      String device) {
    boolean valid = settings.either(IpVersion.IPV4, device, "src_valid_mark");
    boolean ports = fib.looksAtPorts(IpVersion.IPV4);
    return new Flow(
        destination,
        source,
        incoming,
        Optional.empty(),
        valid ? mark : 0,
        packet.tos(),
        ports ? Math.max(0, packet.protocol()) : 0,
        ports ? packet.destinationPort() : 0,
        ports ? packet.sourcePort() : 0);
  }

  /**
   * What __fib_validate_source returns: whether the source is reached without a router by this
   * device.
   */
  private boolean sourceIsOnLink(Packet packet, String device, long mark, String out) {
    Flow back = reverse(packet, packet.source(), packet.destination(), out, mark, device);
    Lookup lookup = fib.lookup(back);
    if (!(lookup instanceof Lookup.Found)) {
      return false;
    }
    Lookup.Found found = (Lookup.Found) lookup;
    if (!uses(found.route(), device)) {
      lookup = fib.lookup(back.withOutgoing(device));
    }
    return lookup instanceof Lookup.Found
        && ((Lookup.Found) lookup).route().type() == Route.Type.UNICAST
        && ((Lookup.Found) lookup).hop().gateway().isEmpty();
  }

  private static boolean uses(Route route, String device) {
    for (Route.Hop hop : route.hops()) {
      if (hop.device().equals(device)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Why the source address is refused, if it is (fib_validate_source in net/ipv4/fib_frontend.c).
   *
   * @param out the device that the packet would leave by; empty if it is for this machine
   */
  private Optional<Arrival.Reason> validate(
      Packet packet,
      IpAddress source,
      IpAddress destination,
      String device,
      Optional<String> out,
      long mark) {
    long filter = settings.larger(IpVersion.IPV4, device, "rp_filter", 0);
    boolean acceptsLocal = settings.either(IpVersion.IPV4, device, "accept_local");
    boolean back = out.isPresent() && out.get().equals(device) && sendsRedirects(device);
    if (filter == 0 && !back && !usesRealms()) {
      if (acceptsLocal) {
        return Optional.empty();
      }
      if (!looksBack()) {
        return own.contains(source) ? Optional.of(Arrival.Reason.MARTIAN_SOURCE) : Optional.empty();
      }
    }
    Lookup reverse =
        fib.lookup(reverse(packet, source, destination, out.orElse(Flow.LOOPBACK), mark, device));
    if (reverse instanceof Lookup.Failed) {
      return filter != 0 ? Optional.of(Arrival.Reason.REVERSE_PATH) : Optional.empty();
    }
    Lookup.Found found = (Lookup.Found) reverse;
    Route.Type type = found.route().type();
    if (type != Route.Type.UNICAST && (type != Route.Type.LOCAL || !acceptsLocal)) {
      return Optional.of(Arrival.Reason.MARTIAN_SOURCE);
    }
    if (uses(found.route(), device) || type == Route.Type.LOCAL && device.equals(Flow.LOOPBACK)) {
      return Optional.empty();
    }
    boolean bare =
        machine.find(device).map(i -> i.addresses(IpVersion.IPV4).isEmpty()).orElse(true);
    if (bare) {
      return filter != 0 ? Optional.of(Arrival.Reason.REVERSE_PATH) : Optional.empty();
    }
    return filter == 1 ? Optional.of(Arrival.Reason.REVERSE_PATH) : Optional.empty();
  }

  /** Whether IPv4 routes have realms, for which each sender is looked up. */
  public boolean usesRealms() {
    return realms;
  }

  private static boolean usesRealms(Machine machine) {
    return machine.routes().stream()
        .filter(route -> route.destination().version() == IpVersion.IPV4)
        .flatMap(route -> route.hops().stream())
        .anyMatch(Route.Hop::hasRealm);
  }

  /** Whether IPv4 looks senders up even without a reverse path filter. */
  public boolean looksBack() {
    return fib.hasCustomRules(IpVersion.IPV4) || customLocalRoutes;
  }

  private static boolean hasCustomLocalRoutes(Machine machine) {
    return machine.routes().stream()
        .anyMatch(
            route ->
                route.type() == Route.Type.LOCAL
                    && route.destination().version() == IpVersion.IPV4
                    && !route.destination().address().isLoopback()
                    && !machine.has(route.destination().address()));
  }

  private Arrival arrive6(Packet packet, String device, long mark) {
    IpAddress destination = packet.destination();
    if (destination.isMulticast()) {
      return isMember(destination, device)
          ? new Arrival.Deliver(Arrival.Deliver.Kind.MULTICAST, Optional.empty())
          : new Arrival.Drop(Arrival.Reason.NOT_MEMBER);
    }
    Lookup lookup = fib.lookup(flow(packet, device, mark));
    if (lookup instanceof Lookup.Failed) {
      return new Arrival.NoRoute((Lookup.Failed) lookup);
    }
    Lookup.Found found = (Lookup.Found) lookup;
    switch (found.route().type()) {
      case LOCAL:
      case ANYCAST:
        return new Arrival.Deliver(Arrival.Deliver.Kind.LOCAL, Optional.of(found));
      default:
        return forwards(IpVersion.IPV6, device)
            ? new Arrival.Forward(found, false)
            : new Arrival.Drop(Arrival.Reason.NOT_FORWARDING);
    }
  }

  /** All-nodes, all-routers where it forwards, and the solicited-node groups of its addresses. */
  public boolean isMember(IpAddress group, String device) {
    long low = group.value().low();
    boolean nodeOrLink =
        group.value().high() == 0xff01L << 48 || group.value().high() == 0xff02L << 48;
    if (nodeOrLink && (low == 1 || low == 2 && forwards(IpVersion.IPV6, device))) {
      return true;
    }
    return SOLICITED.contains(group)
        && machine.find(device).stream()
            .flatMap(i -> i.addresses(IpVersion.IPV6).stream())
            .anyMatch(a -> (a.prefix().address().value().low() & 0xffffff) == (low & 0xffffff));
  }

  /**
   * By which way a packet of this machine leaves.
   *
   * @param flow with the source that the sender insists on, or none
   * @param foreignSource whether that source may be an address that is not this machine's
   */
  public Departure depart(Flow flow, boolean foreignSource) {
    return flow.version() == IpVersion.IPV4 ? depart4(flow, foreignSource) : depart6(flow);
  }

  private static Departure unreachable(Lookup.Failure failure) {
    return new Departure.NoRoute(new Lookup.Failed(failure, Optional.empty(), Optional.empty()));
  }

  private Departure depart4(Flow flow, boolean foreignSource) {
    IpAddress source = flow.source();
    if (!source.isAny()) {
      if (source.isMulticast() || source.equals(LIMITED_BROADCAST)) {
        return unreachable(Lookup.Failure.BLACKHOLE);
      }
      if (!foreignSource && !isLocal(source)) {
        return unreachable(Lookup.Failure.NETWORK_UNREACHABLE);
      }
    }
    boolean toAll = flow.destination().equals(LIMITED_BROADCAST);
    // by the interface that has the source's address (ip_route_output_key_hash_rcu)
    if ((toAll || flow.destination().isMulticast())
        && flow.outgoing().isEmpty()
        && !source.isAny()) {
      return deviceOf(source)
          .<Departure>map(
              device ->
                  new Departure.Leave(
                      toAll ? Departure.Leave.Kind.BROADCAST : Departure.Leave.Kind.MULTICAST,
                      device,
                      Optional.empty(),
                      source,
                      Optional.empty()))
          .orElseGet(() -> unreachable(Lookup.Failure.NETWORK_UNREACHABLE));
    }
    if (flow.destination().isAny() && flow.outgoing().isEmpty()) {
      return new Departure.Leave(
          Departure.Leave.Kind.LOCAL, Flow.LOOPBACK, Optional.empty(), source, Optional.empty());
    }
    Lookup lookup = fib.lookup(flow);
    if (lookup instanceof Lookup.Failed) {
      return flow.outgoing()
          .map(device -> onLink(flow, device))
          .orElseGet(() -> new Departure.NoRoute((Lookup.Failed) lookup));
    }
    Lookup.Found found = (Lookup.Found) lookup;
    if (found.route().type() == Route.Type.LOCAL) {
      IpAddress own =
          source.isAny() ? found.route().preferredSource().orElse(flow.destination()) : source;
      return new Departure.Leave(
          Departure.Leave.Kind.LOCAL, Flow.LOOPBACK, Optional.empty(), own, Optional.of(found));
    }
    IpAddress own = source.isAny() ? preferredSource(found, flow.destination()) : source;
    if (own.isLoopback()
        && !found.hop().device().equals(Flow.LOOPBACK)
        && !settings.either(IpVersion.IPV4, found.hop().device(), "route_localnet")) {
      return unreachable(Lookup.Failure.BLACKHOLE);
    }
    Departure.Leave.Kind kind =
        toAll || found.route().type() == Route.Type.BROADCAST
            ? Departure.Leave.Kind.BROADCAST
            : flow.destination().isMulticast()
                ? Departure.Leave.Kind.MULTICAST
                : Departure.Leave.Kind.UNICAST;
    boolean direct =
        kind == Departure.Leave.Kind.MULTICAST && found.route().destination().length() < 4 || toAll;
    return new Departure.Leave(
        kind,
        found.hop().device(),
        direct ? Optional.empty() : found.hop().gateway(),
        own,
        Optional.of(found));
  }

  /** Where no route is known, who insists on an interface finds the address on its link. */
  private Departure onLink(Flow flow, String device) {
    boolean usable = machine.find(device).map(i -> i.up()).orElse(false);
    if (!usable) {
      return unreachable(Lookup.Failure.NETWORK_UNREACHABLE);
    }
    IpAddress own =
        flow.source().isAny()
            ? selectAddress(device, IpAddress.ANY4, Interface.Scope.LINK).orElse(IpAddress.ANY4)
            : flow.source();
    return new Departure.Leave(
        Departure.Leave.Kind.UNICAST, device, Optional.empty(), own, Optional.empty());
  }

  private Departure depart6(Flow flow) {
    Lookup lookup = fib.lookup(flow);
    if (lookup instanceof Lookup.Failed) {
      return new Departure.NoRoute((Lookup.Failed) lookup);
    }
    Lookup.Found found = (Lookup.Found) lookup;
    Route.Type type = found.route().type();
    boolean local = type == Route.Type.LOCAL || type == Route.Type.ANYCAST;
    IpAddress own =
        flow.source().isAny() ? preferredSource(found, flow.destination()) : flow.source();
    Departure.Leave.Kind kind =
        local
            ? Departure.Leave.Kind.LOCAL
            : flow.destination().isMulticast()
                ? Departure.Leave.Kind.MULTICAST
                : Departure.Leave.Kind.UNICAST;
    return new Departure.Leave(
        kind,
        local ? Flow.LOOPBACK : found.hop().device(),
        local ? Optional.empty() : found.hop().gateway(),
        own,
        Optional.of(found));
  }

  /** The source address that a route prefers, or that fits its device. */
  public IpAddress preferredSource(Lookup.Found found, IpAddress destination) {
    if (found.route().preferredSource().isPresent()) {
      return found.route().preferredSource().get();
    }
    IpAddress towards =
        destination.version() == IpVersion.IPV4
            ? found.hop().gateway().orElse(IpAddress.ANY4)
            : destination;
    return selectAddress(found.hop().device(), towards, found.route().scope())
        .orElse(IpAddress.any(destination.version()));
  }

  /** An address of a device for talking to another; of another device where it has none. */
  public Optional<IpAddress> selectAddress(
      String device, IpAddress towards, Interface.Scope scope) {
    return sources.pick(device, towards, scope);
  }

  private Optional<String> deviceOf(IpAddress address) {
    return machine.interfaces().stream()
        .filter(i -> i.has(address))
        .map(Interface::name)
        .findFirst();
  }

  /** Whether the address is one of this machine's. */
  public boolean isLocal(IpAddress address) {
    return addressType(address, Optional.empty()) == AddressType.LOCAL;
  }

  /** What the local table says of an address (inet_dev_addr_type, ipv6_chk_addr). */
  public AddressType addressType(IpAddress address, Optional<String> device) {
    if (address.version() == IpVersion.IPV4) {
      if (address.isAny() || address.equals(LIMITED_BROADCAST)) {
        return AddressType.BROADCAST;
      }
      if (address.isMulticast()) {
        return AddressType.MULTICAST;
      }
    }
    Optional<String> scope = address.isLinkLocal() ? device : Optional.empty();
    Optional<Route> route = fib.inTable(Route.TABLE_LOCAL, address, scope);
    boolean elsewhere = route.isPresent() && device.isPresent() && !uses(route.get(), device.get());
    if (route.isEmpty() || elsewhere) {
      return AddressType.UNICAST;
    }
    switch (route.get().type()) {
      case LOCAL:
        return AddressType.LOCAL;
      case BROADCAST:
        return AddressType.BROADCAST;
      case ANYCAST:
        return AddressType.ANYCAST;
      case MULTICAST:
        return AddressType.MULTICAST;
      default:
        return AddressType.UNICAST;
    }
  }
}
