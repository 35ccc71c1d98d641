package org.rulewalk.diagnostics.symbolic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
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

/**
 * One packet at a hook, with all that rules may look at: what the plain evaluator is asked about.
 * Doubts are settled by lot.
 */
final class ConcretePacket implements PacketContext {
  private static final Set<MetaKey> UNKNOWN =
      Set.of(MetaKey.TIME, MetaKey.DAY, MetaKey.HOUR, MetaKey.RANDOM, MetaKey.CPU);
  private static final int NFPROTO_IPV4 = 2;
  private static final int NFPROTO_IPV6 = 10;

  private final long seed;
  private final Random lot;
  private final Hook hook;
  private final Map<String, IpSet> ipsets;
  private final Map<MetaKey, Value> meta;
  private final Map<CtKey, Value> ct;
  private final Optional<Bits> link;
  private final Map<String, ElementSet> sets = new HashMap<>();
  private final int routes;
  private final Packet first;
  private Packet packet;
  private int state;
  private boolean template;
  private final ConcretePacket original;
  private Table table;
  private boolean doubted;
  private int deeds;

  /**
   * A packet.
   *
   * @param state the bit of its connection tracking state
   * @param ct values of its connection; used where the state says that it has one
   */
  ConcretePacket(
      long seed,
      Hook hook,
      Map<String, IpSet> ipsets,
      Packet packet,
      int state,
      Map<MetaKey, Value> meta,
      Map<CtKey, Value> ct,
      Optional<Bits> link) {
    this(seed, new Random(seed), hook, ipsets, packet, state, meta, ct, link, true);
  }

  private ConcretePacket(
      long seed,
      Random lot,
      Hook hook,
      Map<String, IpSet> ipsets,
      Packet packet,
      int state,
      Map<MetaKey, Value> meta,
      Map<CtKey, Value> ct,
      Optional<Bits> link,
      boolean remembers) {
    this.seed = seed;
    this.lot = lot;
    this.hook = hook;
    this.ipsets = new HashMap<>(ipsets);
    this.first = packet;
    this.packet = packet;
    this.state = state;
    this.meta = new HashMap<>(meta);
    this.ct = new HashMap<>(ct);
    this.link = link;
    this.routes = packet.hashCode();
    this.original =
        remembers
            ? new ConcretePacket(seed, lot, hook, ipsets, packet, state, meta, ct, link, false)
            : this;
  }

  /** The same, before rules changed anything, with the same lots. */
  ConcretePacket twin() {
    return new ConcretePacket(
        seed, hook, ipsets, first, original.state, original.meta, original.ct, link);
  }

  /** The packet as it was before rules changed anything. */
  ConcretePacket atFirst() {
    return original;
  }

  /** Differs, most likely, if doubts and deeds, or their order, differ. */
  int deeds() {
    return deeds;
  }

  private void did(Object... what) {
    deeds = deeds * 31 + java.util.Arrays.hashCode(what);
  }

  /** Whether a doubt decided anything. */
  boolean isDoubted() {
    return doubted;
  }

  @Override
  public void at(Table asked, Rule rule) {
    table = asked;
    original.table = asked;
  }

  @Override
  public Packet packet() {
    return table != null && table.tool() == Table.Tool.IPTABLES_LEGACY
        ? packet
        : packet.untilAuthentication();
  }

  @Override
  public Hook hook() {
    return hook;
  }

  @Override
  public Value meta(MetaKey key) {
    boolean v4 = packet.version() == IpVersion.IPV4;
    if (UNKNOWN.contains(key)) {
      return new Value.Unknown(
          new Doubt(Doubt.Kind.TIME, key.word(), false, org.rulewalk.simulator.value.Source.NONE));
    }
    switch (key) {
      case LENGTH:
        return Value.of(packet.length());
      case PROTOCOL:
        return Value.of(packet.version().etherType());
      case NFPROTO:
        return Value.of(v4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
      case L4PROTO:
        return packet().protocol() < 0 ? Value.ABSENT : Value.of(packet().protocol());
      case IIF:
        return meta.getOrDefault(MetaKey.IIFNAME, Value.of(0));
      case OIF:
        return meta.getOrDefault(MetaKey.OIFNAME, Value.of(0));
      case MARK:
      case PKTTYPE:
      case IIFNAME:
      case OIFNAME:
        return meta.getOrDefault(key, Value.of(0));
      default:
        return meta.getOrDefault(key, Value.ABSENT);
    }
  }

  @Override
  public Value ct(CtKey key, Optional<CtKey.Direction> direction) {
    if (key == CtKey.STATE) {
      return Value.of(state);
    }
    boolean tracked =
        !template
            && (state & (CtKey.STATE_NEW | CtKey.STATE_ESTABLISHED | CtKey.STATE_RELATED)) != 0;
    boolean reply = direction.map(d -> d == CtKey.Direction.REPLY).orElse(false);
    boolean v4 = packet.version() == IpVersion.IPV4;
    if (!tracked) {
      return Value.ABSENT;
    }
    switch (key) {
      case L3PROTO:
        return Value.of(v4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
      case SADDR:
        return Value.of((reply ? first.destination() : first.source()).value());
      case DADDR:
        return Value.of((reply ? first.source() : first.destination()).value());
      case SADDR_IP:
      case SADDR_IP6:
        return (key == CtKey.SADDR_IP) == v4 ? ct(CtKey.SADDR, direction) : Value.ABSENT;
      case DADDR_IP:
      case DADDR_IP6:
        return (key == CtKey.DADDR_IP) == v4 ? ct(CtKey.DADDR, direction) : Value.ABSENT;
      case HELPER:
        return Value.ABSENT;
      case EXPIRATION:
      case PACKETS:
      case BYTES:
        return new Value.Unknown(
            new Doubt(
                Doubt.Kind.HISTORY, key.word(), false, org.rulewalk.simulator.value.Source.NONE));
      default:
        return ct.getOrDefault(key, Value.of(0));
    }
  }

  /** Some answer, which depends on whatever routing may depend on. */
  private int answer(Object query) {
    return Objects.hash(routes, query, packet, meta(MetaKey.MARK));
  }

  @Override
  public Value fib(FibQuery query) {
    int answer = answer(query) & 0xffff;
    switch (query.result()) {
      case TYPE:
        return Value.of(answer % 6);
      case PRESENT:
        return Value.of(answer % 2);
      default:
        return Value.of(Bits.ofName(answer % 2 == 0 ? "eth0" : "vif1.0"));
    }
  }

  @Override
  public Value route(Expression.Route.Key key) {
    int answer = answer(key) & 0xffff;
    return answer % 4 == 0 ? Value.ABSENT : Value.of(answer % 3000);
  }

  @Override
  public Truth reversePath(XtMatch.ReversePath match) {
    return Truth.of((answer(match) & 1) == 0);
  }

  @Override
  public Value linkHeader(int bitOffset, int width) {
    return link.isEmpty() || bitOffset + width > 112
        ? Value.ABSENT
        : Value.of(link.get().shiftRight(112 - bitOffset - width).and(Bits.ones(width)));
  }

  @Override
  public Optional<ElementSet> set(String name) {
    return Optional.ofNullable(sets.get(name))
        .or(() -> Optional.ofNullable(table.sets().get(name)).map(NamedSet::elements));
  }

  @Override
  public Optional<IpSet> ipset(String name) {
    return Optional.ofNullable(ipsets.get(name));
  }

  @Override
  public Optional<StatefulObject> object(StatefulObject.Kind kind, String name) {
    return table.object(kind, name);
  }

  @Override
  public boolean decide(Doubt doubt) {
    doubted = true;
    did(doubt.subject());
    return lot.nextBoolean();
  }

  @Override
  public void setMeta(MetaKey key, Bits value) {
    did(key.word(), value);
    if (key == MetaKey.MARK || key == MetaKey.PKTTYPE) {
      meta.put(key, Value.of(value.and(Bits.ones(key.width()))));
    }
  }

  @Override
  public void setCt(CtKey key, Bits value) {
    did(key.word(), value);
    if (key == CtKey.MARK) {
      ct.put(key, Value.of(value.and(Bits.ones(32))));
    }
  }

  @Override
  public void replacePacket(Packet other) {
    did(other.toHex());
    packet = other;
  }

  @Override
  public void notrack() {
    did("notrack");
    if (state == CtKey.STATE_INVALID) {
      state = CtKey.STATE_UNTRACKED;
    }
  }

  @Override
  public void readyConnection() {
    did("ready");
    if (state == CtKey.STATE_INVALID) {
      state = CtKey.STATE_NEW;
      template = true;
    }
  }

  @Override
  public Verdict reject(Statement.Reject reject) {
    did("reject", reject.code());
    return Verdict.Simple.DROP;
  }

  @Override
  public Verdict parameterProblem(int offset) {
    did("parameterProblem", offset);
    return Verdict.Simple.DROP;
  }

  @Override
  public Verdict translate(Statement.Nat nat) {
    did("translate");
    if (ct(CtKey.STATUS, Optional.empty()) == Value.ABSENT) {
      return Verdict.Simple.ACCEPT;
    }
    for (Optional<Expression> part : List.of(nat.address(), nat.addressMax(), nat.port())) {
      if (part.isPresent()) {
        Value value = part.get().evaluate(this);
        if (!(value instanceof Value.Range) && value.asKey().isEmpty()) {
          return Verdict.Simple.BREAK;
        }
      }
    }
    return nat.version().map(version -> version != packet.version()).orElse(false)
        ? Verdict.Simple.CONTINUE
        : Verdict.Simple.ACCEPT;
  }

  @Override
  public void updateSet(Statement.SetUpdate update, List<Bits> key) {
    did(update.set(), key);
    set(update.set())
        .ifPresent(
            current ->
                sets.put(
                    update.set(),
                    update.operation() == Statement.SetUpdate.Operation.DELETE
                        ? current.minus(key)
                        : current.contains(key)
                            ? current
                            : current.plus(
                                ElementSet.Element.of(
                                    key.stream().map(ElementSet.Interval::of).toList()))));
  }

  @Override
  public void updateIpset(Statement.IpsetUpdate update) {
    did(update.set());
    ipset(update.set())
        .map(set -> set.updated(this, update.fromSource(), update.delete()))
        .ifPresent(set -> ipsets.put(update.set(), set));
  }
}
