package org.rulewalk.simulator.symbolic;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.SetReference;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;

/**
 * A packet at any point of its way through a ruleset: of all that some rule may write, nothing is
 * known. What can't match it can match at no point. Each case says whether it knows what the
 * statement writes.
 */
public final class Blurring implements Statement.Cases<Boolean> {
  private static final List<HeaderField> HOPS =
      List.of(HeaderField.IP_TTL, HeaderField.IP6_HOPLIMIT);
  private static final List<HeaderField> TRANSLATED =
      List.of(
          HeaderField.IP_SADDR,
          HeaderField.IP_DADDR,
          HeaderField.IP6_SADDR,
          HeaderField.IP6_DADDR,
          HeaderField.TH_SPORT,
          HeaderField.TH_DPORT);

  private final PacketSpace space;
  private final Doubts doubts;
  private final Set<Object> done = new HashSet<>();
  private Table table;
  private SymbolicPacket packet;

  private Blurring(PacketSpace space, Doubts doubts) {
    this.space = space;
    this.doubts = doubts;
    this.packet = SymbolicPacket.in(space);
  }

  /** The packet; empty if a rule may do anything to it. */
  public static Optional<SymbolicPacket> of(
      List<Ruleset> rulesets, PacketSpace space, Doubts doubts) {
    Blurring blurring = new Blurring(space, doubts);
    // forwarding takes a hop
    blurring.blur(HOPS);
    for (Ruleset ruleset : rulesets) {
      for (Table table : ruleset.tables()) {
        blurring.table = table;
        for (Chain chain : table.chains()) {
          for (Rule rule : chain.rules()) {
            if (!blurring.all(rule.statements())) {
              return Optional.empty();
            }
          }
        }
      }
    }
    return Optional.of(blurring.packet);
  }

  private boolean all(List<? extends Statement> statements) {
    boolean known = true;
    for (Statement statement : statements) {
      known &= statement.fold(this);
    }
    return known;
  }

  private void blur(List<HeaderField> fields) {
    for (HeaderField field : fields) {
      if (done.add(field)) {
        packet = packet.unknown(field, space.all(), field, doubts);
      }
    }
  }

  private void blur(Fact fact) {
    if (done.add(fact)) {
      packet = packet.lose(Bdd.TRUE, fact, 0, fact.width(), fact, doubts).alter(space.all().node());
    }
  }

  private Changes changes() {
    Setting setting =
        new Setting("", table, Hook.FORWARD, Map.of(), Setting.Contents.AS_CAPTURED, doubts);
    return new Changes(new Tests(setting, packet));
  }

  @Override
  public Boolean match(Match match) {
    return true;
  }

  @Override
  public Boolean decide(Statement.Decide statement) {
    return true;
  }

  @Override
  public Boolean decideByMap(Statement.DecideByMap statement) {
    return true;
  }

  @Override
  public Boolean reject(Statement.Reject statement) {
    return true;
  }

  @Override
  public Boolean nat(Statement.Nat statement) {
    blur(TRANSLATED);
    return true;
  }

  @Override
  public Boolean setMeta(Statement.SetMeta statement) {
    Fact fact = SymbolicPacket.meta(statement.key());
    blur(fact);
    blur(new Fact.Present(fact));
    return true;
  }

  @Override
  public Boolean setCt(Statement.SetCt statement) {
    Fact fact = SymbolicPacket.connection(statement.key(), statement.direction());
    blur(fact);
    blur(new Fact.Present(fact));
    return true;
  }

  @Override
  public Boolean setHeader(Statement.SetHeader statement) {
    if (statement.target() instanceof Expression.Header && done.add(statement.target())) {
      SymbolicValue unknown = SymbolicValue.unknown(space, Bdd.TRUE);
      packet = changes().header(space.all(), statement.target(), unknown, statement);
    }
    return statement.target() instanceof Expression.Header;
  }

  @Override
  public Boolean setMaximumSegment(Statement.SetMaximumSegment statement) {
    if (done.add(statement.addIfMissing())) {
      packet = changes().segment(space.all(), statement);
    }
    return true;
  }

  @Override
  public Boolean copyMark(Statement.CopyMark statement) {
    blur(SymbolicPacket.meta(MetaKey.MARK));
    blur(SymbolicPacket.connection(CtKey.MARK, Optional.empty()));
    return true;
  }

  @Override
  public Boolean changeTtl(Statement.ChangeTtl statement) {
    return true;
  }

  @Override
  public Boolean translatePrefix(Statement.TranslatePrefix statement) {
    if (done.add(statement.source())) {
      packet = changes().prefix(space.all(), statement);
    }
    return true;
  }

  @Override
  public Boolean stripOptions(Statement.StripTcpOptions statement) {
    if (done.add(Statement.StripTcpOptions.class)) {
      packet = changes().options(space.all(), statement);
    }
    return true;
  }

  @Override
  public Boolean updateIpset(Statement.IpsetUpdate statement) {
    packet = packet.updating(Tests.SetName.ofIpset(statement.set()), Bdd.TRUE);
    return true;
  }

  @Override
  public Boolean duplicate(Statement.Duplicate statement) {
    return true;
  }

  @Override
  public Boolean passOn(Statement.PassOn statement) {
    return true;
  }

  @Override
  public Boolean notrack(Statement.Notrack statement) {
    return false;
  }

  @Override
  public Boolean useObject(Statement.UseObject statement) {
    return true;
  }

  @Override
  public Boolean setUpdate(Statement.SetUpdate statement) {
    packet =
        packet.updating(
            new Tests.SetName(table.title(), new SetReference.Named(statement.set())), Bdd.TRUE);
    return all(statement.statements());
  }

  @Override
  public Boolean note(Statement.Note statement) {
    return statement.isIdle();
  }

  @Override
  public Boolean opaque(Statement.Opaque statement) {
    return false;
  }
}
