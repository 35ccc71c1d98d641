package org.rulewalk.simulator.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.symbolic.Blurring;
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
  /** Of more it is not worked out which packets match them. */
  private static final int MOST_RULES = 4000;

  private final Machine machine;
  private final SymbolicPacket anywhere;
  private final PacketSpace space;
  private final Doubts doubts;

  private Region(Machine machine, SymbolicPacket anywhere, Doubts doubts) {
    this.machine = machine;
    this.anywhere = anywhere;
    this.space = anywhere.space();
    this.doubts = doubts;
  }

  /**
   * A rule that only one state has.
   *
   * @param packets those that may match it
   */
  record Lone(ChangedRules.InTable place, PacketSet packets) {}

  /**
   * What is to be followed.
   *
   * @param packets all where the two differ in more than rules
   */
  record Found(PacketSet packets, List<Lone> rules) {}

  static Found of(Machine before, Machine after, PacketSpace space) {
    boolean same = Surroundings.of(before).equals(Surroundings.of(after));
    ChangedRules.Found changed = ChangedRules.between(before.ruleset(), after.ruleset());
    if (changed.rules().isEmpty()) {
      return new Found(same && !changed.others() ? space.none() : space.all(), List.of());
    }
    Doubts doubts = new Doubts(space);
    Optional<SymbolicPacket> anywhere =
        Blurring.of(List.of(before.ruleset(), after.ruleset()), space, doubts);
    if (anywhere.isEmpty() || changed.rules().size() > MOST_RULES) {
      return new Found(space.all(), List.of());
    }
    Region region = new Region(after, anywhere.get(), doubts);
    List<Lone> lone =
        changed.rules().stream().map(place -> new Lone(place, region.matching(place))).toList();
    PacketSet found = same && !changed.others() ? space.none() : space.all();
    for (Lone each : lone) {
      found = found.or(each.packets());
    }
    return new Found(found, lone);
  }

  private PacketSet matching(ChangedRules.InTable lone) {
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
    for (SymbolicPacket packet : stages()) {
      found = found.or(new Tests(setting, packet).allOf(tests).possibly());
    }
    return found;
  }

  /** What a packet may look like to a rule, depending on the hook. */
  private List<SymbolicPacket> stages() {
    Bits none = Bits.ofName("");
    SymbolicPacket arriving = anywhere.with(MetaKey.OIFNAME, space.all(), none);
    SymbolicPacket sent = anywhere.with(MetaKey.IIFNAME, space.all(), none);
    // a packet that is forwarded has an interface that routing chose
    SymbolicPacket routed = anywhere.unknown(MetaKey.OIFNAME, space.all(), doubts);
    SymbolicPacket leaving = sent.unknown(MetaKey.OIFNAME, space.all(), doubts);
    List<SymbolicPacket> stages = new ArrayList<>();
    for (SymbolicPacket stage : List.of(anywhere, arriving, sent, routed, leaving)) {
      stages.add(stage);
      stages.add(stage.beforeTracking(space.all()));
    }
    return stages;
  }
}
