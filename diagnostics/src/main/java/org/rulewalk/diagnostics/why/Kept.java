package org.rulewalk.diagnostics.why;

import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;

/** Where commands of a machine are kept so that they come back: PedOS has a script a kind of VM. */
final class Kept {
  private static final String PROVIDER = "/rw/config/PedOS-firewall-user-script";
  private static final String OTHER = "/rw/config/rc.local";

  private Kept() {}

  /** The script that a machine runs at its start; empty for a machine that is none of PedOS. */
  static String script(Machine machine) {
    if (!isPedOs(machine)) {
      return "";
    }
    boolean provider = machine.settings().flag("net.ipv4.ip_forward", false);
    return provider ? spelled(PROVIDER, machine) : OTHER;
  }

  /** Whether some rules of the machine are such as PedOS makes. */
  static boolean isPedOs(Machine machine) {
    return machine.ruleset().tables().stream()
        .anyMatch(
            table ->
                PedosNames.isOurs(table.name())
                    || table.chains().stream().map(Chain::name).anyMatch(PedosNames::isOurs));
  }

  /** A machine of Qubes OS has its own spelling of the file. */
  private static String spelled(String file, Machine machine) {
    boolean qubes =
        machine.ruleset().tables().stream()
            .anyMatch(
                table ->
                    isQubes(table.name())
                        || table.chains().stream().map(Chain::name).anyMatch(Kept::isQubes));
    return qubes ? file.replace("PedOS", "qubes") : file;
  }

  private static boolean isQubes(String name) {
    return name.toLowerCase(java.util.Locale.ROOT).matches(".*(qubes|qbs-).*");
  }
}
