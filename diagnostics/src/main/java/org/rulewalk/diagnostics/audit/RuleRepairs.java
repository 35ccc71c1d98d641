package org.rulewalk.diagnostics.audit;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.symbolic.RuleUse;
import org.rulewalk.simulator.symbolic.RuleUse.NeverMatched;
import org.rulewalk.simulator.symbolic.SpaceExhausted;

/** Commands that move or delete a rule, carried out on the model before they are told. */
final class RuleRepairs {
  private static final int MOST_TRIALS = 20;
  private static final int MOST_RULES = 1_000;

  private final Network network;
  private final Machine machine;
  private final Table table;
  private final boolean small;
  private int trials;

  RuleRepairs(Network network, Machine machine, Table table) {
    this.network = network;
    this.machine = machine;
    this.table = table;
    this.small = rules(table) <= MOST_RULES;
  }

  private static int rules(Table table) {
    return table.chains().stream().mapToInt(chain -> chain.rules().size()).sum();
  }

  /** To where packets get to it; in words only where the commands do not do that. */
  Finding.Repair moved(NeverMatched dead) {
    RuleUse.Taker taker = dead.takers().get(0);
    String words =
        "Put it where packets get to it: before "
            + RuleNames.of(taker, dead.chain())
            + custom(dead.chain())
            + ".";
    boolean inIt = taker.chain().name().equals(dead.chain().name());
    List<String> commands = inIt ? moving(dead.chain(), dead.rule(), taker.rule()) : List.of();
    return tried(
            commands,
            words,
            now -> rules(now) == rules(table) && !isDead(now, dead.chain(), taker.rule().number()))
        .orElseGet(() -> Finding.Repair.inWords(machine.name(), words));
  }

  /** Away; empty if no command does that. */
  Optional<Finding.Repair> deleted(Chain chain, Rule rule) {
    return tried(
        deleting(chain, rule).map(List::of).orElse(List.of()),
        "Delete it, if nobody looks at its counter.",
        now -> rules(now) == rules(table) - 1);
  }

  private Optional<Finding.Repair> tried(
      List<String> commands, String words, Predicate<Table> works) {
    if (commands.isEmpty() || !small || ++trials > MOST_TRIALS) {
      return Optional.empty();
    }
    return Mending.tried(network, machine, commands, words, changed -> works.test(same(changed)))
        .map(
            repair ->
                new Finding.Repair(repair.machine(), repair.now(), "", List.of(), repair.words()));
  }

  private Table same(Network changed) {
    return changed.machines().get(machine.name()).ruleset().tables().stream()
        .filter(t -> t.title().equals(table.title()) && t.tool() == table.tool())
        .findFirst()
        .orElse(table);
  }

  private static boolean isDead(Table now, Chain chain, int number) {
    try {
      return RuleUse.of("", now, share -> {}).never().stream()
          .anyMatch(
              never ->
                  never.chain().name().equals(chain.name()) && never.rule().number() == number);
    } catch (SpaceExhausted e) {
      return true;
    }
  }

  private String custom(Chain chain) {
    String own = "custom-" + chain.name();
    boolean there = PedosNames.isOurs(table.name()) && table.chain(own).isPresent();
    return there ? ", or into " + own + ", which is asked first" : "";
  }

  private List<String> moving(Chain chain, Rule rule, Rule before) {
    Optional<String> delete = deleting(chain, rule);
    if (delete.isEmpty()) {
      return List.of();
    }
    String text = rule.source().text().strip();
    if (table.tool() == Table.Tool.NFT) {
      String plain = text.replaceFirst(" # handle [0-9]+$", "");
      return before.handle().isPresent()
          ? List.of(
              delete.get(),
              "nft insert rule "
                  + nftChain(chain)
                  + " position "
                  + before.handle().getAsLong()
                  + " "
                  + plain)
          : List.of();
    }
    String start = "-A " + chain.name() + " ";
    String plain = text.replaceFirst("^\\[[0-9]+:[0-9]+\\] ", "");
    return plain.startsWith(start)
        ? List.of(
            delete.get(),
            iptables()
                + " -I "
                + chain.name()
                + " "
                + before.number()
                + " "
                + plain.substring(start.length()))
        : List.of();
  }

  private Optional<String> deleting(Chain chain, Rule rule) {
    if (table.tool() == Table.Tool.NFT) {
      return rule.handle().isPresent()
          ? Optional.of(
              "nft delete rule " + nftChain(chain) + " handle " + rule.handle().getAsLong())
          : Optional.empty();
    }
    return Optional.of(iptables() + " -D " + chain.name() + " " + rule.number());
  }

  private String nftChain(Chain chain) {
    return table.family().word() + " " + table.name() + " " + chain.name();
  }

  private String iptables() {
    return (table.family() == Family.IP ? "iptables" : "ip6tables")
        + (table.tool() == Table.Tool.IPTABLES_LEGACY ? "-legacy" : "")
        + (table.name().equals("filter") ? "" : " -t " + table.name());
  }
}
