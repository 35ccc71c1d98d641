package org.rulewalk.simulator.compiled;

import java.util.EnumSet;
import java.util.Set;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Parts;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.XtMatch;

/**
 * Which tests hardly any capture decides, so that whoever asks them asks for a choice.
 *
 * <p>This saves work only: a test that turns out to be unknown is noticed when it is read.
 */
final class Doubtful extends Parts {
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
  private boolean found;

  private Doubtful(Table table) {
    this.table = table;
  }

  /** Whether a test of a rule of this table is one. */
  static boolean isDoubtful(Match match, Table table) {
    Doubtful doubtful = new Doubtful(table);
    doubtful.read(match);
    return doubtful.found;
  }

  @Override
  protected void set(String name) {
    found |= !table.sets().containsKey(name);
  }

  @Override
  protected void test(Match match) {
    found |=
        match instanceof Match.RateLimit
            || match instanceof Match.Quota
            || match instanceof Match.Unknown
            || match instanceof Match.Extension
                && ((Match.Extension) match).match() instanceof XtMatch.Chance;
  }

  @Override
  protected void leaf(Expression expression) {
    found |=
        expression instanceof Expression.Opaque
            || expression instanceof Expression.Meta
                && META.contains(((Expression.Meta) expression).key())
            || expression instanceof Expression.Ct
                && CT.contains(((Expression.Ct) expression).key());
  }
}
