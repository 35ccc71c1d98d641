package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.rulewalk.parsers.nft.NftBodies;
import org.rulewalk.parsers.nft.NftCommand;
import org.rulewalk.parsers.nft.NftCommand.Name;
import org.rulewalk.parsers.nft.NftCommand.Place;
import org.rulewalk.parsers.nft.NftCommand.Verb;
import org.rulewalk.parsers.nft.NftRuleText;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.Table;

/** One command of nft that changes tables. */
final class NftChange {
  private static final String MISSING = "No such file or directory";
  private static final String EXISTS = "File exists";

  private final Machine machine;
  private final Invocation invocation;
  private final NftCommand command;
  private final Ruleset ruleset;
  private int made;

  NftChange(Machine machine, Invocation invocation, NftCommand command) {
    this.machine = machine;
    this.invocation = invocation;
    this.command = command;
    this.ruleset = machine.ruleset();
  }

  Outcome run() {
    switch (command.thing()) {
      case RULESET:
        return command.verb() == Verb.FLUSH ? flushAll() : unknown();
      case TABLE:
        return table();
      case CHAIN:
        return chain();
      case RULE:
        return rule();
      case SET:
      case MAP:
        return set();
      case ELEMENT:
        return element();
      case OBJECT:
        return object();
      case FLOWTABLE:
        // flowtables are not kept in the model
        return Outcome.partly(machine, "flowtables are not followed here");
      default:
        return unknown();
    }
  }

  private Outcome unknown() {
    return Outcome.notUnderstood(machine, "`" + command.line() + "` is not known here");
  }

  private Outcome changed(Table table) {
    return Outcome.changed(machine.with(ruleset.with(table)));
  }

  private Outcome partly(Table table, String doubt) {
    return Outcome.partly(machine.with(ruleset.with(table)), doubt);
  }

  /** As nft prints it: the line again, and a mark below what is meant. */
  private Outcome refused(String message, Name at) {
    String mark = " ".repeat(at.column()) + "^".repeat(Math.max(1, at.text().length()));
    return Outcome.refused(machine, 1, "Error: " + message + "\n" + command.line() + "\n" + mark);
  }

  private Outcome failed(String message, Name at) {
    return refused("Could not process rule: " + message, at);
  }

  /** nf_tables' table, whoever made it; legacy tables are no nf_tables. */
  static Optional<Table> find(Ruleset ruleset, Family family, String name) {
    return ruleset
        .table(family, name, Table.Tool.NFT)
        .or(() -> ruleset.table(family, name, Table.Tool.IPTABLES_NFT));
  }

  private Optional<Table> found() {
    return find(ruleset, command.family(), command.table().text());
  }

  private Outcome flushAll() {
    List<Table> left = new ArrayList<>();
    for (Table table : ruleset.tables()) {
      boolean legacy = table.tool() == Table.Tool.IPTABLES_LEGACY;
      boolean other = command.familyNamed() && table.family() != command.family();
      if (legacy || other) {
        left.add(table);
      }
    }
    return Outcome.changed(machine.with(new Ruleset(left)));
  }

  private Outcome table() {
    Optional<Table> table = found();
    switch (command.verb()) {
      case ADD:
      case CREATE:
        if (command.verb() == Verb.CREATE && table.isPresent()) {
          return failed(EXISTS, command.table());
        }
        return merged(table);
      case DELETE:
        return table
            .map(gone -> Outcome.changed(machine.with(ruleset.without(gone))))
            .orElseGet(() -> refused(MISSING, command.table()));
      case FLUSH:
        return table
            .map(t -> changed(t.with(t.chains().stream().map(ChainEdits::emptied).toList())))
            .orElseGet(() -> refused(MISSING, command.table()));
      default:
        return unknown();
    }
  }

  private Table empty() {
    return new Table(
        command.family(),
        command.table().text(),
        Table.Tool.NFT,
        List.of(),
        Map.of(),
        List.of(),
        false,
        "",
        invocation.made(command.line()));
  }

  /** What a block holds is added to what there is. */
  private Outcome merged(Optional<Table> there) {
    NftBodies.Read<Table> read = NftBodies.table(command);
    Optional<String> placeholder = NftBodies.placeholder(command.body());
    if (placeholder.isPresent()) {
      return placeholder(placeholder.get());
    }
    Table result = there.orElseGet(this::empty);
    if (read.value().isEmpty()) {
      return Outcome.notUnderstood(machine, read.unknown());
    }
    Table block = read.value().get();
    Map<String, NamedSet> sets = new LinkedHashMap<>(result.sets());
    for (NamedSet set : block.sets().values()) {
      sets.merge(set.name(), set, SetEdits::withElementsOf);
    }
    result = result.withSets(sets);
    List<org.rulewalk.simulator.rules.StatefulObject> objects = new ArrayList<>(result.objects());
    objects.addAll(block.objects());
    result = result.withObjects(objects);
    for (Chain chain : block.chains()) {
      Optional<Chain> known = result.chain(chain.name());
      Chain target = known.map(old -> declared(old, chain)).orElseGet(() -> fresh(chain));
      for (Rule rule : chain.rules()) {
        target =
            ChainEdits.inserted(target, target.rules().size(), made(rule, rule.source().text()));
      }
      result = ChainEdits.with(result, target);
    }
    Table complete = result;
    Optional<String> missing =
        block.chains().stream()
            .flatMap(chain -> chain.rules().stream())
            .flatMap(rule -> ChainEdits.targets(rule).stream())
            .filter(target -> complete.chain(target).isEmpty())
            .findFirst();
    if (missing.isPresent()) {
      return failed(MISSING, command.table());
    }
    return read.unknown().isEmpty() ? changed(result) : partly(result, read.unknown());
  }

  /** A declaration of a chain that is there already can change its policy. */
  private Chain declared(Chain old, Chain declaration) {
    return old instanceof Chain.Base && declaration instanceof Chain.Base
        ? ((Chain.Base) old)
            .withPolicy(((Chain.Base) declaration).policy(), invocation.made(command.line()))
        : old;
  }

  private Chain fresh(Chain declaration) {
    Chain bare = declaration.with(List.of());
    return bare instanceof Chain.Base
        ? ((Chain.Base) bare).withOrder(ChainEdits.nextOrder(ruleset))
        : bare;
  }

  private Outcome chain() {
    Optional<Table> table = found();
    if (table.isEmpty()) {
      return refused(MISSING, command.table());
    }
    Optional<Chain> known = table.get().chain(command.name().text());
    switch (command.verb()) {
      case ADD:
      case CREATE:
        return addChain(table.get(), known);
      case DELETE:
        if (known.isEmpty()) {
          return failed(MISSING, command.name());
        }
        return ChainEdits.isUsed(table.get(), known.get().name())
            ? failed("Device or resource busy", command.name())
            : changed(ChainEdits.without(table.get(), known.get().name()));
      case FLUSH:
        return known
            .map(chain -> changed(ChainEdits.with(table.get(), ChainEdits.emptied(chain))))
            .orElseGet(() -> failed(MISSING, command.name()));
      case RENAME:
        if (known.isEmpty()) {
          return refused(MISSING, command.name());
        }
        return table.get().chain(command.body()).isPresent()
            ? failed(EXISTS, command.name())
            : changed(ChainEdits.renamed(table.get(), known.get().name(), command.body()));
      default:
        return unknown();
    }
  }

  private Outcome addChain(Table table, Optional<Chain> known) {
    if (known.isPresent() && command.verb() == Verb.CREATE) {
      return failed(EXISTS, command.name());
    }
    NftBodies.Read<Chain> read = NftBodies.chain(command);
    if (read.value().isEmpty() || !read.unknown().isEmpty()) {
      return Outcome.notUnderstood(machine, read.unknown());
    }
    Chain declaration = read.value().get();
    Chain target = known.map(old -> declared(old, declaration)).orElseGet(() -> fresh(declaration));
    for (Rule rule : declaration.rules()) {
      target = ChainEdits.inserted(target, target.rules().size(), made(rule, rule.source().text()));
    }
    return changed(ChainEdits.with(table, target));
  }

  private Rule made(Rule rule, String text) {
    return new Rule(
        0,
        rule.statements(),
        OptionalLong.of(MadeHandles.next(ruleset) + made++),
        rule.comment(),
        rule.counter(),
        invocation.made(NftRuleText.listed(text).text()),
        Optional.empty());
  }

  private Outcome rule() {
    Optional<Table> table = found();
    Optional<Outcome> fault = command.verb() == Verb.DELETE ? Optional.empty() : fault(table);
    if (fault.isPresent()) {
      return fault.get();
    }
    if (table.isEmpty()) {
      return failed(MISSING, command.table());
    }
    Optional<Chain> chain = table.get().chain(command.name().text());
    if (chain.isEmpty()) {
      return failed(MISSING, command.name());
    }
    if (command.verb() == Verb.DELETE) {
      return place(chain.get(), at -> changed(table.get(), ChainEdits.removed(chain.get(), at)));
    }
    NftBodies.Read<Rule> read = NftBodies.rule(command, table);
    if (read.value().isEmpty()) {
      return Outcome.notUnderstood(machine, read.unknown());
    }
    for (String target : ChainEdits.targets(read.value().get())) {
      if (table.get().chain(target).isEmpty()) {
        return failed(MISSING, command.name());
      }
    }
    Rule rule = made(read.value().get(), command.body());
    Outcome outcome = put(table.get(), chain.get(), rule);
    return read.unknown().isEmpty() || outcome.kind() != Outcome.Kind.CHANGED
        ? outcome
        : Outcome.partly(outcome.machine(), read.unknown());
  }

  /** What nft finds before it asks the kernel. */
  private Optional<Outcome> fault(Optional<Table> table) {
    Optional<String> placeholder = NftBodies.placeholder(command.body());
    if (placeholder.isPresent()) {
      return Optional.of(placeholder(placeholder.get()));
    }
    Set<String> sets = table.map(t -> t.sets().keySet()).orElse(Set.of());
    for (String set : NftBodies.setNames(command.body())) {
      if (!sets.contains(set)) {
        return Optional.of(refused(MISSING, in("@" + set)));
      }
    }
    return NftBodies.devices(command.body()).stream()
        .filter(device -> machine.find(device).isEmpty())
        .findFirst()
        .map(device -> refused("Interface does not exist", in(device)));
  }

  private Outcome placeholder(String address) {
    return refused("No symbol type information", in(address));
  }

  /** Where a text of the rule stands in the line. */
  private Name in(String text) {
    return new Name(text, Math.max(0, command.line().indexOf(text)));
  }

  private Outcome changed(Table table, Chain chain) {
    return changed(ChainEdits.with(table, chain));
  }

  private Outcome put(Table table, Chain chain, Rule rule) {
    switch (command.verb()) {
      case REPLACE:
        return place(chain, at -> changed(table, ChainEdits.replaced(chain, at, rule)));
      case INSERT:
        return command.place().kind() == Place.Kind.NONE
            ? changed(table, ChainEdits.inserted(chain, 0, rule))
            : place(chain, at -> changed(table, ChainEdits.inserted(chain, at, rule)));
      case ADD:
      case CREATE:
        return command.place().kind() == Place.Kind.NONE
            ? changed(table, ChainEdits.inserted(chain, chain.rules().size(), rule))
            : place(chain, at -> changed(table, ChainEdits.inserted(chain, at + 1, rule)));
      default:
        return unknown();
    }
  }

  /** Does something at the rule that the command names. */
  private Outcome place(Chain chain, java.util.function.IntFunction<Outcome> change) {
    Place place = command.place();
    if (place.kind() == Place.Kind.INDEX) {
      return place.number() < chain.rules().size()
          ? change.apply((int) place.number())
          : failed(MISSING, place.name());
    }
    if (place.kind() == Place.Kind.NONE) {
      return refused("syntax error, unexpected newline, expecting handle", command.name());
    }
    for (int i = 0; i < chain.rules().size(); i++) {
      OptionalLong handle = chain.rules().get(i).handle();
      if (handle.isPresent() && handle.getAsLong() == place.number()) {
        return change.apply(i);
      }
    }
    return chain.rules().stream().allMatch(MadeHandles::isCaptured)
        ? failed(MISSING, place.name())
        : Outcome.notUnderstood(
            machine,
            "which rule has the handle " + place.number() + " isn't known: capture with nft -a");
  }

  private Outcome set() {
    Optional<Table> table = found();
    if (table.isEmpty()) {
      return refused(MISSING, command.table());
    }
    Optional<NamedSet> known = Optional.ofNullable(table.get().sets().get(command.name().text()));
    switch (command.verb()) {
      case ADD:
      case CREATE:
        if (known.isPresent()) {
          return command.verb() == Verb.CREATE
              ? failed(EXISTS, command.name())
              : Outcome.changed(machine);
        }
        NftBodies.Read<NamedSet> read = NftBodies.set(command);
        if (read.value().isEmpty() || !read.unknown().isEmpty()) {
          return Outcome.notUnderstood(machine, read.unknown());
        }
        return changed(SetEdits.with(table.get(), read.value().get()));
      case DELETE:
        if (known.isEmpty()) {
          return refused(MISSING, command.name());
        }
        return SetEdits.isUsed(table.get(), command.name().text())
            ? failed("Device or resource busy", command.name())
            : changed(SetEdits.without(table.get(), command.name().text()));
      case FLUSH:
        return known
            .map(set -> changed(SetEdits.with(table.get(), SetEdits.emptied(set))))
            .orElseGet(() -> refused(MISSING, command.name()));
      default:
        return unknown();
    }
  }

  private Outcome element() {
    Optional<Table> table = found();
    if (table.isEmpty()) {
      return refused(MISSING, command.table());
    }
    NamedSet set = table.get().sets().get(command.name().text());
    if (set == null) {
      return refused(MISSING, command.name());
    }
    NftBodies.Read<NamedSet> read = NftBodies.elements(command, set);
    if (read.value().isEmpty() || !read.unknown().isEmpty()) {
      return Outcome.notUnderstood(machine, read.unknown());
    }
    NamedSet named = read.value().get();
    switch (command.verb()) {
      case ADD:
        return changed(SetEdits.with(table.get(), SetEdits.withElementsOf(set, named)));
      case CREATE:
        return SetEdits.holdsAny(set, named)
            ? failed(EXISTS, command.name())
            : changed(SetEdits.with(table.get(), SetEdits.withElementsOf(set, named)));
      case DELETE:
        return SetEdits.holdsAll(set, named)
            ? changed(SetEdits.with(table.get(), SetEdits.withoutElementsOf(set, named)))
            : set.flags().contains("interval")
                ? refused("element does not exist", command.name())
                : failed(MISSING, command.name());
      default:
        return unknown();
    }
  }

  private Outcome object() {
    Optional<Table> table = found();
    if (table.isEmpty()) {
      return refused(MISSING, command.table());
    }
    if (command.verb() == Verb.ADD || command.verb() == Verb.CREATE) {
      NftBodies.Read<Table> read = NftBodies.table(command);
      if (read.value().isEmpty() || !read.unknown().isEmpty()) {
        return Outcome.notUnderstood(machine, read.unknown());
      }
      List<org.rulewalk.simulator.rules.StatefulObject> all =
          new ArrayList<>(table.get().objects());
      all.addAll(read.value().get().objects());
      return changed(table.get().withObjects(all));
    }
    return command.verb() == Verb.DELETE
        ? changed(
            table
                .get()
                .withObjects(
                    table.get().objects().stream()
                        .filter(each -> !each.name().equals(command.name().text()))
                        .toList()))
        : Outcome.nothing(machine, 0);
  }
}
