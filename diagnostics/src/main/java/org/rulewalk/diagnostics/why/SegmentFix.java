package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Has TCP agree on segments that fit a small interface, where the error that would say so can't be
 * relied on: what the other side may send is told to it in the packet of the handshake that comes
 * in by that interface (RFC 9293, 3.7.1; net/netfilter/xt_TCPMSS.c, nft_rt.c).
 */
final class SegmentFix {
  private static final String CHAIN = "clamp";

  private SegmentFix() {}

  /** For a packet that a captured machine could not pass on because of its size, if it is TCP's. */
  static Optional<Fix> of(Network network, List<Journey> path) {
    for (Journey journey : path) {
      Machine machine = network.machine(journey.machine()).orElseThrow();
      boolean forwards = journey.incoming().isPresent() && !machine.isExternal();
      if (forwards && journey.last().protocol() == Protocol.TCP) {
        Optional<Fix> fix =
            LargePackets.tooBig(journey).map(stop -> fix(machine, journey.last().version(), stop));
        if (fix.isPresent()) {
          return fix;
        }
      }
    }
    return Optional.empty();
  }

  private static Fix fix(Machine machine, IpVersion version, Stop.TooBig stop) {
    List<String> commands = new ArrayList<>();
    List<String> kept = commands;
    Optional<Table> table = nftTable(machine, version);
    if (table.isEmpty() && usesIptables(machine, version)) {
      String tool = version == IpVersion.IPV4 ? "iptables" : "ip6tables";
      String rule =
          "FORWARD -i "
              + ShellWord.of(stop.device())
              + " -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu";
      commands.add(tool + " -t mangle -A " + rule);
      kept =
          List.of(
              tool + " -t mangle -C " + rule + " 2>/dev/null || " + tool + " -t mangle -A " + rule);
    } else {
      String place = table.map(SegmentFix::place).orElse("inet " + CHAIN + " forward");
      if (table.isEmpty()) {
        commands.add("nft add table inet " + CHAIN);
        commands.add(
            "nft add chain inet "
                + CHAIN
                + " forward '{ type filter hook forward priority mangle; }'");
      }
      commands.add(
          "nft insert rule "
              + place
              + " iifname "
              + ShellWord.nftDevice(stop.device())
              + " 'tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu'");
    }
    String file = Kept.script(machine);
    List<String> now = List.copyOf(commands);
    return new Fix(
        machine.name(),
        now,
        file,
        kept,
        !file.isEmpty(),
        "has TCP agree on packets that fit the "
            + stop.mtuBytes()
            + " bytes of "
            + stop.device()
            + ", for connections that begin after it",
        "",
        before -> changed(before, machine.name(), now));
  }

  private static Network changed(Network before, String machine, List<String> commands) {
    Network network = before;
    for (String command : commands) {
      network = RulesetEdit.commanded(network, machine, command);
    }
    return network;
  }

  /** PedOS's own table, whose chain for people every forwarded packet comes through first. */
  private static Optional<Table> nftTable(Machine machine, IpVersion version) {
    return machine.ruleset().tables().stream()
        .filter(table -> table.tool() == Table.Tool.NFT && table.family().sees(version))
        .filter(table -> PedosNames.isSame(table.name(), "PedOS"))
        .filter(table -> forward(table).isPresent())
        .findFirst();
  }

  private static Optional<Chain> forward(Table table) {
    return table.chains().stream()
        .filter(Chain.Base.class::isInstance)
        .filter(chain -> ((Chain.Base) chain).hook() == Hook.FORWARD)
        .flatMap(chain -> PeoplesChain.of(table, chain).stream())
        .findFirst();
  }

  private static String place(Table table) {
    return table.family().word()
        + " "
        + ShellWord.of(table.name())
        + " "
        + ShellWord.of(forward(table).orElseThrow().name());
  }

  private static boolean usesIptables(Machine machine, IpVersion version) {
    return machine.ruleset().tables().stream()
        .anyMatch(table -> table.tool() == Table.Tool.IPTABLES_NFT && table.family().sees(version));
  }
}
