package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** Kernel settings that keep a packet from its way. */
final class SettingFix {
  private SettingFix() {}

  /** Forwarding, for one interface where the machine forwards else, or for all. */
  static List<Fix> forwarding(Machine machine, Cause cause) {
    IpVersion version = cause.journey().packet().version();
    String device = cause.journey().incoming().orElse("");
    boolean v4 = version == IpVersion.IPV4;
    String all = v4 ? "net.ipv4.ip_forward" : "net.ipv6.conf.all.forwarding";
    boolean one = v4 && machine.settings().flag(all, false);
    String key = one ? Settings.name(version, device, "forwarding") : all;
    return List.of(
        fix(
            machine,
            Map.of(key, "1"),
            "lets "
                + machine.name()
                + " pass packets on"
                + (one ? " that come in by " + device : " from one interface to another"),
            "everything else that the rules of " + machine.name() + " let through",
            one ? Map.of(key, "1") : everywhere(machine, version, all)));
  }

  /** Both kernels' switches set every interface's own. */
  private static Map<String, String> everywhere(Machine machine, IpVersion version, String all) {
    Map<String, String> values = new LinkedHashMap<>(Map.of(all, "1"));
    values.put(Settings.name(version, "all", "forwarding"), "1");
    for (Interface device : machine.interfaces()) {
      values.put(Settings.name(version, device.name(), "forwarding"), "1");
    }
    return values;
  }

  /** The larger of two values counts: 2 is enough where the sender has some route at all. */
  static List<Fix> reversePath(Machine machine, Cause cause) {
    String device = cause.journey().incoming().orElse("");
    String own = Settings.name(IpVersion.IPV4, device, "rp_filter");
    String all = Settings.name(IpVersion.IPV4, "all", "rp_filter");
    String why =
        "lets packets in by " + device + " whose sender has its route by another interface";
    String allows = "packets with other such senders by " + device + " of " + machine.name();
    Map<String, String> none = new LinkedHashMap<>();
    none.put(all, "0");
    none.put(own, "0");
    return List.of(
        fix(machine, Map.of(own, "2"), why, allows, Map.of(own, "2")),
        fix(machine, none, why, allows, none));
  }

  /** Addresses that the kernel takes for impossible unless it is told otherwise. */
  static List<Fix> martian(Machine machine, Cause cause) {
    Packet packet = cause.journey().last();
    String device = cause.journey().incoming().orElse("");
    if (packet.version() != IpVersion.IPV4 || device.isEmpty()) {
      return List.of();
    }
    List<Fix> fixes = new ArrayList<>();
    if (packet.destination().isLoopback() || packet.source().isLoopback()) {
      String key = Settings.name(IpVersion.IPV4, device, "route_localnet");
      fixes.add(
          fix(
              machine,
              Map.of(key, "1"),
              "lets packets that come in by " + device + " reach 127.0.0.0/8",
              "packets to 127.0.0.0/8 by "
                  + device
                  + " of "
                  + machine.name()
                  + ", where rules let them",
              Map.of(key, "1")));
    }
    if (machine.has(packet.source())) {
      String key = Settings.name(IpVersion.IPV4, device, "accept_local");
      fixes.add(
          fix(
              machine,
              Map.of(key, "1"),
              "lets packets in by " + device + " that have an own address as their sender",
              "packets with own addresses as sender by " + device + " of " + machine.name(),
              Map.of(key, "1")));
    }
    return fixes;
  }

  /**
   * Settings as a command, and in the model.
   *
   * @param values what is written
   * @param effect what the kernel makes of it
   */
  static Fix fix(
      Machine machine,
      Map<String, String> values,
      String why,
      String allows,
      Map<String, String> effect) {
    List<String> words =
        values.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    String script = Kept.script(machine);
    String command = "sysctl -w " + String.join(" ", words.stream().map(ShellWord::of).toList());
    return new Fix(
        machine.name(),
        List.of(command),
        script.isEmpty() ? "/etc/sysctl.d/90-local.conf" : script,
        script.isEmpty() ? words : List.of(command),
        !script.isEmpty(),
        why,
        allows,
        before -> set(before, machine.name(), effect));
  }

  private static Network set(Network before, String name, Map<String, String> values) {
    Machine machine = before.machine(name).orElseThrow();
    Settings settings = machine.settings();
    for (Map.Entry<String, String> each : values.entrySet()) {
      settings = settings.with(each.getKey(), new Settings.Entry(each.getValue(), Source.NONE));
    }
    return before.with(machine.with(settings));
  }
}
