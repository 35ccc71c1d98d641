package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.topology.Sign;
import org.rulewalk.diagnostics.topology.Topology;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.Source;

/**
 * VMs that hang directly on a VM that offers a service, or that runs no firewall: PedOS wants a
 * second firewall VM between the two.
 */
final class ServiceVmWithoutFirewall implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    Topology topology = Topology.of(subject.capture());
    List<Finding> found = new ArrayList<>();
    for (Topology.Member member : topology.members().values()) {
      boolean service = member.role() == Topology.Role.SERVICE;
      boolean open = member.firewall().map(runs -> !runs).orElse(false);
      List<String> clients = topology.unprotected(member.name());
      if (member.provides() && (service || open) && !clients.isEmpty()) {
        found.add(finding(member, service, clients));
      }
    }
    return found;
  }

  private static Finding finding(Topology.Member member, boolean service, List<String> clients) {
    String name = member.name();
    String who = String.join(", ", clients);
    String what =
        service
            ? name + " offers a service (" + signs(member) + ")"
            : name + " provides the network but does not run PedOS-firewall";
    String follows =
        member.firewall().orElse(false)
            ? "The firewall rules of "
                + who
                + " are kept in the same VM as the service: a fault there,"
                + " or a rule for it, can make them ineffective."
            : "Nothing enforces the firewall rules of " + who + ".";
    return new Finding(
            "service-vm-without-firewall",
            Finding.Severity.WARNING,
            name,
            member.signs().stream()
                .map(ServiceVmWithoutFirewall::source)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(Source.NONE),
            what + ", and no second firewall VM stands between it and " + who + ". " + follows)
        .mendedBy(
            new Finding.Repair(
                "dom0",
                commands(name, clients),
                "",
                List.of(),
                "Put a firewall VM of its own between them."));
  }

  private static List<String> commands(String name, List<String> clients) {
    String firewall = "sys-firewall-" + name;
    List<String> commands = new ArrayList<>();
    commands.add("qvm-create --label green " + firewall);
    commands.add("qvm-prefs " + firewall + " provides_network True");
    commands.add("qvm-prefs " + firewall + " netvm " + name);
    clients.forEach(client -> commands.add("qvm-prefs " + client + " netvm " + firewall));
    return commands;
  }

  private static String signs(Topology.Member member) {
    return String.join(
        ", ",
        member.signs().stream().map(ServiceVmWithoutFirewall::words).distinct().limit(3).toList());
  }

  private static String words(Sign sign) {
    if (sign instanceof Sign.Tunnel) {
      return "tunnel " + ((Sign.Tunnel) sign).device();
    }
    if (sign instanceof Sign.Reachable) {
      Listener listener = ((Sign.Reachable) sign).listener();
      String protocol = listener.protocol() == Protocol.TCP ? "tcp/" : "udp/";
      return "clients reach " + protocol + listener.port();
    }
    return "it stands between two firewall VMs";
  }

  private static Optional<Source> source(Sign sign) {
    return sign instanceof Sign.Reachable
        ? Optional.of(((Sign.Reachable) sign).listener().source()).filter(Source::isKnown)
        : Optional.empty();
  }
}
