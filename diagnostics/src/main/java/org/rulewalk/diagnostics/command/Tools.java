package org.rulewalk.diagnostics.command;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.value.Source;

/** The programs that change how a machine treats packets, on the model. */
public final class Tools {
  private Tools() {}

  /** Runs a command; empty where its program is none of those known here. */
  public static Optional<Outcome> run(Machine machine, Invocation invocation) {
    switch (invocation.program()) {
      case "iptables":
      case "ip6tables":
      case "iptables-nft":
      case "ip6tables-nft":
      case "iptables-legacy":
      case "ip6tables-legacy":
        return Optional.of(new IptablesTool(machine, invocation).run());
      case "iptables-restore":
      case "ip6tables-restore":
      case "iptables-nft-restore":
      case "ip6tables-nft-restore":
      case "iptables-legacy-restore":
      case "ip6tables-legacy-restore":
        return Optional.of(new RestoreTool(machine, invocation).run());
      case "iptables-save":
      case "ip6tables-save":
      case "iptables-nft-save":
      case "ip6tables-nft-save":
      case "iptables-legacy-save":
      case "ip6tables-legacy-save":
        return Optional.of(SaveTool.run(machine, invocation));
      case "nft":
        return Optional.of(new NftTool(machine, invocation).run());
      case "ipset":
        return Optional.of(new IpsetTool(machine, invocation).run());
      case "ip":
        return Optional.of(new IpTool(machine, invocation).run());
      case "sysctl":
        return Optional.of(SettingTool.sysctl(machine, invocation));
      case "conntrack":
        return Optional.of(ConntrackTool.run(machine, invocation));
      default:
        return Optional.empty();
    }
  }

  /** The content of a file with nft commands, as {@code nft -f} takes it. */
  public static Outcome nftFile(Machine machine, String path, String text) {
    Invocation invocation =
        new Invocation(
            List.of("nft", "-f", path),
            Optional.empty(),
            asked -> asked.equals(path) ? Optional.of(text) : Optional.empty(),
            new Source(path, 0, 0, ""));
    return new NftTool(machine, invocation).run();
  }
}
