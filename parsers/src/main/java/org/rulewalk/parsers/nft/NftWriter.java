package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.rulewalk.parsers.source.Lost;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.parsers.source.Unwritable;
import org.rulewalk.parsers.source.Writing;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Differences;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.MergedTests;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Source;

/**
 * Writes tables as {@code nft list ruleset} prints them and {@code nft -f} loads them.
 *
 * <p>What was written is read again: a rule that would then do something else is told, and so is
 * one that nft's language has no words for. Such a rule stands in a remark; all others are there.
 */
public final class NftWriter {
  /** How a file begins whose rules a version of nft would load otherwise. */
  static final String FORM = "# In the form of nft v";

  private static final String BLOCK = "__chain";
  private static final int MOST_ROUNDS = 8;

  private final Writing how;
  private final MergedTests.Loaded loaded;
  private final BiFunction<Table, Rule, String> names;
  private final Problems problems;
  private final StringBuilder text = new StringBuilder();

  /** Rules that were tried before and then said something else. */
  private final Set<Rule> refused;

  /** Rules that stand in remarks. */
  private final Set<Rule> leftOut = new HashSet<>();

  private NftWriter(
      Writing how,
      MergedTests.Loaded loaded,
      BiFunction<Table, Rule, String> names,
      Set<Rule> refused,
      Problems problems) {
    this.how = how;
    this.loaded = loaded;
    this.names = names;
    this.refused = refused;
    this.problems = problems;
  }

  /** Writes tables in their order; what can't be written goes to {@code problems}. */
  public static String write(List<Table> tables, Writing how, Problems problems) {
    return write(tables, how, problems, (table, rule) -> "");
  }

  /**
   * Writes tables in their order.
   *
   * @param names for a rule of another tool, what nft lists of it; empty for nft's own
   */
  public static String write(
      List<Table> tables, Writing how, Problems problems, BiFunction<Table, Rule, String> names) {
    Set<Rule> refused = new HashSet<>();
    int rounds = 0;
    while (true) {
      Problems told = new Problems();
      NftWriter writer = new NftWriter(how, MergedTests.evidence(tables), names, refused, told);
      writer.head();
      tables.forEach(writer::table);
      boolean settled = !refused.addAll(writer.different(tables));
      if (settled || ++rounds > MOST_ROUNDS) {
        told.list().forEach(problems::add);
        return writer.text.toString();
      }
    }
  }

  /** A set's elements as words, or how many there are if one of them can't be written. */
  public static List<String> elements(NamedSet set) {
    List<DataType> data = set.data().map(NamedSet.Data::types).orElse(List.of());
    try {
      return ElementText.all(set.elements(), set.keyTypes(), data);
    } catch (Unwritable e) {
      return List.of(set.elements().elements().size() + " elements");
    }
  }

  /** Tells what the versions of the tool would load differently. */
  private void head() {
    if (loaded != MergedTests.Loaded.UNKNOWN) {
      line(0, FORM + (loaded == MergedTests.Loaded.AS_ONE ? "1.0.6" : "1.1.0"));
    }
  }

  private void line(int depth, String words) {
    text.append("\t".repeat(depth)).append(words).append('\n');
  }

  /** Writes something with a name of its own, or says that it can't be written. */
  private void attempt(int depth, String name, Source where, Runnable writing) {
    int start = text.length();
    try {
      writing.run();
    } catch (Unwritable e) {
      text.setLength(start);
      unwritable(e.getMessage(), where);
      line(depth, remark(name));
    }
  }

  private static String remark(String words) {
    return "# " + words.replaceAll("\\p{Cntrl}", " ");
  }

  private void table(Table table) {
    attempt(0, "table " + table.name(), table.source(), () -> wholeTable(table));
  }

  private void wholeTable(Table table) {
    line(0, "table " + table.family().word() + " " + LiteralText.name(table.name()) + " {");
    int start = text.length();
    comment(1, table.comment(), table.source());
    if (table.dormant()) {
      line(1, "flags dormant");
      text.append('\n');
    }
    table.objects().stream().filter(o -> !isFlowtable(o)).forEach(this::object);
    table.sets().values().forEach(set -> set(table, set));
    table.objects().stream().filter(NftWriter::isFlowtable).forEach(this::object);
    for (Chain chain : table.chains()) {
      if (!chain.name().startsWith(BLOCK)) {
        attempt(1, "chain " + chain.name(), chain.source(), () -> chain(table, chain));
      }
    }
    if (text.length() > start + 1 && text.charAt(text.length() - 2) == '\n') {
      text.setLength(text.length() - 1);
    }
    line(0, "}");
  }

  private static boolean isFlowtable(StatefulObject object) {
    return object.kind() == StatefulObject.Kind.FLOWTABLE;
  }

  private void object(StatefulObject object) {
    String name = object.kind().words() + " " + object.name();
    attempt(1, name, object.source(), () -> wholeObject(object));
  }

  private void wholeObject(StatefulObject object) {
    if (object.text().isEmpty() && object.kind() != StatefulObject.Kind.COUNTER) {
      throw new Unwritable("what the " + object.kind().words() + " says was not read");
    }
    line(1, object.kind().words() + " " + LiteralText.name(object.name()) + " {");
    if (!object.text().isEmpty()) {
      LiteralText.parts(object.text()).forEach(part -> line(2, LiteralText.closed(part)));
    }
    line(1, "}");
    text.append('\n');
  }

  private void unwritable(String reason, Source where) {
    problems.warn("not-writable", reason, where, 0, "it stands in a remark; the rest is written");
  }

  private void set(Table table, NamedSet set) {
    String name = (set.data().isPresent() ? "map " : "set ") + set.name();
    attempt(1, name, set.source(), () -> wholeSet(table, set));
    text.append('\n');
  }

  private void wholeSet(Table table, NamedSet set) {
    line(1, (set.data().isPresent() ? "map " : "set ") + LiteralText.name(set.name()) + " {");
    SetText.lines(set, table, how.forLoading()).forEach(words -> line(2, words));
    line(1, "}");
  }

  private void chain(Table table, Chain chain) {
    line(1, "chain " + LiteralText.name(chain.name()) + " {");
    if (chain instanceof Chain.Base) {
      Chain.Base base = (Chain.Base) chain;
      comment(2, base.comment(), base.source());
      boolean placeless =
          how.forLoading() && table.family() == Family.NETDEV && base.devices().isEmpty();
      if (placeless) {
        unwritable("the listing does not tell at which device the chain is", base.source());
      }
      line(2, (placeless ? "# " : "") + declaration(base));
    } else {
      comment(2, ((Chain.Regular) chain).comment(), chain.source());
    }
    chain.rules().forEach(rule -> rule(table, rule));
    line(1, "}");
    text.append('\n');
  }

  private void comment(int depth, String words, Source where) {
    if (!words.isEmpty()) {
      attempt(depth, words, where, () -> line(depth, "comment " + LiteralText.quoted(words)));
    }
  }

  private static String declaration(Chain.Base chain) {
    String type = chain.type().name().toLowerCase(java.util.Locale.ROOT);
    return "type "
        + type
        + " hook "
        + chain.hook().word()
        + devices(chain)
        + " priority "
        + chain.priority().text()
        + "; policy "
        + chain.policy().word()
        + ";";
  }

  private static String devices(Chain.Base chain) {
    List<String> names = chain.devices().stream().map(LiteralText::quoted).toList();
    if (names.isEmpty()) {
      return "";
    }
    return names.size() == 1
        ? " device " + names.get(0)
        : " devices = { " + String.join(", ", names) + " }";
  }

  private void rule(Table table, Rule rule) {
    try {
      line(2, words(table, rule));
    } catch (Unwritable e) {
      leftOut.add(rule);
      unwritable(e.getMessage(), rule.source());
      line(2, remark(rule.source().text()));
    }
  }

  private void checkAllowed(Rule rule) {
    if (refused.contains(rule)) {
      throw new Unwritable("nft's language can't say all of this rule");
    }
    Optional<String> reason = how.forLoading() ? Lost.reason(rule) : Optional.empty();
    if (reason.isPresent()) {
      throw new Unwritable(reason.get());
    }
  }

  private String words(Table table, Rule rule) {
    String named = names.apply(table, rule);
    if (!named.isEmpty()) {
      return named;
    }
    checkAllowed(rule);
    if (how.ownTexts()) {
      Optional<String> own = OwnText.of(rule, table, loaded);
      if (own.isPresent()) {
        return own.get();
      }
    }
    return written(table, rule, 2);
  }

  private String written(Table table, Rule rule, int depth) {
    Optional<Chain> block = block(table, rule);
    List<Statement> statements = rule.statements();
    if (block.isPresent()) {
      statements = statements.subList(0, statements.size() - 1);
    }
    StringBuilder words = new StringBuilder(new StatementText(Optional.of(table)).all(statements));
    block.ifPresent(chain -> words.append(inline(table, rule, chain, depth)));
    if (!rule.comment().isEmpty()) {
      words.append(" comment ").append(LiteralText.quoted(rule.comment()));
    }
    return words.length() == 0 ? "" : words.substring(1);
  }

  /** The chain without a name of its own that the rule ends with, if it does. */
  private static Optional<Chain> block(Table table, Rule rule) {
    if (rule.statements().isEmpty()) {
      return Optional.empty();
    }
    Statement last = rule.statements().get(rule.statements().size() - 1);
    if (!(last instanceof Statement.Decide)) {
      return Optional.empty();
    }
    Verdict verdict = ((Statement.Decide) last).verdict();
    String name =
        verdict instanceof Verdict.Jump
            ? ((Verdict.Jump) verdict).chain()
            : verdict instanceof Verdict.Goto ? ((Verdict.Goto) verdict).chain() : "";
    return name.startsWith(BLOCK) ? table.chain(name) : Optional.empty();
  }

  private String inline(Table table, Rule rule, Chain chain, int depth) {
    if (depth > 18) {
      throw new Unwritable("rules within rules, nested too deeply");
    }
    Statement last = rule.statements().get(rule.statements().size() - 1);
    StringBuilder words = new StringBuilder(" ");
    words.append(((Statement.Decide) last).verdict().word()).append(" {\n");
    for (Rule inner : chain.rules()) {
      checkAllowed(inner);
      words.append("\t".repeat(depth + 1)).append(written(table, inner, depth + 1)).append('\n');
    }
    return words.append("\t".repeat(depth)).append('}').toString();
  }

  /** Reads what was written: the rules that would do something else. */
  private List<Rule> different(List<Table> tables) {
    Problems own = new Problems();
    List<Table> read =
        NftTextParser.parse(SourceText.of("written", text.toString()), own, loaded).tables();
    List<Rule> different = new ArrayList<>();
    for (Table table : tables) {
      for (Chain chain : table.chains()) {
        Optional<Chain> same =
            read.stream()
                .filter(t -> t.family() == table.family() && t.name().equals(table.name()))
                .findFirst()
                .flatMap(t -> t.chain(chain.name()));
        compare(table, chain, same.map(Chain::rules).orElse(List.of()), different);
      }
    }
    return different;
  }

  private void compare(Table table, Chain chain, List<Rule> read, List<Rule> different) {
    List<Rule> written = new ArrayList<>(chain.rules());
    written.removeIf(leftOut::contains);
    for (int i = 0; i < written.size(); i++) {
      boolean same =
          !names.apply(table, written.get(i)).isEmpty()
              || i < read.size()
                  && Differences.same(written.get(i), read.get(i), Differences.Exactness.EXACT);
      if (!same) {
        different.add(written.get(i));
      }
    }
  }
}
