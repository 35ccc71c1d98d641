package org.rulewalk.simulator.kernel;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.Bits;

/**
 * Whether rules treat all packets of one kind alike: of one flow, by one interface, with the same
 * TCP flags, type of service and state, status and mark of the connection. That is so where rules
 * look at nothing else, and change nothing that other packets would meet.
 *
 * <p>A match that depends on time or chance leaves a doubt, which the caller sees.
 */
final class Steadiness
    implements Statement.Cases<Boolean>, Match.Cases<Boolean>, Expression.Cases<Boolean> {
  private static final Set<HeaderField> FIELDS =
      EnumSet.of(
          HeaderField.IP_VERSION,
          HeaderField.IP_HDRLENGTH,
          HeaderField.IP_TOS,
          HeaderField.IP_DSCP,
          HeaderField.IP_ECN,
          HeaderField.IP_FRAG_OFF,
          HeaderField.IP_PROTOCOL,
          HeaderField.IP_SADDR,
          HeaderField.IP_DADDR,
          HeaderField.IP6_VERSION,
          HeaderField.IP6_NEXTHDR,
          HeaderField.IP6_SADDR,
          HeaderField.IP6_DADDR,
          HeaderField.ICMP_TYPE,
          HeaderField.ICMP_CODE,
          HeaderField.ICMPV6_TYPE,
          HeaderField.ICMPV6_CODE,
          HeaderField.TCP_SPORT,
          HeaderField.TCP_DPORT,
          HeaderField.TCP_FLAGS,
          HeaderField.UDP_SPORT,
          HeaderField.UDP_DPORT,
          HeaderField.TH_SPORT,
          HeaderField.TH_DPORT);

  private static final Set<MetaKey> METADATA =
      EnumSet.of(
          MetaKey.PROTOCOL,
          MetaKey.NFPROTO,
          MetaKey.L4PROTO,
          MetaKey.MARK,
          MetaKey.IIF,
          MetaKey.OIF,
          MetaKey.IIFNAME,
          MetaKey.OIFNAME,
          MetaKey.IIFTYPE,
          MetaKey.OIFTYPE,
          MetaKey.IIFGROUP,
          MetaKey.OIFGROUP,
          MetaKey.IIFKIND,
          MetaKey.OIFKIND,
          MetaKey.PKTTYPE);

  private static final Set<CtKey> CONNECTION =
      EnumSet.of(
          CtKey.STATE,
          CtKey.DIRECTION,
          CtKey.STATUS,
          CtKey.MARK,
          CtKey.L3PROTO,
          CtKey.PROTOCOL,
          CtKey.SADDR,
          CtKey.DADDR,
          CtKey.SADDR_IP,
          CtKey.DADDR_IP,
          CtKey.SADDR_IP6,
          CtKey.DADDR_IP6,
          CtKey.PROTO_SRC,
          CtKey.PROTO_DST,
          CtKey.ZONE);

  private static final long ADDRESS_BITS = 0xffffffffL;

  private static final Set<HeaderField> ADDRESSES =
      EnumSet.of(HeaderField.IP_SADDR, HeaderField.IP_DADDR);

  private static final Set<HeaderField> ADDRESSES_AND_PORTS =
      EnumSet.of(
          HeaderField.IP_SADDR,
          HeaderField.IP_DADDR,
          HeaderField.TCP_SPORT,
          HeaderField.TCP_DPORT,
          HeaderField.UDP_SPORT,
          HeaderField.UDP_DPORT,
          HeaderField.TH_SPORT,
          HeaderField.TH_DPORT);

  private static final Set<CtKey> NO_ADDRESS =
      EnumSet.of(CtKey.STATE, CtKey.DIRECTION, CtKey.STATUS, CtKey.MARK, CtKey.ZONE);

  private final TreeSet<Long> cuts = new TreeSet<>();
  private boolean touched;
  private boolean computed;
  private boolean steady = true;
  private boolean fixed = true;

  private Steadiness(Machine machine) {
    for (Table table : machine.ruleset().tables()) {
      table.sets().values().forEach(set -> elements(set.elements()));
      for (Chain chain : table.chains()) {
        for (Rule rule : chain.rules()) {
          steady &= all(rule.statements());
        }
      }
    }
  }

  /** What a machine's rules look at. */
  static Steadiness of(Machine machine) {
    return new Steadiness(machine);
  }

  /** Whether all of them treat packets of one kind alike. */
  boolean isSteady() {
    return steady;
  }

  /**
   * Whether addresses and ports are just compared with numbers: then packets whose addresses and
   * ports lie between the same {@link #cuts} are of one kind, too.
   */
  boolean comparesOnly() {
    return !computed;
  }

  /**
   * Whether translations keep an address or a port or put a fixed one in its place, by what {@link
   * #cuts} tell apart.
   */
  boolean translatesToFixed() {
    return fixed;
  }

  /** Where another stretch of numbers begins, of addresses and ports alike. */
  Set<Long> cuts() {
    return cuts;
  }

  private void cut(Bits low, Bits high) {
    if (low.high() == 0) {
      cuts.add(low.low());
    }
    if (high.high() == 0) {
      cuts.add(high.low() + 1);
    }
  }

  private void cut(Value value) {
    if (value instanceof Value.Scalar) {
      Bits bits = ((Value.Scalar) value).bits();
      cut(bits, bits);
    } else if (value instanceof Value.Range) {
      cut(((Value.Range) value).low());
      cut(((Value.Range) value).high());
    } else if (value instanceof Value.Tuple) {
      ((Value.Tuple) value).parts().forEach(part -> cut(part, part));
    }
  }

  private void elements(ElementSet set) {
    for (ElementSet.Element element : set.elements()) {
      element.key().forEach(interval -> cut(interval.low(), interval.high()));
      element.value().ifPresent(this::cut);
    }
  }

  /** Named sets are all looked through at the beginning. */
  private void lookedUp(SetReference set) {
    if (set instanceof SetReference.Anonymous) {
      elements(((SetReference.Anonymous) set).elements());
    }
  }

  /** Looks into an expression with whose value is computed. */
  private boolean computedWith(Expression... parts) {
    touched = false;
    boolean all = true;
    for (Expression part : parts) {
      all &= in(part);
    }
    computed |= touched;
    return all;
  }

  private boolean all(List<? extends Statement> statements) {
    boolean all = true;
    for (Statement statement : statements) {
      all &= statement.fold((Statement.Cases<Boolean>) this);
    }
    return all;
  }

  private boolean in(Expression expression) {
    return expression.fold(this);
  }

  @Override
  public Boolean match(Match match) {
    return match.fold((Match.Cases<Boolean>) this);
  }

  @Override
  public Boolean decide(Statement.Decide statement) {
    return true;
  }

  @Override
  public Boolean decideByMap(Statement.DecideByMap statement) {
    lookedUp(statement.map());
    return in(statement.key());
  }

  @Override
  public Boolean reject(Statement.Reject statement) {
    return true;
  }

  @Override
  public Boolean nat(Statement.Nat statement) {
    boolean shifts =
        statement.kind() == Statement.Nat.Kind.NETMAP
            || statement.flags().contains(Statement.Nat.Flag.NETMAP)
            || statement.basePort().isPresent();
    fixed &=
        !shifts
            && isFixed(statement.address())
            && isFixed(statement.addressMax())
            && isFixed(statement.port())
            && isFixed(statement.portMax());
    return true;
  }

  private boolean isFixed(Optional<Expression> part) {
    return part.map(
            own ->
                (own instanceof Expression.Constant || own instanceof Expression.MapLookup)
                    && in(own))
        .orElse(true);
  }

  @Override
  public Boolean setMeta(Statement.SetMeta statement) {
    return computedWith(statement.value());
  }

  @Override
  public Boolean setCt(Statement.SetCt statement) {
    return false;
  }

  @Override
  public Boolean setHeader(Statement.SetHeader statement) {
    return false;
  }

  @Override
  public Boolean setMaximumSegment(Statement.SetMaximumSegment statement) {
    return false;
  }

  @Override
  public Boolean copyMark(Statement.CopyMark statement) {
    return false;
  }

  @Override
  public Boolean changeTtl(Statement.ChangeTtl statement) {
    return false;
  }

  @Override
  public Boolean translatePrefix(Statement.TranslatePrefix statement) {
    return false;
  }

  @Override
  public Boolean stripOptions(Statement.StripTcpOptions statement) {
    return false;
  }

  @Override
  public Boolean updateIpset(Statement.IpsetUpdate statement) {
    return false;
  }

  @Override
  public Boolean duplicate(Statement.Duplicate statement) {
    return false;
  }

  @Override
  public Boolean passOn(Statement.PassOn statement) {
    return false;
  }

  @Override
  public Boolean notrack(Statement.Notrack statement) {
    return true;
  }

  @Override
  public Boolean useObject(Statement.UseObject statement) {
    return false;
  }

  @Override
  public Boolean setUpdate(Statement.SetUpdate statement) {
    return false;
  }

  @Override
  public Boolean note(Statement.Note statement) {
    return true;
  }

  @Override
  public Boolean opaque(Statement.Opaque statement) {
    return true;
  }

  @Override
  public Boolean compare(Match.Compare match) {
    return isPrefix(match) || in(match.left()) & in(match.right());
  }

  /** Whether it is an address under a mask that leaves one stretch of numbers, which is cut off. */
  private boolean isPrefix(Match.Compare match) {
    Optional<Bits> mask = maskOfAddress(match.left());
    Optional<Bits> value = number(match.right());
    long hosts = mask.map(bits -> ~bits.low() & ADDRESS_BITS).orElse(-1L);
    boolean equality =
        match.operator() == Match.Operator.EQUAL || match.operator() == Match.Operator.NOT_EQUAL;
    if (mask.isEmpty() || !equality || value.isEmpty() || (hosts & hosts + 1) != 0) {
      return false;
    }
    Bits first = value.get().and(mask.orElseThrow());
    cut(first, first.or(Bits.of(hosts)));
    return true;
  }

  /** The mask that is laid over an IPv4 address; empty where it is something else. */
  private static Optional<Bits> maskOfAddress(Expression expression) {
    if (!(expression instanceof Expression.Binary)) {
      return Optional.empty();
    }
    Expression.Binary binary = (Expression.Binary) expression;
    boolean address =
        binary.operator() == Expression.Binary.Operator.AND
            && binary.left() instanceof Expression.Header
            && ADDRESSES.contains(((Expression.Header) binary.left()).field());
    return address ? number(binary.right()) : Optional.empty();
  }

  private static Optional<Bits> number(Expression expression) {
    return expression instanceof Expression.Constant
            && ((Expression.Constant) expression).value() instanceof Value.Scalar
        ? Optional.of(((Value.Scalar) ((Expression.Constant) expression).value()).bits())
        : Optional.empty();
  }

  @Override
  public Boolean range(Match.InRange match) {
    cut(match.low(), match.high());
    return in(match.left());
  }

  @Override
  public Boolean set(Match.InSet match) {
    lookedUp(match.set());
    return in(match.left());
  }

  @Override
  public Boolean bits(Match.HasBits match) {
    return computedWith(match.left());
  }

  @Override
  public Boolean all(Match.AllOf match) {
    return all(match.parts());
  }

  @Override
  public Boolean any(Match.AnyOf match) {
    return all(match.parts());
  }

  @Override
  public Boolean not(Match.Not match) {
    return match(match.part());
  }

  @Override
  public Boolean limit(Match.RateLimit match) {
    return true;
  }

  @Override
  public Boolean quota(Match.Quota match) {
    return true;
  }

  @Override
  public Boolean extension(Match.Extension match) {
    XtMatch extension = match.match();
    if (extension instanceof XtMatch.Conntrack) {
      return all(((XtMatch.Conntrack) extension).others());
    }
    computed |= extension instanceof XtMatch.SetMembership;
    return extension instanceof XtMatch.ReversePath
        || extension instanceof XtMatch.AddressType
        || extension instanceof XtMatch.SetMembership;
  }

  @Override
  public Boolean unknown(Match.Unknown match) {
    return true;
  }

  @Override
  public Boolean constant(Expression.Constant constant) {
    cut(constant.value());
    return true;
  }

  @Override
  public Boolean header(Expression.Header header) {
    touched |= ADDRESSES_AND_PORTS.contains(header.field());
    return FIELDS.contains(header.field());
  }

  @Override
  public Boolean raw(Expression.RawPayload raw) {
    return false;
  }

  @Override
  public Boolean meta(Expression.Meta meta) {
    return METADATA.contains(meta.key());
  }

  @Override
  public Boolean ct(Expression.Ct ct) {
    touched |= !NO_ADDRESS.contains(ct.key());
    return CONNECTION.contains(ct.key());
  }

  @Override
  public Boolean fib(Expression.Fib fib) {
    return true;
  }

  @Override
  public Boolean route(Expression.Route route) {
    return false;
  }

  @Override
  public Boolean tcpOption(Expression.TcpOption option) {
    return false;
  }

  @Override
  public Boolean ipOption(Expression.IpOption option) {
    return false;
  }

  @Override
  public Boolean extension(Expression.Extension extension) {
    return false;
  }

  @Override
  public Boolean sctpChunk(Expression.SctpChunk chunk) {
    return false;
  }

  @Override
  public Boolean binary(Expression.Binary binary) {
    return computedWith(binary.left(), binary.right());
  }

  @Override
  public Boolean concatenation(Expression.Concatenation concatenation) {
    return concatenation.parts().stream().allMatch(this::in);
  }

  @Override
  public Boolean map(Expression.MapLookup lookup) {
    lookedUp(lookup.map());
    return in(lookup.key());
  }

  @Override
  public Boolean opaque(Expression.Opaque opaque) {
    return false;
  }
}
