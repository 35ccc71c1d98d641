package org.rulewalk.simulator.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Says where two rulesets mean something else. Handles, the places where things were read, and the
 * spelling of priorities and of types never count.
 */
public final class Differences {
  /** How much must be the same. */
  public enum Exactness {
    /** All of it. */
    EXACT,
    /** What a kernel keeps of rules that it loads: no counts, and no time that has passed. */
    AS_LOADED
  }

  private final Exactness exactness;
  private final List<String> found = new ArrayList<>();

  private Differences(Exactness exactness) {
    this.exactness = exactness;
  }

  /** One line for each difference; none if they are the same. */
  public static List<String> between(List<Table> one, List<Table> other, Exactness exactness) {
    Differences differences = new Differences(exactness);
    differences.tables(one, other);
    return differences.found;
  }

  /** Whether two rules do the same, and say so with the same remark. */
  public static boolean same(Rule one, Rule other, Exactness exactness) {
    Differences differences = new Differences(exactness);
    return differences.rule(one).equals(differences.rule(other));
  }

  /**
   * What a rule does: equal for two rules that treat every packet alike, whatever their remarks.
   */
  public static Object effect(Rule rule) {
    Differences differences = new Differences(Exactness.AS_LOADED);
    return rule.statements().stream()
        .filter(statement -> !isRemark(statement))
        .map(differences::statement)
        .toList();
  }

  private static boolean isRemark(Statement statement) {
    return statement instanceof Statement.Note && ((Statement.Note) statement).isIdle();
  }

  /** What else of a table decides about packets: sets and objects; equal if they are the same. */
  public static boolean sameContents(Table one, Table other) {
    Differences differences = new Differences(Exactness.AS_LOADED);
    differences.contents(one.title(), one, other);
    return differences.found.isEmpty();
  }

  private void tables(List<Table> one, List<Table> other) {
    compareAll("tables", one, other, table -> table.tool() + " " + table.title());
    for (Table table : one) {
      other.stream()
          .filter(t -> t.tool() == table.tool() && t.title().equals(table.title()))
          .findFirst()
          .ifPresent(same -> table(table, same));
    }
  }

  private <T> void compare(String what, T one, T other, Function<T, Object> part) {
    Object first = part.apply(one);
    Object second = part.apply(other);
    if (!first.equals(second)) {
      found.add(what + ": " + first + " / " + second);
    }
  }

  private <T> void compareAll(String what, List<T> one, List<T> other, Function<T, Object> part) {
    Function<List<T>, Object> all = list -> list.stream().map(part).toList();
    this.<List<T>>compare(what, one, other, all);
  }

  private void table(Table one, Table other) {
    String title = one.title();
    compare(title, one, other, table -> table.comment() + " " + table.dormant());
    compareAll(title + " chains", one.chains(), other.chains(), Chain::name);
    for (Chain chain : one.chains()) {
      other.chain(chain.name()).ifPresent(same -> chain(title, chain, same));
    }
    contents(title, one, other);
  }

  private void contents(String title, Table one, Table other) {
    compare(title + " sets", one, other, table -> List.copyOf(table.sets().keySet()));
    one.sets()
        .forEach(
            (name, set) -> {
              if (other.sets().containsKey(name)) {
                set(title, set, other.sets().get(name));
              }
            });
    compareAll(
        title + " objects",
        one.objects(),
        other.objects(),
        object -> List.of(object.kind(), object.name(), object.matches(), object.text()));
  }

  private void chain(String title, Chain one, Chain other) {
    String name = title + " " + one.name();
    compare(name, one, other, this::declaration);
    if (one.rules().size() != other.rules().size()) {
      found.add(name + ": " + one.rules().size() + " / " + other.rules().size() + " rules");
      return;
    }
    for (int i = 0; i < one.rules().size(); i++) {
      compare(name + " rule " + (i + 1), one.rules().get(i), other.rules().get(i), this::rule);
    }
  }

  private Object declaration(Chain chain) {
    if (chain instanceof Chain.Regular) {
      return ((Chain.Regular) chain).comment();
    }
    Chain.Base base = (Chain.Base) chain;
    Chain.Counter none = new Chain.Counter(0, 0);
    Chain.Counter counter = exactness == Exactness.EXACT ? base.policyCounter().orElse(none) : none;
    return List.of(
        base.type(),
        base.hook(),
        base.priority().value(),
        base.policy(),
        base.devices(),
        base.comment(),
        counter);
  }

  private Object rule(Rule rule) {
    Optional<Chain.Counter> counter =
        exactness == Exactness.EXACT ? rule.counter() : Optional.empty();
    return List.of(
        rule.statements().stream().map(this::statement).toList(), rule.comment(), counter);
  }

  private Object statement(Statement statement) {
    if (exactness == Exactness.EXACT) {
      return statement;
    }
    if (statement instanceof Statement.Note) {
      Statement.Note note = (Statement.Note) statement;
      return new Statement.Note(note.kind(), note.text(), 0, 0);
    }
    if (statement instanceof Match.Quota) {
      Match.Quota quota = (Match.Quota) statement;
      return new Match.Quota(quota.bytes(), 0, quota.over(), quota.text());
    }
    return statement;
  }

  private void set(String title, NamedSet one, NamedSet other) {
    String name = title + " set " + one.name();
    compare(name, one, other, this::declaration);
    compare(
        name + " elements",
        one,
        other,
        set ->
            new java.util.HashSet<>(
                set.elements().elements().stream().map(this::element).toList()));
  }

  private Object declaration(NamedSet set) {
    return List.of(
        set.keyTypes(),
        set.data().map(Differences::data),
        set.flags(),
        set.timeoutMillis(),
        set.size(),
        set.upkeep().autoMerge(),
        set.upkeep().gcIntervalMillis(),
        set.upkeep().policy(),
        set.upkeep().statements().stream().map(this::statement).toList(),
        set.comment());
  }

  /** Types by what they are; what is no type by its words. */
  private static Object data(NamedSet.Data data) {
    return data.types().isEmpty() ? data.text() : data.types();
  }

  private Object element(ElementSet.Element element) {
    ElementSet.Attributes all = element.attributes();
    return List.of(
        element.key(),
        element.value(),
        element.verdict(),
        element.object(),
        all.timeoutMillis(),
        exactness == Exactness.EXACT ? all.expiresMillis() : 0,
        all.comment(),
        all.statements().stream().map(this::statement).toList());
  }
}
