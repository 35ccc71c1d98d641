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
    boolean near = meeting.isPresent() && down.indexOf(meeting.get()) == 1;
    boolean same = near && up.indexOf(meeting.get()) == 1;
    IpAddress ask = target;
    if (meeting.isPresent()) {
      String below = up.get(up.indexOf(meeting.get()) - 1);
      IpAddress seen = below.equals(from) ? source : address(below).orElse(source);
      List<String> rest = new ArrayList<>(down.subList(0, down.indexOf(meeting.get())));
      java.util.Collections.reverse(rest);
      ask = address(rest.get(0)).orElse(target);
      String before = below;
      String here = meeting.get();
      for (String next : rest) {
        if (!here.equals(meeting.get())) {
          translation(before, here, next, seen, needs);
        }
        forward(before, here, next, seen, needs);
        before = here;
        here = next;
      }
      input(before, to, seen, needs);
    }
    return new Between(from, to, up.get(1), meeting, same, ask, needs);
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
    Optional<IpAddress> to = address(next);
    if (machine.isEmpty() || in.isEmpty() || out.isEmpty() || to.isEmpty()) {
      return;
    }
    Packet packet = packet(seen, to.get());
    Hop hop = Hop.of(network, here, in.get(), packet);
    StillPacket at = new StillPacket(machine.get(), Hook.FORWARD, in.get(), out.get(), packet);
    needs.addAll(needs(machine.get(), ForwardStep.Kind.FORWARD, at, hop.at(Hook.FORWARD)));
  }

  /** What comes to a firewall VM's own address goes on to the next. */
  private void translation(
      String before, String here, String next, IpAddress seen, List<Between.Need> needs) {
    Optional<Machine> machine = network.machine(here);
    Optional<String> in = device(here, before);
    Optional<IpAddress> own = address(here);
    Optional<IpAddress> to = address(next);
    if (machine.isEmpty() || in.isEmpty() || own.isEmpty() || to.isEmpty()) {
      return;
    }
    Hop hop = Hop.of(network, here, in.get(), packet(seen, own.get()));
    boolean there =
        hop.redirected().map(r -> r.after().destination().equals(to.get())).orElse(false);
    Optional<Table> nft = custom(machine.get(), "custom-forward");
    String what = service(nft.isPresent());
    List<String> commands =
        nft.map(
                t ->
                    List.of(
                        "nft 'add chain "
                            + t.title()
                            + " custom-dnat { type nat hook prerouting priority filter + 1; policy"
                            + " accept; }'",
                        "nft add rule "
                            + t.title()
                            + " custom-dnat iifname "
                            + in.get()
                            + " ip saddr "
                            + seen
                            + what
                            + " counter dnat to "
                            + to.get()))
            .orElseGet(
                () ->
                    List.of(
                        "iptables -t nat -A PREROUTING -i "
                            + in.get()
                            + " -s "
                            + seen
                            + " -d "
                            + own.get()
                            + what
                            + " -j DNAT --to-destination "
                            + to.get()));
    needs.add(
        new Between.Need(
            here,
            Between.Kind.DNAT,
            nft.map(t -> t.title() + " custom-dnat").orElse("ip nat PREROUTING"),
            Between.Place.ANYWHERE,
            commands,
            Scripts.ofFirewall(machine.get()),
            there ? ForwardStep.State.PRESENT : ForwardStep.State.MISSING));
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
    Packet packet = packet(seen, target);
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
      decision.ifPresent(d -> needs.add(need(machine, step, d, at.packet())));
    }
    return needs;
  }

  private Between.Need need(Machine machine, ForwardStep step, Decision decision, Packet packet) {
    IpAddress seen = packet.source();
    IpAddress to = packet.destination();
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
              + to
              + dom0Service();
      return new Between.Need(
          machine.name(),
          Between.Kind.DOM0,
          shown,
          Between.Place.FIRST,
          List.of(command),
          "",
          step.state());
    }
    boolean nft = table.tool() == Table.Tool.NFT;
    int place = Math.min(2, decision.base().rules().size() + 1);
    String command =
        nft
            ? "nft add rule " + shown + " " + nftRule(seen, Optional.of(to).filter(a -> forward))
            : (table.tool() == Table.Tool.IPTABLES_LEGACY ? "iptables-legacy" : "iptables")
                + " -I "
                + decision.base().name()
                + (forward ? " " + place : "")
                + " "
                + iptablesRule(seen, Optional.of(to).filter(a -> forward));
    return new Between.Need(
        machine.name(),
        forward ? Between.Kind.FORWARD : Between.Kind.INPUT,
        shown,
        nft
            ? Between.Place.ANYWHERE
            : forward && place == 2 ? Between.Place.SECOND : Between.Place.FIRST,
        List.of(command),
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

  private String service(boolean nft) {
    String protocol = ValueWords.protocol(service.protocol());
    if (nft) {
      return hasPort() ? " " + protocol + " dport " + service.port() : " meta l4proto " + protocol;
    }
    return " -p " + protocol + (hasPort() ? " --dport " + service.port() : "");
  }

  private String iptablesRule(IpAddress seen, Optional<IpAddress> to) {
    return "-s " + seen + to.map(a -> " -d " + a).orElse("") + service(false) + " -j ACCEPT";
  }

  private String nftRule(IpAddress seen, Optional<IpAddress> to) {
    String daddr = to.map(a -> " ip daddr " + a).orElse("");
    return "ip saddr " + seen + daddr + service(true) + " counter accept";
  }

  private Packet packet(IpAddress from, IpAddress to) {
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT;
    switch (service.protocol()) {
      case Protocol.TCP:
        Packets.Tcp syn = new Packets.Tcp(40000, service.port(), 1, 0, TcpFlags.SYN, 64240);
        return Packets.tcp(from, to, syn, new byte[0], new byte[0], ip);
      case Protocol.UDP:
        return Packets.udp(from, to, 40000, service.port(), new byte[8], ip);
      case Protocol.ICMP:
        int type = service.isPing() ? 8 : service.icmpType();
        return Packets.icmp(from, to, type, service.icmpCode(), 1, new byte[56], ip);
      default:
        return Packets.ip(from, to, service.protocol(), new byte[8], ip);
    }
  }
}
