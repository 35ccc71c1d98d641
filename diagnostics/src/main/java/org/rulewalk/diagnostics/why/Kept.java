package org.rulewalk.diagnostics.why;

import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;

/** Where commands of a machine are kept so that they come back: PedOS has a script a kind of VM. */
public final class Kept {
  private static final String PROVIDER = "/rw/config/PedOS-firewall-user-script";
  private static final String OTHER = "/rw/config/rc.local";

  private static final long DOWNLINKS = 2;

  private Kept() {}

  /** The script that a machine runs at its start; empty for a machine that is none of PedOS. */
  public static String script(Machine machine) {
    if (!isPedOs(machine)) {
      return "";
    }
    return isProvider(machine) ? spelled(PROVIDER, machine) : OTHER;
  }

  /** The script that runs when services such as Docker may have made their chains. */
  static String afterServices(Machine machine) {
    return isPedOs(machine) ? OTHER : "";
  }

  /** Docker switches forwarding on in any VM; a provider has downlinks. */
  private static boolean isProvider(Machine machine) {
    return machine.settings().flag("net.ipv4.ip_forward", false)
        && (machine.find("docker0").isEmpty()
            || machine.interfaces().stream()
                .anyMatch(i -> i.name().startsWith("vif") || i.group() == DOWNLINKS));
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
