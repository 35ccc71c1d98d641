package org.rulewalk.simulator.symbolic;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.FibQuery;
import org.rulewalk.simulator.rules.Ip6HeaderMatch;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.NeededHeader;
import org.rulewalk.simulator.rules.PayloadMatch;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;

/**
 * What {@link XtMatch#test} says, for all packets at once. A test that is not taken apart here is a
 * fact of its own.
 */
final class XtTests {
  private static final int STATUS_SNAT = 1 << 4;
  private static final int STATUS_DNAT = 1 << 5;
  private static final int STATES = 7;
  private static final int TCP_HEADER = 20;
  private static final int DCCP_HEADER = 12;
  private static final int SCTP_HEADER = 12;
  private static final long CERTAIN = 0x80000000L;

  private final Tests tests;
  private final PacketSpace space;
  private final Bdd bdd;
  private final SymbolicPacket packet;
  private final Expressions expressions;

  XtTests(Tests tests) {
    this.tests = tests;
    this.space = tests.space();
    this.bdd = space.bdd();
    this.packet = tests.packet();
    this.expressions = tests.expressions();
  }

  PacketSet of(XtMatch match) {
    return space.set(node(match));
  }

  private int node(XtMatch match) {
    if (match instanceof XtMatch.Conntrack) {
      return conntrack((XtMatch.Conntrack) match);
    }
    if (match instanceof XtMatch.AddressType) {
      return addressType((XtMatch.AddressType) match);
    }
    if (match instanceof XtMatch.SetMembership) {
      return new IpsetLookups(tests).of((XtMatch.SetMembership) match);
    }
    if (match instanceof XtMatch.Chance) {
      return chance((XtMatch.Chance) match);
    }
    if (match instanceof XtMatch.ReversePath) {
      return answer(
          new Question.Passes(match),
          Optional.of(tests.setting().place()),
          Bdd.TRUE,
          packet.altered());
    }
    if (match instanceof NeededHeader) {
      return expressions.hasTransport(((NeededHeader) match).bytes());
    }
    if (match instanceof XtMatch.TcpOptionPresent) {
      return tcpOption((XtMatch.TcpOptionPresent) match);
    }
    return answer(
        new Question.Passes(match), Optional.empty(), whereAsked(match), packet.touched());
  }

  /** Where a test of bytes can hold at all. */
  private int whereAsked(XtMatch match) {
    if (match instanceof Ip6HeaderMatch && !(match instanceof Ip6HeaderMatch.Eui64)) {
      return packet.six();
    }
    if (match instanceof PayloadMatch.SegmentSize) {
      return expressions.isProtocol(Protocol.TCP);
    }
    if (match instanceof PayloadMatch.DccpTypes || match instanceof PayloadMatch.DccpOption) {
      return bdd.and(expressions.isProtocol(Protocol.DCCP), expressions.hasTransport(DCCP_HEADER));
    }
    if (match instanceof PayloadMatch.SctpChunks) {
      return bdd.and(expressions.isProtocol(Protocol.SCTP), expressions.hasTransport(SCTP_HEADER));
    }
    return Bdd.TRUE;
  }

  /** Packets whose bytes have this answer. */
  PacketSet ofBytes(Question question) {
    return space.set(answer(question, Optional.empty(), Bdd.TRUE, packet.touched()));
  }

  /** A fact of its own: equal questions of one packet have equal answers while it is the same. */
  private int answer(Question question, Optional<Fact.Place> place, int where, int changed) {
    int answer = packet.flag(new Fact.Tested(question, place));
    int later = bdd.and(where, changed);
    int now =
        later == Bdd.FALSE
            ? answer
            : bdd.choose(later, tests.setting().doubts().node(question), answer);
    return bdd.and(where, now);
  }

  private int conntrack(XtMatch.Conntrack match) {
    int tracked = packet.tracked();
    int asked = Bdd.TRUE;
    if (match.state().isPresent()) {
      int mask = match.state().get().mask();
      int some = Bdd.FALSE;
      for (int i = 0; i < STATES; i++) {
        some = (mask >>> i & 1) != 0 ? bdd.or(some, packet.state(1 << i)) : some;
      }
      some = (mask & XtMatch.Conntrack.SNAT) != 0 ? bdd.or(some, status(STATUS_SNAT)) : some;
      some = (mask & XtMatch.Conntrack.DNAT) != 0 ? bdd.or(some, status(STATUS_DNAT)) : some;
      asked = match.state().get().negated() ? bdd.not(some) : some;
    }
    int others = bdd.and(tracked, tests.allOf(match.others()).node());
    int rest = match.state().isPresent() ? bdd.or(bdd.not(tracked), others) : others;
    return bdd.and(asked, rest);
  }

  private int status(int bit) {
    return tests.of(new Match.HasBits(Expression.of(CtKey.STATUS), false, Bits.of(bit))).node();
  }

  private int addressType(XtMatch.AddressType match) {
    int four = routed(match);
    int six = addressType6(match);
    int result = bdd.choose(packet.six(), six, four);
    return match.negated() ? bdd.not(result) : result;
  }

  private int routed(XtMatch.AddressType match) {
    Set<FibQuery.Selector> selectors = new HashSet<>();
    selectors.add(match.source() ? FibQuery.Selector.SADDR : FibQuery.Selector.DADDR);
    if (match.limitToIncoming()) {
      selectors.add(FibQuery.Selector.IIF);
    }
    if (match.limitToOutgoing()) {
      selectors.add(FibQuery.Selector.OIF);
    }
    Expression type = new Expression.Fib(new FibQuery(selectors, FibQuery.Result.TYPE));
    SymbolicValue value = tests.of(type);
    int some = Bdd.FALSE;
    for (FibQuery.AddressType wanted : match.types()) {
      some = bdd.or(some, tests.within(value, wanted.number(), wanted.number()));
      // a packet without an answer counts as type 0
      if (wanted == FibQuery.AddressType.UNSPEC) {
        some = bdd.or(some, bdd.not(bdd.or(value.present(), value.unknown())));
      }
    }
    return value.unknown() == Bdd.FALSE
        ? some
        : bdd.choose(value.unknown(), tests.setting().doubts().node(match), some);
  }

  private int addressType6(XtMatch.AddressType match) {
    int[] address = packet.word(Fact.Part.NETWORK6, match.source() ? 64 : 192, 128);
    int any = Words.equal(bdd, address, Bits.ZERO);
    int group =
        Words.equal(
            bdd, packet.word(Fact.Part.NETWORK6, match.source() ? 64 : 192, 8), Bits.of(0xff));
    Set<FibQuery.AddressType> types = match.types();
    int result = Bdd.TRUE;
    if (types.contains(FibQuery.AddressType.MULTICAST)) {
      result = bdd.and(result, group);
    }
    if (types.contains(FibQuery.AddressType.UNICAST)) {
      result = bdd.minus(bdd.minus(result, group), any);
    }
    if (types.contains(FibQuery.AddressType.UNSPEC)) {
      result = bdd.and(result, any);
    }
    boolean routed =
        types.contains(FibQuery.AddressType.LOCAL)
            || types.contains(FibQuery.AddressType.ANYCAST)
            || types.contains(FibQuery.AddressType.UNREACHABLE);
    return routed ? bdd.and(result, routed(match)) : result;
  }

  private int chance(XtMatch.Chance match) {
    boolean certain = match.probability() == 0 || match.probability() >= CERTAIN;
    if (certain) {
      return match.probability() != 0 != match.negated() ? Bdd.TRUE : Bdd.FALSE;
    }
    return tests.setting().doubts().node(match);
  }

  private int isTcp() {
    return bdd.and(expressions.isProtocol(Protocol.TCP), expressions.hasTransport(TCP_HEADER));
  }

  private int tcpOption(XtMatch.TcpOptionPresent match) {
    Expression option = new Expression.TcpOption(match.kind(), 0, 0);
    Match there =
        Match.equal(
            option, match.negated(), Bits.of(1), org.rulewalk.simulator.rules.DataType.BOOLEAN);
    return bdd.and(isTcp(), tests.of(there).node());
  }

  /** Packets that a test drops at once: {@link XtMatch#dropsAtOnce}. */
  PacketSet dropping(XtMatch match) {
    return space.set(droppingNode(match));
  }

  private int droppingNode(XtMatch match) {
    if (match instanceof NeededHeader) {
      return lacksHeader((NeededHeader) match);
    }
    if (match instanceof XtMatch.TcpOptionPresent) {
      return answer(new Question.TcpCut(), Optional.empty(), isTcp(), packet.touched());
    }
    if (match instanceof PayloadMatch.SegmentSize) {
      int tcp = expressions.isProtocol(Protocol.TCP);
      return answer(new Question.TcpCut(), Optional.empty(), tcp, packet.touched());
    }
    boolean may = match instanceof PayloadMatch.SctpChunks;
    return may
        ? answer(
            new Question.TooBrokenFor(match), Optional.empty(), whereAsked(match), packet.touched())
        : Bdd.FALSE;
  }

  private int lacksHeader(NeededHeader match) {
    if (!match.drops()) {
      return Bdd.FALSE;
    }
    int known = packet.protocol(tests.setting().endsAtAuthentication()).present();
    int missing =
        bdd.minus(bdd.and(known, packet.startsWhole()), expressions.hasTransport(match.bytes()));
    if (match.asker().equals("mh")) {
      missing = bdd.or(missing, namesMore());
    }
    if (!match.dropsOverwriting()) {
      return missing;
    }
    int second =
        bdd.and(
            bdd.not(packet.six()),
            Words.equal(bdd, packet.word(Fact.Part.NETWORK4, 51, 13), Bits.of(1)));
    int second6 =
        answer(
            new Question.SecondFragment(),
            Optional.empty(),
            bdd.minus(bdd.and(packet.six(), packet.extended()), packet.startsWhole()),
            packet.touched());
    return bdd.or(missing, bdd.or(second, second6));
  }

  /** Nothing may come behind the header of Mobile IPv6. */
  private int namesMore() {
    boolean ends = tests.setting().endsAtAuthentication();
    int none = Words.equal(bdd, packet.transport(0, 8, ends), Bits.of(Protocol.NONE));
    return bdd.minus(
        bdd.and(packet.startsWhole(), expressions.isProtocol(Protocol.MOBILITY)), none);
  }
}
