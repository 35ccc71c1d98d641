package org.rulewalk.diagnostics.usage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * A rule that sends what comes in to another address.
 *
 * @param target the address that it becomes
 * @param asked the addresses that the rule asks for; empty if it names none
 * @param devices interfaces by which packets come that the rule is for
 * @param services those that the rule names
 */
public record Redirection(
    Table table,
    Chain chain,
    Rule rule,
    IpAddress target,
    List<IpAddress> asked,
    List<Interface> devices,
    List<Ports.Service> services) {
  private static final int MOST = 500;

  /** Keeps copies. */
  public Redirection {
    asked = List.copyOf(asked);
    devices = List.copyOf(devices);
    services = List.copyOf(services);
  }

  /** Those of a machine whose target is one address, in order. */
  public static List<Redirection> of(Machine machine) {
    List<Redirection> found = new ArrayList<>();
    for (Table table : machine.ruleset().tables()) {
      for (Chain chain : table.chains()) {
        boolean own = chain instanceof Chain.Base && ((Chain.Base) chain).hook() == Hook.OUTPUT;
        for (Rule rule : own ? List.<Rule>of() : chain.rules()) {
          if (found.size() < MOST) {
            of(machine, table, chain, rule).ifPresent(found::add);
          }
        }
      }
    }
    return found;
  }

  private static Optional<Redirection> of(Machine machine, Table table, Chain chain, Rule rule) {
    return rule.statements().stream()
        .filter(Statement.Nat.class::isInstance)
        .map(Statement.Nat.class::cast)
        .filter(nat -> nat.kind() == Statement.Nat.Kind.DNAT && nat.addressMax().isEmpty())
        .flatMap(
            nat ->
                nat
                    .address()
                    .flatMap(AddressTest::scalar)
                    .map(bits -> new IpAddress(version(nat, table, bits.high() != 0), bits))
                    .stream())
        .findFirst()
        .map(
            target ->
                new Redirection(
                    table,
                    chain,
                    rule,
                    target,
                    AddressTest.of(rule).stream()
                        .filter(test -> !test.source())
                        .flatMap(test -> test.addresses().stream())
                        .toList(),
                    devices(machine, table, rule),
                    Ports.of(rule)));
  }

  private static IpVersion version(Statement.Nat nat, Table table, boolean wide) {
    return nat.version()
        .orElse(table.family().word().equals("ip6") || wide ? IpVersion.IPV6 : IpVersion.IPV4);
  }

  /** The interfaces by which packets come in that a rule is for; of one that names none, all. */
  public static List<Interface> devices(Machine machine, Table table, Rule rule) {
    List<DeviceTest> tests =
        rule.statements().stream()
            .filter(Match.class::isInstance)
            .flatMap(match -> DeviceTest.of((Match) match).stream())
            .filter(DeviceTest::incoming)
            .toList();
    return machine.interfaces().stream()
        .filter(d -> tests.stream().allMatch(test -> test.passes(machine, table, rule, d)))
        .toList();
  }
}
