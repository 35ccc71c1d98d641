package org.rulewalk.diagnostics.hops;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.Packet;
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
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Truth;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * A packet held still at a hook, so that single matches can be tried on it. What routing or other
 * packets would decide is unknown. Nothing of it is changed by rules; subclasses may.
 */
public class StillPacket implements PacketContext {
  private static final int NFPROTO_IPV4 = 2;
  private static final int NFPROTO_IPV6 = 10;

  private final Machine machine;
  private final Hook hook;
  private final String in;
  private final String out;
  private final Packet packet;
  private Optional<Table> table = Optional.empty();

  /**
   * A packet at a hook.
   *
   * @param in the interface it came in by
   * @param out the interface it is to leave by; empty where the hook does not know it
   */
  public StillPacket(Machine machine, Hook hook, String in, String out, Packet packet) {
    this.machine = machine;
    this.hook = hook;
    this.in = in;
    this.out = out;
    this.packet = packet;
  }

  private static Value unknown(String subject) {
    return new Value.Unknown(new Doubt(Doubt.Kind.HISTORY, subject, false, Source.NONE));
  }

  @Override
  public void at(Table asked, Rule rule) {
    table = Optional.of(asked);
  }

  @Override
  public Packet packet() {
    return packet;
  }

  @Override
  public Hook hook() {
    return hook;
  }

  @Override
  public Value meta(MetaKey key) {
    switch (key) {
      case LENGTH:
        return Value.of(packet().length());
      case PROTOCOL:
        return Value.of(packet().version().etherType());
      case NFPROTO:
        return Value.of(packet().version() == IpVersion.IPV4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
      case L4PROTO:
        return packet().protocol() < 0 ? Value.ABSENT : Value.of(packet().protocol());
      case MARK:
      case PKTTYPE:
        return Value.of(0);
      case IIF:
      case IIFNAME:
        return Value.of(Bits.ofName(in));
      case OIF:
      case OIFNAME:
        return Value.of(Bits.ofName(out));
      case IIFGROUP:
        return device(in).map(i -> Value.of(i.group())).orElse(Value.ABSENT);
      case OIFGROUP:
        return device(out).map(i -> Value.of(i.group())).orElse(Value.ABSENT);
      case IIFTYPE:
        return device(in).map(i -> Value.of(i.type())).orElse(Value.ABSENT);
      case OIFTYPE:
        return device(out).map(i -> Value.of(i.type())).orElse(Value.ABSENT);
      case IIFKIND:
        return kind(in);
      case OIFKIND:
        return kind(out);
      default:
        return unknown("meta " + key.word());
    }
  }

  private Optional<Interface> device(String name) {
    return name.isEmpty() ? Optional.empty() : machine.find(name);
  }

  private Value kind(String name) {
    return device(name)
        .filter(i -> !i.kind().isEmpty())
        .map(i -> Value.of(Bits.ofName(i.kind())))
        .orElse(Value.ABSENT);
  }

  @Override
  public Value ct(CtKey key, Optional<CtKey.Direction> direction) {
    return key == CtKey.STATE ? Value.of(CtKey.STATE_NEW) : unknown("ct " + key.word());
  }

  @Override
  public Value fib(FibQuery query) {
    return unknown("fib");
  }

  @Override
  public Value route(Expression.Route.Key key) {
    return unknown("rt");
  }

  @Override
  public Value linkHeader(int bitOffset, int width) {
    return unknown("ether");
  }

  @Override
  public Optional<ElementSet> set(String name) {
    return table.map(Table::sets).map(sets -> sets.get(name)).map(NamedSet::elements);
  }

  @Override
  public Optional<IpSet> ipset(String name) {
    return Optional.ofNullable(machine.ipsets().get(name));
  }

  @Override
  public Optional<StatefulObject> object(StatefulObject.Kind kind, String name) {
    return table.flatMap(own -> own.object(kind, name));
  }

  @Override
  public Truth reversePath(XtMatch.ReversePath match) {
    return new Truth.Unknown(new Doubt(Doubt.Kind.HISTORY, "reverse path", true, Source.NONE));
  }

  @Override
  public boolean decide(Doubt doubt) {
    return doubt.likely();
  }

  @Override
  public void setMeta(MetaKey key, Bits value) {
    // held still
  }

  @Override
  public void setCt(CtKey key, Bits value) {
    // held still
  }

  @Override
  public void replacePacket(Packet other) {
    // held still
  }

  @Override
  public void notrack() {
    // held still
  }

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
  public void updateSet(Statement.SetUpdate update, List<Bits> key) {
    // held still
  }

  @Override
  public void updateIpset(Statement.IpsetUpdate update) {
    // held still
  }
}
