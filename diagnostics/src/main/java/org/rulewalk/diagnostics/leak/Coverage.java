package org.rulewalk.diagnostics.leak;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * The rules of a machine that forwarded packets of one version can meet: which of them classes
 * cover, and which connection marks they can make.
 */
final class Coverage implements Statement.Cases<Boolean> {
  private static final long ALL_BITS = 0xffffffffL;
  private static final Set<String> HARMLESS =
      Set.of(
          "comment",
          "AUDIT",
          "TRACE",
          "CHECKSUM",
          "LED",
          "IDLETIMER",
          "CT",
          "RATEEST",
          "SECMARK",
          "CONNSECMARK",
          "last",
          "secmark");

  private final Reading reading;
  private final List<Table> tables = new ArrayList<>();
  private final Set<Source> uncovered = new HashSet<>();
  private final TreeSet<Long> marks = new TreeSet<>(Set.of(0L));
  private Optional<Source> pastTheRules = Optional.empty();
  private Optional<Source> mixedMark = Optional.empty();
  private Source current = Source.NONE;

  Coverage(Machine machine, IpVersion version, Reading reading) {
    this.reading = reading;
    for (Table table : machine.ruleset().tables()) {
      if (!table.dormant() && table.family().sees(version)) {
        tables.add(read(table));
      }
      if (!table.dormant()) {
        atDevices(table);
      }
    }
  }

  /** Chains of devices come before and behind all others: there they may drop, and no more. */
  private void atDevices(Table table) {
    for (Chain chain : table.chains()) {
      boolean device = chain instanceof Chain.Base && isAtDevice(((Chain.Base) chain).hook());
      for (Rule rule : device ? chain.rules() : List.<Rule>of()) {
        if (!rule.statements().stream().allMatch(Coverage::onlyFilters)) {
          pastTheRules = pastTheRules.or(() -> Optional.of(rule.source()));
        }
      }
    }
  }

  private static boolean isAtDevice(Hook hook) {
    return hook == Hook.INGRESS || hook == Hook.EGRESS;
  }

  private static boolean onlyFilters(Statement statement) {
    return statement instanceof Match
        || statement instanceof Statement.Note && isHarmless((Statement.Note) statement)
        || statement instanceof Statement.Decide
            && (((Statement.Decide) statement).verdict() == Verdict.Simple.ACCEPT
                || ((Statement.Decide) statement).verdict() == Verdict.Simple.DROP);
  }

  private Table read(Table table) {
    reading.in(table);
    List<Chain> chains = new ArrayList<>();
    for (Chain chain : table.chains()) {
      boolean met = !(chain instanceof Chain.Base) || isMet(((Chain.Base) chain).hook());
      if (!met) {
        continue;
      }
      List<Rule> rules = new ArrayList<>();
      for (Rule rule : chain.rules()) {
        if (isIdle(rule)) {
          continue;
        }
        current = rule.source();
        boolean covered = rule.statements().stream().filter(s -> !s.fold(this)).count() == 0;
        if (!covered) {
          uncovered.add(rule.source());
        }
        rules.add(rule);
      }
      chains.add(chain.with(rules));
    }
    return table.with(chains);
  }

  private static boolean isMet(Hook hook) {
    return hook == Hook.PREROUTING || hook == Hook.FORWARD || hook == Hook.POSTROUTING;
  }

  /** Rules that decide and mark nothing can look at what they like. */
  private static boolean isIdle(Rule rule) {
    return rule.statements().stream()
        .allMatch(
            s ->
                s instanceof Match
                    || s instanceof Statement.Note && isHarmless((Statement.Note) s)
                    || s instanceof Statement.SetMaximumSegment);
  }

  /** Whether it neither marks nor sends anything. */
  private static boolean isHarmless(Statement.Note note) {
    return note.kind() == Statement.Note.Kind.COUNTER
        || note.kind() == Statement.Note.Kind.LOG
        || HARMLESS.contains(note.text().split(" ", 2)[0]);
  }

  private static boolean isFlow(Statement.Note note) {
    return note.text().startsWith("flow");
  }

  /** The tables, without rules that change nothing and hooks that forwarded packets don't meet. */
  List<Table> tables() {
    return tables;
  }

  boolean isCovered(Rule rule) {
    return !uncovered.contains(rule.source());
  }

  /** All values that a connection's mark can have. */
  List<Long> marks() {
    return List.copyOf(marks);
  }

  /** A rule that sends packets past the others. */
  Optional<Source> pastTheRules() {
    return pastTheRules;
  }

  /** A rule that mixes bits of marks, so that not all values of connection marks are known. */
  Optional<Source> mixedMark() {
    return mixedMark;
  }

  @Override
  public Boolean match(Match match) {
    return reading.covers(match);
  }

  @Override
  public Boolean decide(Statement.Decide statement) {
    return statement.verdict() != Verdict.Simple.STOLEN
        && !(statement.verdict() instanceof Verdict.Queue);
  }

  @Override
  public Boolean decideByMap(Statement.DecideByMap statement) {
    return reading.looksUp(statement.key(), statement.map());
  }

  @Override
  public Boolean reject(Statement.Reject statement) {
    return true;
  }

  @Override
  public Boolean nat(Statement.Nat statement) {
    boolean plain =
        statement.addressMax().isEmpty()
            && statement.portMax().isEmpty()
            && statement.basePort().isEmpty()
            && statement.kind() != Statement.Nat.Kind.NETMAP
            && !statement.flags().contains(Statement.Nat.Flag.NETMAP);
    boolean source =
        statement.kind() == Statement.Nat.Kind.SNAT
            || statement.kind() == Statement.Nat.Kind.MASQUERADE;
    // what a source becomes decides nothing behind postrouting
    return source
        || plain
            && statement.address().map(Coverage::isConstant).orElse(true)
            && statement.port().map(Coverage::isConstant).orElse(true);
  }

  private static boolean isConstant(Expression expression) {
    return expression instanceof Expression.Constant
        && ((Expression.Constant) expression).value() instanceof Value.Scalar;
  }

  private static Optional<Long> number(Expression expression) {
    return isConstant(expression)
        ? Optional.of(
            ((Value.Scalar) ((Expression.Constant) expression).value()).bits().low() & ALL_BITS)
        : Optional.empty();
  }

  /** A mark's value: a constant joins those that can be; a copy of another mark adds none. */
  private boolean mark(Expression value) {
    Optional<Long> number = number(value);
    number.ifPresent(marks::add);
    boolean copy =
        value instanceof Expression.Ct && ((Expression.Ct) value).key() == CtKey.MARK
            || value instanceof Expression.Meta && ((Expression.Meta) value).key() == MetaKey.MARK;
    if (number.isEmpty() && !copy) {
      mixedMark = mixedMark.or(() -> Optional.of(current));
    }
    return number.isPresent() || copy;
  }

  @Override
  public Boolean setMeta(Statement.SetMeta statement) {
    return statement.key() != MetaKey.MARK || mark(statement.value());
  }

  @Override
  public Boolean setCt(Statement.SetCt statement) {
    switch (statement.key()) {
      case MARK:
        return mark(statement.value());
      case ZONE:
        return false;
      default:
        return true;
    }
  }

  @Override
  public Boolean setHeader(Statement.SetHeader statement) {
    return false;
  }

  @Override
  public Boolean setMaximumSegment(Statement.SetMaximumSegment statement) {
    return true;
  }

  @Override
  public Boolean copyMark(Statement.CopyMark statement) {
    boolean whole =
        statement.ctMask() == ALL_BITS
            && (statement.kind() == Statement.CopyMark.Kind.SET
                || statement.packetMask() == ALL_BITS);
    if (statement.kind() == Statement.CopyMark.Kind.SET && whole) {
      marks.add(statement.value() & ALL_BITS);
    }
    if (!whole) {
      mixedMark = mixedMark.or(() -> Optional.of(current));
    }
    return whole;
  }

  @Override
  public Boolean changeTtl(Statement.ChangeTtl statement) {
    return true;
  }

  @Override
  public Boolean translatePrefix(Statement.TranslatePrefix statement) {
    return false;
  }

  @Override
  public Boolean stripOptions(Statement.StripTcpOptions statement) {
    return false;
  }

  @Override
  public Boolean updateIpset(Statement.IpsetUpdate statement) {
    return false;
  }

  @Override
  public Boolean duplicate(Statement.Duplicate statement) {
    return false;
  }

  @Override
  public Boolean passOn(Statement.PassOn statement) {
    return false;
  }

  @Override
  public Boolean notrack(Statement.Notrack statement) {
    return true;
  }

  @Override
  public Boolean useObject(Statement.UseObject statement) {
    return statement.map().isEmpty()
        && (statement.kind() == StatefulObject.Kind.COUNTER
            || statement.kind() == StatefulObject.Kind.CT_HELPER
            || statement.kind() == StatefulObject.Kind.CT_TIMEOUT);
  }

  @Override
  public Boolean setUpdate(Statement.SetUpdate statement) {
    return false;
  }

  @Override
  public Boolean note(Statement.Note statement) {
    if (isFlow(statement)) {
      pastTheRules = pastTheRules.or(() -> Optional.of(current));
    }
    return isFlow(statement) || isHarmless(statement);
  }

  @Override
  public Boolean opaque(Statement.Opaque statement) {
    return false;
  }
}
