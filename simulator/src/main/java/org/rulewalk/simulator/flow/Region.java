package org.rulewalk.simulator.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.symbolic.Doubts;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.PacketSpace;
import org.rulewalk.simulator.symbolic.Setting;
import org.rulewalk.simulator.symbolic.SymbolicPacket;
import org.rulewalk.simulator.symbolic.Tests;
import org.rulewalk.simulator.value.Bits;

/**
 * Packets that two states of a machine may treat differently: those that can match a rule that only
 * one of them has. Following these alone makes large rulesets cheap to compare.
 */
final class Region {
  private static final List<HeaderField> TRANSLATED =
      List.of(
          HeaderField.IP_SADDR,
          HeaderField.IP_DADDR,
          HeaderField.IP6_SADDR,
          HeaderField.IP6_DADDR,
          HeaderField.TH_SPORT,
          HeaderField.TH_DPORT);

  private final Machine machine;
  private final PacketSpace space;
  private final Doubts doubts;

  private Region(Machine machine, PacketSpace space) {
    this.machine = machine;
    this.space = space;
    this.doubts = new Doubts(space);
  }

  /** All packets where the two differ in more than rules. */
  static PacketSet of(Machine before, Machine after, PacketSpace space) {
    boolean same = Surroundings.of(before).equals(Surroundings.of(after));
    Optional<List<ChangedRules.InTable>> changed =
        same ? ChangedRules.between(before.ruleset(), after.ruleset()) : Optional.empty();
    Changes changes = Changes.of(before.ruleset()).and(Changes.of(after.ruleset()));
    if (changed.isEmpty() || changes == Changes.ANYTHING && !changed.get().isEmpty()) {
      return space.all();
    }
    Region region = new Region(after, space);
    PacketSet found = space.none();
    for (ChangedRules.InTable lone : changed.get()) {
      found = found.or(region.matching(lone, changes));
    }
    return found;
  }

  /** How much of packets the rules may change on their way. */
  private enum Changes {
    NOTHING,
    TRANSLATION,
    ANYTHING;

    static Changes of(Ruleset ruleset) {
      Changes found = NOTHING;
      for (Table table : ruleset.tables()) {
        for (Chain chain : table.chains()) {
          for (Rule rule : chain.rules()) {
            for (Statement statement : rule.statements()) {
              found = found.and(of(statement));
            }
          }
        }
      }
      return found;
    }

    private static Changes of(Statement statement) {
      if (statement instanceof Statement.Nat) {
        return TRANSLATION;
      }
      boolean harmless =
          statement instanceof Match
              || statement instanceof Statement.Decide
              || statement instanceof Statement.DecideByMap
              || statement instanceof Statement.Reject
              || statement instanceof Statement.UseObject
              || statement instanceof Statement.Note
                  && ((Statement.Note) statement).kind() != Statement.Note.Kind.TEMPLATE;
      return harmless ? NOTHING : ANYTHING;
    }

    Changes and(Changes other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  private PacketSet matching(ChangedRules.InTable lone, Changes changes) {
    List<Match> tests =
        lone.rule().statements().stream()
            .filter(Match.class::isInstance)
            .map(Match.class::cast)
            .toList();
    Setting setting =
        new Setting(
            machine.name(),
            lone.table(),
            Hook.FORWARD,
            machine.ipsets(),
            Setting.Contents.AS_CAPTURED,
            doubts);
    PacketSet found = space.none();
    for (SymbolicPacket packet : stages(changes)) {
      found = found.or(new Tests(setting, packet).allOf(tests).possibly());
    }
    return found;
  }

  /** What a packet may look like to a rule, depending on the hook. */
  private List<SymbolicPacket> stages(Changes changes) {
    SymbolicPacket start = SymbolicPacket.in(space);
    if (changes == Changes.TRANSLATION) {
      for (HeaderField field : TRANSLATED) {
        start = start.unknown(field, space.all(), field, doubts);
      }
    }
    Bits none = Bits.ofName("");
    SymbolicPacket arriving = start.with(MetaKey.OIFNAME, space.all(), none);
    SymbolicPacket sent = start.with(MetaKey.IIFNAME, space.all(), none);
    // a packet that is forwarded has an interface that routing chose
    SymbolicPacket routed = start.unknown(MetaKey.OIFNAME, space.all(), doubts);
    List<SymbolicPacket> stages = new ArrayList<>();
    for (SymbolicPacket stage : List.of(start, arriving, sent, routed)) {
      stages.add(stage);
      stages.add(stage.beforeTracking(space.all()));
    }
    return stages;
  }
}
