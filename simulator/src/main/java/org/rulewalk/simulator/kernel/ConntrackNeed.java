package org.rulewalk.simulator.kernel;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.XtMatch;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Whether any rule makes the kernel track connections (nf_ct_netns_get): without one there are no
 * states and no translation.
 */
final class ConntrackNeed
    implements Statement.Cases<Boolean>, Match.Cases<Boolean>, Expression.Cases<Boolean> {
  /** Extensions of iptables whose check function asks for connection tracking. */
  private static final Set<String> EXTENSIONS =
      Set.of(
          "cluster",
          "connbytes",
          "connlabel",
          "connlimit",
          "connmark",
          "conntrack",
          "helper",
          "state",
          "CONNMARK",
          "CONNSECMARK",
          "CT",
          "DNAT",
          "MASQUERADE",
          "NETMAP",
          "REDIRECT",
          "SNAT",
          "SYNPROXY");

  private static final Set<StatefulObject.Kind> OBJECTS =
      EnumSet.of(
          StatefulObject.Kind.CT_HELPER,
          StatefulObject.Kind.CT_TIMEOUT,
          StatefulObject.Kind.CT_EXPECTATION);

  private final Set<IpVersion> tracked = EnumSet.noneOf(IpVersion.class);

  ConntrackNeed(Ruleset ruleset) {
    for (Table table : ruleset.tables()) {
      if (needs(table)) {
        for (IpVersion version : IpVersion.values()) {
          if (table.family().sees(version)) {
            tracked.add(version);
          }
        }
      }
    }
  }

  boolean isTracked(IpVersion version) {
    return tracked.contains(version);
  }

  private boolean needs(Table table) {
    // these ask for it by being there (nft_ct_helper_obj_init and its like)
    if (table.objects().stream().anyMatch(object -> OBJECTS.contains(object.kind()))) {
      return true;
    }
    for (Chain chain : table.chains()) {
      for (Rule rule : chain.rules()) {
        if (any(rule.statements())) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean any(List<? extends Statement> statements) {
    for (Statement statement : statements) {
      if (statement.fold((Statement.Cases<Boolean>) this)) {
        return true;
      }
    }
    return false;
  }

  private boolean in(Expression expression) {
    return expression.fold(this);
  }

  private boolean in(Optional<Expression> expression) {
    return expression.map(this::in).orElse(false);
  }

  @Override
  public Boolean match(Match match) {
    return match.fold((Match.Cases<Boolean>) this);
  }

  @Override
  public Boolean decide(Statement.Decide statement) {
    return false;
  }

  @Override
  public Boolean decideByMap(Statement.DecideByMap statement) {
    return in(statement.key());
  }

  @Override
  public Boolean reject(Statement.Reject statement) {
    return false;
  }

  @Override
  public Boolean nat(Statement.Nat statement) {
    // dnat ip to … of an inet table starts tracking for IPv4 alone
    statement.version().ifPresent(tracked::add);
    return statement.version().isEmpty();
  }

  @Override
  public Boolean setMeta(Statement.SetMeta statement) {
    return in(statement.value());
  }

  @Override
  public Boolean setCt(Statement.SetCt statement) {
    return true;
  }

  @Override
  public Boolean setHeader(Statement.SetHeader statement) {
    return in(statement.value());
  }

  @Override
  public Boolean setMaximumSegment(Statement.SetMaximumSegment statement) {
    return in(statement.size());
  }

  @Override
  public Boolean copyMark(Statement.CopyMark statement) {
    return true;
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
    return in(statement.gateway()) || in(statement.device());
  }

  @Override
  public Boolean passOn(Statement.PassOn statement) {
    return in(statement.neighbour().map(Statement.PassOn.Neighbour::address))
        || in(statement.device());
  }

  @Override
  public Boolean notrack(Statement.Notrack statement) {
    return false;
  }

  @Override
  public Boolean useObject(Statement.UseObject statement) {
    switch (statement.kind()) {
      case CT_HELPER:
      case CT_TIMEOUT:
      case CT_EXPECTATION:
      case SYNPROXY:
        return true;
      default:
        return statement.map().map(map -> in(map.key())).orElse(false);
    }
  }

  @Override
  public Boolean setUpdate(Statement.SetUpdate statement) {
    return in(statement.key()) || any(statement.statements());
  }

  @Override
  public Boolean note(Statement.Note statement) {
    return false;
  }

  @Override
  public Boolean opaque(Statement.Opaque statement) {
    return namesExtension(statement.text());
  }

  @Override
  public Boolean compare(Match.Compare match) {
    return in(match.left()) || in(match.right());
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
    return any(match.parts());
  }

  @Override
  public Boolean any(Match.AnyOf match) {
    return any(match.parts());
  }

  @Override
  public Boolean not(Match.Not match) {
    return match(match.part());
  }

  @Override
  public Boolean limit(Match.RateLimit match) {
    return false;
  }

  @Override
  public Boolean quota(Match.Quota match) {
    return false;
  }

  @Override
  public Boolean extension(Match.Extension match) {
    return match.match() instanceof XtMatch.Conntrack;
  }

  @Override
  public Boolean unknown(Match.Unknown match) {
    return namesExtension(match.text());
  }

  /** The name stands among the first words: {@code xt match connmark}, {@code connlimit …}. */
  private static boolean namesExtension(String text) {
    return Arrays.stream(text.split(" ", 4)).limit(3).anyMatch(EXTENSIONS::contains);
  }

  @Override
  public Boolean constant(Expression.Constant constant) {
    return false;
  }

  @Override
  public Boolean header(Expression.Header header) {
    return false;
  }

  @Override
  public Boolean raw(Expression.RawPayload raw) {
    return false;
  }

  @Override
  public Boolean meta(Expression.Meta meta) {
    return false;
  }

  @Override
  public Boolean ct(Expression.Ct ct) {
    return true;
  }

  @Override
  public Boolean fib(Expression.Fib fib) {
    return false;
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
    return in(binary.left()) || in(binary.right());
  }

  @Override
  public Boolean concatenation(Expression.Concatenation concatenation) {
    return concatenation.parts().stream().anyMatch(this::in);
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
