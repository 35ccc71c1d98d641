package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * A network as it would be without a cause that is no rule, so that what stands behind it shows.
 */
final class Pretending {
  private Pretending() {}

  /** Empty where the cause can't be thought away. */
  static Optional<Network> without(Cause cause, Network network) {
    Machine machine = network.machine(cause.machine()).orElseThrow();
    switch (cause.kind()) {
      case NOT_FORWARDING:
        return Optional.of(network.with(forwarding(machine)));
      case RP_FILTER:
        return Optional.of(
            network.with(withoutFilter(machine, cause.journey().incoming().orElse(""))));
      case NO_LISTENER:
      case LISTENS_ELSEWHERE:
      case NO_NAT:
        if (!cause.request() || machine.external().map(Machine.External::silent).orElse(false)) {
          return Optional.empty();
        }
        Packet packet = cause.journey().last();
        boolean ports = Protocol.hasPorts(packet.protocol());
        return ports ? Optional.of(network.with(listening(machine, packet))) : Optional.empty();
      case LINK_DOWN:
        return Optional.of(network.with(up(machine)));
      default:
        return Optional.empty();
    }
  }

  private static Settings.Entry entry(String value) {
    return new Settings.Entry(value, Source.NONE);
  }

  /** The machine with forwarding switched on everywhere. */
  static Machine forwarding(Machine machine) {
    Settings settings =
        machine
            .settings()
            .with("net.ipv4.ip_forward", entry("1"))
            .with("net.ipv6.conf.all.forwarding", entry("1"));
    for (Interface device : machine.interfaces()) {
      for (IpVersion version : IpVersion.values()) {
        settings = settings.with(Settings.name(version, device.name(), "forwarding"), entry("1"));
      }
    }
    return machine.with(settings);
  }

  /** The machine without the reverse path filter at an interface. */
  static Machine withoutFilter(Machine machine, String device) {
    return machine.with(
        machine
            .settings()
            .with("net.ipv4.conf.all.rp_filter", entry("0"))
            .with(Settings.name(IpVersion.IPV4, device, "rp_filter"), entry("0")));
  }

  private static Machine listening(Machine machine, Packet packet) {
    List<Listener> listeners = new ArrayList<>(machine.listeners().orElse(List.of()));
    listeners.add(
        new Listener(
            packet.protocol(),
            Optional.empty(),
            true,
            packet.version(),
            packet.destinationPort(),
            Optional.empty(),
            "",
            Source.NONE));
    return machine.withListeners(listeners);
  }

  private static Machine up(Machine machine) {
    return machine.withInterfaces(
        machine.interfaces().stream().map(device -> device.switched(true)).toList());
  }
}
