package org.rulewalk.simulator.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * Matches of iptables' extensions (net/netfilter/xt_*.c, man 8 iptables-extensions) that do not
 * reduce to {@link Match}'s comparisons.
 */
public interface XtMatch {
  /** Whether the packet passes. */
  Truth test(PacketContext context);

  /** Whether the packet is too broken for the test: then it is dropped there and then. */
  default boolean dropsAtOnce(PacketContext context) {
    return false;
  }

  /**
   * {@code -m conntrack} with more than a state (net/netfilter/xt_conntrack.c).
   *
   * <p>A packet without a connection passes if its state was asked for and fits, whatever else the
   * rule asks.
   *
   * @param state asked states as bits of {@link CtKey#STATE}, plus {@link #SNAT} and {@link #DNAT};
   *     empty where the rule asks none
   */
  record Conntrack(Optional<StateTest> state, List<Match> others) implements XtMatch {
    /** Bit beside those of {@link CtKey#STATE}: the source was translated. */
    public static final int SNAT = 1 << 7;

    /** Bit beside those of {@link CtKey#STATE}: the destination was translated. */
    public static final int DNAT = 1 << 8;

    private static final int STATUS_SRC_NAT = 1 << 4;
    private static final int STATUS_DST_NAT = 1 << 5;

    /** Keeps a copy. */
    public Conntrack {
      others = List.copyOf(others);
    }

    /** The states asked for. */
    public record StateTest(int mask, boolean negated) {}

    @Override
    public Truth test(PacketContext context) {
      boolean tracked = context.ct(CtKey.STATUS, Optional.empty()) != Value.ABSENT;
      if (state.isPresent()) {
        int bits = number(context, CtKey.STATE);
        int status = tracked ? number(context, CtKey.STATUS) : 0;
        bits |= (status & STATUS_SRC_NAT) != 0 ? SNAT : 0;
        bits |= (status & STATUS_DST_NAT) != 0 ? DNAT : 0;
        if ((bits & state.get().mask()) != 0 == state.get().negated()) {
          return Truth.NO;
        }
      }
      return tracked
          ? Truth.all(others, match -> match.test(context))
          : Truth.of(state.isPresent());
    }

    private static int number(PacketContext context, CtKey key) {
      Value value = context.ct(key, Optional.empty());
      return value instanceof Value.Scalar ? ((Value.Scalar) value).bits().toInt() : 0;
    }
  }

  /**
   * {@code -m addrtype}: what routing says of an address (net/netfilter/xt_addrtype.c).
   *
   * <p>IPv6 asks the routing tables only for LOCAL, ANYCAST and UNREACHABLE; the other types are
   * read off the address.
   */
  record AddressType(
      boolean source,
      boolean negated,
      Set<FibQuery.AddressType> types,
      boolean limitToIncoming,
      boolean limitToOutgoing)
      implements XtMatch {
    /** Keeps a copy. */
    public AddressType {
      types = Set.copyOf(types);
    }

    @Override
    public Truth test(PacketContext context) {
      return (context.packet().version() == IpVersion.IPV4 ? ipv4(context) : ipv6(context))
          .negatedIf(negated);
    }

    private Truth ipv4(PacketContext context) {
      Value value = context.fib(query(FibQuery.Result.TYPE));
      if (value instanceof Value.Unknown) {
        return new Truth.Unknown(((Value.Unknown) value).doubt());
      }
      int number = value instanceof Value.Scalar ? ((Value.Scalar) value).bits().toInt() : 0;
      return Truth.of(types.stream().anyMatch(type -> type.number() == number));
    }

    private Truth ipv6(PacketContext context) {
      Packet packet = context.packet();
      var address = source ? packet.source() : packet.destination();
      boolean unicast = !address.isMulticast() && !address.isAny();
      if (types.contains(FibQuery.AddressType.MULTICAST) && !address.isMulticast()
          || types.contains(FibQuery.AddressType.UNICAST) && !unicast
          || types.contains(FibQuery.AddressType.UNSPEC) && !address.isAny()) {
        return Truth.NO;
      }
      boolean routed =
          types.contains(FibQuery.AddressType.LOCAL)
              || types.contains(FibQuery.AddressType.ANYCAST)
              || types.contains(FibQuery.AddressType.UNREACHABLE);
      return routed ? ipv4(context) : Truth.YES;
    }

    private FibQuery query(FibQuery.Result result) {
      var selectors = new java.util.HashSet<FibQuery.Selector>();
      selectors.add(source ? FibQuery.Selector.SADDR : FibQuery.Selector.DADDR);
      if (limitToIncoming) {
        selectors.add(FibQuery.Selector.IIF);
      }
      if (limitToOutgoing) {
        selectors.add(FibQuery.Selector.OIF);
      }
      return new FibQuery(selectors, result);
    }
  }

  /** {@code -m rpfilter}. */
  record ReversePath(boolean loose, boolean validMark, boolean acceptLocal, boolean inverted)
      implements XtMatch {
    @Override
    public Truth test(PacketContext context) {
      return context.reversePath(this);
    }
  }

  /**
   * {@code -m set}: an ipset that contains parts of the packet.
   *
   * @param fromSource for each part of the set's key, whether it is taken from the packet's source
   * @param options what else was written: {@code --return-nomatch ! --update-counters}
   */
  record SetMembership(String name, List<Boolean> fromSource, boolean negated, String options)
      implements XtMatch {
    /** Keeps a copy. */
    public SetMembership {
      fromSource = List.copyOf(fromSource);
    }

    @Override
    public Truth test(PacketContext context) {
      return context
          .ipset(name)
          .map(set -> set.matches(context, fromSource))
          .orElseGet(() -> new Truth.Unknown(SetReference.missing(name)))
          .negatedIf(negated);
    }
  }

  /**
   * {@code -m u32}: numbers computed from the packet's bytes (net/netfilter/xt_u32.c).
   *
   * @param tests all must hold
   */
  record U32(List<Test> tests, boolean negated) implements XtMatch {
    /** Keeps a copy. */
    public U32 {
      tests = List.copyOf(tests);
    }

    /** Steps of a location, and the ranges that its value may lie in. */
    public record Test(List<Step> steps, List<Bounds> ranges) {
      /** Keeps copies. */
      public Test {
        steps = List.copyOf(steps);
        ranges = List.copyOf(ranges);
      }
    }

    /**
     * One step: {@code &}, {@code <<}, {@code >>} or {@code @} with its number; the first is a
     * load.
     */
    public record Step(Kind kind, long number) {
      /** What a step does. */
      public enum Kind {
        AND,
        LEFT,
        RIGHT,
        AT
      }
    }

    /** Lowest and highest value. */
    public record Bounds(long low, long high) {}

    @Override
    public Truth test(PacketContext context) {
      return DrawnNumbers.test(context, this::test);
    }

    private Truth test(Packet packet) {
      for (Test test : tests) {
        Optional<Long> value = locate(packet, test.steps());
        if (value.isEmpty()) {
          return Truth.NO.negatedIf(negated);
        }
        long found = value.get();
        if (test.ranges().stream().noneMatch(r -> found >= r.low() && found <= r.high())) {
          return Truth.NO.negatedIf(negated);
        }
      }
      return Truth.YES.negatedIf(negated);
    }

    private static Optional<Long> locate(Packet packet, List<Step> steps) {
      long base = 0;
      long position = steps.get(0).number();
      if (position + 4 > packet.length()) {
        return Optional.empty();
      }
      long value = packet.u32((int) position);
      for (Step step : steps.subList(1, steps.size())) {
        switch (step.kind()) {
          case AND:
            value &= step.number();
            break;
          case LEFT:
            value = value << step.number() & 0xffffffffL;
            break;
          case RIGHT:
            value >>>= step.number();
            break;
          default:
            base += value;
            if (base + step.number() + 4 > packet.length() || base > packet.length()) {
              return Optional.empty();
            }
            value = packet.u32((int) (base + step.number()));
        }
      }
      return Optional.of(value);
    }
  }

  /**
   * {@code --tcp-option}: also true, when negated, for a header without any option (xt_tcpudp.c).
   */
  record TcpOptionPresent(int kind, boolean negated) implements XtMatch {
    @Override
    public Truth test(PacketContext context) {
      Packet packet = context.packet();
      return packet.isTcp() ? Truth.of(TcpOptions.find(packet, kind) >= 0 != negated) : Truth.NO;
    }

    @Override
    public boolean dropsAtOnce(PacketContext context) {
      Packet packet = context.packet();
      return packet.isTcp() && TcpOptions.areCut(packet);
    }
  }

  /**
   * {@code -m statistic --mode random}.
   *
   * @param probability of 0x80000000
   */
  record Chance(long probability, boolean negated, String text) implements XtMatch {
    private static final long CERTAIN = 0x80000000L;

    @Override
    public Truth test(PacketContext context) {
      if (probability == 0 || probability >= CERTAIN) {
        return Truth.of(probability != 0 != negated);
      }
      return new Truth.Unknown(
          new Doubt(
              Doubt.Kind.RANDOM,
              text,
              probability * 2 >= CERTAIN != negated,
              org.rulewalk.simulator.value.Source.NONE));
    }
  }

  /**
   * Whether the packet's address lies in a prefix, by numbers, for prefixes with holes in the mask
   * too.
   */
  static Match address(HeaderField field, boolean negated, Prefix prefix) {
    return Match.masked(
        Expression.of(field), negated, prefix.address().value(), prefix.mask(), field.type());
  }
}
