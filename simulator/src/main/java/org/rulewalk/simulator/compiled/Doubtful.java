package org.rulewalk.simulator.compiled;

import java.util.EnumSet;
import java.util.Set;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.XtMatch;

/**
 * Which tests hardly any capture decides, so that whoever asks them asks for a choice.
 *
 * <p>This saves work only: a test that turns out to be unknown is noticed when it is read.
 */
final class Doubtful implements Match.Cases<Boolean> {
  private static final Set<MetaKey> META =
      EnumSet.of(
          MetaKey.SKUID,
          MetaKey.SKGID,
          MetaKey.CGROUP,
          MetaKey.TIME,
          MetaKey.DAY,
          MetaKey.HOUR,
          MetaKey.RANDOM,
          MetaKey.CPU);
  private static final Set<CtKey> CT =
      EnumSet.of(CtKey.EXPIRATION, CtKey.PACKETS, CtKey.BYTES, CtKey.AVGPKT, CtKey.EVENT, CtKey.ID);

  private final Table table;

  Doubtful(Table table) {
    this.table = table;
  }

  boolean isDoubtful(Match match) {
    return match.fold(this);
  }

  boolean isDoubtful(Expression expression) {
    return expression.fold(new OfExpression());
  }

  private boolean isMissing(SetReference set) {
    return set instanceof SetReference.Named
        && !table.sets().containsKey(((SetReference.Named) set).name());
  }

  @Override
  public Boolean compare(Match.Compare match) {
    return isDoubtful(match.left()) || isDoubtful(match.right());
  }

  @Override
  public Boolean range(Match.InRange match) {
    return isDoubtful(match.left());
  }

  @Override
  public Boolean set(Match.InSet match) {
    return isDoubtful(match.left()) || isMissing(match.set());
  }

  @Override
  public Boolean bits(Match.HasBits match) {
    return isDoubtful(match.left());
  }

  @Override
  public Boolean all(Match.AllOf match) {
    return match.parts().stream().anyMatch(this::isDoubtful);
  }

  @Override
  public Boolean any(Match.AnyOf match) {
    return match.parts().stream().anyMatch(this::isDoubtful);
  }

  @Override
  public Boolean not(Match.Not match) {
    return isDoubtful(match.part());
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
    XtMatch asked = match.match();
    return asked instanceof XtMatch.Chance
        || asked instanceof XtMatch.Conntrack
            && ((XtMatch.Conntrack) asked).others().stream().anyMatch(this::isDoubtful);
  }

  @Override
  public Boolean unknown(Match.Unknown match) {
    return true;
  }

  private final class OfExpression implements Expression.Cases<Boolean> {
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
      return META.contains(meta.key());
    }

    @Override
    public Boolean ct(Expression.Ct ct) {
      return CT.contains(ct.key());
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
      return isDoubtful(binary.left()) || isDoubtful(binary.right());
    }

    @Override
    public Boolean concatenation(Expression.Concatenation concatenation) {
      return concatenation.parts().stream().anyMatch(Doubtful.this::isDoubtful);
    }

    @Override
    public Boolean map(Expression.MapLookup lookup) {
      return isDoubtful(lookup.key()) || isMissing(lookup.map());
    }

    @Override
    public Boolean opaque(Expression.Opaque opaque) {
      return true;
    }
  }
}
