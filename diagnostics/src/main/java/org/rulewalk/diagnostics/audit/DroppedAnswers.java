package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.audit.Finding.Example;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.trial.Exchange;
import org.rulewalk.diagnostics.trial.Neighbourhood;
import org.rulewalk.diagnostics.trial.Opening;
import org.rulewalk.diagnostics.trial.StandIn;
import org.rulewalk.diagnostics.usage.Ports;
import org.rulewalk.diagnostics.why.ShellWord;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.route.Departure;
import org.rulewalk.simulator.route.Flow;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * Chains that drop whatever no rule accepts, and accept no answers: a connection that a machine
 * opens, or lets through, is dead although its first packet passed. Each is shown by an exchange.
 */
final class DroppedAnswers implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    Network network = subject.capture().network();
    for (Machine machine : subject.machines()) {
      if (canDrop(machine)) {
        Machine played = StandIn.of(machine);
        if (played == machine) {
          found.addAll(new Search(network, machine).findings());
        } else {
          new Search(StandIn.in(network, played), played)
              .findings().stream()
                  .filter(finding -> isOfBaseChain(machine, finding.source()))
                  .map(DroppedAnswers::assumed)
                  .forEach(found::add);
        }
      }
    }
    return found;
  }

  /**
   * Whether it is about a base chain: one for a sort of packets may drop those of interfaces that
   * are only assumed. Of IPv6 beside IPv4 nothing is said: whether it is used is not known.
   */
  private static boolean isOfBaseChain(Machine machine, Source source) {
    List<Table> tables = machine.ruleset().tables();
    boolean four = tables.stream().anyMatch(table -> table.family().sees(IpVersion.IPV4));
    return tables.stream()
        .filter(table -> !four || table.family().sees(IpVersion.IPV4))
        .flatMap(table -> table.chains().stream())
        .filter(Chain.Base.class::isInstance)
        .anyMatch(
            chain ->
                ((Chain.Base) chain).policySource().equals(source)
                    || chain.rules().stream().anyMatch(rule -> rule.source().equals(source)));
  }

  private static Finding assumed(Finding finding) {
    return new Finding(
        finding.id(),
        Severity.WARNING,
        finding.machine(),
        finding.source(),
        finding.message() + " " + StandIn.WORDS,
        finding.because(),
        finding.example(),
        finding.repair());
  }

  private static boolean canDrop(Machine machine) {
    return machine.ruleset().tables().stream()
        .flatMap(table -> table.chains().stream())
        .anyMatch(
            chain ->
                chain instanceof Chain.Base
                        && ((Chain.Base) chain).type() == Chain.Type.FILTER
                        && !chain.rules().isEmpty()
                    || isDropping(chain));
  }

  private static boolean isDropping(Chain chain) {
    return chain instanceof Chain.Base && ((Chain.Base) chain).policy() == Verdict.Simple.DROP;
  }

  /** Where an answer was dropped without any test: by a policy, or a rule for all packets. */
  private record Dropping(Table table, String chain, Hook hook, Source source, boolean policy) {
    static Optional<Dropping> of(End end) {
      if (!(end instanceof End.Stopped)) {
        return Optional.empty();
      }
      Stop stop = ((End.Stopped) end).stop();
      if (stop instanceof Stop.ByPolicy) {
        Step.OfPolicy step = ((Stop.ByPolicy) stop).step();
        return Optional.of(
            new Dropping(
                step.table(), step.chain().name(), step.hook(), step.chain().policySource(), true));
      }
      if (stop instanceof Stop.ByRule) {
        Step.OfRule step = ((Stop.ByRule) stop).step();
        boolean all = step.rule().statements().stream().noneMatch(Match.class::isInstance);
        return all
            ? Optional.of(
                new Dropping(
                    step.table(), step.chain().name(), step.hook(), step.rule().source(), false))
            : Optional.empty();
      }
      return Optional.empty();
    }

    /** Whether the same chain, whatever source a changed ruleset gives it. */
    boolean isSame(Dropping other) {
      return table.isSame(other.table) && chain.equals(other.chain);
    }
  }

  private static final class Search {
    private static final int MOST_PAIRS = 60;

    private final Network network;
    private final Machine machine;
    private final Simulator simulator;
    private final Neighbourhood around;
    private final Router router;
    private final List<Ports.Service> services;
    private final Map<String, Finding> found = new LinkedHashMap<>();

    Search(Network network, Machine machine) {
      this.network = network;
      this.machine = machine;
      this.simulator = new Simulator(network);
      this.around = new Neighbourhood(network, machine);
      this.router = new Router(machine);
      this.services = Ports.of(machine);
    }

    List<Finding> findings() {
      for (IpVersion version : IpVersion.values()) {
        int pairs = 0;
        for (Interface out : machine.interfaces()) {
          Optional<IpAddress> to =
              out.isLoopback() ? Optional.empty() : around.behind(out, version);
          if (to.isPresent() && pairs < MOST_PAIRS) {
            pairs++;
            own(to.get());
            for (Interface in : machine.interfaces()) {
              Optional<IpAddress> from =
                  in.isLoopback() || in == out ? Optional.empty() : around.behind(in, version);
              if (from.isPresent() && pairs < MOST_PAIRS) {
                pairs++;
                play(Optional.of(in.name()), from.get(), to.get(), Hook.FORWARD);
              }
            }
          }
        }
      }
      return List.copyOf(found.values());
    }

    private void own(IpAddress to) {
      Departure way = router.depart(Flow.to(to), false);
      if (way instanceof Departure.Leave) {
        play(Optional.empty(), ((Departure.Leave) way).source(), to, Hook.INPUT);
      }
    }

    /** Of each protocol, until one service had its answer. */
    private void play(Optional<String> in, IpAddress from, IpAddress to, Hook hook) {
      Set<Integer> answered = new HashSet<>();
      for (Ports.Service service : services) {
        if (!answered.contains(service.protocol())) {
          Packet packet = Opening.of(from, to, service);
          Optional<Exchange> exchange = Exchange.of(simulator, machine.name(), in, packet);
          Optional<Dropping> dropped = exchange.flatMap(e -> Dropping.of(e.answer().end()));
          dropped
              .filter(d -> d.hook() == hook)
              .ifPresent(d -> answer(d, in, packet, service, exchange.get()));
          if (exchange.isPresent() && dropped.isEmpty()) {
            answered.add(service.protocol());
            if (service.protocol() == Protocol.TCP) {
              error(in, packet, service, hook);
            }
          }
        }
      }
    }

    private void answer(
        Dropping dropping,
        Optional<String> in,
        Packet packet,
        Ports.Service service,
        Exchange exchange) {
      String key = dropping.table().title() + " " + dropping.chain();
      if (!found.containsKey(key)) {
        found.remove("errors " + key);
        found.put(key, finding(dropping, in, packet, service, exchange));
      }
    }

    /** Whether an error about a connection is dropped that is let through itself. */
    private void error(Optional<String> in, Packet packet, Ports.Service service, Hook hook) {
      Optional<Exchange> exchange = Exchange.withError(simulator, machine.name(), in, packet);
      Optional<Dropping> dropped =
          exchange.flatMap(e -> Dropping.of(e.answer().end())).filter(d -> d.hook() == hook);
      if (dropped.isPresent()) {
        String chain = dropped.get().table().title() + " " + dropped.get().chain();
        if (!found.containsKey(chain) && !found.containsKey("errors " + chain)) {
          found.put("errors " + chain, error(dropped.get(), in, packet, service, exchange.get()));
        }
      }
    }

    private Finding error(
        Dropping dropping,
        Optional<String> in,
        Packet packet,
        Ports.Service service,
        Exchange exchange) {
      Finding finding =
          new Finding(
                  "errors-dropped",
                  Severity.WARNING,
                  machine.name(),
                  dropping.source(),
                  "Chain "
                      + dropping.chain()
                      + " of "
                      + dropping.table().title()
                      + " drops the ICMP errors that belong to connections: no rule before this"
                      + " accepts what is related. If a link on the way takes smaller packets only,"
                      + " the sender never hears of it, and large transfers of "
                      + service.word()
                      + " hang.")
              .with(
                  new Example(
                      machine.name(),
                      Optional.of(exchange.sent().device()),
                      exchange.answer().packet()));
      return Mending.tried(
              network,
              machine,
              List.of(command(dropping)),
              "Accept related packets too, as the first rule.",
              mended ->
                  Exchange.withError(new Simulator(mended), machine.name(), in, packet)
                      .filter(e -> isElsewhere(e, dropping))
                      .isPresent())
          .map(finding::mendedBy)
          .orElse(finding);
    }

    private Finding finding(
        Dropping dropping,
        Optional<String> in,
        Packet packet,
        Ports.Service service,
        Exchange exchange) {
      String out = exchange.sent().device();
      Finding finding =
          new Finding(
                  "answers-dropped",
                  Severity.ERROR,
                  machine.name(),
                  dropping.source(),
                  "Chain "
                      + dropping.chain()
                      + " of "
                      + dropping.table().title()
                      + " drops answers"
                      + (dropping.policy() ? " by its policy" : "")
                      + ". For example, "
                      + (in.isPresent()
                          ? "a packet "
                              + packet.source()
                              + " → "
                              + packet.destination()
                              + " "
                              + service.word()
                              + " is let through from "
                              + in.get()
                              + " to "
                              + out
                          : machine.name()
                              + " sends a packet to "
                              + packet.destination()
                              + " "
                              + service.word()
                              + " by "
                              + out)
                      + ", but no rule before this accepts the answer.")
              .with(new Example(machine.name(), Optional.of(out), exchange.answer().packet()));
      return Mending.tried(
              network,
              machine,
              List.of(command(dropping)),
              "Accept what belongs to connections that were let through, as the first rule.",
              mended ->
                  Exchange.of(new Simulator(mended), machine.name(), in, packet)
                      .filter(e -> isElsewhere(e, dropping))
                      .isPresent())
          .map(finding::mendedBy)
          .orElse(finding);
    }

    /** Whether an answer gets past the chain that dropped it before. */
    private static boolean isElsewhere(Exchange exchange, Dropping before) {
      return Dropping.of(exchange.answer().end()).map(now -> !now.isSame(before)).orElse(true);
    }

    private static String command(Dropping dropping) {
      Table table = dropping.table();
      String chain = ShellWord.of(dropping.chain());
      if (table.tool() == Table.Tool.NFT) {
        return "nft insert rule "
            + table.family().word()
            + " "
            + ShellWord.of(table.name())
            + " "
            + chain
            + " ct state established,related accept";
      }
      String tool = table.family().word().equals("ip6") ? "ip6tables" : "iptables";
      return tool
          + (table.tool() == Table.Tool.IPTABLES_LEGACY ? "-legacy" : "")
          + (table.name().equals("filter") ? "" : " -t " + ShellWord.of(table.name()))
          + " -I "
          + chain
          + " 1 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT";
    }
  }
}
