package org.rulewalk.diagnostics.topology;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.Providers;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;

/**
 * Which VM provides which with the network, and what each is for.
 *
 * @param members VMs by name: captured ones, and those that only dom0 lists
 */
public record Topology(Map<String, Member> members) {
  /** Keeps a copy. */
  public Topology {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  /** What a VM is for. */
  public enum Role {
    /** It holds the way out: others use it, and no VM provides it with the network. */
    NETVM,
    /** It runs PedOS-firewall for its clients, and no service. */
    FIREWALL,
    /** It offers its clients a service: a VPN, a proxy, a resolver. */
    SERVICE,
    /** It provides the network; whether it runs PedOS-firewall is not known, or it does not. */
    PROVIDER,
    /** It only uses the network. */
    CLIENT
  }

  /**
   * A VM.
   *
   * @param provider its NetVM, if it has one
   * @param clients those whose NetVM it is
   * @param firewall whether it runs PedOS-firewall; empty if the capture does not tell
   * @param signs what shows that it offers a service
   */
  public record Member(
      String name,
      Optional<String> provider,
      List<String> clients,
      Role role,
      Optional<Boolean> firewall,
      List<Sign> signs) {
    /** Keeps copies. */
    public Member {
      clients = List.copyOf(clients);
      signs = List.copyOf(signs);
    }

    /** Whether other VMs use it. */
    public boolean provides() {
      return !clients.isEmpty();
    }
  }

  /** The topology that a network's links show. */
  public static Topology of(Network network) {
    return of(network, Map.of(), Map.of());
  }

  /** The topology that links and dom0's lists show. */
  public static Topology of(Capture capture) {
    Map<String, Boolean> services = new LinkedHashMap<>();
    for (Machine machine : capture.network().machines().values()) {
      capture
          .text(machine.name(), "services.txt")
          .ifPresent(text -> services.put(machine.name(), Services.runsFirewall(text)));
    }
    Map<String, SourceText> dom0 = capture.texts();
    return of(capture.network(), Providers.of(dom0), services);
  }

  private static Topology of(
      Network network, Map<String, String> listed, Map<String, Boolean> services) {
    Map<String, String> providers = new LinkedHashMap<>(listed);
    network.links().forEach(link -> provider(network, link, providers));
    Set<String> names = new LinkedHashSet<>();
    network.machines().values().stream()
        .filter(m -> !m.isExternal())
        .forEach(m -> names.add(m.name()));
    names.addAll(providers.keySet());
    names.addAll(providers.values());
    Map<String, Member> members = new LinkedHashMap<>();
    for (String name : names) {
      List<String> clients =
          names.stream().filter(n -> name.equals(providers.get(n)) && !n.equals(name)).toList();
      Optional<Machine> machine = network.machine(name).filter(m -> !m.isExternal());
      Optional<Boolean> firewall =
          machine.flatMap(m -> Firewalls.runs(m, Optional.ofNullable(services.get(name))));
      List<Sign> signs = machine.map(m -> Sign.of(network, m)).orElse(List.of());
      Optional<String> provider = Optional.ofNullable(providers.get(name));
      members.put(
          name,
          new Member(
              name,
              provider,
              clients,
              role(clients, provider, firewall, signs),
              firewall,
              clients.isEmpty() ? List.of() : signs));
    }
    return new Topology(betweenFirewalls(members));
  }

  /** A vif belongs to the provider, and what hangs on it is the client. */
  private static void provider(Network network, Link link, Map<String, String> providers) {
    for (Link.End end : link.ends()) {
      boolean serves =
          network
              .machine(end.machine())
              .flatMap(m -> m.find(end.device()))
              .filter(Devices::isToClient)
              .isPresent();
      for (Link.End other : link.ends()) {
        Optional<Interface> far =
            network.machine(other.machine()).flatMap(m -> m.find(other.device()));
        boolean isClient =
            !other.machine().equals(end.machine())
                && network.machine(other.machine()).map(m -> !m.isExternal()).orElse(false)
                && far.map(i -> !Devices.isToClient(i)).orElse(true);
        if (serves && isClient) {
          providers.putIfAbsent(other.machine(), end.machine());
        }
      }
    }
  }

  private static Role role(
      List<String> clients,
      Optional<String> provider,
      Optional<Boolean> firewall,
      List<Sign> signs) {
    if (clients.isEmpty()) {
      return Role.CLIENT;
    }
    if (!signs.isEmpty()) {
      return Role.SERVICE;
    }
    if (provider.isEmpty()) {
      return Role.NETVM;
    }
    return firewall.orElse(false) ? Role.FIREWALL : Role.PROVIDER;
  }

  /**
   * One that has a firewall VM on either side and serves no other VM is there for a service, also
   * where nothing of it shows (its tunnel may be down).
   */
  private static Map<String, Member> betweenFirewalls(Map<String, Member> members) {
    Map<String, Member> all = new LinkedHashMap<>();
    for (Member member : members.values()) {
      boolean inside =
          member.role() == Role.FIREWALL
              && member.provider().map(members::get).map(m -> is(m, Role.FIREWALL)).orElse(false)
              && member.clients().stream().allMatch(c -> is(members.get(c), Role.FIREWALL));
      List<Sign> signs = List.of(new Sign.BetweenFirewalls(member.provider().orElse("")));
      all.put(
          member.name(),
          inside
              ? new Member(
                  member.name(),
                  member.provider(),
                  member.clients(),
                  Role.SERVICE,
                  member.firewall(),
                  signs)
              : member);
    }
    return all;
  }

  private static boolean is(Member member, Role role) {
    return member.role() == role;
  }

  /** The VM with this name. */
  public Optional<Member> member(String name) {
    return Optional.ofNullable(members.get(name));
  }

  /** From a VM up to the way out: its NetVM, that one's NetVM and so on; itself first. */
  public List<String> upwards(String name) {
    Set<String> chain = new LinkedHashSet<>();
    Optional<String> next = Optional.of(name);
    // a circle in dom0's list must not be followed for ever
    while (next.isPresent() && chain.add(next.get())) {
      next = member(next.get()).flatMap(Member::provider);
    }
    return new ArrayList<>(chain);
  }

  /** The VMs that use a VM without any that is certainly or perhaps a firewall in between. */
  public List<String> unprotected(String name) {
    List<String> found = new ArrayList<>();
    collect(name, new LinkedHashSet<>(), found);
    return found;
  }

  private void collect(String name, Set<String> seen, List<String> found) {
    if (!seen.add(name)) {
      return;
    }
    for (String client : member(name).map(Member::clients).orElse(List.of())) {
      Member member = members.get(client);
      if (member.role() == Role.CLIENT) {
        found.add(client);
      } else if (member.role() == Role.SERVICE || member.firewall().map(f -> !f).orElse(false)) {
        collect(client, seen, found);
      }
    }
  }
}
