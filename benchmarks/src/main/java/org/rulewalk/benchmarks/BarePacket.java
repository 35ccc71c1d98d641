package org.rulewalk.benchmarks;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.FibQuery;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Truth;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;

/** A packet of which rules see only the headers; whatever else they ask for is not there. */
final class BarePacket implements PacketContext {
  private final Packet packet;

  BarePacket(Packet packet) {
    this.packet = packet;
  }

  @Override
  public void at(Table table, Rule rule) {}

  @Override
  public Packet packet() {
    return packet;
  }

  @Override
  public Hook hook() {
    return Hook.PREROUTING;
  }

  @Override
  public Value meta(MetaKey key) {
    return key == MetaKey.L4PROTO ? Value.of(packet.protocol()) : Value.ABSENT;
  }

  @Override
  public Value ct(CtKey key, Optional<CtKey.Direction> direction) {
    return Value.ABSENT;
  }

  @Override
  public Value fib(FibQuery query) {
    return Value.ABSENT;
  }

  @Override
  public Value route(Expression.Route.Key key) {
    return Value.ABSENT;
  }

  @Override
  public Value linkHeader(int bitOffset, int width) {
    return Value.ABSENT;
  }

  @Override
  public Optional<ElementSet> set(String name) {
    return Optional.empty();
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
    return Truth.NO;
  }

  @Override
  public boolean decide(Doubt doubt) {
    return doubt.likely();
  }

  @Override
  public void setMeta(MetaKey key, Bits value) {}

  @Override
  public void setCt(CtKey key, Bits value) {}

  @Override
  public void replacePacket(Packet other) {}

  @Override
  public void notrack() {}

  @Override
  public Verdict reject(Statement.Reject reject) {
    return Verdict.Simple.DROP;
  }

  @Override
  public Verdict parameterProblem(int offset) {
    return Verdict.Simple.DROP;
  }

  @Override
  public Verdict translate(Statement.Nat nat) {
    return Verdict.Simple.ACCEPT;
  }

  @Override
  public void updateSet(Statement.SetUpdate update, List<Bits> key) {}

  @Override
  public void updateIpset(Statement.IpsetUpdate update) {}
}
