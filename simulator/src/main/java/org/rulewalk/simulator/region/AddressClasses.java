package org.rulewalk.simulator.region;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.simulator.network.KnownPrefixes;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * Addresses that no routing table, interface, neighbour entry or kernel of a network tells apart:
 * each prefix that one of them knows holds all or none of a class.
 */
final class AddressClasses {
  private final Map<IpVersion, List<Intervals>> classes = new EnumMap<>(IpVersion.class);

  AddressClasses(Network network) {
    Set<Prefix> known = KnownPrefixes.of(network);
    for (IpVersion version : IpVersion.values()) {
      List<Prefix> own = known.stream().filter(prefix -> prefix.version() == version).toList();
      classes.put(version, parted(own, version));
    }
  }

  private static List<Intervals> parted(List<Prefix> known, IpVersion version) {
    Bits highest = Bits.ones(version.addressBits());
    TreeSet<Bits> cuts = new TreeSet<>();
    for (Prefix prefix : known) {
      cuts.add(prefix.first().value());
      Bits last = prefix.last().value();
      if (!last.equals(highest)) {
        cuts.add(last.plus(Bits.of(1)));
      }
    }
    Map<BitSet, List<Interval>> groups = new HashMap<>();
    for (Interval stretch : Field.SOURCE.all(version).stretches(cuts)) {
      IpAddress one = new IpAddress(version, stretch.low());
      BitSet holding = new BitSet();
      for (int i = 0; i < known.size(); i++) {
        holding.set(i, known.get(i).contains(one));
      }
      groups.computeIfAbsent(holding, unused -> new ArrayList<>()).add(stretch);
    }
    return groups.values().stream().map(Intervals::ofAll).toList();
  }

  /** The addresses that are treated as this one, itself among them. */
  Intervals like(IpVersion version, Bits address) {
    return classes.get(version).stream()
        .filter(each -> each.contains(address))
        .findFirst()
        .orElseThrow();
  }
}
