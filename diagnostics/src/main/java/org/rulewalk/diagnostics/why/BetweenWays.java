package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.forwarding.ChainSteps;
import org.rulewalk.diagnostics.forwarding.ForwardStep;
import org.rulewalk.diagnostics.hops.Decision;
import org.rulewalk.diagnostics.hops.Hop;
import org.rulewalk.diagnostics.hops.StillPacket;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.diagnostics.topology.Scripts;
import org.rulewalk.diagnostics.topology.Topology;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpAddress;

/** Works out what {@link Between} tells, hop by hop. */
final class BetweenWays {
  private final Network network;
  private final Topology topology;
  private final Service service;
  private final IpAddress source;
  private final IpAddress target;

  BetweenWays(Network network, Topology topology, Question question, IpAddress source) {
    this.network = network;
    this.topology = topology;
    this.service = question.service();
    this.source = source;
    this.target = question.to().address().orElseThrow();
  }

  Between of(String from, String to) {
    List<String> up = topology.upwards(from);
    List<String> down = topology.upwards(to);
    Optional<String> meeting = up.stream().skip(1).filter(down::contains).findFirst();
    List<Between.Need> needs = new ArrayList<>();
    boolean same = meeting.isPresent() && up.indexOf(meeting.get()) == 1;
    same &= meeting.isPresent() && down.indexOf(meeting.get()) == 1;
    if (meeting.isPresent()) {
      String below = up.get(up.indexOf(meeting.get()) - 1);
      IpAddress seen = below.equals(from) ? source : address(below).orElse(source);
      List<String> rest = new ArrayList<>(down.subList(0, down.indexOf(meeting.get())));
      java.util.Collections.reverse(rest);
      String before = below;
      String here = meeting.get();
      for (String next : rest) {
        forward(before, here, next, seen, needs);
        before = here;
        here = next;
      }
      input(before, to, seen, needs);
    }
    return new Between(from, to, meeting, same, needs);
  }

  private Optional<IpAddress> address(String name) {
    List<String> chain = topology.upwards(name);
    return chain.size() < 2
        ? Optional.empty()
        : device(name, chain.get(1))
            .flatMap(d -> network.machine(name).flatMap(m -> m.find(d)))
            .flatMap(i -> i.addresses(target.version()).stream().findFirst())
            .map(a -> a.prefix().address());
  }

  /** The interface of one machine that leads to another. */
  private Optional<String> device(String machine, String other) {
    for (Link link : network.links()) {
      boolean joined = link.ends().stream().anyMatch(end -> end.machine().equals(other));
      for (Link.End end : link.ends()) {
        if (joined && end.machine().equals(machine)) {
          return Optional.of(end.device());
        }
      }
    }
    return Optional.empty();
  }

  private void forward(
      String before, String here, String next, IpAddress seen, List<Between.Need> needs) {
    Optional<Machine> machine = network.machine(here);
    Optional<String> in = device(here, before);
    Optional<String> out = device(here, next);
    if (machine.isEmpty() || in.isEmpty() || out.isEmpty()) {
      return;
    }
    Packet packet = packet(seen);
    Hop hop = Hop.of(network, here, in.get(), packet);
    boolean leads = hop.out().map(t -> t.device().equals(out.get())).orElse(false);
    if (!leads) {
      needs.add(
          new Between.Need(
              here,
              Between.Kind.ROUTE,
              "",
              Between.Place.NONE,
              "ip route add "
                  + target
                  + (isLast(next) ? "" : address(next).map(a -> " via " + a).orElse(""))
                  + " dev "
                  + out.get()
                  + (isLast(next) ? "" : " onlink"),
              Scripts.ofFirewall(machine.get()),
              ForwardStep.State.MISSING));
      needs.add(unseen(machine.get(), seen));
      return;
    }
    StillPacket at = new StillPacket(machine.get(), Hook.FORWARD, in.get(), out.get(), packet);
    needs.addAll(needs(machine.get(), ForwardStep.Kind.FORWARD, at, hop.at(Hook.FORWARD)));
  }

  private boolean isLast(String name) {
    return network.machine(name).map(m -> m.has(target)).orElse(false);
  }

  /** Where the packet does not get to the forward hook, what PedOS' rules would want. */
  private Between.Need unseen(Machine machine, IpAddress seen) {
    Optional<Table> nft = custom(machine, "custom-forward");
    return new Between.Need(
        machine.name(),
        Between.Kind.FORWARD,
        nft.map(t -> t.title() + " custom-forward").orElse("ip filter FORWARD"),
        nft.isPresent() ? Between.Place.ANYWHERE : Between.Place.SECOND,
        nft.map(t -> "nft add rule " + t.title() + " custom-forward " + nftRule(seen, true))
            .orElse("iptables -I FORWARD 2 " + iptablesRule(seen, true)),
        Scripts.ofFirewall(machine),
        ForwardStep.State.MISSING);
  }

  private static Optional<Table> custom(Machine machine, String chain) {
    return machine.ruleset().tables().stream()
        .filter(t -> t.family().word().equals("ip") && t.chain(chain).isPresent())
        .findFirst();
  }

  private void input(String before, String to, IpAddress seen, List<Between.Need> needs) {
    Optional<Machine> machine = network.machine(to);
    Optional<String> in = device(to, before);
    if (machine.isEmpty() || in.isEmpty()) {
      return;
    }
    Packet packet = packet(seen);
    Hop hop = Hop.of(network, to, in.get(), packet);
    StillPacket at = new StillPacket(machine.get(), Hook.INPUT, in.get(), "", packet);
    needs.addAll(needs(machine.get(), ForwardStep.Kind.INPUT, at, hop.at(Hook.INPUT)));
  }

  private List<Between.Need> needs(
      Machine machine, ForwardStep.Kind kind, StillPacket at, List<Decision> decisions) {
    List<Between.Need> needs = new ArrayList<>();
    for (ForwardStep step : new ChainSteps(machine, kind, service.text(), at).of(decisions)) {
      String title = step.table().orElse("");
      Optional<Decision> decision =
          decisions.stream().filter(d -> d.table().title().equals(title)).findFirst();
      decision.ifPresent(d -> needs.add(need(machine, step, d, at.packet().source())));
    }
    return needs;
  }

  private Between.Need need(Machine machine, ForwardStep step, Decision decision, IpAddress seen) {
    Table table = decision.table();
    String chain = step.chain().orElse(decision.base().name());
    String shown = table.title() + " " + chain;
    boolean forward = step.kind() == ForwardStep.Kind.FORWARD;
    if (forward && PedosNames.isAgentTable(table.name()) && decision.drops()) {
      String command =
          "qvm-firewall "
              + topology.members().values().stream()
                  .filter(m -> network.machine(m.name()).map(x -> x.has(seen)).orElse(false))
                  .map(Topology.Member::name)
                  .findFirst()
                  .orElse("VM")
              + " add --before 0 accept dst4="
              + target
              + dom0Service();
      return new Between.Need(
          machine.name(), Between.Kind.DOM0, shown, Between.Place.FIRST, command, "", step.state());
    }
    boolean nft = table.tool() == Table.Tool.NFT;
    int place = Math.min(2, decision.base().rules().size() + 1);
    String command =
        nft
            ? "nft add rule " + shown + " " + nftRule(seen, forward)
            : (table.tool() == Table.Tool.IPTABLES_LEGACY ? "iptables-legacy" : "iptables")
                + " -I "
                + decision.base().name()
                + (forward ? " " + place : "")
                + " "
                + iptablesRule(seen, forward);
    return new Between.Need(
        machine.name(),
        forward ? Between.Kind.FORWARD : Between.Kind.INPUT,
        shown,
        nft
            ? Between.Place.ANYWHERE
            : forward && place == 2 ? Between.Place.SECOND : Between.Place.FIRST,
        command,
        forward ? Scripts.ofFirewall(machine) : Scripts.LOCAL,
        step.state());
  }

  private boolean hasPort() {
    return Protocol.hasPorts(service.protocol());
  }

  private String dom0Service() {
    String protocol = " proto=" + ValueWords.protocol(service.protocol());
    return protocol + (hasPort() ? " dstports=" + service.port() : "");
  }

  private String iptablesRule(IpAddress seen, boolean forward) {
    return "-s "
        + seen
        + (forward ? " -d " + target : "")
        + " -p "
        + ValueWords.protocol(service.protocol())
        + (hasPort() ? " --dport " + service.port() : "")
        + " -j ACCEPT";
  }

  private String nftRule(IpAddress seen, boolean forward) {
    String protocol = ValueWords.protocol(service.protocol());
    return "ip saddr "
        + seen
        + (forward ? " ip daddr " + target : "")
        + (hasPort() ? " " + protocol + " dport " + service.port() : " meta l4proto " + protocol)
        + " counter accept";
  }

  private Packet packet(IpAddress from) {
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT;
    switch (service.protocol()) {
      case Protocol.TCP:
        Packets.Tcp syn = new Packets.Tcp(40000, service.port(), 1, 0, TcpFlags.SYN, 64240);
        return Packets.tcp(from, target, syn, new byte[0], new byte[0], ip);
      case Protocol.UDP:
        return Packets.udp(from, target, 40000, service.port(), new byte[8], ip);
      case Protocol.ICMP:
        int type = service.isPing() ? 8 : service.icmpType();
        return Packets.icmp(from, target, type, service.icmpCode(), 1, new byte[56], ip);
      default:
        return Packets.ip(from, target, service.protocol(), new byte[8], ip);
    }
  }
}
