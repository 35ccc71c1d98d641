package org.rulewalk.diagnostics.leak;

import java.util.Optional;
import org.rulewalk.diagnostics.hops.StillPacket;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** A packet at one hook whose connection is in whatever state is wanted. */
final class FreePacket extends StillPacket {
  private final Packet bytes;
  private final Coverage coverage;
  private final boolean tracked;
  private Known known;
  private Optional<Source> uncovered = Optional.empty();
  private Optional<Target> target = Optional.empty();
  private Source asking = Source.NONE;

  /**
   * What is known of a packet beside its bytes.
   *
   * @param state a bit of {@link CtKey#STATE}
   * @param connectionMark the connection's mark, where it has one
   */
  record Known(long state, long mark, long connectionMark) {
    boolean hasConnection() {
      return state != CtKey.STATE_INVALID && state != CtKey.STATE_UNTRACKED;
    }

    Known withMark(long value) {
      return new Known(state, value, connectionMark);
    }

    Known withConnectionMark(long value) {
      return new Known(state, mark, value);
    }

    Known untracked() {
      return new Known(CtKey.STATE_UNTRACKED, mark, 0);
    }
  }

  /** What a rule makes of the destination; no address where the machine itself is meant. */
  record Target(Optional<IpAddress> address, Optional<Integer> port, boolean here) {}

  /**
   * A packet at a hook.
   *
   * @param tracked whether connection tracking has seen it already
   */
  FreePacket(
      Machine machine,
      Hook hook,
      String in,
      String out,
      Packet bytes,
      Known known,
      boolean tracked,
      Coverage coverage) {
    super(machine, hook, in, out, bytes);
    this.bytes = bytes;
    this.known = known;
    this.tracked = tracked;
    this.coverage = coverage;
  }

  Known known() {
    return known;
  }

  /** A rule that was asked and that no class covers. */
  Optional<Source> uncovered() {
    return uncovered;
  }

  Optional<Target> target() {
    return target;
  }

  @Override
  public void at(Table table, Rule rule) {
    super.at(table, rule);
    asking = rule.source();
    if (!coverage.isCovered(rule)) {
      uncovered = uncovered.or(() -> Optional.of(rule.source()));
    }
  }

  @Override
  public Value meta(MetaKey key) {
    return key == MetaKey.MARK ? Value.of(known.mark()) : super.meta(key);
  }

  @Override
  public Value ct(CtKey key, Optional<CtKey.Direction> direction) {
    boolean connection = tracked && known.hasConnection();
    switch (key) {
      case STATE:
        boolean untracked = known.state() == CtKey.STATE_UNTRACKED;
        return Value.of(tracked || untracked ? known.state() : CtKey.STATE_INVALID);
      case MARK:
        return connection ? Value.of(known.connectionMark()) : Value.ABSENT;
      case STATUS:
        return connection ? Value.of(0) : Value.ABSENT;
      default:
        return super.ct(key, direction);
    }
  }

  @Override
  public void setMeta(MetaKey key, Bits value) {
    if (key == MetaKey.MARK) {
      known = known.withMark(value.low() & 0xffffffffL);
    }
  }

  @Override
  public void setCt(CtKey key, Bits value) {
    if (key == CtKey.MARK && tracked && known.hasConnection()) {
      known = known.withConnectionMark(value.low() & 0xffffffffL);
    }
  }

  @Override
  public void notrack() {
    if (!tracked) {
      known = known.untracked();
    }
  }

  @Override
  public boolean decide(Doubt doubt) {
    uncovered = uncovered.or(() -> Optional.of(asking));
    return doubt.likely();
  }

  @Override
  public Verdict translate(Statement.Nat nat) {
    boolean destination =
        nat.kind() == Statement.Nat.Kind.DNAT || nat.kind() == Statement.Nat.Kind.REDIRECT;
    if (destination && hook() == Hook.PREROUTING) {
      boolean other = nat.version().map(v -> v != bytes.version()).orElse(false);
      if (other) {
        return Verdict.Simple.BREAK;
      }
      Optional<IpAddress> address = nat.address().flatMap(this::number).map(this::address);
      Optional<Integer> port = nat.port().flatMap(this::number).map(Bits::toInt);
      target = Optional.of(new Target(address, port, nat.kind() == Statement.Nat.Kind.REDIRECT));
    }
    return Verdict.Simple.ACCEPT;
  }

  private Optional<Bits> number(Expression expression) {
    Value value = expression.evaluate(this);
    return value instanceof Value.Scalar
        ? Optional.of(((Value.Scalar) value).bits())
        : Optional.empty();
  }

  private IpAddress address(Bits value) {
    return bytes.version() == IpVersion.IPV4
        ? IpAddress.ofIpv4(value.toInt())
        : IpAddress.ofIpv6(value);
  }
}
