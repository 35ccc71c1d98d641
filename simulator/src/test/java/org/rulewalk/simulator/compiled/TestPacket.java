package org.rulewalk.simulator.compiled;

import java.util.ArrayList;
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

/** A packet with what a machine knows of it, which writes down whatever rules ask and do. */
final class TestPacket implements PacketContext, Recorder {
  private final Map<MetaKey, Value> meta;
  private final Map<CtKey, Value> ct;
  private final boolean randomId;
  private final Map<String, ElementSet> changedSets = new HashMap<>();
  private final List<String> log = new ArrayList<>();
  private Packet packet;
  private Optional<Table> table = Optional.empty();
  private Optional<Rule> rule = Optional.empty();

  TestPacket(Packet packet, Map<MetaKey, Value> meta, Map<CtKey, Value> ct, boolean randomId) {
    this.packet = packet;
    this.meta = new HashMap<>(meta);
    this.ct = new HashMap<>(ct);
    this.randomId = randomId;
  }

  /** The same before any rule has asked. */
  TestPacket fresh() {
    return new TestPacket(packet, meta, ct, randomId);
  }

  /** Steps, doubts and deeds in order. */
  List<String> log() {
    return log;
  }

  @Override
  public void rule(Table in, Chain chain, Rule matched, Verdict verdict) {
    log.add("rule " + chain.name() + " " + matched.number() + " " + verdict);
  }

  @Override
  public void policy(Table in, Chain.Base chain) {
    log.add("policy " + chain.name());
  }

  @Override
  public void at(Table in, Rule asking) {
    table = Optional.of(in);
    rule = Optional.of(asking);
  }

  @Override
  public Packet packet() {
    return packet.untilAuthentication();
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
    log.add("doubt of rule " + rule.orElseThrow().number() + ": " + doubt.subject());
    return (doubt.subject().hashCode() + log.size()) % 3 != 0;
  }

  @Override
  public void setMeta(MetaKey key, Bits value) {
    log.add("meta " + key + " " + value);
    meta.put(key, Value.of(value));
  }

  @Override
  public void setCt(CtKey key, Bits value) {
    log.add("ct " + key + " " + value);
    ct.put(key, Value.of(value));
  }

  @Override
  public void replacePacket(Packet other) {
    log.add("packet " + other);
    packet = other;
  }

  @Override
  public void notrack() {
    log.add("notrack");
    ct.put(CtKey.STATE, Value.of(CtKey.STATE_UNTRACKED));
  }

  @Override
  public Verdict reject(Statement.Reject reject) {
    log.add("reject " + reject);
    return Verdict.Simple.DROP;
  }

  @Override
  public Verdict translate(Statement.Nat nat) {
    return Verdict.Simple.ACCEPT;
  }

  @Override
  public void updateSet(Statement.SetUpdate update, List<Bits> key) {
    log.add("set " + update.set() + " " + key);
    List<ElementSet.Interval> parts = key.stream().map(ElementSet.Interval::of).toList();
    changedSets.put(
        update.set(),
        set(update.set()).orElse(ElementSet.EMPTY).plus(ElementSet.Element.of(parts)));
  }

  @Override
  public void updateIpset(Statement.IpsetUpdate update) {
    log.add("ipset " + update.set());
  }

  @Override
  public String toString() {
    return packet + " " + meta + " " + ct + (randomId ? " random id" : "");
  }
}
