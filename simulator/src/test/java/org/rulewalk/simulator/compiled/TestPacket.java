package org.rulewalk.simulator.compiled;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.FibQuery;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Recorder;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Truth;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;

/**
 * A packet with what a machine knows of it, which takes down whatever rules ask and do: always as
 * one number that depends on all of it and on the order, in words if wanted.
 */
final class TestPacket implements PacketContext, Recorder {
  private final EnumMap<MetaKey, Value> meta;
  private final EnumMap<CtKey, Value> ct;
  private final boolean randomId;
  private final boolean inWords;
  private final Map<String, ElementSet> changedSets = new HashMap<>(2);
  private final List<String> log = new ArrayList<>(0);
  private int events;
  private long digest;
  private Packet packet;
  private Packet seen;
  private Optional<Table> table = Optional.empty();
  private Optional<Rule> rule = Optional.empty();

  TestPacket(
      Packet packet, EnumMap<MetaKey, Value> meta, EnumMap<CtKey, Value> ct, boolean randomId) {
    this(packet, meta, ct, randomId, false);
  }

  private TestPacket(
      Packet packet,
      EnumMap<MetaKey, Value> meta,
      EnumMap<CtKey, Value> ct,
      boolean randomId,
      boolean inWords) {
    this.packet = packet;
    this.seen = packet.untilAuthentication();
    this.meta = meta.clone();
    this.ct = ct.clone();
    this.randomId = randomId;
    this.inWords = inWords;
  }

  /** A copy; made before any rule has asked. */
  TestPacket copy() {
    return new TestPacket(packet, meta, ct, randomId, inWords);
  }

  /** A copy that takes down in words. */
  TestPacket telling() {
    return new TestPacket(packet, meta, ct, randomId, true);
  }

  /** Steps, doubts and deeds in order; empty unless this tells in words. */
  List<String> log() {
    return log;
  }

  /** How many steps, doubts and deeds there were. */
  int events() {
    return events;
  }

  /** Differs, most likely, if any of them or their order differs. */
  long digest() {
    return digest;
  }

  private void note(String kind, Object what, int number) {
    events++;
    digest = (digest + kind.hashCode()) * 0x9e3779b97f4a7c15L + what.hashCode();
    digest = (digest ^ digest >>> 31) * 0xbf58476d1ce4e5b9L + number;
    if (inWords) {
      log.add(kind + " " + what + " " + number);
    }
  }

  @Override
  public void rule(Table in, Chain chain, Rule matched, Verdict verdict) {
    note("rule", chain.name(), matched.number());
    note("says", verdict, 0);
  }

  @Override
  public void policy(Table in, Chain.Base chain) {
    note("policy", chain.name(), 0);
  }

  @Override
  public void at(Table in, Rule asking) {
    table = Optional.of(in);
    rule = Optional.of(asking);
  }

  @Override
  public Packet packet() {
    return seen;
  }

  @Override
  public Hook hook() {
    return Hook.FORWARD;
  }

  @Override
  public Value meta(MetaKey key) {
    if (key == MetaKey.L4PROTO) {
      return packet.protocol() < 0 ? Value.ABSENT : Value.of(packet.protocol());
    }
    return meta.getOrDefault(key, Value.ABSENT);
  }

  @Override
  public Value ct(CtKey key, Optional<CtKey.Direction> direction) {
    return ct.getOrDefault(key, Value.ABSENT);
  }

  @Override
  public Value fib(FibQuery query) {
    return Value.of(packet.ttl() & 3);
  }

  @Override
  public Value route(Expression.Route.Key key) {
    return Value.ABSENT;
  }

  @Override
  public boolean hasRandomId() {
    return randomId;
  }

  @Override
  public Value linkHeader(int bitOffset, int width) {
    return Value.ABSENT;
  }

  @Override
  public Optional<ElementSet> set(String name) {
    return Optional.ofNullable(changedSets.get(name))
        .or(
            () ->
                table
                    .flatMap(in -> Optional.ofNullable(in.sets().get(name)))
                    .map(NamedSet::elements));
  }

  @Override
  public Optional<IpSet> ipset(String name) {
    return Optional.empty();
  }

  @Override
  public Optional<StatefulObject> object(StatefulObject.Kind kind, String name) {
    return Optional.empty();
  }

  @Override
  public Truth reversePath(XtMatch.ReversePath match) {
    return Truth.of(packet.ttl() % 2 == 0);
  }

  @Override
  public boolean decide(Doubt doubt) {
    note("doubt", doubt.subject(), rule.orElseThrow().number());
    return (doubt.subject().hashCode() + events) % 3 != 0;
  }

  @Override
  public void setMeta(MetaKey key, Bits value) {
    note("meta " + key.word(), value, 0);
    meta.put(key, Value.of(value));
  }

  @Override
  public void setCt(CtKey key, Bits value) {
    note("ct " + key.word(), value, 0);
    ct.put(key, Value.of(value));
  }

  @Override
  public void replacePacket(Packet other) {
    note("packet", other, 0);
    packet = other;
    seen = other.untilAuthentication();
  }

  @Override
  public void notrack() {
    note("notrack", "", 0);
    ct.put(CtKey.STATE, Value.of(CtKey.STATE_UNTRACKED));
  }

  @Override
  public Verdict reject(Statement.Reject reject) {
    note("reject", reject, 0);
    return Verdict.Simple.DROP;
  }

  @Override
  public Verdict parameterProblem(int offset) {
    note("parameterProblem", offset, 0);
    return Verdict.Simple.DROP;
  }

  @Override
  public Verdict translate(Statement.Nat nat) {
    return Verdict.Simple.ACCEPT;
  }

  @Override
  public void updateSet(Statement.SetUpdate update, List<Bits> key) {
    note("set", update.set(), key.hashCode());
    List<ElementSet.Interval> parts = key.stream().map(ElementSet.Interval::of).toList();
    changedSets.put(
        update.set(),
        set(update.set()).orElse(ElementSet.EMPTY).plus(ElementSet.Element.of(parts)));
  }

  @Override
  public void updateIpset(Statement.IpsetUpdate update) {
    note("ipset", update.set(), 0);
  }

  @Override
  public String toString() {
    return packet + " " + meta + " " + ct + (randomId ? " random id" : "");
  }
}
