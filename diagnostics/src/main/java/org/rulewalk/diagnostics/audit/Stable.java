package org.rulewalk.diagnostics.audit;

import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.XtMatch;

/**
 * Whether a test, asked twice of a packet that did not change in between, has the same answer: not
 * where chance, the clock or a rate decides, nor where it is not understood.
 */
final class Stable implements Match.Cases<Boolean> {
  private static final Stable MATCH = new Stable();
  private static final Expressions EXPRESSION = new Expressions();

  private Stable() {}

  static boolean is(Match match) {
    return match.fold(MATCH);
  }

  static boolean is(Expression expression) {
    return expression.fold(EXPRESSION);
  }

  @Override
  public Boolean compare(Match.Compare match) {
    return is(match.left()) && is(match.right());
  }

  @Override
  public Boolean range(Match.InRange match) {
    return is(match.left());
  }

  @Override
  public Boolean set(Match.InSet match) {
    return is(match.left());
  }

  @Override
  public Boolean bits(Match.HasBits match) {
    return is(match.left());
  }

  @Override
  public Boolean all(Match.AllOf match) {
    return match.parts().stream().allMatch(Stable::is);
  }

  @Override
  public Boolean any(Match.AnyOf match) {
    return match.parts().stream().allMatch(Stable::is);
  }

  @Override
  public Boolean not(Match.Not match) {
    return is(match.part());
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
    return !(match.match() instanceof XtMatch.Chance);
  }

  @Override
  public Boolean unknown(Match.Unknown match) {
    return false;
  }

  private static final class Expressions implements Expression.Cases<Boolean> {
    @Override
    public Boolean constant(Expression.Constant constant) {
      return true;
    }

    @Override
    public Boolean header(Expression.Header header) {
      return true;
    }

    @Override
    public Boolean raw(Expression.RawPayload raw) {
      return true;
    }

    @Override
    public Boolean meta(Expression.Meta meta) {
      MetaKey key = meta.key();
      return key != MetaKey.RANDOM
          && key != MetaKey.TIME
          && key != MetaKey.DAY
          && key != MetaKey.HOUR
          && key != MetaKey.CPU;
    }

    @Override
    public Boolean ct(Expression.Ct ct) {
      return true;
    }

    @Override
    public Boolean fib(Expression.Fib fib) {
      return true;
    }

    @Override
    public Boolean route(Expression.Route route) {
      return true;
    }

    @Override
    public Boolean tcpOption(Expression.TcpOption option) {
      return true;
    }

    @Override
    public Boolean extension(Expression.Extension extension) {
      return true;
    }

    @Override
    public Boolean ipOption(Expression.IpOption option) {
      return true;
    }

    @Override
    public Boolean sctpChunk(Expression.SctpChunk chunk) {
      return true;
    }

    @Override
    public Boolean binary(Expression.Binary binary) {
      return is(binary.left()) && is(binary.right());
    }

    @Override
    public Boolean concatenation(Expression.Concatenation concatenation) {
      return concatenation.parts().stream().allMatch(Stable::is);
    }

    @Override
    public Boolean map(Expression.MapLookup lookup) {
      return is(lookup.key());
    }

    @Override
    public Boolean opaque(Expression.Opaque opaque) {
      return false;
    }
  }
}
