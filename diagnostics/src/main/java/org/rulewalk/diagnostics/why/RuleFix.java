package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.script.ScriptRunner;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.IpVersion;

/**
 * One rule that lets a dropped packet pass, before the rule that drops it or at the chain's end, in
 * the language of its table. The model gets what the parser makes of the same text.
 */
final class RuleFix {
  private static final String CUSTOM_FORWARD = "custom-forward";
  private static final String CUSTOM_INPUT = "custom-input";

  private final Network network;
  private final Question question;
  private final Cause cause;
  private final Table table;
  private final Chain chain;
  private final int place;
  private final OptionalLong handle;
  private final Packet packet;

  RuleFix(Network network, Question question, Cause cause, Step step) {
    this.network = network;
    this.question = question;
    this.cause = cause;
    this.packet = cause.journey().last();
    if (step instanceof Step.OfRule) {
      Step.OfRule of = (Step.OfRule) step;
      this.table = of.table();
      Optional<Chain> custom = custom(of.table(), of.chain());
      this.chain = custom.orElse(of.chain());
      this.place = custom.isPresent() ? custom.get().rules().size() + 1 : of.rule().number();
      this.handle = custom.isPresent() ? OptionalLong.empty() : of.rule().handle();
    } else {
      Step.OfPolicy of = (Step.OfPolicy) step;
      this.table = of.table();
      this.chain = custom(of.table(), of.chain()).orElse(of.chain());
      this.place = chain.rules().size() + 1;
      this.handle = OptionalLong.empty();
    }
  }

  /** R4.2 has chains of its own for people's rules. */
  private static Optional<Chain> custom(Table table, Chain decided) {
    if (decided.name().equals("forward")) {
      return table.chain(CUSTOM_FORWARD);
    }
    return decided.name().equals("input") ? table.chain(CUSTOM_INPUT) : Optional.empty();
  }

  private boolean isIptables() {
    return table.tool() != Table.Tool.NFT;
  }

  private boolean isAtEnd() {
    return place > chain.rules().size();
  }

  /** The command for a shell. */
  String command() {
    return isIptables() ? iptables() : nft();
  }

  private String iptables() {
    String tool = packet.version() == IpVersion.IPV4 ? "iptables" : "ip6tables";
    tool += table.tool() == Table.Tool.IPTABLES_LEGACY ? "-legacy" : "";
    String where = table.name().equals("filter") ? "" : " -t " + table.name();
    String action = isAtEnd() ? " -A " + chain.name() : " -I " + chain.name() + " " + place;
    return tool + where + action + " " + iptablesRule();
  }

  private String nft() {
    String target = table.family().word() + " " + table.name() + " " + chain.name();
    if (isAtEnd()) {
      return "nft add rule " + target + " " + nftRule();
    }
    return handle.isPresent()
        ? "nft insert rule " + target + " handle " + handle.getAsLong() + " " + nftRule()
        : "nft insert rule " + target + " index " + (place - 1) + " " + nftRule();
  }

  private boolean isFromCaptured() {
    return question
        .from()
        .machine()
        .flatMap(network::machine)
        .map(m -> !m.isExternal())
        .orElse(false);
  }

  private Optional<String> incoming() {
    return cause.journey().incoming();
  }

  private String iptablesRule() {
    List<String> words = new ArrayList<>();
    if (!cause.request()) {
      return "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT";
    }
    incoming().ifPresent(device -> words.add("-i " + device));
    if (isFromCaptured()) {
      words.add("-s " + packet.source());
    }
    words.add("-d " + packet.destination());
    words.add("-p " + ValueWords.protocol(packet.protocol()));
    if (Protocol.hasPorts(packet.protocol())) {
      words.add("--dport " + packet.destinationPort());
    }
    words.add("-m conntrack --ctstate NEW -j ACCEPT");
    return String.join(" ", words);
  }

  private String nftRule() {
    if (!cause.request()) {
      return "ct state established,related counter accept";
    }
    List<String> words = new ArrayList<>();
    incoming().ifPresent(device -> words.add("iifname " + device));
    String ip = packet.version() == IpVersion.IPV4 ? "ip" : "ip6";
    if (isFromCaptured()) {
      words.add(ip + " saddr " + packet.source());
    }
    words.add(ip + " daddr " + packet.destination());
    String protocol = ValueWords.protocol(packet.protocol());
    words.add(
        Protocol.hasPorts(packet.protocol())
            ? protocol + " dport " + packet.destinationPort()
            : "meta l4proto " + protocol);
    words.add("ct state new counter accept");
    return String.join(" ", words);
  }

  String why() {
    String what =
        isIptables() ? table.title() + " " + chain.name() : "nftables' table " + table.title();
    return cause.request()
        ? "lets the packet pass " + what
        : "lets answers of known connections pass " + what;
  }

  String allows() {
    if (!cause.request()) {
      return "answers of connections that " + cause.machine() + " knows";
    }
    String port = Protocol.hasPorts(packet.protocol()) ? " port " + packet.destinationPort() : "";
    String by = incoming().map(device -> " coming in by " + device).orElse(" of its own");
    String from = isFromCaptured() ? " from " + packet.source() : " from anywhere";
    return "new "
        + ValueWords.protocol(packet.protocol())
        + " connections"
        + from
        + " to "
        + packet.destination()
        + port
        + by
        + " of "
        + cause.machine();
  }

  /** The network with the rule in its place: the command itself is carried out on the model. */
  Network apply(Network before) {
    Machine machine = before.machine(cause.machine()).orElseThrow();
    SourceText command = SourceText.of("", command());
    return before.with(ScriptRunner.run(command, machine, Invocation.Files.NONE).machine());
  }
}
