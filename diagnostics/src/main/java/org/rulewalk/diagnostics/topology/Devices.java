package org.rulewalk.diagnostics.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Route;

/** What a PedOS VM's interfaces are for. */
public final class Devices {
  private static final Pattern VIF = Pattern.compile("vif(0|[1-9]\\d*)\\.(0|[1-9]\\d*)");
  private static final Pattern TUNNEL_NAME =
      Pattern.compile("(tun|tap|wg|ppp|utun|vpn|proton|mullvad|nordlynx|ipsec|xfrm|vti)[-\\w.]*");
  private static final Set<String> TUNNEL_KINDS =
      Set.of("wireguard", "tun", "ppp", "vti", "vti6", "xfrm", "ipip", "sit", "gre", "ip6tnl");
  private static final Set<String> NO_UPLINK_KINDS = Set.of("bridge", "dummy", "ifb", "bond");
  private static final long VIF_GROUP = 2;

  private Devices() {}

  static boolean isVif(String name) {
    return VIF.matcher(name).matches();
  }

  /** Whether a client hangs on it. */
  public static boolean isToClient(Interface device) {
    return isVif(device.name()) || device.group() == VIF_GROUP;
  }

  /** Whether what goes in comes out, wrapped up, at the far end of a tunnel. */
  public static boolean isTunnel(Interface device) {
    return !device.isLoopback()
        && !isToClient(device)
        && (TUNNEL_KINDS.contains(device.kind()) || TUNNEL_NAME.matcher(device.name()).matches());
  }

  /** The interfaces to clients. */
  public static List<Interface> toClients(Machine machine) {
    return machine.interfaces().stream().filter(Devices::isToClient).toList();
  }

  /** The tunnels. */
  public static List<Interface> tunnels(Machine machine) {
    return machine.interfaces().stream().filter(Devices::isTunnel).toList();
  }

  /**
   * The interfaces that lead towards the world without a tunnel: those that are joined to something
   * that is no client, that a default route names, or that are hardware.
   */
  public static List<Interface> uplinks(Network network, Machine machine) {
    List<Interface> found = new ArrayList<>();
    for (Interface device : machine.interfaces()) {
      boolean no = device.isLoopback() || isToClient(device) || isTunnel(device);
      boolean counts =
          isDefault(machine, device)
              || isJoined(network, machine, device)
              || device.kind().isEmpty() && device.type() == Interface.TYPE_ETHERNET;
      if (!no && counts && !NO_UPLINK_KINDS.contains(device.kind())) {
        found.add(device);
      }
    }
    return found;
  }

  private static boolean isDefault(Machine machine, Interface device) {
    return machine.routes().stream()
        .filter(r -> r.destination().length() == 0 && r.type() == Route.Type.UNICAST)
        .anyMatch(r -> r.hops().stream().anyMatch(hop -> hop.device().equals(device.name())));
  }

  private static boolean isJoined(Network network, Machine machine, Interface device) {
    return !network.peers(new Link.End(machine.name(), device.name())).isEmpty();
  }
}
