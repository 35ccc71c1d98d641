package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** Translations that are missing, in the language that the machine's rules are written in. */
final class NatFix {
  private static final String OWN_TABLE = "port-forward";

  private final Machine machine;
  private final Hook hook;
  private final Packet packet;
  private final RulePattern pattern;
  private final String iptablesTarget;
  private final String nftTarget;
  private final String why;
  private final String allows;

  private NatFix(
      Machine machine,
      Hook hook,
      RulePattern pattern,
      String iptablesTarget,
      String nftTarget,
      String why,
      String allows) {
    this.machine = machine;
    this.hook = hook;
    this.packet = pattern.packet();
    this.pattern = pattern;
    this.iptablesTarget = iptablesTarget;
    this.nftTarget = nftTarget;
    this.why = why;
    this.allows = allows;
  }

  /** Translations of an own address and port of a machine to those behind it. */
  static List<Fix> destination(
      Network network,
      Question question,
      Machine machine,
      Packet packet,
      Optional<String> incoming) {
    boolean passesOn =
        incoming
            .map(device -> new Router(machine).forwards(packet.version(), device))
            .orElse(false);
    boolean own = Protocol.hasPorts(packet.protocol()) && machine.has(packet.destination());
    if (!passesOn || !own) {
      return List.of();
    }
    List<Fix> fixes = new ArrayList<>();
    for (NatTargets.Target target : new NatTargets(network, question, machine, packet).find()) {
      fixes.addAll(destination(machine, packet, incoming, question.isForSender(network), target));
    }
    return fixes;
  }

  /**
   * Translations of an address and port to another one.
   *
   * @param incoming the interface that such packets come by; empty for the machine's own
   * @param sender whether it is for this sender alone; of a machine's own packets it is for all
   */
  static List<Fix> destination(
      Machine machine,
      Packet packet,
      Optional<String> incoming,
      boolean sender,
      NatTargets.Target to) {
    IpAddress target = to.address();
    boolean alone = sender && incoming.isPresent();
    String port = ValueWords.protocol(packet.protocol()) + "/" + packet.destinationPort();
    return new NatFix(
            machine,
            incoming.isPresent() ? Hook.PREROUTING : Hook.OUTPUT,
            new RulePattern(
                packet, incoming, alone, OptionalInt.empty(), false, RulePattern.State.ANY),
            "-j DNAT --to-destination " + text(target),
            "dnat " + family(target) + "to " + target,
            "sends "
                + port
                + " of "
                + packet.destination()
                + " on to "
                + target
                + ", "
                + to.because(),
            alone
                ? ""
                : "others that ask "
                    + packet.destination()
                    + " for "
                    + port
                    + incoming.map(device -> " by " + device).orElse("")
                    + " are sent to "
                    + target
                    + " too, where the rules let them")
        .fixes();
  }

  /** Has answers come back over the machine that translated the way there. */
  static List<Fix> source(Machine machine, Packet packet) {
    return new NatFix(
            machine,
            Hook.POSTROUTING,
            new RulePattern(
                packet, Optional.empty(), true, OptionalInt.empty(), false, RulePattern.State.ANY),
            "-j MASQUERADE",
            "masquerade",
            "has " + packet.destination() + " answer over " + machine.name(),
            packet.destination()
                + " sees "
                + machine.name()
                + " as the sender of such connections from "
                + packet.source())
        .fixes();
  }

  private static String text(IpAddress address) {
    return address.version() == IpVersion.IPV4 ? address.toString() : "[" + address + "]";
  }

  /** In an inet table nft wants to know the version; it is left out elsewhere. */
  private static String family(IpAddress target) {
    return target.version() == IpVersion.IPV4 ? "ip " : "ip6 ";
  }

  private List<Fix> fixes() {
    List<Fix> fixes = new ArrayList<>();
    boolean iptables =
        machine.ruleset().tables().stream()
            .anyMatch(table -> table.tool() != Table.Tool.NFT && table.family().sees(version()));
    boolean legacy =
        iptables
            && machine.ruleset().tables().stream()
                .noneMatch(table -> table.tool() == Table.Tool.IPTABLES_NFT);
    List<Table> natTables = natTables();
    boolean inNft =
        natTables.stream().anyMatch(table -> table.tool() == Table.Tool.NFT)
            || Kept.isPedOs(machine) && hasOwnNftTable();
    if (iptables && !(inNft && natTables.stream().allMatch(t -> t.tool() == Table.Tool.NFT))) {
      fixes.add(iptables(legacy, true));
      fixes.add(iptables(legacy, false));
    }
    for (Table table : natTables) {
      if (table.tool() == Table.Tool.NFT) {
        chains(table).forEach(chain -> fixes.addAll(nft(table, chain)));
      }
    }
    if (fixes.isEmpty() || hook == Hook.PREROUTING) {
      fixes.add(newChain());
    }
    return fixes;
  }

  private IpVersion version() {
    return packet.version();
  }

  private boolean hasOwnNftTable() {
    return machine.ruleset().tables().stream().anyMatch(table -> isBaseTable(table, version()));
  }

  /** R4.2's table of the base rules. */
  private static boolean isBaseTable(Table table, IpVersion version) {
    return table.tool() == Table.Tool.NFT
        && PedosNames.isSame(table.name(), "PedOS")
        && table.family() == (version == IpVersion.IPV4 ? Family.IP : Family.IP6);
  }

  private List<Table> natTables() {
    return machine.ruleset().tables().stream()
        .filter(table -> table.family().sees(version()) && !chains(table).isEmpty())
        .toList();
  }

  /** Chains that translate at the hook and are no agent's. */
  private List<Chain.Base> chains(Table table) {
    return table.chains().stream()
        .filter(Chain.Base.class::isInstance)
        .map(Chain.Base.class::cast)
        .filter(chain -> chain.type() == Chain.Type.NAT && chain.hook() == hook)
        .filter(chain -> !chain.name().equals("dnat-dns"))
        .toList();
  }

  private Fix iptables(boolean legacy, boolean last) {
    Table.Tool tool = legacy ? Table.Tool.IPTABLES_LEGACY : Table.Tool.IPTABLES_NFT;
    String program =
        (version() == IpVersion.IPV4 ? "iptables" : "ip6tables")
            + (legacy ? "-legacy" : "")
            + " -t nat ";
    String chain = hook.name();
    String text = pattern.iptables() + " " + iptablesTarget;
    String command = program + (last ? "-A " + chain : "-I " + chain + " 1") + " " + text;
    String kept =
        program
            + "-C "
            + chain
            + " "
            + text
            + " 2>/dev/null || "
            + program
            + (last ? "-A " : "-I ")
            + chain
            + " "
            + text;
    return fix(
        List.of(command),
        List.of(kept),
        before -> {
          Network with =
              RulesetEdit.withTable(
                  before,
                  machine.name(),
                  "*nat\n:" + chain + " ACCEPT [0:0]\nCOMMIT\n",
                  version(),
                  tool);
          Table table =
              with.machine(machine.name()).orElseThrow().ruleset().tables().stream()
                  .filter(t -> t.name().equals("nat") && t.tool() == tool)
                  .filter(t -> t.family().sees(version()))
                  .findFirst()
                  .orElseThrow();
          Rule rule = RulesetEdit.iptables(text, version(), table);
          return last
              ? RulesetEdit.appended(with, machine.name(), table, chain, rule)
              : RulesetEdit.inserted(with, machine.name(), table, chain, 1, rule);
        });
  }

  private List<Fix> nft(Table table, Chain chain) {
    String target =
        table.family().word() + " " + ShellWord.of(table.name()) + " " + ShellWord.of(chain.name());
    String text = nftText(table.family());
    String add = "nft add rule " + target + " " + text;
    String insert = "nft insert rule " + target + " " + text;
    return List.of(
        fix(
            List.of(add),
            List.of(add),
            before ->
                RulesetEdit.appended(
                    before,
                    machine.name(),
                    table,
                    chain.name(),
                    RulesetEdit.nft(text, table.family()))),
        fix(
            List.of(insert),
            List.of(insert),
            before ->
                RulesetEdit.inserted(
                    before,
                    machine.name(),
                    table,
                    chain.name(),
                    1,
                    RulesetEdit.nft(text, table.family()))));
  }

  private String nftText(Family family) {
    String target =
        family == Family.INET ? nftTarget : nftTarget.replaceFirst("^dnat ip6? to", "dnat to");
    return pattern.nft() + " counter " + target;
  }

  /** In PedOS' own table, as its documents do, or in a table of its own. */
  private Fix newChain() {
    Optional<Table> base =
        machine.ruleset().tables().stream().filter(t -> isBaseTable(t, version())).findFirst();
    Family family =
        base.map(Table::family).orElse(version() == IpVersion.IPV4 ? Family.IP : Family.IP6);
    String table = base.map(Table::name).orElse(OWN_TABLE);
    String chain = chainName(base);
    String priority = hook == Hook.POSTROUTING ? "srcnat" : hook == Hook.OUTPUT ? "-100" : "dstnat";
    String properties =
        "type nat hook " + hook.word() + " priority " + priority + "; policy accept;";
    String text = nftText(family);
    String place = family.word() + " " + ShellWord.of(table);
    List<String> commands = new ArrayList<>();
    if (base.isEmpty()) {
      commands.add("nft add table " + place);
    }
    commands.add("nft add chain " + place + " " + chain + " '{ " + properties + " }'");
    commands.add("nft add rule " + place + " " + chain + " " + text);
    String made =
        "table "
            + family.word()
            + " "
            + table
            + " {\n chain "
            + chain
            + " {\n  "
            + properties
            + "\n  "
            + text
            + "\n }\n}\n";
    return fix(commands, commands, net -> RulesetEdit.withChains(net, machine.name(), made));
  }

  /** One that is not there yet. */
  private String chainName(Optional<Table> base) {
    String name =
        base.isPresent()
            ? "custom-"
                + (hook == Hook.POSTROUTING ? "snat" : "dnat")
                + (hook == Hook.OUTPUT ? "-own" : "")
            : hook.word();
    String free = name;
    for (int n = 2; base.isPresent() && base.get().chain(free).isPresent(); n++) {
      free = name + "-" + n;
    }
    return free;
  }

  private Fix fix(
      List<String> now, List<String> kept, java.util.function.UnaryOperator<Network> change) {
    String file = Kept.script(machine);
    return new Fix(machine.name(), now, file, kept, !file.isEmpty(), why, allows, change);
  }
}
