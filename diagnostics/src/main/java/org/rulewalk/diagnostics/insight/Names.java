package org.rulewalk.diagnostics.insight;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/**
 * Questions to a virtual resolver (10.139.1.1 and .2 at every level from R4.0 on): each provider
 * translates them to its own resolvers, the last one to a real one (core-agent-linux,
 * network/setup-dnat-to-ns).
 */
final class Names {
  /** The resolvers that every client is told of. */
  static final Set<IpAddress> VIRTUAL =
      Set.of(IpAddress.of("10.139.1.1"), IpAddress.of("10.139.1.2"));

  private static final Set<String> CHAINS = Set.of("dnat-dns", "pr-pedos", "pr-qbs");

  private Names() {}

  static Optional<Insight> insight(Stopped stopped) {
    if (!stopped.request() || !isQuestion(stopped.packet())) {
      return Optional.empty();
    }
    return noResolver(stopped)
        .or(() -> notListed(stopped))
        .or(() -> notTranslated(stopped))
        .or(() -> oldResolver(stopped));
  }

  private static boolean isQuestion(Packet packet) {
    boolean ports = packet.protocol() == Protocol.UDP || packet.protocol() == Protocol.TCP;
    return ports && packet.destinationPort() == NatRules.DOMAIN;
  }

  private static Optional<Insight> noResolver(Stopped stopped) {
    boolean drops =
        VIRTUAL.contains(stopped.packet().destination())
            && stopped
                .rule()
                .map(of -> of.hook() == Hook.PREROUTING && isTranslating(of.chain()))
                .orElse(false);
    return drops
        ? Optional.of(
            new Insight.NoResolver(stopped.journey().machine(), stopped.packet().destination()))
        : Optional.empty();
  }

  private static boolean isTranslating(Chain chain) {
    return CHAINS.contains(chain.name().toLowerCase(java.util.Locale.ROOT))
        || chain instanceof Chain.Base && ((Chain.Base) chain).type() == Chain.Type.NAT;
  }

  /** A client's own chain lets questions go to some resolvers, of which this is none. */
  private static Optional<Insight> notListed(Stopped stopped) {
    Optional<Step.OfRule> rule =
        stopped
            .rule()
            .filter(of -> PedosNames.isAgentTable(of.table().name()))
            .filter(of -> PedosNames.isClientChain(of.chain().name()));
    boolean translated = VIRTUAL.contains(stopped.journey().packet().destination());
    return rule.filter(of -> translated)
        .flatMap(
            of ->
                ResolverList.of(of.table(), of.chain())
                    .without(stopped.packet().destination())
                    .map(
                        list ->
                            list.insight(
                                stopped
                                    .network()
                                    .machine(stopped.journey().machine())
                                    .orElseThrow(),
                                stopped.packet().destination())));
  }

  /** The last captured provider that the question left by an uplink. */
  private static Optional<Journey> lastProvider(Stopped stopped) {
    List<Journey> path = stopped.trace().requestPath();
    return path.stream()
        .filter(journey -> journey.id() <= stopped.journey().id())
        .filter(journey -> journey.incoming().isPresent() && isLeaving(stopped, journey))
        .reduce((first, second) -> second);
  }

  private static boolean isLeaving(Stopped stopped, Journey journey) {
    Machine machine = stopped.network().machine(journey.machine()).orElseThrow();
    if (machine.isExternal() || !Attachment.isVif(journey.incoming().orElse(""))) {
      return false;
    }
    Optional<String> device = device(journey);
    return device.isPresent()
        && !Attachment.isVif(device.get())
        && stopped.network().peers(new Link.End(machine.name(), device.get())).stream()
            .noneMatch(peer -> Attachment.isVif(peer.device()));
  }

  /** By which interface it left, or was to leave. */
  private static Optional<String> device(Journey journey) {
    if (journey.end() instanceof End.Left) {
      return Optional.of(((End.Left) journey.end()).device());
    }
    return journey.steps().stream()
        .filter(Step.Routed.class::isInstance)
        .flatMap(step -> ((Step.Routed) step).device().stream())
        .reduce((first, second) -> second);
  }

  private static Optional<Insight> notTranslated(Stopped stopped) {
    return lastProvider(stopped)
        .filter(journey -> VIRTUAL.contains(journey.last().destination()))
        .filter(journey -> stopped.step().isEmpty() || journey.id() < stopped.journey().id())
        .map(
            journey ->
                new Insight.NamesNotTranslated(
                    journey.machine(),
                    journey,
                    device(journey).orElse(""),
                    journey.last().destination(),
                    real(stopped, journey.machine()),
                    chain(stopped.network().machine(journey.machine()).orElseThrow())));
  }

  private static Source chain(Machine machine) {
    for (Table table : machine.ruleset().tables()) {
      for (Chain chain : table.chains()) {
        if (CHAINS.contains(chain.name().toLowerCase(java.util.Locale.ROOT))) {
          return chain.source();
        }
      }
    }
    return Source.NONE;
  }

  /** Resolvers of a provider that others can be sent to. */
  private static List<IpAddress> real(Stopped stopped, String provider) {
    return stopped.known().resolvers(provider).stream()
        .filter(address -> !VIRTUAL.contains(address) && !address.isLoopback())
        .toList();
  }

  private static Optional<Insight> oldResolver(Stopped stopped) {
    return lastProvider(stopped)
        .filter(journey -> VIRTUAL.contains(journey.packet().destination()))
        .filter(journey -> journey.id() < stopped.journey().id() || stopped.step().isEmpty())
        .flatMap(
            journey -> {
              IpAddress target = journey.last().destination();
              List<IpAddress> own = real(stopped, journey.machine());
              boolean old = !own.isEmpty() && !own.contains(target) && !VIRTUAL.contains(target);
              return old
                  ? Optional.of(
                      new Insight.OldResolver(
                          journey.machine(), journey, target, own, rule(stopped, journey, target)))
                  : Optional.empty();
            });
  }

  private static Source rule(Stopped stopped, Journey journey, IpAddress target) {
    Machine machine = stopped.network().machine(journey.machine()).orElseThrow();
    return NatRules.targets(machine).stream()
        .filter(each -> each.address().equals(target))
        .map(NatRules.Target::source)
        .findFirst()
        .orElse(Source.NONE);
  }

  /** Whether a verdict lets a packet pass. */
  static boolean accepts(org.rulewalk.simulator.rules.Rule rule) {
    return rule.statements().stream()
        .anyMatch(
            statement ->
                statement instanceof org.rulewalk.simulator.rules.Statement.Decide
                    && ((org.rulewalk.simulator.rules.Statement.Decide) statement).verdict()
                        == Verdict.Simple.ACCEPT);
  }
}
