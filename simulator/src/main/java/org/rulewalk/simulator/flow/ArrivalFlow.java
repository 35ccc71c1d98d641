package org.rulewalk.simulator.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.route.Arrival;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/** What {@link Router#arrive} says, for all packets at once. */
final class ArrivalFlow {
  private static final Prefix MULTICAST4 = Prefix.of("224.0.0.0/4");
  private static final Prefix MULTICAST6 = Prefix.of("ff00::/8");
  private static final Prefix SOLICITED = Prefix.of("ff02::1:ff00:0/104");
  private static final Prefix LOOPBACK4 = Prefix.of("127.0.0.0/8");
  private static final IpAddress LIMITED_BROADCAST = IpAddress.of("255.255.255.255");
  private static final IpAddress ALL_HOSTS = IpAddress.of("224.0.0.1");

  /** Stands for an interface that the capture does not have. */
  private static final String OTHER = "";

  private final Machine machine;
  private final Settings settings;
  private final Router router;
  private final IpVersion version;
  private final Selectors selectors;
  private final List<Way> ways = new ArrayList<>();

  /** Packets with which the same is done. */
  record Way(PacketSet packets, Arrival arrival) {}

  private ArrivalFlow(Machine machine, IpVersion version, Selectors selectors) {
    this.machine = machine;
    this.settings = machine.settings();
    this.router = new Router(machine);
    this.version = version;
    this.selectors = selectors;
  }

  /** What is done with these packets; together the ways are for all of them. */
  static List<Way> of(Machine machine, IpVersion version, Selectors selectors, PacketSet coming) {
    ArrivalFlow flow = new ArrivalFlow(machine, version, selectors);
    PacketSet left = coming;
    for (Interface own : machine.interfaces()) {
      PacketSet here = left.and(selectors.incoming(own.name()));
      left = left.minus(here);
      flow.at(own.name(), here);
    }
    flow.at(OTHER, left);
    return flow.ways;
  }

  private void way(PacketSet packets, Arrival arrival) {
    if (!packets.isEmpty()) {
      ways.add(new Way(packets, arrival));
    }
  }

  private void drop(PacketSet packets, Arrival.Reason reason) {
    way(packets, new Arrival.Drop(reason));
  }

  private void at(String device, PacketSet coming) {
    if (coming.isEmpty()) {
      return;
    }
    if (version == IpVersion.IPV6) {
      at6(device, coming);
    } else {
      at4(device, coming);
    }
  }

  private void at4(String device, PacketSet coming) {
    PacketSet left = coming;
    PacketSet groups = left.and(selectors.destination(MULTICAST4));
    multicast(device, groups);
    left = left.minus(groups);
    PacketSet odd = left.and(selectors.source(MULTICAST4).or(selectors.source(LIMITED_BROADCAST)));
    drop(odd, Arrival.Reason.MARTIAN_SOURCE);
    left = left.minus(odd);
    PacketSet noSource = selectors.source(IpAddress.ANY4);
    PacketSet noDestination = selectors.destination(IpAddress.ANY4);
    PacketSet all =
        left.and(selectors.destination(LIMITED_BROADCAST).or(noSource.and(noDestination)));
    broadcast(device, all, Optional.empty());
    left = left.minus(all);
    drop(left.and(noSource), Arrival.Reason.MARTIAN_SOURCE);
    left = left.minus(noSource);
    drop(left.and(noDestination), Arrival.Reason.MARTIAN_DESTINATION);
    left = left.minus(noDestination);
    if (!settings.either(version, device, "route_localnet")) {
      PacketSet to = selectors.destination(LOOPBACK4);
      drop(left.and(to), Arrival.Reason.MARTIAN_DESTINATION);
      left = left.minus(to);
      PacketSet from = selectors.source(LOOPBACK4);
      drop(left.and(from), Arrival.Reason.MARTIAN_SOURCE);
      left = left.minus(from);
    }
    routed4(device, left);
  }

  private void multicast(String device, PacketSet coming) {
    PacketSet own = selectors.destination(ALL_HOSTS);
    drop(coming.minus(own), Arrival.Reason.NOT_MEMBER);
    PacketSet odd =
        selectors
            .source(MULTICAST4)
            .or(selectors.source(LIMITED_BROADCAST))
            .or(selectors.source(IpAddress.ANY4));
    if (!settings.either(version, device, "route_localnet")) {
      odd = odd.or(selectors.source(LOOPBACK4));
    }
    PacketSet asked = coming.and(own);
    drop(asked.and(odd), Arrival.Reason.MARTIAN_SOURCE);
    PacketSet valid = validate(device, Optional.empty(), asked.minus(odd));
    way(valid, new Arrival.Deliver(Arrival.Deliver.Kind.MULTICAST, Optional.empty()));
  }

  private void broadcast(String device, PacketSet coming, Optional<Lookup.Found> found) {
    PacketSet noSource = coming.and(selectors.source(IpAddress.ANY4));
    PacketSet valid = validate(device, Optional.empty(), coming.minus(noSource)).or(noSource);
    way(valid, new Arrival.Deliver(Arrival.Deliver.Kind.BROADCAST, found));
  }

  private void routed4(String device, PacketSet coming) {
    boolean forwarding = router.forwards(version, device);
    for (RouteFlow.Answer answer : RouteFlow.of(router.fib(), version, selectors, coming)) {
      PacketSet packets = answer.packets();
      if (answer.lookup() instanceof Lookup.Failed) {
        way(
            packets,
            forwarding
                ? new Arrival.NoRoute((Lookup.Failed) answer.lookup())
                : new Arrival.Drop(Arrival.Reason.NOT_FORWARDING));
        continue;
      }
      Lookup.Found found = (Lookup.Found) answer.lookup();
      Route.Type type = found.route().type();
      boolean spreads = settings.both(version, device, "bc_forwarding", false);
      if (type == Route.Type.LOCAL) {
        PacketSet valid = validate(device, Optional.empty(), packets);
        way(valid, new Arrival.Deliver(Arrival.Deliver.Kind.LOCAL, Optional.of(found)));
      } else if (type == Route.Type.BROADCAST && !spreads) {
        broadcast(device, packets, Optional.of(found));
      } else if (type == Route.Type.BROADCAST || type == Route.Type.UNICAST && forwarding) {
        PacketSet valid = validate(device, Optional.of(found.hop().device()), packets);
        way(valid, new Arrival.Forward(found, false));
      } else {
        drop(
            packets,
            forwarding ? Arrival.Reason.MARTIAN_DESTINATION : Arrival.Reason.NOT_FORWARDING);
      }
    }
  }

  /**
   * Drops packets whose source can't be (fib_validate_source); those that are left.
   *
   * @param out the device by which they would leave; empty if they are for this machine
   */
  private PacketSet validate(String device, Optional<String> out, PacketSet coming) {
    long filter = settings.larger(version, device, "rp_filter", 0);
    boolean acceptsLocal = settings.either(version, device, "accept_local");
    boolean back =
        out.isPresent()
            && out.get().equals(device)
            && settings.larger(version, device, "send_redirects", 1) != 0;
    if (filter == 0 && !back && !router.usesRealms()) {
      if (acceptsLocal) {
        return coming;
      }
      if (!router.looksBack()) {
        PacketSet own = coming.and(ownSources());
        drop(own, Arrival.Reason.MARTIAN_SOURCE);
        return coming.minus(own);
      }
    }
    Selectors.View way =
        new Selectors.View(
            true,
            Optional.of(out.orElse(Flow.LOOPBACK)),
            settings.either(version, device, "src_valid_mark"));
    boolean bare = machine.find(device).map(i -> i.addresses(version).isEmpty()).orElse(true);
    PacketSet valid = coming.space().none();
    for (RouteFlow.Answer answer :
        RouteFlow.of(router.fib(), version, selectors.asked(way), coming)) {
      Optional<Arrival.Reason> refused =
          refused(answer.lookup(), device, filter, acceptsLocal, bare);
      if (refused.isPresent()) {
        drop(answer.packets(), refused.get());
      } else {
        valid = valid.or(answer.packets());
      }
    }
    return valid;
  }

  private PacketSet ownSources() {
    PacketSet own = selectors.none();
    for (Interface each : machine.interfaces()) {
      for (Interface.Address address : each.addresses(version)) {
        own = own.or(selectors.source(address.prefix().address()));
      }
    }
    return own;
  }

  private static Optional<Arrival.Reason> refused(
      Lookup lookup, String device, long filter, boolean acceptsLocal, boolean bare) {
    if (lookup instanceof Lookup.Failed) {
      return filter != 0 ? Optional.of(Arrival.Reason.REVERSE_PATH) : Optional.empty();
    }
    Route route = ((Lookup.Found) lookup).route();
    boolean local = route.type() == Route.Type.LOCAL;
    if (route.type() != Route.Type.UNICAST && !(local && acceptsLocal)) {
      return Optional.of(Arrival.Reason.MARTIAN_SOURCE);
    }
    boolean matches =
        route.hops().stream().anyMatch(hop -> hop.device().equals(device))
            || local && device.equals(Flow.LOOPBACK);
    boolean refuses = !matches && (bare ? filter != 0 : filter == 1);
    return refuses ? Optional.of(Arrival.Reason.REVERSE_PATH) : Optional.empty();
  }

  private void at6(String device, PacketSet coming) {
    PacketSet groups = coming.and(selectors.destination(MULTICAST6));
    PacketSet own = groups.and(members(device));
    way(own, new Arrival.Deliver(Arrival.Deliver.Kind.MULTICAST, Optional.empty()));
    drop(groups.minus(own), Arrival.Reason.NOT_MEMBER);
    boolean forwarding = router.forwards(version, device);
    for (RouteFlow.Answer answer :
        RouteFlow.of(router.fib(), version, selectors, coming.minus(groups))) {
      if (answer.lookup() instanceof Lookup.Failed) {
        way(answer.packets(), new Arrival.NoRoute((Lookup.Failed) answer.lookup()));
        continue;
      }
      Lookup.Found found = (Lookup.Found) answer.lookup();
      Route.Type type = found.route().type();
      boolean local = type == Route.Type.LOCAL || type == Route.Type.ANYCAST;
      way(
          answer.packets(),
          local
              ? new Arrival.Deliver(Arrival.Deliver.Kind.LOCAL, Optional.of(found))
              : forwarding
                  ? new Arrival.Forward(found, false)
                  : new Arrival.Drop(Arrival.Reason.NOT_FORWARDING));
    }
  }

  /** Packets to groups that the machine is in, of {@link Router#isMember}. */
  private PacketSet members(String device) {
    PacketSet found = selectors.destination(IpAddress.of("ff01::1"));
    List<String> groups = new ArrayList<>(List.of("ff02::1"));
    if (router.forwards(version, device)) {
      groups.addAll(List.of("ff01::2", "ff02::2"));
    }
    for (String group : groups) {
      found = found.or(selectors.destination(IpAddress.of(group)));
    }
    List<Interface.Address> addresses =
        machine.find(device).map(own -> own.addresses(version)).orElse(List.of());
    for (Interface.Address address : addresses) {
      Bits low = address.prefix().address().value().and(Bits.of(0xffffff));
      Bits group = SOLICITED.first().value().or(low);
      found = found.or(selectors.destination(new IpAddress(version, group)));
    }
    return found;
  }
}
