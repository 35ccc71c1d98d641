package org.rulewalk.simulator.kernel;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What each hook of a machine asks, in order (nf_hook_entries_grow in net/netfilter/core.c): by
 * priority, and of equals the last registered first.
 *
 * <p>Chains of type nat are no entries of their own: one entry at −100 or 100 asks them in turn
 * (nf_nat_register_fn in net/netfilter/nf_nat_core.c).
 */
public final class Hooks {
  private static final int DEFRAG = -400;
  private static final int CONNTRACK = -200;
  private static final int DESTINATION_NAT = -100;
  private static final int SOURCE_NAT = 100;

  private final Map<IpVersion, Map<Hook, List<Entry>>> entries = new EnumMap<>(IpVersion.class);
  private final Map<IpVersion, Boolean> tracking = new EnumMap<>(IpVersion.class);
  private final List<Asked> deviceChains = new ArrayList<>();
  private final Map<Hook, Map<String, List<Asked>>> byDevice = new EnumMap<>(Hook.class);

  /** One function at a hook. */
  public sealed interface Entry {}

  /** A base chain. */
  public record Asked(Table table, Chain.Base chain) implements Entry {}

  /** Puts fragments together. */
  public record Defrag() implements Entry {}

  /** Finds or starts the packet's connection. */
  public record Track() implements Entry {}

  /** Translates, and asks the nat chains about new connections. */
  public record Translate(List<Asked> chains) implements Entry {}

  /** Enters a new connection into the table. */
  public record Confirm() implements Entry {}

  private record Placed(int priority, long registered, Entry entry) {}

  /** Those of a machine. */
  public Hooks(Machine machine) {
    ConntrackNeed need = new ConntrackNeed(machine.ruleset());
    for (IpVersion version : IpVersion.values()) {
      boolean tracked = need.isTracked(version) || isConntrackInUse(machine, version);
      tracking.put(version, tracked);
      Map<Hook, List<Entry>> byHook = new EnumMap<>(Hook.class);
      for (Hook hook : Hook.values()) {
        byHook.put(hook, ordered(machine, version, hook, tracked));
      }
      entries.put(version, byHook);
    }
    collectDeviceChains(machine);
  }

  private static boolean isConntrackInUse(Machine machine, IpVersion version) {
    return machine.connections().stream().anyMatch(c -> c.original().source().version() == version);
  }

  private void collectDeviceChains(Machine machine) {
    for (Table table : machine.ruleset().tables()) {
      for (Chain chain : table.chains()) {
        boolean atDevice = chain instanceof Chain.Base && isDeviceHook(((Chain.Base) chain).hook());
        if (atDevice && !table.dormant()) {
          deviceChains.add(new Asked(table, (Chain.Base) chain));
        }
      }
    }
    deviceChains.sort(Comparator.comparing(asked -> asked.chain().priority()));
    for (Asked asked : deviceChains) {
      Map<String, List<Asked>> ofHook =
          byDevice.computeIfAbsent(asked.chain().hook(), unused -> new HashMap<>());
      for (String device : Set.copyOf(asked.chain().devices())) {
        ofHook.computeIfAbsent(device, unused -> new ArrayList<>()).add(asked);
      }
    }
  }

  private static boolean isDeviceHook(Hook hook) {
    return hook == Hook.INGRESS || hook == Hook.EGRESS;
  }

  private static List<Entry> ordered(
      Machine machine, IpVersion version, Hook hook, boolean tracked) {
    List<Placed> placed = new ArrayList<>();
    List<Placed> nat = new ArrayList<>();
    long natRegistered = Long.MAX_VALUE;
    long listed = 0;
    for (Table table : machine.ruleset().tables()) {
      for (Chain chain : table.chains()) {
        if (!(chain instanceof Chain.Base) || table.dormant() || !sees(table.family(), version)) {
          continue;
        }
        Chain.Base base = (Chain.Base) chain;
        long registered = registered(table, base, listed++);
        boolean translating = base.type() == Chain.Type.NAT;
        natRegistered = translating ? Math.min(natRegistered, registered) : natRegistered;
        if (base.hook() == hook) {
          (translating ? nat : placed)
              .add(new Placed(base.priority().value(), registered, new Asked(table, base)));
        }
      }
    }
    addKernelEntries(placed, nat, natRegistered, hook, tracked);
    return sorted(placed);
  }

  /** iptables-legacy's tables are registered when first used, mostly at boot: before all others. */
  private static long registered(Table table, Chain.Base base, long listed) {
    if (table.tool() == Table.Tool.IPTABLES_LEGACY) {
      return listed;
    }
    return (1L << 32) + (base.order() >= 0 ? (long) base.order() << 16 : 0) + listed;
  }

  private static void addKernelEntries(
      List<Placed> placed, List<Placed> nat, long natRegistered, Hook hook, boolean tracked) {
    if (!tracked) {
      return;
    }
    if (hook == Hook.PREROUTING || hook == Hook.OUTPUT) {
      placed.add(new Placed(DEFRAG, Long.MAX_VALUE, new Defrag()));
      placed.add(new Placed(CONNTRACK, Long.MAX_VALUE, new Track()));
    }
    if (hook == Hook.INPUT || hook == Hook.POSTROUTING) {
      placed.add(new Placed(Integer.MAX_VALUE, 0, new Confirm()));
    }
    boolean translates = hook != Hook.FORWARD && natRegistered != Long.MAX_VALUE;
    if (translates && !isDeviceHook(hook)) {
      List<Asked> chains = sorted(nat).stream().map(Asked.class::cast).toList();
      placed.add(new Placed(natPriority(hook), natRegistered, new Translate(chains)));
    }
  }

  private static int natPriority(Hook hook) {
    return hook == Hook.PREROUTING || hook == Hook.OUTPUT ? DESTINATION_NAT : SOURCE_NAT;
  }

  private static List<Entry> sorted(List<Placed> placed) {
    Comparator<Placed> order =
        Comparator.comparingInt(Placed::priority)
            .thenComparing(Comparator.comparingLong(Placed::registered).reversed());
    return placed.stream().sorted(order).map(Placed::entry).toList();
  }

  private static boolean sees(Family family, IpVersion version) {
    return (family == Family.IP || family == Family.IP6 || family == Family.INET)
        && family.sees(version);
  }

  /** The entries of a hook in order. */
  public List<Entry> at(Hook hook, IpVersion version) {
    return entries.get(version).get(hook);
  }

  /** The ingress or egress chains of a device, in order. */
  public List<Asked> atDevice(Hook hook, String device) {
    return byDevice.getOrDefault(hook, Map.of()).getOrDefault(device, List.of());
  }

  /** The devices that have ingress or egress chains. */
  public List<String> devices(Hook hook) {
    return deviceChains.stream()
        .filter(asked -> asked.chain().hook() == hook)
        .flatMap(asked -> asked.chain().devices().stream())
        .distinct()
        .toList();
  }

  /** Whether connection tracking is at work for this version. */
  boolean tracks(IpVersion version) {
    return tracking.get(version);
  }
}
