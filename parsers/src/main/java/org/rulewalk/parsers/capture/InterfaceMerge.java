package org.rulewalk.parsers.capture;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.value.Source;

/** Joins what several listings say of the same interfaces. */
final class InterfaceMerge {
  private InterfaceMerge() {}

  /** All interfaces; earlier listings count more, later ones fill in what they lack. */
  static List<Interface> join(List<List<Interface>> listings, Problems problems) {
    Map<String, Interface> joined = new LinkedHashMap<>();
    for (List<Interface> listing : listings) {
      for (Interface next : listing) {
        Interface before = joined.get(next.name());
        joined.put(next.name(), before == null ? next : join(before, next, problems));
      }
    }
    return new ArrayList<>(joined.values());
  }

  private static Interface join(Interface first, Interface second, Problems problems) {
    boolean differ =
        !first.addresses().isEmpty()
            && !second.addresses().isEmpty()
            && !new HashSet<>(first.addresses()).equals(new HashSet<>(second.addresses()));
    if (differ) {
      problems.warn(
          "addresses-differ",
          "the addresses of `"
              + first.name()
              + "` are not those in "
              + first.source().file()
              + ", which counts",
          second.source(),
          0,
          "capture again: both listings at one time");
    }
    // the text has lines to point at
    Source source = first.source().line() == 0 ? second.source() : first.source();
    return new Interface(
        first.name(),
        first.index(),
        first.up(),
        // a link that was seen up once had just been brought up
        first.carrier() || second.carrier(),
        first.mtuBytes(),
        first.group() == 0 ? second.group() : first.group(),
        first.kind().isEmpty() ? second.kind() : first.kind(),
        first.type(),
        first.mac().or(second::mac),
        first.master().or(second::master),
        first.addresses().isEmpty() ? second.addresses() : first.addresses(),
        source);
  }

  /** The loopback interface of a machine that no listing shows. */
  static Interface loopback() {
    return new Interface(
        "lo",
        1,
        true,
        true,
        65536,
        0,
        "",
        Interface.TYPE_LOOPBACK,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Source.NONE);
  }
}
