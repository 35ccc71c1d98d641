package org.rulewalk.diagnostics.journal;

import java.util.Set;
import org.rulewalk.parsers.journal.JournalEntry;

/** Who writes to the journal, as far as it concerns a firewall. */
enum Speaker {
  /** The agent that makes each VM's rules, and the user's script that it starts. */
  FIREWALL,
  /** The unit that loads the base rules. */
  BASE_RULES,
  /** The unit that makes the sets against forged addresses. */
  ANTISPOOF,
  /** What gives eth0 its address and routes. */
  UPLINK,
  /** What switches forwarding on, and DNS translation. */
  PROXY,
  /** NetworkManager's scripts. */
  DISPATCHER,
  /** rc.local. */
  RC_LOCAL,
  /** What brings a client's interface up. */
  HOTPLUG,
  /** systemd, about one of these units. */
  SYSTEMD,
  /** The kernel. */
  KERNEL,
  /** qrexec in dom0. */
  QREXEC,
  /** dom0's own service. */
  DOM0,
  /** Somebody else. */
  OTHER;

  private static final Set<String> UNITS =
      Set.of(
          "PedOS-firewall.service",
          "PedOS-iptables.service",
          "PedOS-antispoof.service",
          "PedOS-network.service",
          "PedOS-network-uplink.service",
          "PedOS-network-uplink@eth0.service",
          "PedOS-misc-post.service",
          "nftables.service",
          "iptables.service",
          "ip6tables.service");

  /** Whether all that it says is about the firewall, so that unknown messages are worth a look. */
  boolean isOfFirewall() {
    return this == FIREWALL
        || this == BASE_RULES
        || this == ANTISPOOF
        || this == UPLINK
        || this == PROXY;
  }

  /** Who said this. */
  static Speaker of(JournalEntry entry) {
    String name = entry.identifier();
    switch (name) {
      case "kernel":
        return KERNEL;
      case "systemd":
        return isOwnUnit(entry) ? SYSTEMD : OTHER;
      case "PedOS-firewall":
        return FIREWALL;
      case "PedOS-iptables":
        return BASE_RULES;
      case "setup-ip":
        return UPLINK;
      case "network-proxy-setup.sh":
        return PROXY;
      case "nm-dispatcher":
        return DISPATCHER;
      case "misc-post.sh":
        return RC_LOCAL;
      case "root":
        return HOTPLUG;
      case "qrexec":
      case "qrexec-policy-daemon":
      case "qrexec-policy":
        return QREXEC;
      case "PedOSd":
        return DOM0;
      default:
        return ofUnit(entry.unit());
    }
  }

  /** Messages about a unit name it, by its name or by its description. */
  private static boolean isOwnUnit(JournalEntry entry) {
    return UNITS.contains(entry.unit())
        || entry.unit().isEmpty()
            && entry.message().toLowerCase(java.util.Locale.ROOT).contains("firewall");
  }

  private static Speaker ofUnit(String unit) {
    switch (unit) {
      case "PedOS-firewall.service":
        return FIREWALL;
      case "PedOS-iptables.service":
        return BASE_RULES;
      case "PedOS-antispoof.service":
        return ANTISPOOF;
      case "PedOS-network.service":
        return PROXY;
      case "PedOS-network-uplink.service":
      case "PedOS-network-uplink@eth0.service":
        return UPLINK;
      case "PedOS-misc-post.service":
        return RC_LOCAL;
      default:
        return OTHER;
    }
  }
}
