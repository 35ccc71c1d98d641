package org.rulewalk.simulator.kernel;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.XtMatch;

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

  private Steadiness() {}

  /** Whether all rules of a machine do so. */
  static boolean of(Machine machine) {
    Steadiness asking = new Steadiness();
    for (Table table : machine.ruleset().tables()) {
      for (Chain chain : table.chains()) {
        for (Rule rule : chain.rules()) {
          if (!asking.all(rule.statements())) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private boolean all(List<? extends Statement> statements) {
    return statements.stream().allMatch(s -> s.fold((Statement.Cases<Boolean>) this));
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
    return in(statement.key());
  }

  @Override
  public Boolean reject(Statement.Reject statement) {
    return true;
  }

  @Override
  public Boolean nat(Statement.Nat statement) {
    return true;
  }

  @Override
  public Boolean setMeta(Statement.SetMeta statement) {
    return in(statement.value());
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
  public Boolean stripOptions(Statement.StripTcpOptions statement) {
    return false;
  }

  @Override
  public Boolean updateIpset(Statement.IpsetUpdate statement) {
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
    return in(match.left()) && in(match.right());
  }

  @Override
  public Boolean range(Match.InRange match) {
    return in(match.left());
  }

  @Override
  public Boolean set(Match.InSet match) {
    return in(match.left());
  }

  @Override
  public Boolean bits(Match.HasBits match) {
    return in(match.left());
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
    return true;
  }

  @Override
  public Boolean header(Expression.Header header) {
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
    return in(binary.left()) && in(binary.right());
  }

  @Override
  public Boolean concatenation(Expression.Concatenation concatenation) {
    return concatenation.parts().stream().allMatch(this::in);
  }

  @Override
  public Boolean map(Expression.MapLookup lookup) {
    return in(lookup.key());
  }

  @Override
  public Boolean opaque(Expression.Opaque opaque) {
    return false;
  }
}
