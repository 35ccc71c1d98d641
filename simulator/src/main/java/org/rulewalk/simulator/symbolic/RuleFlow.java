package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpVersion;

/**
 * One rule, asked by many packets: what {@link Statement#execute} does with each. Used once for a
 * rule; then {@link #decisions} and {@link #passing} say what became of the packets.
 */
final class RuleFlow implements Statement.Cases<PacketSet> {
  /** What is not understood beyond so many tests of a broken line is one doubt. */
  private static final int MOST_UNKNOWN = 50;

  private final Setting setting;
  private final PacketSpace space;
  private final PacketSet coming;
  private final List<Decision> decisions = new ArrayList<>();
  private Tests tests;
  private Changes changes;

  /** Packets that would pass all statements so far, were they asked. */
  private PacketSet passed;

  /** Packets that would have got a verdict so far, were they asked. */
  private PacketSet decided;

  private RuleFlow(Setting setting, SymbolicPacket packet, PacketSet coming) {
    this.setting = setting;
    this.space = packet.space();
    this.coming = coming;
    this.passed = space.all();
    this.decided = space.none();
    at(packet);
  }

  /**
   * Packets for which the rule has a verdict that ends it.
   *
   * @param packets of those that are asked
   * @param wanted all such packets, whether they are asked or not
   * @param statement a reject or translation
   */
  record Decision(
      PacketSet packets, PacketSet wanted, Verdict verdict, Optional<Statement> statement) {}

  static RuleFlow of(Setting setting, SymbolicPacket packet, Rule rule, PacketSet coming) {
    RuleFlow flow = new RuleFlow(setting, packet, coming);
    int unknown = 0;
    for (Statement statement : rule.statements()) {
      if (flow.passed.isEmpty()) {
        break;
      }
      unknown += statement instanceof Match.Unknown ? 1 : 0;
      if (!(statement instanceof Match.Unknown) || unknown <= MOST_UNKNOWN) {
        flow.passed = statement.fold(flow);
      } else if (unknown == MOST_UNKNOWN + 1) {
        flow.passed = flow.passed.and(flow.doubt(unknown(rule)));
      }
    }
    return flow;
  }

  private static List<Statement> unknown(Rule rule) {
    return rule.statements().stream().filter(s -> s instanceof Match.Unknown).toList();
  }

  private void at(SymbolicPacket packet) {
    tests = new Tests(setting, packet);
    changes = new Changes(tests);
  }

  SymbolicPacket packet() {
    return tests.packet();
  }

  List<Decision> decisions() {
    return decisions;
  }

  /** The packets that are asked by the next rule: those without a verdict. */
  PacketSet passing() {
    PacketSet rest = coming;
    for (Decision decision : decisions) {
      rest = rest.minus(decision.packets());
    }
    return rest;
  }

  /** The packets that would pass all tests, were they asked. */
  PacketSet wanted() {
    return passed.or(decided);
  }

  private PacketSet here() {
    return coming.and(passed);
  }

  /** Some of the packets here get a verdict; those that remain. */
  private PacketSet decide(PacketSet which, Verdict verdict, Optional<Statement> statement) {
    if (verdict == Verdict.Simple.CONTINUE) {
      return passed;
    }
    if (verdict != Verdict.Simple.BREAK) {
      PacketSet wanted = passed.and(which);
      decided = decided.or(wanted);
      if (!wanted.isEmpty()) {
        decisions.add(new Decision(coming.and(wanted), wanted, verdict, statement));
      }
    }
    return passed.minus(which);
  }

  @Override
  public PacketSet match(Match match) {
    PacketSet dropping = tests.dropping(match);
    if (!dropping.isEmpty()) {
      passed = decide(dropping, Verdict.Simple.DROP, Optional.empty());
    }
    return passed.and(tests.of(match));
  }

  @Override
  public PacketSet decide(Statement.Decide statement) {
    return decide(space.all(), statement.verdict(), Optional.empty());
  }

  @Override
  public PacketSet decideByMap(Statement.DecideByMap statement) {
    SymbolicValue key = tests.of(statement.key());
    PacketSet unknown = key.isUnknown();
    Optional<ElementSet> elements = elements(statement.map());
    PacketSet going = unknown.isEmpty() ? unknown : unknown.and(doubt(statement));
    if (elements.isPresent()) {
      for (SetLookups.Hit hit : tests.expressions().lookups().hits(key, elements.get())) {
        PacketSet hits = space.set(hit.node()).and(mayChange(statement, hit));
        if (!unknown.isEmpty()) {
          hits = hits.or(unknown.and(doubt(statement)));
        }
        Verdict verdict = hit.element().verdict().orElse(Verdict.Simple.BREAK);
        if (verdict == Verdict.Simple.CONTINUE) {
          going = going.or(hits);
        } else {
          passed = decide(hits, verdict, Optional.empty());
        }
      }
    }
    return passed.and(going);
  }

  private PacketSet doubt(Object subject) {
    return setting.doubts().about(subject);
  }

  private Optional<ElementSet> elements(SetReference map) {
    return map instanceof SetReference.Anonymous
        ? Optional.of(((SetReference.Anonymous) map).elements())
        : Optional.ofNullable(setting.table().sets().get(((SetReference.Named) map).name()))
            .map(set -> set.elements());
  }

  /** Where the map's content is not taken for granted, each element may be gone. */
  private PacketSet mayChange(Statement.DecideByMap statement, SetLookups.Hit hit) {
    if (statement.map() instanceof SetReference.Anonymous) {
      return space.all();
    }
    if (setting.contents() == Setting.Contents.ANY) {
      Question question =
          new Question.HasElement(setting.table().title(), statement.map(), hit.element());
      return space.set(tests.unknownSet(question, Bdd.TRUE));
    }
    int changed = packet().updated(new Tests.SetName(setting.table().title(), statement.map()));
    return changed == Bdd.FALSE ? space.all() : space.set(changed).not().or(doubt(statement));
  }

  @Override
  public PacketSet reject(Statement.Reject statement) {
    PacketSet fits;
    switch (statement.kind()) {
      case TCP_RESET:
        fits = space.set(tests.expressions().isProtocol(Protocol.TCP));
        break;
      case ICMP:
        fits = space.version(IpVersion.IPV4, packet());
        break;
      case ICMPV6:
        fits = space.version(IpVersion.IPV6, packet());
        break;
      default:
        fits = space.all();
    }
    decide(fits, Verdict.Simple.DROP, Optional.of(statement));
    return space.none();
  }

  /** As NatCore does it: passes over packets of the other version; accepts the others. */
  @Override
  public PacketSet nat(Statement.Nat statement) {
    PacketSet tracked = space.set(packet().tracked());
    PacketSet written = space.all();
    for (Optional<Expression> part :
        List.of(statement.address(), statement.addressMax(), statement.port())) {
      if (part.isPresent()) {
        written = written.and(found(part.get()));
      }
    }
    PacketSet other =
        statement
            .version()
            .map(version -> space.version(version, packet()).not())
            .orElse(space.none());
    PacketSet applies = tracked.and(written).minus(other);
    PacketSet before = passed;
    decide(tracked.not(), Verdict.Simple.ACCEPT, Optional.empty());
    decide(applies, Verdict.Simple.ACCEPT, Optional.of(statement));
    return before.and(tracked).and(written).and(other);
  }

  /** Packets for which a part of a translation has a value; a range counts as one. */
  private PacketSet found(Expression part) {
    boolean range =
        part instanceof Expression.Constant
            && ((Expression.Constant) part).value() instanceof Value.Range;
    if (range) {
      return space.all();
    }
    if (part instanceof Expression.MapLookup) {
      Expression.MapLookup lookup = (Expression.MapLookup) part;
      SymbolicValue key = tests.of(lookup.key());
      return elements(lookup.map())
          .map(set -> space.set(tests.expressions().lookups().withData(key, set)))
          .orElseGet(space::none)
          .or(key.isUnknown().and(doubt(part)));
    }
    SymbolicValue value = tests.of(part);
    return value.isPresent().or(value.isUnknown().and(doubt(part)));
  }

  @Override
  public PacketSet setMeta(Statement.SetMeta statement) {
    SymbolicValue value = tests.of(statement.value());
    PacketSet where = passed.and(changes.usable(value));
    MetaKey key = statement.key();
    boolean kept = key == MetaKey.MARK || key == MetaKey.PKTTYPE;
    Fact fact = SymbolicPacket.meta(key);
    at(
        (kept
                ? changes.write(coming.and(where), fact, value, statement)
                : changes.forget(coming.and(where), fact, statement))
            .alter(coming.and(where).node()));
    return where;
  }

  @Override
  public PacketSet setCt(Statement.SetCt statement) {
    SymbolicValue value = tests.of(statement.value());
    PacketSet where = passed.and(changes.usable(value));
    if (statement.key() == CtKey.ZONE) {
      at(changes.template(coming.and(where)));
    }
    PacketSet tracked = coming.and(where).and(space.set(packet().tracked()));
    Fact fact = SymbolicPacket.connection(statement.key(), statement.direction());
    SymbolicPacket next =
        statement.key() == CtKey.MARK
            ? changes.write(tracked, fact, value, statement)
            : changes.forget(coming.and(where), fact, statement);
    at(next.alter(coming.and(where).node()));
    return where;
  }

  @Override
  public PacketSet setHeader(Statement.SetHeader statement) {
    SymbolicValue target = tests.of(statement.target());
    SymbolicValue value = tests.of(statement.value());
    if (statement.target() instanceof Expression.TcpOption) {
      return setOption(statement, value);
    }
    PacketSet there = target.isPresent().or(target.isUnknown());
    PacketSet tried = passed.and(there).and(changes.usable(value));
    PacketSet failing = tried.and(changes.lacksChecksum(statement.target(), value));
    at(changes.triedInVain(coming.and(failing), statement.target(), statement));
    PacketSet where = tried.minus(failing);
    at(changes.header(coming.and(where), statement.target(), value, statement));
    return where;
  }

  /** Whether an option is too short for what is written is not known. */
  private PacketSet setOption(Statement.SetHeader statement, SymbolicValue value) {
    PacketSet tcp = changes.tcp();
    passed = passed.minus(tcp.and(changes.isCutOrShort()));
    PacketSet where = passed.and(tcp).and(changes.usable(value)).and(doubt(statement));
    at(packet().touch(coming.and(where).node()));
    return where;
  }

  @Override
  public PacketSet setMaximumSegment(Statement.SetMaximumSegment statement) {
    PacketSet tcp = changes.tcp();
    SymbolicValue value =
        tests.of(
            statement.size().orElseGet(() -> new Expression.Route(Expression.Route.Key.TCP_MSS)));
    PacketSet others = passed.minus(tcp);
    PacketSet cut = tcp.and(changes.isCutOrShort());
    passed =
        decide(
            cut,
            statement.addIfMissing() ? Verdict.Simple.DROP : Verdict.Simple.BREAK,
            Optional.empty());
    PacketSet where = passed.and(tcp).and(changes.usable(value));
    at(changes.segment(coming.and(where), statement));
    return statement.addIfMissing() ? where.or(others) : where;
  }

  @Override
  public PacketSet copyMark(Statement.CopyMark statement) {
    PacketSet where = here().and(space.set(packet().tracked()));
    at(changes.copyMark(where, statement));
    return passed;
  }

  @Override
  public PacketSet changeTtl(Statement.ChangeTtl statement) {
    at(changes.ttl(here(), statement));
    return passed;
  }

  @Override
  public PacketSet translatePrefix(Statement.TranslatePrefix statement) {
    PacketSet full = changes.hasNoRoom(statement);
    passed = decide(full, Verdict.Simple.DROP, Optional.empty());
    at(changes.prefix(here(), statement));
    return passed;
  }

  @Override
  public PacketSet stripOptions(Statement.StripTcpOptions statement) {
    PacketSet tcp = changes.tcp();
    PacketSet fragments = space.set(packet().startsWhole()).not();
    PacketSet others = statement.byNft() ? space.none() : passed.and(fragments);
    PacketSet known = statement.byNft() ? tcp.minus(changes.isCutOrShort()) : tcp;
    passed = passed.and(known);
    PacketSet broken = statement.byNft() ? optionIsCut(statement) : changes.isCut();
    passed = decide(broken, Verdict.Simple.DROP, Optional.empty());
    at(changes.options(coming.and(passed), statement));
    return passed.or(others);
  }

  private PacketSet optionIsCut(Statement.StripTcpOptions statement) {
    return new XtTests(tests).ofBytes(new Question.OptionCut(statement));
  }

  @Override
  public PacketSet updateIpset(Statement.IpsetUpdate statement) {
    at(packet().updating(Tests.SetName.ofIpset(statement.set()), here().node()));
    return passed;
  }

  @Override
  public PacketSet duplicate(Statement.Duplicate statement) {
    return statement.gateway().map(to -> passed.and(changes.usable(tests.of(to)))).orElse(passed);
  }

  @Override
  public PacketSet passOn(Statement.PassOn statement) {
    PacketSet where =
        statement
            .neighbour()
            .map(
                to ->
                    space
                        .version(to.version(), packet())
                        .and(changes.usable(tests.of(to.address()))))
            .orElse(space.all());
    decide(where, Verdict.Simple.STOLEN, Optional.empty());
    return space.none();
  }

  @Override
  public PacketSet notrack(Statement.Notrack statement) {
    at(changes.notrack(here()));
    return passed;
  }

  @Override
  public PacketSet useObject(Statement.UseObject statement) {
    Optional<StatefulObject> object = setting.table().object(statement.kind(), statement.name());
    for (Match match : object.map(StatefulObject::matches).orElse(List.of())) {
      passed = match(match);
    }
    boolean byMap =
        statement.map().isPresent()
            && (statement.kind() == StatefulObject.Kind.LIMIT
                || statement.kind() == StatefulObject.Kind.QUOTA);
    return byMap ? passed.and(doubt(statement)) : passed;
  }

  @Override
  public PacketSet setUpdate(Statement.SetUpdate statement) {
    SymbolicValue key = tests.of(statement.key());
    passed = passed.and(key.isPresent().or(key.isUnknown()));
    Object set =
        new Tests.SetName(setting.table().title(), new SetReference.Named(statement.set()));
    at(packet().updating(set, here().node()));
    for (Statement inner : statement.statements()) {
      passed = inner.fold(this);
    }
    return passed;
  }

  @Override
  public PacketSet note(Statement.Note statement) {
    if (statement.kind() == Statement.Note.Kind.TEMPLATE) {
      at(changes.template(here()));
    } else if (statement.kind() == Statement.Note.Kind.CLASS) {
      Fact trafficClass = SymbolicPacket.meta(MetaKey.PRIORITY);
      at(changes.forget(here(), trafficClass, statement).alter(here().node()));
    }
    return passed;
  }

  @Override
  public PacketSet opaque(Statement.Opaque statement) {
    return anything(statement);
  }

  /** What is not understood may accept, drop, or do nothing. */
  private PacketSet anything(Statement statement) {
    PacketSet acts = doubt(statement);
    PacketSet accepts = doubt(statement);
    PacketSet before = passed;
    decide(acts.and(accepts), Verdict.Simple.ACCEPT, Optional.empty());
    decide(acts.minus(accepts), Verdict.Simple.DROP, Optional.empty());
    return before.minus(acts);
  }
}
