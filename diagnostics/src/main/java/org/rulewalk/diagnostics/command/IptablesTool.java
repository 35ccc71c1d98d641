package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.rulewalk.parsers.iptables.Builtin;
import org.rulewalk.parsers.iptables.IptablesCommand;
import org.rulewalk.parsers.iptables.IptablesCommand.Action;
import org.rulewalk.parsers.iptables.IptablesCommandReader;
import org.rulewalk.parsers.iptables.RuleSpec;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpVersion;

/** iptables and ip6tables, on nf_tables and legacy (iptables 1.8.9). */
final class IptablesTool {
  private static final String NO_CHAIN = "No chain/target/match by that name.";
  private static final String BAD_RULE = "Bad rule (does a matching rule exist in that chain?).";
  private static final String USAGE = "\nTry `%s -h' or '%s --help' for more information.";

  private final Machine before;
  private final Invocation invocation;
  private final IpVersion version;
  private final Table.Tool tool;
  private final String name;

  IptablesTool(Machine before, Invocation invocation) {
    this.before = before;
    this.invocation = invocation;
    String program = invocation.program();
    this.version = program.startsWith("ip6") ? IpVersion.IPV6 : IpVersion.IPV4;
    this.tool = tool(before, program);
    this.name = version == IpVersion.IPV4 ? "iptables" : "ip6tables";
  }

  /** Which kernel's tables a program changes: old systems have only the legacy ones. */
  static Table.Tool tool(Machine machine, String program) {
    if (program.contains("-legacy")) {
      return Table.Tool.IPTABLES_LEGACY;
    }
    boolean onlyLegacy =
        machine.ruleset().tables().stream()
                .anyMatch(table -> table.tool() == Table.Tool.IPTABLES_LEGACY)
            && machine.ruleset().tables().stream()
                .allMatch(table -> table.tool() == Table.Tool.IPTABLES_LEGACY);
    return onlyLegacy && !program.contains("-nft")
        ? Table.Tool.IPTABLES_LEGACY
        : Table.Tool.IPTABLES_NFT;
  }

  /** Runs the command. */
  Outcome run() {
    IptablesCommand command;
    try {
      command = IptablesCommandReader.read(invocation.arguments(), version, hasNativePorts());
    } catch (IptablesCommandReader.Refused e) {
      boolean table = e.getMessage().startsWith("table '");
      return Outcome.refused(
          before, table ? 3 : 2, titled(e.getMessage()) + (table ? "" : usage()));
    }
    return run(command);
  }

  /** As the tables that are there were written, which depends on the tool's version. */
  private boolean hasNativePorts() {
    return tool == Table.Tool.IPTABLES_NFT
        && before.ruleset().tables().stream()
            .filter(table -> table.tool() == tool)
            .flatMap(table -> table.chains().stream())
            .flatMap(chain -> chain.rules().stream())
            .noneMatch(ChainEdits::needsPorts);
  }

  private String titled(String message) {
    boolean bare = message.startsWith("Bad argument");
    return bare ? message : name + " v1.8.9 (" + variant() + "): " + message;
  }

  private String variant() {
    return tool == Table.Tool.IPTABLES_LEGACY ? "legacy" : "nf_tables";
  }

  private String usage() {
    return String.format(USAGE, name, name);
  }

  private Outcome error(String message) {
    return Outcome.refused(before, 1, name + ": " + message);
  }

  private Outcome usageError(String message) {
    return Outcome.refused(before, 2, titled(message) + usage());
  }

  /** Runs what was read. */
  Outcome run(IptablesCommand command) {
    Table table = table(command.table());
    Optional<Chain> chain = table.chain(command.chain()).or(() -> builtin(command));
    switch (command.action()) {
      case APPEND:
      case INSERT:
      case REPLACE:
      case CHECK:
      case DELETE:
        return withRules(command, table, chain);
      case LIST:
      case SAVE:
        return list(command, table, chain);
      case FLUSH:
        return each(command, table, chain, ChainEdits::emptied);
      case ZERO:
        return each(command, table, chain, IptablesTool::zeroed);
      case NEW:
        if (table.chain(command.chain()).isPresent() || chain.isPresent()) {
          return error("Chain already exists.");
        }
        return changed(
            ChainEdits.with(
                table,
                new Chain.Regular(
                    command.chain(), List.of(), "", invocation.made("-N " + command.chain()))));
      case REMOVE:
        return remove(command, table);
      case POLICY:
        return policy(command, table, chain);
      default:
        return rename(command, table, chain);
    }
  }

  private Family family() {
    return version == IpVersion.IPV4 ? Family.IP : Family.IP6;
  }

  /** The table; one that isn't there yet is made as soon as something is put into it. */
  private Table table(String wanted) {
    return before
        .ruleset()
        .table(family(), wanted, tool)
        .orElseGet(
            () ->
                new Table(
                    family(),
                    wanted,
                    tool,
                    List.of(),
                    Map.of(),
                    List.of(),
                    false,
                    "",
                    invocation.made("")));
  }

  /** A chain that the tool makes when a rule or policy first needs it. */
  private Optional<Chain> builtin(IptablesCommand command) {
    return Builtin.place(command.table(), command.chain())
        .map(
            place ->
                new Chain.Base(
                    command.chain(),
                    List.of(),
                    place.type(),
                    place.hook(),
                    place.priority(),
                    Verdict.Simple.ACCEPT,
                    List.of(),
                    Optional.empty(),
                    "",
                    invocation.made(""),
                    invocation.made(""),
                    ChainEdits.nextOrder(before.ruleset())));
  }

  private Outcome changed(Table table) {
    return Outcome.changed(before.with(before.ruleset().with(table)));
  }

  private Outcome withRules(IptablesCommand command, Table table, Optional<Chain> chain) {
    for (RuleSpec spec : command.rules()) {
      if (!spec.refusal().isEmpty()) {
        return usageError(spec.refusal());
      }
    }
    if (command.action() == Action.DELETE && command.number().isPresent()) {
      return deleteNumber(command, table, chain);
    }
    for (RuleSpec spec : command.rules()) {
      Optional<String> jump = spec.jump();
      if (jump.isPresent() && table.chain(jump.get()).isEmpty()) {
        return noTarget(spec, jump.get());
      }
    }
    if (chain.isEmpty()) {
      boolean rules = command.action() == Action.CHECK || command.action() == Action.DELETE;
      return error(rules ? BAD_RULE : NO_CHAIN);
    }
    String unknown =
        command.rules().stream()
            .map(RuleSpec::unknown)
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse("");
    boolean unsure = !unknown.isEmpty();
    if (command.action() == Action.CHECK || command.action() == Action.DELETE) {
      return unsure ? Outcome.notUnderstood(before, unknown) : find(command, table, chain.get());
    }
    if (unknown.contains("looked up when the command runs")) {
      return Outcome.notUnderstood(before, unknown);
    }
    Outcome outcome = put(command, table, chain.get());
    return unsure && outcome.kind() == Outcome.Kind.CHANGED
        ? Outcome.partly(outcome.machine(), unknown)
        : outcome;
  }

  private Outcome noTarget(RuleSpec spec, String jump) {
    if (!spec.unknown().isEmpty()) {
      return Outcome.notUnderstood(before, spec.unknown());
    }
    return usageError(
        tool == Table.Tool.IPTABLES_LEGACY
            ? "Couldn't load target `" + jump + "':No such file or directory\n"
            : "Chain '" + jump + "' does not exist");
  }

  private Rule rule(IptablesCommand command, RuleSpec spec) {
    return new Rule(
        0,
        spec.statements(),
        OptionalLong.empty(),
        spec.comment(),
        Optional.of(new Chain.Counter(0, 0)),
        invocation.made(("-A " + command.chain() + " " + spec.text()).strip()),
        Optional.empty());
  }

  private Outcome put(IptablesCommand command, Table table, Chain chain) {
    int size = chain.rules().size();
    Chain changed = chain;
    switch (command.action()) {
      case APPEND:
        for (RuleSpec spec : command.rules()) {
          changed = ChainEdits.inserted(changed, changed.rules().size(), rule(command, spec));
        }
        break;
      case INSERT:
        int place = command.number().orElse(1) - 1;
        if (place > size) {
          return error("Index of insertion too big.");
        }
        // several addresses: each rule goes to the same place, so that the last stands first
        for (RuleSpec spec : command.rules()) {
          changed = ChainEdits.inserted(changed, place, rule(command, spec));
        }
        break;
      default:
        int number = command.number().orElse(0);
        if (number > size) {
          return error("Index of replacement too big.");
        }
        if (command.rules().size() != 1) {
          return usageError("Replacement rule does not specify a unique address");
        }
        changed = ChainEdits.replaced(chain, number - 1, rule(command, command.rules().get(0)));
    }
    return changed(ChainEdits.with(table, changed));
  }

  private Outcome deleteNumber(IptablesCommand command, Table table, Optional<Chain> chain) {
    if (chain.isEmpty()) {
      return error(NO_CHAIN);
    }
    int number = command.number().orElse(0);
    return number > chain.get().rules().size()
        ? error("Index of deletion too big.")
        : changed(ChainEdits.with(table, ChainEdits.removed(chain.get(), number - 1)));
  }

  /** Looks for the rules, and deletes them where that is asked. */
  private Outcome find(IptablesCommand command, Table table, Chain chain) {
    Chain left = chain;
    for (RuleSpec spec : command.rules()) {
      Rule wanted = rule(command, spec);
      int place = -1;
      for (int i = 0; i < left.rules().size() && place < 0; i++) {
        place = ChainEdits.isSame(left.rules().get(i), wanted) ? i : -1;
      }
      if (place < 0) {
        return isReadFromNft(left)
            ? Outcome.notUnderstood(
                before, "the chain is known from nft's listing alone, which shows rules otherwise")
            : error(BAD_RULE);
      }
      left = ChainEdits.removed(left, place);
    }
    return command.action() == Action.CHECK
        ? Outcome.nothing(before, 0)
        : changed(ChainEdits.with(table, left));
  }

  private static boolean isReadFromNft(Chain chain) {
    return chain.rules().stream()
        .anyMatch(rule -> SavedText.words(rule).isEmpty() && rule.alsoAt().isEmpty());
  }

  private Outcome list(IptablesCommand command, Table table, Optional<Chain> chain) {
    if (!command.chain().isEmpty() && chain.isEmpty()) {
      return tool == Table.Tool.IPTABLES_LEGACY
          ? error(NO_CHAIN)
          : Outcome.refused(
              before,
              1,
              titled(
                  "chain `"
                      + command.chain()
                      + "' in table `"
                      + command.table()
                      + "' is incompatible, use 'nft' tool."));
    }
    List<Chain> chains = new ArrayList<>();
    if (!command.chain().isEmpty()) {
      chains.add(chain.orElseThrow());
    } else {
      chains.addAll(all(command, table));
    }
    return Outcome.printed(before, new IptablesPrinter(command, table).print(chains));
  }

  /** The tool lists its own chains whether they are there or not. */
  private List<Chain> all(IptablesCommand command, Table table) {
    List<Chain> chains = new ArrayList<>();
    for (String own : Builtin.chains(command.table())) {
      IptablesCommand named =
          new IptablesCommand(
              command.version(),
              command.table(),
              command.action(),
              own,
              command.number(),
              "",
              List.of(),
              false,
              false,
              false);
      chains.add(table.chain(own).or(() -> builtin(named)).orElseThrow());
    }
    table.chains().stream()
        .filter(each -> each instanceof Chain.Regular)
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .forEach(chains::add);
    return chains;
  }

  private Outcome each(
      IptablesCommand command,
      Table table,
      Optional<Chain> chain,
      java.util.function.UnaryOperator<Chain> change) {
    if (!command.chain().isEmpty()) {
      if (chain.isEmpty()) {
        return error(NO_CHAIN);
      }
      boolean there = table.chain(command.chain()).isPresent();
      return there
          ? changed(ChainEdits.with(table, change.apply(chain.get())))
          : Outcome.nothing(before, 0);
    }
    return before.ruleset().table(family(), command.table(), tool).isEmpty()
        ? Outcome.nothing(before, 0)
        : changed(table.with(table.chains().stream().map(change).toList()));
  }

  private static Chain zeroed(Chain chain) {
    List<Rule> rules = new ArrayList<>();
    for (Rule rule : chain.rules()) {
      rules.add(
          new Rule(
              rule.number(),
              rule.statements(),
              rule.handle(),
              rule.comment(),
              rule.counter().map(counter -> new Chain.Counter(0, 0)),
              rule.source(),
              rule.alsoAt()));
    }
    return chain.with(rules);
  }

  private Outcome remove(IptablesCommand command, Table table) {
    List<Chain> gone =
        table.chains().stream()
            .filter(
                each ->
                    command.chain().isEmpty()
                        ? each instanceof Chain.Regular
                        : each.name().equals(command.chain()))
            .toList();
    if (!command.chain().isEmpty() && gone.isEmpty()) {
      return error(NO_CHAIN);
    }
    Table left = table;
    for (Chain chain : gone) {
      if (!chain.rules().isEmpty() || ChainEdits.isUsed(left, chain.name())) {
        return busy(chain);
      }
      left = ChainEdits.without(left, chain.name());
    }
    return gone.isEmpty() ? Outcome.nothing(before, 0) : changed(left);
  }

  private Outcome busy(Chain chain) {
    if (tool == Table.Tool.IPTABLES_LEGACY) {
      return error(chain.rules().isEmpty() ? "Too many links." : "Directory not empty.");
    }
    return Outcome.refused(
        before, 4, titled(" CHAIN_DEL failed (Device or resource busy): chain " + chain.name()));
  }

  private Outcome policy(IptablesCommand command, Table table, Optional<Chain> chain) {
    if (chain.isEmpty() || chain.get() instanceof Chain.Regular) {
      return error("Bad built-in chain name.");
    }
    boolean drop = command.argument().equals("DROP");
    if (!drop && !command.argument().equals("ACCEPT")) {
      return error("Bad policy name. Run `dmesg' for more information.");
    }
    Chain.Base base = (Chain.Base) chain.get();
    return changed(
        ChainEdits.with(
            table,
            base.withPolicy(
                drop ? Verdict.Simple.DROP : Verdict.Simple.ACCEPT,
                invocation.made("-P " + base.name() + " " + command.argument()))));
  }

  private Outcome rename(IptablesCommand command, Table table, Optional<Chain> chain) {
    boolean taken =
        table.chain(command.argument()).isPresent()
            || Builtin.place(command.table(), command.argument()).isPresent();
    if (taken || chain.isEmpty() || chain.get() instanceof Chain.Base) {
      return error(taken || chain.isEmpty() ? "File exists." : "Invalid argument.");
    }
    return changed(ChainEdits.renamed(table, command.chain(), command.argument()));
  }
}
