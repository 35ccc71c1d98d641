package org.rulewalk.simulator.region;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.ElementSet.Interval;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Ip6HeaderMatch;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.NeededHeader;
import org.rulewalk.simulator.rules.PacketContext;
import org.rulewalk.simulator.rules.PayloadMatch;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Truth;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;

/**
 * Narrows a region to the packets for which one statement does what it does now.
 *
 * <p>What a statement writes into sets needs no care: an element that this packet brought is told
 * from others when it is looked up.
 */
final class Hearing implements Statement.Cases<Void>, Match.Cases<Void> {
  private final Widening region;
  private final PacketContext context;

  Hearing(Widening region, PacketContext context) {
    this.region = region;
    this.context = context;
  }

  private Cuts cuts() {
    return new Cuts(region.point(), region.open(), context);
  }

  private void same(Cuts cuts, Function<PacketContext, Object> what) {
    region.same(cuts, context, what);
  }

  /** The value stays what it is. */
  private void constant(Expression expression) {
    Cuts cuts = cuts();
    cuts.used(expression);
    same(cuts, expression::evaluate);
  }

  @Override
  public Void match(Match match) {
    return match.fold((Match.Cases<Void>) this);
  }

  @Override
  public Void compare(Match.Compare match) {
    Cuts cuts = cuts();
    Optional<List<Bits>> number =
        match.right() instanceof Expression.Constant
            ? ((Expression.Constant) match.right()).value().asKey()
            : Optional.empty();
    boolean scalar = number.map(parts -> parts.size() == 1).orElse(false);
    if (scalar) {
      cuts.compared(match.left(), List.of(Interval.of(number.get().get(0))));
    } else {
      cuts.used(match.left());
      cuts.used(match.right());
    }
    same(cuts, match::test);
    return null;
  }

  @Override
  public Void range(Match.InRange match) {
    Cuts cuts = cuts();
    if (match.low().compareTo(match.high()) <= 0) {
      cuts.compared(match.left(), List.of(new Interval(match.low(), match.high())));
      same(cuts, match::test);
    }
    return null;
  }

  @Override
  public Void set(Match.InSet match) {
    Cuts cuts = cuts();
    cuts.lookedUp(match.left(), match.set());
    same(cuts, match::test);
    return null;
  }

  @Override
  public Void bits(Match.HasBits match) {
    Cuts cuts = cuts();
    cuts.used(match.left());
    same(cuts, match::test);
    return null;
  }

  @Override
  public Void all(Match.AllOf match) {
    until(match.parts(), Truth.NO);
    return null;
  }

  @Override
  public Void any(Match.AnyOf match) {
    until(match.parts(), Truth.YES);
    return null;
  }

  /** As far as the parts are asked: the first with this answer decides. */
  private void until(List<Match> parts, Truth deciding) {
    for (Match part : parts) {
      part.fold((Match.Cases<Void>) this);
      if (part.test(context) == deciding) {
        return;
      }
    }
  }

  @Override
  public Void not(Match.Not match) {
    return match.part().fold((Match.Cases<Void>) this);
  }

  @Override
  public Void limit(Match.RateLimit match) {
    return null;
  }

  @Override
  public Void quota(Match.Quota match) {
    return null;
  }

  @Override
  public Void unknown(Match.Unknown match) {
    return null;
  }

  @Override
  public Void extension(Match.Extension match) {
    XtMatch test = match.match();
    if (test instanceof XtMatch.Conntrack) {
      until(((XtMatch.Conntrack) test).others(), Truth.NO);
    } else if (test instanceof XtMatch.SetMembership) {
      XtMatch.SetMembership member = (XtMatch.SetMembership) test;
      Cuts cuts = cuts();
      context.ipset(member.name()).ifPresent(set -> cuts.lookedUp(set, member.fromSource()));
      same(cuts, test::test);
    } else if (!looksElsewhere(test)) {
      Cuts cuts = cuts();
      cuts.all();
      same(cuts, test::test);
    }
    return null;
  }

  /** Tests of what routing says of addresses, and of headers without an address or port. */
  private static boolean looksElsewhere(XtMatch test) {
    return test instanceof XtMatch.AddressType
        || test instanceof XtMatch.ReversePath
        || test instanceof XtMatch.TcpOptionPresent
        || test instanceof XtMatch.Chance
        || test instanceof PayloadMatch.SegmentSize
        || test instanceof Ip6HeaderMatch && !(test instanceof Ip6HeaderMatch.Eui64)
        || test instanceof NeededHeader;
  }

  @Override
  public Void decide(Statement.Decide statement) {
    return null;
  }

  @Override
  public Void decideByMap(Statement.DecideByMap statement) {
    Cuts cuts = cuts();
    cuts.lookedUp(statement.key(), statement.map());
    same(cuts, asked -> element(statement, asked).map(ElementSet.Element::verdict));
    return null;
  }

  private static Optional<ElementSet.Element> element(
      Statement.DecideByMap lookup, PacketContext asked) {
    return lookup
        .key()
        .evaluate(asked)
        .asKey()
        .flatMap(key -> lookup.map().resolve(asked).flatMap(set -> set.find(key)));
  }

  @Override
  public Void reject(Statement.Reject statement) {
    return null;
  }

  @Override
  public Void nat(Statement.Nat statement) {
    statement.address().ifPresent(this::constant);
    statement.addressMax().ifPresent(this::constant);
    statement.port().ifPresent(this::constant);
    statement.portMax().ifPresent(this::constant);
    boolean mapped =
        statement.kind() == Statement.Nat.Kind.NETMAP
            || statement.flags().contains(Statement.Nat.Flag.NETMAP);
    boolean several = statement.addressMax().isPresent() || isRange(statement.address());
    if (mapped || several) {
      // which address is taken goes by both
      region.keep(EnumSet.of(Field.SOURCE, Field.DESTINATION));
    }
    boolean destination =
        statement.kind() == Statement.Nat.Kind.DNAT
            || statement.kind() == Statement.Nat.Kind.REDIRECT;
    boolean ports =
        statement.portMax().isPresent()
            || statement.basePort().isPresent()
            || isRange(statement.port())
            || isRange(statement.address());
    if (destination && ports) {
      Optional<Intervals> range = range(statement);
      range.ifPresentOrElse(this::within, () -> region.keep(Set.of(Field.PORT)));
    }
    return null;
  }

  /** The ports that a destination may get, if one of them stays and any other becomes the first. */
  private Optional<Intervals> range(Statement.Nat statement) {
    boolean drawn =
        statement.basePort().isPresent()
            || statement.flags().contains(Statement.Nat.Flag.RANDOM)
            || statement.flags().contains(Statement.Nat.Flag.FULLY_RANDOM)
            || isRange(statement.address());
    if (drawn || statement.port().isEmpty()) {
      return Optional.empty();
    }
    Value low = statement.port().get().evaluate(context);
    Value high = statement.portMax().map(most -> most.evaluate(context)).orElse(low);
    low = low instanceof Value.Range ? ((Value.Range) low).low() : low;
    high = high instanceof Value.Range ? ((Value.Range) high).high() : high;
    if (!(low instanceof Value.Scalar && high instanceof Value.Scalar)) {
      return Optional.empty();
    }
    Bits first = ((Value.Scalar) low).bits();
    Bits last = ((Value.Scalar) high).bits();
    return first.compareTo(last) <= 0 ? Optional.of(Intervals.of(first, last)) : Optional.empty();
  }

  private void within(Intervals range) {
    Packet packet = context.packet();
    if (VariedContext.hasPorts(packet) && packet.destinationPort() == region.point().port()) {
      region.inOrOut(Field.PORT, range);
    }
  }

  private boolean isRange(Optional<Expression> expression) {
    return expression.map(e -> e.evaluate(context) instanceof Value.Range).orElse(false);
  }

  @Override
  public Void setMeta(Statement.SetMeta statement) {
    constant(statement.value());
    return null;
  }

  @Override
  public Void setCt(Statement.SetCt statement) {
    constant(statement.value());
    return null;
  }

  @Override
  public Void setHeader(Statement.SetHeader statement) {
    constant(statement.value());
    if (Cuts.isWholeAddress(statement.target()).isEmpty()) {
      // a part of an address or port is written, and the rest of it stays
      constant(statement.target());
    }
    return null;
  }

  @Override
  public Void setMaximumSegment(Statement.SetMaximumSegment statement) {
    statement.size().ifPresent(this::constant);
    return null;
  }

  @Override
  public Void copyMark(Statement.CopyMark statement) {
    return null;
  }

  @Override
  public Void changeTtl(Statement.ChangeTtl statement) {
    return null;
  }

  @Override
  public Void translatePrefix(Statement.TranslatePrefix statement) {
    constant(statement.address());
    return null;
  }

  @Override
  public Void stripOptions(Statement.StripTcpOptions statement) {
    return null;
  }

  @Override
  public Void updateIpset(Statement.IpsetUpdate statement) {
    return null;
  }

  @Override
  public Void duplicate(Statement.Duplicate statement) {
    statement.gateway().ifPresent(this::constant);
    statement.device().ifPresent(this::constant);
    return null;
  }

  @Override
  public Void passOn(Statement.PassOn statement) {
    statement.neighbour().ifPresent(to -> constant(to.address()));
    constant(statement.device());
    return null;
  }

  @Override
  public Void notrack(Statement.Notrack statement) {
    return null;
  }

  @Override
  public Void useObject(Statement.UseObject statement) {
    statement
        .map()
        .ifPresent(
            map -> {
              Cuts cuts = cuts();
              cuts.lookedUp(map.key(), map.map());
              same(cuts, asked -> element(map, asked).map(ElementSet.Element::object));
            });
    return null;
  }

  @Override
  public Void setUpdate(Statement.SetUpdate statement) {
    return null;
  }

  @Override
  public Void note(Statement.Note statement) {
    return null;
  }

  @Override
  public Void opaque(Statement.Opaque statement) {
    return null;
  }
}
