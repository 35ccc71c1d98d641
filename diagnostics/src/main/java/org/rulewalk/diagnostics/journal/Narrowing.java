package org.rulewalk.diagnostics.journal;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rulewalk.simulator.network.Network;

/** Leaves of a report what concerns one VM. */
public final class Narrowing {
  private Narrowing() {}

  /** The report with what names the VM, and packets from or to it; it goes by name or address. */
  public static Report to(String vm, Report report, Network network) {
    Set<String> names = new HashSet<>(Set.of(vm));
    network.machine(vm).stream()
        .flatMap(machine -> machine.interfaces().stream())
        .filter(device -> !device.isLoopback())
        .flatMap(device -> device.addresses().stream())
        .forEach(address -> names.add(address.prefix().address().toString()));
    List<Found> found =
        report.found().stream()
            .filter(
                f ->
                    f.vm().filter(names::contains).isPresent()
                        || f.names().values().stream().anyMatch(names::contains))
            .toList();
    List<Logged> logged =
        report.logged().stream()
            .filter(
                l ->
                    names.contains(l.packet().packet().source().toString())
                        || names.contains(l.packet().packet().destination().toString()))
            .toList();
    return new Report(report.journals(), found, logged, List.of(), 0);
  }
}
