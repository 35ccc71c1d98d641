package org.rulewalk.diagnostics.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;

/** The rules of a machine, each with what a packet needs to get there. */
final class Targets {
  private static final int DEEPEST = 8;

  private final List<Target> found = new ArrayList<>();

  /**
   * A rule to shoot at.
   *
   * @param hook where its packets are met
   * @param version of its table; empty for both
   */
  record Target(Machine machine, Hook hook, Optional<IpVersion> version, Aim aim) {}

  private record Caller(Chain chain, Rule rule) {}

  private Targets() {}

  /** Those that a hook leads to, in order. */
  static List<Target> of(Machine machine) {
    Targets targets = new Targets();
    machine.ruleset().tables().forEach(table -> targets.table(machine, table));
    return targets.found;
  }

  private void table(Machine machine, Table table) {
    Map<String, Caller> callers = new HashMap<>();
    for (Chain chain : table.chains()) {
      for (Rule rule : chain.rules()) {
        for (String word : rule.source().text().split("[\\s,{};\"]+")) {
          if (!word.equals(chain.name()) && table.chain(word).isPresent()) {
            callers.putIfAbsent(word, new Caller(chain, rule));
          }
        }
      }
    }
    for (Chain chain : table.chains()) {
      for (Rule rule : chain.rules()) {
        target(machine, table, callers, chain, rule).ifPresent(found::add);
      }
    }
  }

  private static Optional<Target> target(
      Machine machine, Table table, Map<String, Caller> callers, Chain chain, Rule rule) {
    Aim aim = Aim.of(rule.source().text());
    Chain at = chain;
    for (int depth = 0; depth < DEEPEST; depth++) {
      if (at instanceof Chain.Base) {
        Hook hook = ((Chain.Base) at).hook();
        return Optional.of(new Target(machine, hook, version(table), aim));
      }
      Caller caller = callers.get(at.name());
      if (caller == null) {
        return Optional.empty();
      }
      aim = aim.or(Aim.of(caller.rule().source().text()));
      at = caller.chain();
    }
    return Optional.empty();
  }

  private static Optional<IpVersion> version(Table table) {
    switch (table.family()) {
      case IP:
        return Optional.of(IpVersion.IPV4);
      case IP6:
        return Optional.of(IpVersion.IPV6);
      default:
        return Optional.empty();
    }
  }
}
