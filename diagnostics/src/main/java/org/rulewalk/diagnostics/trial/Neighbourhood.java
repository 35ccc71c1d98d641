package org.rulewalk.diagnostics.trial;

import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/** Addresses that others have, as a machine sees them: behind its interfaces, and in the world. */
public final class Neighbourhood {
  private static final IpAddress WORLD4 = IpAddress.of("203.0.113.9");
  private static final IpAddress WORLD6 = IpAddress.of("2001:db8:ffff::9");
  private static final int FIRST_HOST = 9;

  private final Network network;
  private final Machine machine;

  /** What surrounds a machine. */
  public Neighbourhood(Network network, Machine machine) {
    this.network = network;
    this.machine = machine;
  }

  /** An address that no capture has. */
  public static IpAddress world(IpVersion version) {
    return version == IpVersion.IPV4 ? WORLD4 : WORLD6;
  }

  /**
   * An address behind an interface: that of the machine at its other end, one that a route names,
   * or one of its subnet; where a default route leads, one of the world.
   */
  public Optional<IpAddress> behind(Interface device, IpVersion version) {
    return peer(device, version)
        .or(() -> routed(device, version))
        .or(() -> ofSubnet(device, version))
        .or(() -> leadsOut(device, version) ? Optional.of(world(version)) : Optional.empty());
  }

  /** Whether a default route leads there. */
  public boolean leadsOut(Interface device, IpVersion version) {
    return machine.routes().stream()
        .filter(r -> r.destination().version() == version && r.destination().length() == 0)
        .filter(r -> r.type() == Route.Type.UNICAST)
        .anyMatch(r -> r.hops().stream().anyMatch(hop -> hop.device().equals(device.name())));
  }

  private Optional<IpAddress> peer(Interface device, IpVersion version) {
    return network.peers(new Link.End(machine.name(), device.name())).stream()
        .flatMap(end -> network.machine(end.machine()).flatMap(m -> m.find(end.device())).stream())
        .flatMap(far -> far.addresses(version).stream())
        .map(address -> address.prefix().address())
        .filter(address -> !address.isLinkLocal() && !machine.has(address))
        .findFirst();
  }

  private Optional<IpAddress> routed(Interface device, IpVersion version) {
    return machine.routes().stream()
        .filter(r -> r.type() == Route.Type.UNICAST && r.destination().isSingle())
        .filter(r -> r.destination().version() == version)
        .filter(
            r ->
                r.hops().stream()
                    .anyMatch(hop -> hop.device().equals(device.name()) && hop.gateway().isEmpty()))
        .map(r -> r.destination().address())
        .filter(address -> !machine.has(address))
        .findFirst();
  }

  private Optional<IpAddress> ofSubnet(Interface device, IpVersion version) {
    return device.addresses(version).stream()
        .map(Interface.Address::prefix)
        .filter(prefix -> !prefix.isSingle() && !prefix.address().isLinkLocal())
        .flatMap(prefix -> beside(prefix, prefix.address()).stream())
        .findFirst();
  }

  /** An address of a subnet that is neither the machine's own nor another one. */
  public Optional<IpAddress> beside(Prefix subnet, IpAddress other) {
    Optional<IpAddress> captured =
        network.machines().values().stream()
            .flatMap(m -> m.interfaces().stream())
            .flatMap(i -> i.addresses(subnet.version()).stream())
            .map(a -> a.prefix().address())
            .filter(subnet::contains)
            .filter(a -> !a.equals(other) && !machine.has(a))
            .findFirst();
    if (captured.isPresent()) {
      return captured;
    }
    boolean two = subnet.version().addressBits() - subnet.length() == 1;
    for (int i = FIRST_HOST; i >= 0; i--) {
      IpAddress host = new IpAddress(subnet.version(), subnet.first().value().plus(Bits.of(i)));
      boolean usual = two || i > 0 && !host.equals(subnet.last());
      if (usual && subnet.contains(host) && !machine.has(host) && !host.equals(other)) {
        return Optional.of(host);
      }
    }
    return Optional.empty();
  }
}
