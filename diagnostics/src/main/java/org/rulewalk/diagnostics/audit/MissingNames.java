package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.usage.Named;
import org.rulewalk.diagnostics.usage.Named.Kind;
import org.rulewalk.diagnostics.usage.Named.Thing;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Source;

/**
 * Chains, sets, objects and ipsets that rules name and that are not there. The kernel takes no such
 * rule: the file does not load, or the listing is incomplete.
 */
final class MissingNames implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      for (Table table : machine.ruleset().tables()) {
        Named named = Named.by(table);
        named.things().stream()
            .filter(thing -> isMissing(machine, table, thing))
            .forEach(thing -> found.add(finding(machine, table, thing, named.places(thing))));
      }
    }
    return found;
  }

  private static boolean isMissing(Machine machine, Table table, Thing thing) {
    return thing.kind() == Kind.IPSET
        ? !machine.missing().contains(CaptureFile.IPSETS)
            && !machine.ipsets().containsKey(thing.name())
        : Named.definition(table, thing).isEmpty();
  }

  private static Finding finding(Machine machine, Table table, Thing thing, List<Source> places) {
    boolean ipset = thing.kind() == Kind.IPSET;
    String where = ipset ? "ipset-save.txt of " + machine.name() : "table " + table.title();
    return new Finding(
            "missing-" + word(thing.kind()),
            Severity.ERROR,
            machine.name(),
            places.get(0),
            "This rule names the "
                + word(thing.kind())
                + " "
                + thing.name()
                + ", which is not in "
                + where
                + ". The kernel takes no such rule, and the tool then loads nothing of the "
                + (ipset || table.tool() != Table.Tool.NFT ? "table" : "file")
                + ": either this is not what runs, or the listing is incomplete.")
        .because(places.subList(1, places.size()));
  }

  private static String word(Kind kind) {
    switch (kind) {
      case CHAIN:
        return "chain";
      case SET:
        return "set";
      case OBJECT:
        return "object";
      default:
        return "ipset";
    }
  }
}
