package org.rulewalk.diagnostics.insight;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.rulewalk.parsers.dom0.Dom0Files;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.parsers.dom0.VmRow;
import org.rulewalk.parsers.dom0.VmRules;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * What a capture tells beside its network: dom0's lists, and the resolver files of machines. What
 * was not captured is empty.
 */
public final class Surroundings {
  /** Nothing known. */
  public static final Surroundings NONE = new Surroundings(Map.of());

  /** States of qvm-ls in which a VM answers nothing; others are taken for running. */
  private static final Set<String> NOT_RUNNING =
      Set.of("Halted", "Halting", "Dying", "Crashed", "Paused", "Suspended");

  private static final String NAMESERVER = "nameserver";

  private final Map<String, SourceText> texts;
  private final Dom0Files dom0;

  private Surroundings(Map<String, SourceText> texts) {
    this.texts = Map.copyOf(texts);
    this.dom0 = Dom0Files.of(this.texts);
  }

  /** What the kept texts of a capture tell, by their paths inside it. */
  public static Surroundings of(Map<String, SourceText> texts) {
    return new Surroundings(texts);
  }

  /** The VMs that dom0 lists, and that do not run. */
  public List<String> notRunning() {
    return dom0.rows().stream().map(VmRow::name).filter(vm -> !isRunning(vm)).sorted().toList();
  }

  /** Whether a VM runs, as far as dom0's list tells. */
  public boolean isRunning(String vm) {
    return !NOT_RUNNING.contains(state(vm));
  }

  /** The word of dom0's list. */
  public String state(String vm) {
    return dom0.row(vm).flatMap(row -> row.value("state")).orElse("");
  }

  /** The line of dom0's list. */
  public Source row(String vm) {
    return dom0.row(vm).map(VmRow::source).orElse(Source.NONE);
  }

  /** The VM that provides the network of this one. */
  public Optional<String> provider(String vm) {
    return property(vm, "netvm").filter(name -> !name.equals("None"));
  }

  /** The address that PedOS gave a VM. */
  public Optional<IpAddress> address(String vm) {
    return property(vm, "ip").flatMap(IpAddress::parse);
  }

  /** The address by which a VM reaches its provider. */
  public Optional<IpAddress> gateway(String vm) {
    return property(vm, "gateway").flatMap(IpAddress::parse);
  }

  /** The number of a VM's domain, which its vif has in its name. */
  public OptionalInt domain(String vm) {
    Optional<String> number = property(vm, "xid");
    boolean plain = number.isPresent() && number.get().matches("[0-9]{1,9}");
    return plain ? OptionalInt.of(Integer.parseInt(number.get())) : OptionalInt.empty();
  }

  /** {@code None} of qvm-prefs counts: it is no gap that the list fills. */
  private Optional<String> property(String vm, String name) {
    return dom0.preference(vm, name).or(() -> dom0.value(vm, name));
  }

  /** The IPv4 resolvers of a machine's resolv.conf. */
  public List<IpAddress> resolvers(String machine) {
    List<IpAddress> found = new ArrayList<>();
    resolvFile(machine).ifPresent(text -> text.text().lines().forEach(l -> resolver(l, found)));
    return found;
  }

  private Optional<SourceText> resolvFile(String machine) {
    return Optional.ofNullable(texts.get("vms/" + machine + "/resolv.conf"));
  }

  private static void resolver(String line, List<IpAddress> found) {
    String[] words = line.split("[ \t]+", 3);
    if (words.length > 1 && words[0].equals(NAMESERVER)) {
      IpAddress.parse(words[1]).filter(a -> a.version() == IpVersion.IPV4).ifPresent(found::add);
    }
  }

  /** Whether a VM has a service of PedOS switched on, as far as its list tells. */
  public boolean hasService(String vm, String service) {
    return Optional.ofNullable(texts.get("vms/" + vm + "/services.txt")).stream()
        .flatMap(text -> text.text().lines())
        .anyMatch(line -> List.of(line.strip().split("[\\s/]+")).contains(service));
  }

  /** Whether dom0's list of a VM's firewall rules was captured. */
  public boolean hasRules(String vm) {
    return rules(vm).isPresent();
  }

  /** The first of dom0's rules of a VM that fits. */
  public Optional<FirewallRule> rule(String vm, Predicate<FirewallRule> wanted) {
    return rules(vm).stream().flatMap(rules -> rules.rules().stream()).filter(wanted).findFirst();
  }

  private Optional<VmRules> rules(String vm) {
    return dom0.listing(vm).or(() -> dom0.file(vm));
  }
}
