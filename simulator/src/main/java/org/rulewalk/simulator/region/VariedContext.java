package org.rulewalk.simulator.region;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.PacketEditor;
import org.rulewalk.simulator.packet.Protocol;
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
import org.rulewalk.simulator.value.IpAddress;

/**
 * A packet at a hook as it would be if the one that was sent had had other values in some fields.
 * To be looked at alone: whatever a statement would do is refused.
 */
final class VariedContext implements PacketContext {
  private final PacketContext real;
  private final Box.Point point;
  private final Map<Field, Bits> changed;
  private final Packet packet;

  VariedContext(PacketContext real, Box.Point point, Map<Field, Bits> changed) {
    this.real = real;
    this.point = point;
    this.changed = changed;
    this.packet = varied(real.packet());
  }

  private Packet varied(Packet before) {
    PacketEditor editor = before.edit();
    for (boolean source : new boolean[] {true, false}) {
      Bits address = (source ? before.source() : before.destination()).value();
      Bits other = address(address);
      if (!other.equals(address)) {
        editor.address(source, new IpAddress(before.version(), other));
      }
    }
    Bits port = changed.get(Field.PORT);
    if (port != null && hasPorts(before)) {
      for (int at : new int[] {0, 2}) {
        int from = before.u16(before.transportOffset() + at);
        if (from == point.port()) {
          editor.put16(before.transportOffset() + at, port.toInt());
          sum(before, editor, from, port.toInt());
        }
      }
    }
    return editor.toPacket();
  }

  /** The checksum covers the ports; a UDP datagram may be without one. */
  private static void sum(Packet before, PacketEditor editor, int from, int to) {
    int at = before.transportOffset() + (before.isTcp() ? 16 : 6);
    boolean summed =
        before.isTcp()
            || before.protocol() == Protocol.UDP && before.hasTransport(8) && before.u16(at) != 0;
    if (summed) {
      editor.adjust(at, from, to);
    }
  }

  static boolean hasPorts(Packet packet) {
    return Protocol.hasPorts(packet.protocol()) && packet.hasTransport(4);
  }

  private Bits address(Bits value) {
    for (Field field : new Field[] {Field.SOURCE, Field.DESTINATION}) {
      if (changed.containsKey(field) && value.equals(point.of(field))) {
        return changed.get(field);
      }
    }
    return value;
  }

  @Override
  public void at(Table table, Rule rule) {
    throw looksOnly();
  }

  @Override
  public Packet packet() {
    return packet;
  }

  @Override
  public Hook hook() {
    return real.hook();
  }

  @Override
  public Value meta(MetaKey key) {
    return real.meta(key);
  }

  @Override
  public Value ct(CtKey key, Optional<CtKey.Direction> direction) {
    Value value = real.ct(key, direction);
    if (!(value instanceof Value.Scalar)) {
      return value;
    }
    Bits bits = ((Value.Scalar) value).bits();
    if (Cuts.isAddress(key)) {
      return Value.of(address(bits));
    }
    boolean moved =
        Cuts.isPort(key)
            && changed.containsKey(Field.PORT)
            && bits.equals(point.of(Field.PORT))
            && hasPorts(packet);
    return moved ? Value.of(changed.get(Field.PORT)) : value;
  }

  @Override
  public Value fib(FibQuery query) {
    return real.fib(query);
  }

  @Override
  public Value route(Expression.Route.Key key) {
    return real.route(key);
  }

  @Override
  public boolean hasRandomId() {
    return real.hasRandomId();
  }

  @Override
  public Value linkHeader(int bitOffset, int width) {
    return real.linkHeader(bitOffset, width);
  }

  @Override
  public Optional<ElementSet> set(String name) {
    return real.set(name);
  }

  @Override
  public Optional<IpSet> ipset(String name) {
    return real.ipset(name);
  }

  @Override
  public Optional<StatefulObject> object(StatefulObject.Kind kind, String name) {
    return real.object(kind, name);
  }

  @Override
  public Truth reversePath(XtMatch.ReversePath match) {
    return real.reversePath(match);
  }

  @Override
  public boolean decide(Doubt doubt) {
    return doubt.likely();
  }

  private static UnsupportedOperationException looksOnly() {
    return new UnsupportedOperationException("a varied packet is only looked at");
  }

  @Override
  public void setMeta(MetaKey key, Bits value) {
    throw looksOnly();
  }

  @Override
  public void setCt(CtKey key, Bits value) {
    throw looksOnly();
  }

  @Override
  public void replacePacket(Packet other) {
    throw looksOnly();
  }

  @Override
  public void notrack() {
    throw looksOnly();
  }

  @Override
  public Verdict reject(Statement.Reject reject) {
    throw looksOnly();
  }

  @Override
  public Verdict parameterProblem(int offset) {
    throw looksOnly();
  }

  @Override
  public Verdict translate(Statement.Nat nat) {
    throw looksOnly();
  }

  @Override
  public void updateSet(Statement.SetUpdate update, List<Bits> key) {
    throw looksOnly();
  }

  @Override
  public void updateIpset(Statement.IpsetUpdate update) {
    throw looksOnly();
  }
}
