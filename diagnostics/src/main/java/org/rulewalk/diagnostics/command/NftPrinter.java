package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rulewalk.parsers.nft.NftCommand;
import org.rulewalk.parsers.nft.NftCommand.Name;
import org.rulewalk.parsers.nft.NftRuleText;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;

/** What {@code nft list} prints, line by line; lines that may look otherwise are marked so. */
final class NftPrinter {
  private final Machine machine;
  private final NftCommand command;
  private final boolean numeric;
  private final boolean handles;
  private final List<Listing.Line> lines = new ArrayList<>();

  NftPrinter(Machine machine, NftCommand command, boolean numeric, boolean handles) {
    this.machine = machine;
    this.command = command;
    this.numeric = numeric;
    this.handles = handles;
  }

  Outcome print() {
    Optional<Table> table =
        NftChange.find(machine.ruleset(), command.family(), command.table().text());
    switch (command.thing()) {
      case RULESET:
        for (Table each : machine.ruleset().tables()) {
          if (isListed(each)) {
            table(each, Optional.empty());
          }
        }
        return Outcome.printed(machine, new Listing(lines, true));
      case TABLE:
        return table.map(this::whole).orElseGet(() -> missing(command.table()));
      case CHAIN:
        if (table.isEmpty()) {
          return missing(command.table());
        }
        String name = command.name().text();
        if (table.get().chain(name).isEmpty()) {
          return missing(command.name());
        }
        table(table.get(), Optional.of(name));
        return Outcome.printed(machine, new Listing(lines, true));
      case SET:
      case MAP:
        if (table.isEmpty() || !table.get().sets().containsKey(command.name().text())) {
          return missing(table.isEmpty() ? command.table() : command.name());
        }
        return Outcome.printed(machine, Listing.UNKNOWN);
      case SEVERAL:
        return several();
      default:
        return Outcome.printed(machine, Listing.UNKNOWN);
    }
  }

  private boolean isListed(Table table) {
    boolean family = !command.familyNamed() || table.family() == command.family();
    return table.tool() != Table.Tool.IPTABLES_LEGACY && family;
  }

  private Outcome whole(Table table) {
    table(table, Optional.empty());
    return Outcome.printed(machine, new Listing(lines, true));
  }

  private Outcome several() {
    if (!command.line().contains(" tables")) {
      return Outcome.printed(machine, Listing.UNKNOWN);
    }
    for (Table table : machine.ruleset().tables()) {
      if (isListed(table)) {
        add("table " + table.family().word() + " " + table.name(), true);
      }
    }
    return Outcome.printed(machine, new Listing(lines, true));
  }

  private Outcome missing(Name name) {
    String mark = " ".repeat(name.column()) + "^".repeat(Math.max(1, name.text().length()));
    return Outcome.refused(
        machine, 1, "Error: No such file or directory\n" + command.line() + "\n" + mark);
  }

  /** A line behind which a handle follows if handles are asked for; that of a chain isn't kept. */
  private void head(String text) {
    lines.add(handles ? Listing.Line.ofWords(text + " # handle") : new Listing.Line(text, true));
  }

  private void add(String text, boolean exact) {
    lines.add(new Listing.Line(text, exact));
  }

  private void table(Table table, Optional<String> only) {
    head("table " + table.family().word() + " " + table.name() + " {");
    if (only.isEmpty()) {
      table.sets().values().forEach(this::set);
      table
          .objects()
          .forEach(
              object ->
                  add(
                      "\t"
                          + object.kind().words()
                          + " "
                          + object.name()
                          + " { "
                          + object.text()
                          + " }",
                      false));
    }
    boolean first = true;
    for (Chain chain : table.chains()) {
      if (only.filter(name -> !name.equals(chain.name())).isPresent()) {
        continue;
      }
      if (!first) {
        add("", true);
      }
      first = false;
      chain(chain);
    }
    add("}", true);
  }

  private void set(NamedSet set) {
    head("\t" + (set.data().isPresent() ? "map " : "set ") + set.name() + " {");
    StringBuilder words =
        new StringBuilder("type typeof flags timeout size gc-interval elements = { ");
    words.append("expires counter packets bytes comment auto-merge policy performance memory ");
    words.append(set.keyText()).append(' ').append(set.flags()).append(' ').append(set.comment());
    set.data().ifPresent(data -> words.append(' ').append(data.text()).append(" accept drop"));
    if (isOfNumbers(set)) {
      // how elements are laid out over lines is not written here
      lines.add(Listing.Line.ofWords(words.toString()));
    } else {
      add("\t\t" + words, false);
    }
    add("\t}", true);
  }

  /** Whether elements show no words but numbers and addresses. */
  private static boolean isOfNumbers(NamedSet set) {
    boolean plain =
        set.keyTypes().stream()
            .allMatch(
                type ->
                    type == DataType.IPV4_ADDR
                        || type == DataType.IPV6_ADDR
                        || type == DataType.ETHER_ADDR
                        || type == DataType.MARK);
    return plain
        && set.data().isEmpty()
        && set.elements().elements().stream()
            .allMatch(element -> element.attributes().equals(ElementSet.Attributes.NONE));
  }

  private void chain(Chain chain) {
    head("\tchain " + chain.name() + " {");
    if (chain instanceof Chain.Base) {
      Chain.Base base = (Chain.Base) chain;
      String priority =
          numeric || base.priority().text().isEmpty()
              ? String.valueOf(base.priority().value())
              : base.priority().text();
      add(
          "\t\ttype "
              + base.type().name().toLowerCase(Locale.ROOT)
              + " hook "
              + base.hook().word()
              + " priority "
              + priority
              + "; policy "
              + base.policy().word()
              + ";",
          base.devices().isEmpty());
    }
    chain.rules().forEach(this::rule);
    add("\t}", true);
  }

  private void rule(Rule rule) {
    Optional<String> text = SavedText.nft(rule);
    if (text.isEmpty()) {
      // a rule of iptables that nft would show in words of its own
      add("\t\t" + rule.source().text(), false);
      return;
    }
    boolean captured = MadeHandles.isCaptured(rule) || rule.alsoAt().isPresent();
    NftRuleText listed =
        captured ? new NftRuleText(text.get(), true) : NftRuleText.listed(text.get());
    listed = numeric ? listed.numeric() : listed;
    if (!handles) {
      add("\t\t" + listed.text(), listed.exact());
    } else if (rule.handle().isPresent()) {
      add("\t\t" + listed.text() + " # handle " + rule.handle().getAsLong(), listed.exact());
    } else {
      lines.add(Listing.Line.ofWords("\t\t" + listed.text() + " # handle"));
    }
  }
}
