package org.rulewalk.diagnostics.topology;

import org.rulewalk.simulator.network.Machine;

/** Where PedOS keeps what people add, in the spelling that a VM's own rules have. */
public final class Scripts {
  /** The script of VMs that only use the network. */
  public static final String LOCAL = "/rw/config/rc.local";

  private Scripts() {}

  /** The script that a VM's firewall service runs. */
  public static String ofFirewall(Machine machine) {
    boolean qubes =
        machine.ruleset().tables().stream().anyMatch(table -> table.name().startsWith("qubes"));
    return "/rw/config/" + (qubes ? "qubes" : "PedOS") + "-firewall-user-script";
  }
}
