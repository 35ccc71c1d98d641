package org.rulewalk.diagnostics.symbolic;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;

/**
 * Packets at the edges of what the rules of a table ask for: made of the numbers that one rule
 * names, of those beside them, and now and then of a number from another rule.
 */
final class EdgePackets {
  private static final int[] STATES = {1, 2, 2, 4, 8, 8, 64};
  private static final int[] PROTOCOLS = {6, 6, 17, 1, 58, 132};
  private static final Bits LOW_32 = Bits.ones(32);

  private final Random random;
  private final Table table;
  private final List<Rule> rules = new ArrayList<>();
  private final Map<Rule, List<Bits>> numbers = new IdentityHashMap<>();

  EdgePackets(Table table, Random random) {
    this.table = table;
    this.random = random;
    List<Bits> shared = new ArrayList<>();
    table.sets().values().stream().map(NamedSet::elements).forEach(set -> collect(set, shared));
    for (Chain chain : table.chains()) {
      for (Rule rule : chain.rules()) {
        List<Bits> own = new ArrayList<>();
        rule.statements().forEach(statement -> collect(statement, own));
        own.addAll(shared.subList(0, Math.min(shared.size(), 20)));
        rules.add(rule);
        numbers.put(rule, own);
      }
    }
  }

  /** All numbers in a record, whatever its kind. */
  private static void collect(Object of, List<Bits> found) {
    if (of instanceof Bits) {
      found.add((Bits) of);
    } else if (of instanceof Number) {
      found.add(Bits.of(((Number) of).longValue() & 0xffffffffL));
    } else if (of instanceof Iterable) {
      ((Iterable<?>) of).forEach(part -> collect(part, found));
    } else if (of instanceof Optional) {
      ((Optional<?>) of).ifPresent(part -> collect(part, found));
    } else if (of instanceof Record) {
      for (RecordComponent component : of.getClass().getRecordComponents()) {
        collect(read(of, component), found);
      }
    }
  }

  private static Object read(Object of, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A number of these bits at or beside one of the rule's; any, if it has none. */
  private Bits number(List<Bits> own, int least, int most) {
    List<Bits> fit =
        own.stream()
            .filter(bits -> bits.compareTo(Bits.ones(most)) <= 0)
            .filter(bits -> least == 0 || bits.compareTo(Bits.ones(least)) > 0)
            .toList();
    if (fit.isEmpty()) {
      return new Bits(random.nextLong(), random.nextLong()).and(Bits.ones(most));
    }
    Bits one = fit.get(random.nextInt(fit.size()));
    switch (random.nextInt(5)) {
      case 0:
        return one.plus(Bits.of(1)).and(Bits.ones(most));
      case 1:
        return one.minus(Bits.of(1)).and(Bits.ones(most));
      case 2:
        // within a prefix of that address
        return one.or(Bits.ones(random.nextInt(most + 1)));
      default:
        return one;
    }
  }

  private int small(List<Bits> own, int most) {
    return number(own, 0, most).toInt();
  }

  /** The next packet at a hook; the same numbers give the same packets. */
  ConcretePacket next(Hook hook, Map<String, IpSet> ipsets) {
    Rule aimed = rules.get(random.nextInt(rules.size()));
    List<Bits> own = numbers.get(aimed);
    if (random.nextInt(6) == 0) {
      own = new ArrayList<>(own);
      own.addAll(numbers.get(rules.get(random.nextInt(rules.size()))));
    }
    Map<MetaKey, Value> meta = new EnumMap<>(MetaKey.class);
    meta.put(MetaKey.MARK, Value.of(number(own, 0, 32).and(LOW_32)));
    meta.put(MetaKey.PKTTYPE, Value.of(random.nextInt(4)));
    meta.put(MetaKey.IIFNAME, Value.of(hook == Hook.OUTPUT ? Bits.ZERO : name(own)));
    boolean leaves = hook != Hook.PREROUTING && hook != Hook.INPUT;
    meta.put(MetaKey.OIFNAME, Value.of(leaves ? name(own) : Bits.ZERO));
    meta.put(MetaKey.IIFGROUP, Value.of(random.nextInt(3)));
    meta.put(MetaKey.SKUID, Value.of(small(own, 16)));
    Map<CtKey, Value> ct = new EnumMap<>(CtKey.class);
    ct.put(CtKey.MARK, Value.of(number(own, 0, 32)));
    ct.put(CtKey.STATUS, Value.of(random.nextInt(64)));
    int state = STATES[random.nextInt(STATES.length)];
    return new ConcretePacket(
        random.nextLong(), hook, ipsets, packet(own), state, meta, ct, Optional.empty());
  }

  private Bits name(List<Bits> own) {
    return random.nextInt(4) == 0
        ? Bits.ofName(random.nextBoolean() ? "eth0" : "lo")
        : number(own, 64, 128);
  }

  private Packet packet(List<Bits> own) {
    boolean six =
        table.family() == Family.IP6 || table.family() == Family.INET && random.nextInt(3) == 0;
    int width = six ? 128 : 32;
    IpAddress from = address(number(own, width / 2, width), six);
    IpAddress to = address(number(own, width / 2, width), six);
    boolean named = random.nextBoolean();
    int protocol = named ? small(own, 8) : PROTOCOLS[random.nextInt(PROTOCOLS.length)];
    Packets.IpOptions ip =
        new Packets.IpOptions(random.nextBoolean() ? 64 : small(own, 8), small(own, 8), true, 7);
    byte[] bytes = Packets.ip(from, to, protocol, body(own, protocol), ip).toBytes();
    if (random.nextInt(20) == 0) {
      bytes = java.util.Arrays.copyOf(bytes, bytes.length - random.nextInt(24));
    }
    return Packet.of(bytes);
  }

  private static IpAddress address(Bits bits, boolean six) {
    return six ? IpAddress.ofIpv6(bits) : IpAddress.ofIpv4(bits.toInt());
  }

  private byte[] body(List<Bits> own, int protocol) {
    byte[] body = new byte[24];
    int source = small(own, 16);
    int destination = small(own, 16);
    body[0] = (byte) (source >>> 8);
    body[1] = (byte) source;
    body[2] = (byte) (destination >>> 8);
    body[3] = (byte) destination;
    if (protocol == 1 || protocol == 58) {
      body[0] = (byte) small(own, 8);
      body[1] = (byte) random.nextInt(3);
    } else if (protocol == 6) {
      body[12] = 0x50;
      body[13] = (byte) (random.nextBoolean() ? 2 : small(own, 8));
    }
    return body;
  }
}
