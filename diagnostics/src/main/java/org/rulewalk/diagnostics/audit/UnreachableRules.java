package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.symbolic.RuleUse;
import org.rulewalk.simulator.symbolic.RuleUse.NeverMatched;
import org.rulewalk.simulator.symbolic.SpaceExhausted;
import org.rulewalk.simulator.value.Source;

/**
 * Rules that no packet ever matches, since earlier rules, one or several together, take every
 * packet that they are for; worked out for all packets at once ({@link RuleUse}). What is said is
 * always so; what depends on the content of named sets, on chance or on rates is not counted as
 * taken.
 */
final class UnreachableRules implements Check {
  private static final int MOST_NAMED = 5;

  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      for (Table table : machine.ruleset().tables()) {
        try {
          for (NeverMatched rule : RuleUse.of(machine.name(), table, share -> {}).never()) {
            if (!isEndOfList(rule)) {
              found.add(new Words(machine, table, rule).finding());
            }
          }
        } catch (SpaceExhausted e) {
          found.add(notDecided(machine, table));
        }
      }
    }
    return found;
  }

  /** The agent ends every list of a VM with a reject, whatever stands before. */
  private static boolean isEndOfList(NeverMatched dead) {
    return dead.rule().number() == dead.chain().rules().size()
        && PedosNames.isClientChain(dead.chain().name());
  }

  private static Finding notDecided(Machine machine, Table table) {
    return new Finding(
        "rules-not-compared",
        Finding.Severity.NOTE,
        machine.name(),
        table.source(),
        "The rules of table "
            + table.title()
            + " could not be compared with each other: that takes too much memory."
            + " Whether packets get to each of them is not known.");
  }

  /** One such rule in words. */
  private static final class Words {
    private final Machine machine;
    private final Table table;
    private final NeverMatched dead;

    Words(Machine machine, Table table, NeverMatched dead) {
      this.machine = machine;
      this.table = table;
      this.dead = dead;
    }

    Finding finding() {
      Rule rule = dead.rule();
      List<RuleUse.Taker> takers = dead.takers();
      boolean same =
          !takers.isEmpty()
              && RuleUse.verdict(rule).isPresent()
              && takers.stream()
                  .allMatch(t -> RuleUse.verdict(t.rule()).equals(RuleUse.verdict(rule)));
      String message =
          takers.isEmpty()
              ? "No packet can match " + place() + ": its tests exclude each other."
              : "No packet gets to "
                  + place()
                  + ": "
                  + takersInWords()
                  + " every packet that it is for."
                  + (same ? decideTheSame() : "");
      Finding.Severity severity = same ? Finding.Severity.NOTE : Finding.Severity.WARNING;
      List<Source> sources = takers.stream().map(t -> t.rule().source()).toList();
      Finding found =
          new Finding("unreachable-rule", severity, machine.name(), rule.source(), message)
              .because(sources);
      if (takers.isEmpty() || same) {
        return found;
      }
      return found.mendedBy(repair(rule, takers.get(0)));
    }

    private String place() {
      return "rule "
          + dead.rule().number()
          + " of chain "
          + dead.chain().name()
          + " in table "
          + table.title();
    }

    private String decideTheSame() {
      return dead.takers().size() == 1
          ? " Both decide the same, so nothing is lost."
          : " All decide the same, so nothing is lost.";
    }

    private String takersInWords() {
      List<RuleUse.Taker> takers = dead.takers();
      if (takers.size() == 1) {
        return name(takers.get(0)) + " takes";
      }
      List<String> names =
          new ArrayList<>(takers.stream().limit(MOST_NAMED).map(this::name).toList());
      int others = takers.size() - names.size();
      if (others > 0) {
        names.add(others + (others == 1 ? " other" : " others"));
      }
      String last = names.remove(names.size() - 1);
      return String.join(", ", names) + " and " + last + " together take";
    }

    private String name(RuleUse.Taker taker) {
      String number = "rule " + taker.rule().number();
      return taker.chain().name().equals(dead.chain().name())
          ? number
          : number + " of chain " + taker.chain().name();
    }

    private Finding.Repair repair(Rule rule, RuleUse.Taker taker) {
      String words = "Put it where packets get to it: before " + name(taker) + custom() + ".";
      return new Finding.Repair(machine.name(), commands(rule, taker), "", List.of(), words);
    }

    private String custom() {
      Optional<String> own =
          PedosNames.isOurs(table.name())
              ? Optional.of("custom-" + dead.chain().name())
                  .filter(name -> table.chain(name).isPresent())
              : Optional.empty();
      return own.map(name -> ", or into " + name + ", which is asked first").orElse("");
    }

    /** For iptables, whose listing is what its commands take. */
    private List<String> commands(Rule rule, RuleUse.Taker taker) {
      String text = rule.source().text().replaceFirst("^\\[[0-9]+:[0-9]+\\] ", "");
      String start = "-A " + dead.chain().name() + " ";
      if (table.tool() == Table.Tool.NFT
          || !taker.chain().name().equals(dead.chain().name())
          || !text.startsWith(start)) {
        return List.of();
      }
      String tool =
          (table.family() == Family.IP ? "iptables" : "ip6tables")
              + (table.tool() == Table.Tool.IPTABLES_LEGACY ? "-legacy" : "")
              + (table.name().equals("filter") ? "" : " -t " + table.name());
      return List.of(
          tool + " -D " + dead.chain().name() + " " + rule.number(),
          tool
              + " -I "
              + dead.chain().name()
              + " "
              + taker.rule().number()
              + " "
              + text.substring(start.length()));
    }
  }
}
