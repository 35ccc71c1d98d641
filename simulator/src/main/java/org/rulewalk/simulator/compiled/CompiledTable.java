package org.rulewalk.simulator.compiled;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Recorder;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;

/**
 * A table whose chains are asked by looking up the rules that can match, instead of one rule after
 * the other. Steps, verdicts and doubts are those of {@link
 * org.rulewalk.simulator.rules.ChainWalk}.
 *
 * <p>A rule is found by the tests in front of its first one that is in doubt, or that changes
 * something; then it is asked as it stands. If all of it is known beforehand, so is its verdict. A
 * packet of which something can't be told that the chain's rules look at is walked plainly.
 *
 * <p>Any number of threads. A chain is compiled when it is first asked, or when it was asked often;
 * that costs 1 to 50 µs a rule.
 */
public final class CompiledTable {
  private final Table table;
  private final int fewestRules;
  private final int patience;
  private final Map<String, Form> forms = new HashMap<>();
  private final Supplier<Set<String>> updatedSets;

  /** A chain, how often it was asked, and its compiled form once there is one. */
  private static final class Form {
    private final Chain chain;
    private final AtomicInteger walks;
    private volatile Optional<CompiledChain> compiled;

    Form(Chain chain, int walks, Optional<CompiledChain> compiled) {
      this.chain = chain;
      this.walks = new AtomicInteger(walks);
      this.compiled = compiled;
    }
  }

  private CompiledTable(
      Table table, int fewestRules, int patience, Supplier<Set<String>> updatedSets) {
    this.table = table;
    this.fewestRules = fewestRules;
    this.patience = patience;
    this.updatedSets = updatedSets;
  }

  /** Of a table whose chains of at least so many rules are compiled at once when asked. */
  public static CompiledTable of(Table table, int fewestRules) {
    return lazily(table, fewestRules, 0);
  }

  /** Of a table whose chains of at least so many rules are compiled after so many walks. */
  public static CompiledTable lazily(Table table, int fewestRules, int patience) {
    CompiledTable made =
        new CompiledTable(table, fewestRules, patience, new Once<>(() -> updatedSets(table)));
    for (Chain chain : table.chains()) {
      made.forms.putIfAbsent(chain.name(), new Form(chain, 0, Optional.empty()));
    }
    return made;
  }

  /**
   * The form of the table after a change. Chains of which some rules came or went stay compiled: a
   * rule more in a chain of 100,000 takes a millisecond or two.
   */
  public CompiledTable with(Table changed) {
    CompiledTable made = new CompiledTable(changed, fewestRules, patience, updatedSets);
    Set<String> updated = new HashSet<>();
    boolean any = false;
    for (Chain chain : changed.chains()) {
      Form before = forms.get(chain.name());
      Optional<CompiledChain> kept =
          Optional.ofNullable(before)
              .flatMap(form -> form.compiled)
              .flatMap(old -> old.chain() == chain ? Optional.of(old) : old.changed(chain));
      any |= kept.isPresent();
      int walks = before == null ? 0 : before.walks.get();
      made.forms.putIfAbsent(chain.name(), new Form(chain, walks, kept));
      if (before == null || before.chain != chain) {
        updatedSets(kept.map(CompiledChain::added).orElse(chain.rules()), updated);
      }
    }
    boolean holds = any && updatedSets.get().containsAll(updated) && hasSetsOf(changed);
    return holds ? made : lazily(changed, fewestRules, patience);
  }

  private boolean hasSetsOf(Table other) {
    return other.sets().size() == table.sets().size()
        && other.sets().values().stream().allMatch(set -> table.sets().get(set.name()) == set);
  }

  private static Set<String> updatedSets(Table table) {
    Set<String> names = new HashSet<>();
    table.chains().forEach(chain -> updatedSets(chain.rules(), names));
    return names;
  }

  private static void updatedSets(List<Rule> rules, Set<String> names) {
    for (Rule rule : rules) {
      for (Statement statement : rule.statements()) {
        if (statement instanceof Statement.SetUpdate) {
          names.add(((Statement.SetUpdate) statement).set());
        }
      }
    }
  }

  /** The table in its plain form. */
  public Table table() {
    return table;
  }

  Optional<Chain> chain(String name) {
    return Optional.ofNullable(forms.get(name)).map(form -> form.chain);
  }

  /** The compiled form of a chain; empty where it is walked plainly. */
  Optional<CompiledChain> compiled(Chain chain) {
    if (chain.rules().size() < fewestRules) {
      return Optional.empty();
    }
    Form form = forms.get(chain.name());
    if (form == null || form.chain != chain) {
      return Optional.empty();
    }
    Optional<CompiledChain> known = form.compiled;
    return known.isPresent() || form.walks.incrementAndGet() <= patience ? known : compile(form);
  }

  private Optional<CompiledChain> compile(Form form) {
    synchronized (form) {
      if (form.compiled.isEmpty()) {
        Conditions conditions = new Conditions(table, updatedSets.get());
        form.compiled = Optional.of(CompiledChain.of(form.chain, conditions));
      }
      return form.compiled;
    }
  }

  /** Whether the elements of a set are taken to be those of the table, whatever a packet does. */
  public boolean takesAsFixed(String set) {
    return !updatedSets.get().contains(set);
  }

  /** Bytes that the compiled chains take beside the table. */
  public long bytes() {
    return forms.values().stream()
        .flatMap(form -> form.compiled.stream())
        .mapToLong(CompiledChain::bytes)
        .sum();
  }

  /**
   * The verdict of a base chain of the table: accept, drop, stolen or a queue. The recorder hears
   * what rules say, but not what they ask.
   */
  public Verdict run(Chain.Base base, PacketContext context, Recorder recorder) {
    return new CompiledWalk(this).run(base, context, recorder);
  }
}
