package org.rulewalk.diagnostics.insight;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/**
 * Drops of a provider that are about who sends: from R4.2 on by the sets {@code allowed} and {@code
 * downstream}, before that by rules of iptables' table raw and of the agent's chain prerouting.
 */
final class Senders {
  /** The set of clients' addresses, which nothing but a vif may send from. */
  static final String DOWNSTREAM = "downstream";

  private Senders() {}

  /** Whether there is such a set, so that a client that is not in it is not let in. */
  static boolean areAsked(Machine provider) {
    return set(provider).isPresent();
  }

  static Source place(Machine provider) {
    return set(provider).map(NamedSet::source).orElse(Source.NONE);
  }

  private static Optional<NamedSet> set(Machine provider) {
    return provider.ruleset().tables().stream()
        .map(Table::sets)
        .flatMap(sets -> Optional.ofNullable(sets.get(KnownSender.ALLOWED)).stream())
        .filter(KnownSender::isOfSenders)
        .findFirst();
  }

  static Optional<Insight> insight(Stopped stopped) {
    boolean early =
        stopped.request()
            && stopped.rule().map(of -> of.hook() == Hook.PREROUTING).orElse(false)
            && stopped.journey().incoming().isPresent();
    if (!early) {
      return Optional.empty();
    }
    Machine provider = stopped.network().machine(stopped.journey().machine()).orElseThrow();
    String device = stopped.journey().incoming().get();
    return Attachment.isVif(device)
        ? spoofed(stopped, provider, device)
        : impersonated(stopped, provider, device);
  }

  private static Optional<Insight> spoofed(Stopped stopped, Machine provider, String vif) {
    IpAddress source = stopped.packet().source();
    List<KnownSender> known =
        KnownSender.of(provider).stream()
            .filter(each -> each.device().equals(vif))
            .filter(each -> each.address().version() == source.version())
            .toList();
    boolean fits = known.stream().anyMatch(each -> each.address().equals(source));
    Optional<String> vm = behind(stopped, provider.name(), vif);
    if (known.isEmpty() || fits) {
      return Optional.empty();
    }
    boolean passedOn =
        vm.map(name -> stopped.network().machine(name).map(m -> !m.has(source)).orElse(true))
            .orElse(false);
    return Optional.of(
        new Insight.Spoofed(provider.name(), vif, source, known.get(0), vm, passedOn));
  }

  private static Optional<String> behind(Stopped stopped, String provider, String vif) {
    return stopped.network().peers(new Link.End(provider, vif)).stream()
        .map(Link.End::machine)
        .findFirst();
  }

  private static Optional<Insight> impersonated(Stopped stopped, Machine provider, String device) {
    IpAddress source = stopped.packet().source();
    return provider.routes().stream()
        .filter(route -> route.type() == Route.Type.UNICAST && route.destination().isSingle())
        .filter(route -> route.destination().address().equals(source))
        .map(Attachment::device)
        .filter(Attachment::isVif)
        .findFirst()
        .map(
            vif ->
                new Insight.Impersonated(
                    provider.name(), device, source, behind(stopped, provider.name(), vif), vif));
  }
}
