package org.rulewalk.diagnostics.dom0;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.diagnostics.topology.Generation;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.dom0.Dom0Files;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.parsers.dom0.QubesDb;
import org.rulewalk.parsers.dom0.VmRules;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * dom0's firewall rules of every VM of a capture, and how they stand in the VM that provides its
 * network. VMs whose provider was not captured are left out.
 */
public final class Dom0Rules {
  /** A capture without dom0. */
  public static final Dom0Rules NONE = new Dom0Rules(List.of(), Map.of());

  private static final Set<String> NOT_RUNNING = Set.of("Halted", "Crashed", "Dying", "NA");
  private static final String OLD_SECOND_RESOLVER = "254";

  private final List<Standing> standings;
  private final Map<String, String> providers;

  private Dom0Rules(List<Standing> standings, Map<String, String> providers) {
    this.standings = List.copyOf(standings);
    this.providers = Map.copyOf(providers);
  }

  /** What a capture tells. */
  public static Dom0Rules of(Capture capture) {
    Dom0Files files = Dom0Files.of(capture.texts());
    Reader reader = new Reader(capture, files);
    Map<String, String> providers = new LinkedHashMap<>();
    files.names().forEach(vm -> files.value(vm, "netvm").ifPresent(p -> providers.put(vm, p)));
    return new Dom0Rules(reader.standings(), providers);
  }

  /** Of every VM and address, in the order of their names. */
  public List<Standing> standings() {
    return standings;
  }

  /** Who provides a VM's network, by dom0. */
  public Optional<String> provider(String vm) {
    return Optional.ofNullable(providers.get(vm));
  }

  /** The standing that a chain of a machine belongs to, for packets of a client. */
  public Optional<Standing> of(String machine, Table table, Chain chain, IpAddress client) {
    return standings.stream()
        .filter(s -> s.provider().equals(machine) && s.address().equals(client))
        .filter(s -> s.table().map(t -> isSame(t, table)).orElse(false))
        .filter(s -> s.chain().map(c -> c.name().equals(chain.name())).orElse(false))
        .findFirst();
  }

  /** The standing of a client of a machine. */
  public Optional<Standing> of(String machine, IpAddress client) {
    return standings.stream()
        .filter(s -> s.provider().equals(machine) && s.address().equals(client) && s.isOn())
        .findFirst();
  }

  private static boolean isSame(Table one, Table other) {
    return one.family() == other.family()
        && one.tool() == other.tool()
        && one.name().equals(other.name());
  }

  /** What in dom0 is behind a rule that a client's packet met; empty if it is none of dom0's. */
  public Optional<Behind> behind(
      String machine, Table table, Chain chain, Rule rule, IpAddress client) {
    return of(machine, table, chain, client)
        .filter(s -> s.generation() != Generation.FORWARD_CHAIN || s.origin(rule).isPresent())
        .map(standing -> new Behind(standing, standing.origin(rule)));
  }

  /** Whether a rule of a machine was made from what dom0 has of some VM. */
  public boolean makes(String machine, Rule rule) {
    return standings.stream()
        .filter(s -> s.provider().equals(machine) && s.origin(rule).isPresent())
        .flatMap(s -> s.chain().stream())
        .anyMatch(c -> c.rules().contains(rule));
  }

  /** The same for a policy, which decides where a client's chain is not asked. */
  public Optional<Behind> behind(String machine, Table table, IpAddress client) {
    return of(machine, client)
        .filter(s -> s.state() == Standing.State.MISSING)
        .filter(s -> s.table().map(t -> isSame(t, table)).orElse(false))
        .map(standing -> new Behind(standing, Optional.empty()));
  }

  /** Makes standings. */
  private static final class Reader {
    private final Network network;
    private final Capture capture;
    private final Dom0Files files;

    Reader(Capture capture, Dom0Files files) {
      this.capture = capture;
      this.network = capture.network();
      this.files = files;
    }

    List<Standing> standings() {
      List<Standing> found = new ArrayList<>();
      Set<String> names = new TreeSet<>(files.names());
      network.machines().values().stream()
          .filter(m -> !m.isExternal())
          .forEach(m -> names.add(m.name()));
      for (String vm : names) {
        boolean off = files.value(vm, "state").map(NOT_RUNNING::contains).orElse(false);
        addresses(vm)
            .forEach(
                address ->
                    standing(vm, address)
                        .map(standing -> off ? standing.off() : standing)
                        .ifPresent(found::add));
      }
      return found;
    }

    private List<IpAddress> addresses(String vm) {
      List<IpAddress> found = new ArrayList<>();
      for (String property : new String[] {"ip", "ip6"}) {
        files.value(vm, property).flatMap(IpAddress::parse).ifPresent(found::add);
      }
      if (found.isEmpty()) {
        network.machine(vm).stream()
            .flatMap(m -> m.interfaces().stream())
            .filter(device -> !device.isLoopback())
            .flatMap(device -> device.addresses().stream())
            .map(Interface.Address::prefix)
            .map(prefix -> prefix.address())
            .filter(address -> !address.isLinkLocal())
            .forEach(found::add);
      }
      return found;
    }

    private Optional<Standing> standing(String vm, IpAddress address) {
      Optional<Agent> agent = provider(vm, address).flatMap(Agent::of);
      if (agent.isEmpty()) {
        return Optional.empty();
      }
      String provider = agent.get().machine().name();
      Optional<QubesDb> sent = files.database(provider).or(() -> files.database(""));
      Optional<VmRules> rules =
          files
              .listing(vm)
              .or(() -> files.file(vm))
              .or(() -> sent.flatMap(db -> db.rules(address.toString())));
      return rules.map(
          known ->
              new Comparison(
                      vm, address, agent.get(), known, resolvers(agent.get(), vm, known, address))
                  .standing(over(vm, known)));
    }

    /** By dom0's list, or by whoever has a chain for the address. */
    private Optional<Machine> provider(String vm, IpAddress address) {
      Optional<String> named = files.value(vm, "netvm");
      if (named.isPresent()) {
        return named.flatMap(network::machine).filter(m -> !m.isExternal());
      }
      return network.machines().values().stream()
          .filter(m -> !m.isExternal() && !m.name().equals(vm))
          .filter(
              m ->
                  Agent.of(m)
                      .filter(a -> a.generation() != Generation.FORWARD_CHAIN)
                      .flatMap(a -> a.chain(address))
                      .isPresent())
          .findFirst();
    }

    /** Rules of the file that the listing leaves out because their time is over. */
    private List<FirewallRule> over(String vm, VmRules known) {
      Optional<VmRules> file = files.file(vm).filter(f -> f != known);
      List<String> listed = known.rules().stream().map(Reader::withoutEnd).toList();
      return file.map(VmRules::rules).orElse(List.of()).stream()
          .filter(rule -> rule.expires().isPresent() && !listed.contains(withoutEnd(rule)))
          .toList();
    }

    private static String withoutEnd(FirewallRule rule) {
      return rule.value("action").orElse("")
          + rule.host().map(h -> h.indexOf('/') < 0 ? h : h.replaceFirst("/(32|128)$", ""))
          + rule.value("proto")
          + rule.value("dstports")
          + rule.value("icmptype")
          + rule.value("specialtarget");
    }

    private Optional<List<IpAddress>> resolvers(
        Agent agent, String vm, VmRules rules, IpAddress address) {
      String provider = agent.machine().name();
      if (agent.generation() == Generation.FORWARD_CHAIN) {
        return rules.old().isPresent() ? oldResolvers(provider) : named(vm);
      }
      IpVersion version = address.version();
      return capture.text(provider, "resolv.conf").map(text -> Resolvers.of(text, version));
    }

    /** Release 3: the address of the provider's own provider, and its last sister. */
    private Optional<List<IpAddress>> oldResolvers(String provider) {
      Optional<String> gateway =
          files
              .value(provider, "netvm")
              .flatMap(netvm -> files.value(netvm, "ipback"))
              .or(() -> files.value(provider, "gateway"));
      return gateway
          .filter(text -> IpAddress.parse(text).isPresent())
          .map(
              text ->
                  List.of(
                      IpAddress.of(text),
                      IpAddress.of(
                          text.substring(0, text.lastIndexOf('.') + 1) + OLD_SECOND_RESOLVER)))
          .or(
              () ->
                  capture
                      .text(provider, "resolv.conf")
                      .map(text -> Resolvers.of(text, IpVersion.IPV4))
                      .filter(all -> all.size() == 2));
    }

    private Optional<List<IpAddress>> named(String vm) {
      List<IpAddress> found = new ArrayList<>();
      for (String word : files.value(vm, "dns").orElse("").split("[^0-9.]+")) {
        IpAddress.parse(word).ifPresent(found::add);
      }
      return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }
  }
}
