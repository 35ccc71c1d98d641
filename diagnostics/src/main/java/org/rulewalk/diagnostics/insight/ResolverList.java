package org.rulewalk.diagnostics.insight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * The resolvers that a client's chain lets questions go to. The agent takes them from the
 * provider's resolv.conf, while the translation asks systemd-resolved first, so the two may differ.
 *
 * @param source where the addresses stand: the set, or the first rule
 */
public record ResolverList(List<ElementSet.Interval> resolvers, Source source) {
  /** Keeps a copy. */
  public ResolverList {
    resolvers = List.copyOf(resolvers);
  }

  /**
   * A client's chain whose list lacks resolvers that questions are translated to.
   *
   * @param lacking those
   * @param targets all that questions are translated to
   * @param translation the first rule that does it
   */
  public record Gap(
      String chain,
      List<IpAddress> lacking,
      List<IpAddress> targets,
      ResolverList list,
      Source translation) {
    /** Keeps copies. */
    public Gap {
      lacking = List.copyOf(lacking);
      targets = List.copyOf(targets);
    }
  }

  /** Of one chain; without resolvers where no rule of it is for questions alone. */
  static ResolverList of(Table table, Chain chain) {
    List<ElementSet.Interval> resolvers = new ArrayList<>();
    Source source = Source.NONE;
    for (Rule rule : chain.rules()) {
      if (NatRules.isAboutNames(rule) && Names.accepts(rule)) {
        NatRules.destinations(table, rule).stream()
            .filter(each -> !resolvers.contains(each))
            .forEach(resolvers::add);
        source = source.isKnown() ? source : place(table, rule);
      }
    }
    return new ResolverList(resolvers, source);
  }

  private static Source place(Table table, Rule rule) {
    for (Statement statement : rule.statements()) {
      boolean named =
          statement instanceof Match.InSet
              && ((Match.InSet) statement).set() instanceof SetReference.Named;
      if (named) {
        String name = ((SetReference.Named) ((Match.InSet) statement).set()).name();
        return Optional.ofNullable(table.sets().get(name))
            .map(NamedSet::source)
            .filter(Source::isKnown)
            .orElse(rule.source());
      }
    }
    return rule.source();
  }

  /** Every chain of a machine's clients that lacks a target of its own translations. */
  public static List<Gap> gaps(Machine machine) {
    List<Gap> gaps = new ArrayList<>();
    List<NatRules.Target> targets = NatRules.targets(machine);
    for (Table table : machine.ruleset().tables()) {
      for (Chain chain : table.chains()) {
        if (PedosNames.isAgentTable(table.name()) && PedosNames.isClientChain(chain.name())) {
          ResolverList list = of(table, chain);
          List<IpAddress> lacking =
              targets.stream()
                  .map(NatRules.Target::address)
                  .filter(target -> list.without(target).isPresent())
                  .toList();
          if (!lacking.isEmpty()) {
            gaps.add(
                new Gap(chain.name(), lacking, addresses(targets), list, targets.get(0).source()));
          }
        }
      }
    }
    return gaps;
  }

  private static List<IpAddress> addresses(List<NatRules.Target> targets) {
    return targets.stream().map(NatRules.Target::address).toList();
  }

  /** The same, if it lists some resolvers and not this one. */
  Optional<ResolverList> without(IpAddress resolver) {
    boolean lacks =
        !resolvers.isEmpty()
            && resolvers.stream().noneMatch(each -> each.contains(resolver.value()));
    return lacks ? Optional.of(this) : Optional.empty();
  }

  /** Whether nothing but the local stub of systemd-resolved is listed. */
  public boolean isStub() {
    return resolvers.stream()
        .allMatch(each -> new IpAddress(IpVersion.IPV4, each.low()).isLoopback());
  }

  /** The addresses as text. */
  public List<String> texts() {
    return resolvers.stream()
        .map(
            each -> {
              String low = new IpAddress(IpVersion.IPV4, each.low()).toString();
              return each.isSingle() ? low : low + "-" + new IpAddress(IpVersion.IPV4, each.high());
            })
        .toList();
  }

  Insight insight(Machine provider, IpAddress target) {
    List<IpAddress> targets = addresses(NatRules.targets(provider));
    return new Insight.ResolverNotListed(
        provider.name(), target, targets, texts(), source, isStub());
  }
}
