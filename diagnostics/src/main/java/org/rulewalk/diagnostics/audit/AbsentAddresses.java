package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.audit.Finding.Repair;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.topology.BaseRules;
import org.rulewalk.diagnostics.usage.AddressTest;
import org.rulewalk.diagnostics.usage.Redirection;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.route.Router;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.FibQuery;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpAddress;

/**
 * Rules for an address that the machine is meant to have and has not: of packets to it or from it,
 * and of forwarded ports, where the address came by DHCP and has changed since.
 */
final class AbsentAddresses implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      boolean known =
          !machine.missing().contains(CaptureFile.ADDRESSES) && !machine.interfaces().isEmpty();
      Router router = new Router(machine);
      for (Table table : known ? machine.ruleset().tables() : List.<Table>of()) {
        for (Chain chain : table.chains()) {
          for (Rule rule : chain.rules()) {
            if (!BaseRules.isMade(table, chain, rule)) {
              local(machine, router, chain, rule).ifPresent(found::add);
              forwarded(subject, machine, router, table, rule).ifPresent(found::add);
            }
          }
        }
      }
    }
    return found;
  }

  private static boolean isOthers(Router router, IpAddress address) {
    return !address.isMulticast()
        && !address.isLinkLocal()
        && !address.isAny()
        && router.addressType(address, Optional.empty()) == FibQuery.AddressType.UNICAST;
  }

  /** Input sees only packets to this machine, and output only packets from it. */
  private static Optional<Finding> local(Machine machine, Router router, Chain chain, Rule rule) {
    Optional<Hook> hook =
        chain instanceof Chain.Base ? Optional.of(((Chain.Base) chain).hook()) : Optional.empty();
    boolean input = hook.equals(Optional.of(Hook.INPUT));
    if (!input && !hook.equals(Optional.of(Hook.OUTPUT))) {
      return Optional.empty();
    }
    return AddressTest.of(rule).stream()
        .filter(test -> test.source() != input)
        .filter(test -> !test.addresses().isEmpty())
        .filter(test -> test.addresses().stream().allMatch(a -> isOthers(router, a)))
        .findFirst()
        .map(
            test ->
                new Finding(
                        "rule-on-missing-address",
                        Severity.WARNING,
                        machine.name(),
                        rule.source(),
                        "This rule is for packets "
                            + (input ? "to " : "from ")
                            + words(test.addresses())
                            + ", which "
                            + machine.name()
                            + " does not have: it never matches here. "
                            + own(machine, test.addresses().get(0)))
                    .mendedBy(
                        Repair.inWords(
                            machine.name(),
                            "Write the address that it has now, or leave it out.")));
  }

  /** A forwarded port for an address on the machine's own subnet that somebody else may have. */
  private static Optional<Finding> forwarded(
      Subject subject, Machine machine, Router router, Table table, Rule rule) {
    boolean translates =
        rule.statements().stream()
            .filter(Statement.Nat.class::isInstance)
            .map(statement -> ((Statement.Nat) statement).kind())
            .anyMatch(
                kind -> kind == Statement.Nat.Kind.DNAT || kind == Statement.Nat.Kind.REDIRECT);
    List<Interface> devices = translates ? Redirection.devices(machine, table, rule) : List.of();
    if (devices.size() != 1) {
      return Optional.empty();
    }
    Interface device = devices.get(0);
    return AddressTest.of(rule).stream()
        .filter(test -> !test.source() && !test.addresses().isEmpty())
        .filter(
            test ->
                test.addresses().stream()
                    .allMatch(a -> isOthers(router, a) && isOnSubnet(machine, device, a)))
        .findFirst()
        .map(test -> forwarded(subject, machine, device, rule, test.addresses().get(0)));
  }

  private static boolean isOnSubnet(Machine machine, Interface device, IpAddress address) {
    return !machine.settings().either(address.version(), device.name(), "proxy_arp")
        && device.addresses(address.version()).stream()
            .anyMatch(a -> !a.prefix().isSingle() && a.prefix().contains(address));
  }

  private static Finding forwarded(
      Subject subject, Machine machine, Interface device, Rule rule, IpAddress address) {
    String holder =
        subject.capture().network().holders(address).stream()
            .findFirst()
            .map(other -> " That address is " + other.name() + "'s.")
            .orElse("");
    String now =
        device.addresses(address.version()).stream()
            .map(a -> a.prefix().address().toString())
            .collect(Collectors.joining(", "));
    return new Finding(
            "dnat-not-our-address",
            Severity.WARNING,
            machine.name(),
            rule.source(),
            "This rule forwards what comes for "
                + address
                + ", but "
                + machine.name()
                + " has "
                + now
                + " on "
                + device.name()
                + ": nobody on that network sends packets for "
                + address
                + " to it."
                + holder)
        .mendedBy(
            Repair.inWords(
                machine.name(),
                "Write "
                    + now
                    + " in its place; where the address comes by DHCP, name the interface ("
                    + device.name()
                    + ") and no address."));
  }

  private static String words(List<IpAddress> addresses) {
    return addresses.stream().map(IpAddress::toString).collect(Collectors.joining(", "));
  }

  private static String own(Machine machine, IpAddress like) {
    return "It has "
        + machine.interfaces().stream()
            .filter(device -> !device.isLoopback())
            .flatMap(device -> device.addresses(like.version()).stream())
            .map(address -> address.prefix().address().toString())
            .distinct()
            .collect(Collectors.joining(", "))
        + ".";
  }
}
