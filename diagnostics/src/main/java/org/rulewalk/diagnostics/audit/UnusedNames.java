package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.audit.Finding.Repair;
import org.rulewalk.diagnostics.audit.Finding.Severity;
import org.rulewalk.diagnostics.dom0.Standing;
import org.rulewalk.diagnostics.usage.Named;
import org.rulewalk.diagnostics.usage.Named.Kind;
import org.rulewalk.diagnostics.usage.Named.Thing;
import org.rulewalk.diagnostics.why.ShellWord;
import org.rulewalk.parsers.capture.FileKind;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Source;

/** Chains, sets, objects and ipsets that no rule names: what they are for does not happen. */
final class UnusedNames implements Check {
  private static final int FEW = 4;
  private static final int MOST_OTHERS = 20;

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      Set<String> ipsets = new HashSet<>();
      for (Table table : machine.ruleset().tables()) {
        Named named = Named.by(table);
        machine.ipsets().keySet().stream()
            .filter(name -> named.names(new Thing(Kind.IPSET, name)))
            .forEach(ipsets::add);
        List<Chain> chains =
            table.chains().stream()
                .filter(Chain.Regular.class::isInstance)
                .filter(chain -> !named.names(new Thing(Kind.CHAIN, chain.name())))
                .filter(chain -> !isDom0s(subject, machine, chain))
                .toList();
        found.addAll(chains(machine, table, chains));
        if (!PedosNames.isOurs(table.name())) {
          List<NamedSet> sets =
              table.sets().values().stream()
                  .filter(set -> !named.names(new Thing(Kind.SET, set.name())))
                  .toList();
          found.addAll(sets(machine, table, sets));
          table.objects().stream()
              .filter(object -> !named.names(new Thing(Kind.OBJECT, object.name())))
              .forEach(object -> found.add(object(machine, table, object)));
        }
      }
      if (rulesAreKnown(machine)) {
        members(machine, ipsets);
        machine.ipsets().keySet().stream()
            .filter(name -> !ipsets.contains(name))
            .sorted()
            .forEach(name -> found.add(ipset(subject, machine, name)));
      }
    }
    return found;
  }

  /** A client's chain that dom0's rules are compared with is told of there. */
  private static boolean isDom0s(Subject subject, Machine machine, Chain chain) {
    return PedosNames.isClientChain(chain.name())
        && subject.journals().dom0().standings().stream()
            .filter(s -> s.provider().equals(machine.name()))
            .anyMatch(
                s ->
                    s.state() == Standing.State.MISSING
                        || s.state() == Standing.State.VM_OFF
                        || s.chain().map(c -> c.name().equals(chain.name())).orElse(false));
  }

  private static boolean rulesAreKnown(Machine machine) {
    return !machine.missing().contains(CaptureFile.IPTABLES)
        || !machine.missing().contains(CaptureFile.IPTABLES_LEGACY);
  }

  /** What a list of sets holds is used where the list is. */
  private static void members(Machine machine, Set<String> used) {
    for (String name : List.copyOf(used)) {
      Optional.ofNullable(machine.ipsets().get(name)).ifPresent(set -> used.addAll(set.members()));
    }
  }

  /** Those of a table are told of together: empty ones, and others. */
  private static List<Finding> chains(Machine machine, Table table, List<Chain> unused) {
    List<Finding> found = new ArrayList<>();
    for (boolean empty : new boolean[] {false, true}) {
      List<Chain> some = unused.stream().filter(c -> c.rules().isEmpty() == empty).toList();
      if (some.size() > 1) {
        found.add(several(machine, table, some, empty));
      } else {
        some.forEach(chain -> found.add(chain(machine, table, chain)));
      }
    }
    return found;
  }

  private static Finding several(Machine machine, Table table, List<Chain> chains, boolean empty) {
    int rules = chains.stream().mapToInt(chain -> chain.rules().size()).sum();
    boolean hooked = table.chains().stream().anyMatch(Chain.Base.class::isInstance);
    String message =
        "No rule leads to chains "
            + few(chains.stream().map(Chain::name).toList())
            + " of "
            + table.title()
            + (empty ? ", and they are empty." : ": their " + rules + " rules are never asked.")
            + (hooked ? "" : " The table has no base chain, so the kernel asks nothing of it.");
    return new Finding(
            "chain-not-used",
            empty ? Severity.NOTE : Severity.WARNING,
            machine.name(),
            chains.get(0).source(),
            message)
        .because(others(chains.stream().map(Chain::source).toList()));
  }

  private static List<Source> others(List<Source> sources) {
    return sources.stream().skip(1).limit(MOST_OTHERS).toList();
  }

  private static String few(List<String> names) {
    List<String> shown = names.subList(0, Math.min(FEW, names.size()));
    int rest = names.size() - shown.size();
    if (rest == 0) {
      int last = shown.size() - 1;
      return String.join(", ", shown.subList(0, last)) + " and " + shown.get(last);
    }
    return String.join(", ", shown) + " and " + rest + (rest == 1 ? " other" : " others");
  }

  private static Finding chain(Machine machine, Table table, Chain chain) {
    int rules = chain.rules().size();
    boolean empty = rules == 0;
    return new Finding(
            "chain-not-used",
            empty ? Severity.NOTE : Severity.WARNING,
            machine.name(),
            chain.source(),
            "No rule leads to chain "
                + chain.name()
                + " of "
                + table.title()
                + (empty
                    ? ", and it is empty."
                    : rules == 1
                        ? ": its rule is never asked."
                        : ": its " + rules + " rules are never asked."))
        .mendedBy(
            Repair.inWords(
                machine.name(),
                (empty ? "Delete it" : "Add the jump that is missing, or delete the chain")
                    + ": "
                    + (table.tool() == Table.Tool.NFT
                        ? "nft delete chain " + table.title() + " " + ShellWord.of(chain.name())
                        : iptables(table) + " -F " + ShellWord.of(chain.name()) + ", then -X")
                    + "."));
  }

  private static String iptables(Table table) {
    String tool = table.family().word().equals("ip6") ? "ip6tables" : "iptables";
    return tool
        + (table.tool() == Table.Tool.IPTABLES_LEGACY ? "-legacy" : "")
        + (table.name().equals("filter") ? "" : " -t " + table.name());
  }

  private static List<Finding> sets(Machine machine, Table table, List<NamedSet> unused) {
    List<Finding> found = new ArrayList<>();
    for (boolean empty : new boolean[] {false, true}) {
      List<NamedSet> some =
          unused.stream().filter(set -> set.elements().elements().isEmpty() == empty).toList();
      if (some.size() > 1) {
        found.add(
            new Finding(
                    "set-not-used",
                    empty ? Severity.NOTE : Severity.WARNING,
                    machine.name(),
                    some.get(0).source(),
                    "No rule of "
                        + table.title()
                        + " looks into the sets or maps "
                        + few(some.stream().map(NamedSet::name).toList())
                        + (empty ? ", which are empty." : ": what they hold decides nothing."))
                .because(others(some.stream().map(NamedSet::source).toList())));
      } else {
        some.forEach(set -> found.add(set(machine, table, set)));
      }
    }
    return found;
  }

  private static Finding set(Machine machine, Table table, NamedSet set) {
    String what = set.data().isPresent() ? "map " : "set ";
    int elements = set.elements().elements().size();
    return new Finding(
        "set-not-used",
        elements == 0 ? Severity.NOTE : Severity.WARNING,
        machine.name(),
        set.source(),
        "No rule of "
            + table.title()
            + " looks into the "
            + what
            + set.name()
            + (elements == 0
                ? ", which is empty."
                : ": its "
                    + (elements == 1 ? "element decides" : elements + " elements decide")
                    + " nothing."));
  }

  private static Finding object(Machine machine, Table table, StatefulObject object) {
    return new Finding(
        "object-not-used",
        Severity.NOTE,
        machine.name(),
        object.source(),
        "No rule of "
            + table.title()
            + " names the "
            + object.kind().words()
            + " "
            + object.name()
            + ": it does nothing.");
  }

  private static Finding ipset(Subject subject, Machine machine, String name) {
    int entries = machine.ipsets().get(name).entries().size();
    return new Finding(
        "ipset-not-used",
        entries == 0 ? Severity.NOTE : Severity.WARNING,
        machine.name(),
        subject.file(machine, FileKind.IPSETS),
        "No rule of iptables looks into the ipset "
            + name
            + (entries == 0
                ? ", which is empty."
                : ": its " + entries + " entries decide nothing."));
  }
}
