package org.rulewalk.simulator.flow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.symbolic.ChainFlow;
import org.rulewalk.simulator.symbolic.PacketComparison;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.PacketSpace;
import org.rulewalk.simulator.value.IpVersion;

/** Which packets two states of a machine treat differently: all of them, and no others. */
public final class FlowDifference {
  private final MachineFlow before;
  private final MachineFlow after;
  private final List<Region.Lone> lone;
  private final PacketSpace space;
  private final Map<List<Object>, Change> changes = new LinkedHashMap<>();

  /**
   * Packets whose treatment changes in the same way for the same reasons.
   *
   * @param packets as they come; may depend on doubts
   * @param from what became of them
   * @param to what becomes of them now
   * @param before what decided about them, where rules or a policy did
   * @param after the same with the other rules
   */
  public record Change(
      PacketSet packets, Fate from, Fate to, Optional<Decision> before, Optional<Decision> after) {
    /** The same for more packets. */
    public Change with(PacketSet more) {
      return new Change(packets.or(more), from, to, before, after);
    }

    /** Whether another is the same change, for other packets. */
    public boolean isLike(Change other) {
      return key().equals(other.key());
    }

    private List<Object> key() {
      return List.of(
          from.treatment().beside(to.treatment()),
          to.treatment().beside(from.treatment()),
          FlowDifference.key(before),
          FlowDifference.key(after));
    }

    /** Whether they get through as before, but with other addresses or other content. */
    public boolean isRewritten() {
      return from.treatment().seen().equals(to.treatment().seen());
    }
  }

  private FlowDifference(
      MachineFlow before, MachineFlow after, List<Region.Lone> lone, PacketSpace space) {
    this.before = before;
    this.after = after;
    this.lone = lone;
    this.space = space;
  }

  /**
   * Compares two states of one machine for packets of one version.
   *
   * @throws org.rulewalk.simulator.symbolic.SpaceExhausted if that takes too much memory
   */
  public static List<Change> between(
      Machine before,
      Machine after,
      IpVersion version,
      MachineFlow.Start start,
      PacketSpace space) {
    Region.Found found = Region.of(before, after, space);
    PacketSet region = found.packets().and(space.version(version));
    if (region.isEmpty()) {
      return List.of();
    }
    boolean same = Surroundings.of(before).equals(Surroundings.of(after));
    FlowDifference difference =
        new FlowDifference(
            MachineFlow.of(before, version, start, before.name(), region),
            MachineFlow.of(after, version, start, after.name() + (same ? "" : " after"), region),
            found.rules(),
            space);
    difference.compare();
    return List.copyOf(difference.changes.values());
  }

  private void compare() {
    // what becomes of a fragment that waits is what becomes of its whole packet
    PacketSet changed = changedTreatment().or(changedPackets()).minus(awaited());
    for (Fate from : before.fates()) {
      PacketSet left = from.packets().and(changed);
      for (Fate to : after.fates()) {
        if (left.isEmpty()) {
          break;
        }
        PacketSet both = left.and(to.packets());
        if (!both.isEmpty()) {
          left = left.minus(both);
          split(both, from, to);
        }
      }
    }
  }

  private PacketSet awaited() {
    PacketSet all = space.none();
    for (MachineFlow flow : List.of(before, after)) {
      for (Fate fate : flow.fates()) {
        all = fate.treatment() instanceof Treatment.Awaited ? all.or(fate.packets()) : all;
      }
    }
    return all;
  }

  private static Map<Treatment, PacketSet> byTreatment(MachineFlow flow) {
    Map<Treatment, PacketSet> all = new LinkedHashMap<>();
    flow.fates().forEach(fate -> all.merge(fate.treatment().seen(), fate.packets(), PacketSet::or));
    return all;
  }

  private PacketSet changedTreatment() {
    Map<Treatment, PacketSet> one = byTreatment(before);
    Map<Treatment, PacketSet> other = byTreatment(after);
    PacketSet changed = space.none();
    for (Map.Entry<Treatment, PacketSet> entry : one.entrySet()) {
      PacketSet same = other.getOrDefault(entry.getKey(), space.none());
      changed = changed.or(entry.getValue().minus(same));
    }
    return changed;
  }

  /** Packets that get through in both, but not as the same packets. */
  private PacketSet changedPackets() {
    PacketSet through = through(before).and(through(after));
    PacketSet changed =
        new PacketComparison(before.packet(), after.packet()).leavesOtherwise(vague());
    for (boolean source : new boolean[] {false, true}) {
      Map<Object, PacketSet> one = byManner(before, source);
      Map<Object, PacketSet> other = byManner(after, source);
      changed = changed.or(lacking(one, other)).or(lacking(other, one));
    }
    return changed.and(through);
  }

  private PacketSet vague() {
    PacketSet all = space.none();
    for (MachineFlow flow : List.of(before, after)) {
      for (Translation translation : flow.translations()) {
        all = all.or(translation.vague());
      }
    }
    return all;
  }

  private PacketSet through(MachineFlow flow) {
    PacketSet all = space.none();
    for (Fate fate : flow.fates()) {
      all = fate.treatment().passes() ? all.or(fate.packets()) : all;
    }
    return all;
  }

  private static Map<Object, PacketSet> byManner(MachineFlow flow, boolean source) {
    Map<Object, PacketSet> all = new LinkedHashMap<>();
    flow.translations().stream()
        .filter(translation -> translation.source() == source)
        .forEach(each -> all.merge(each.manner(), each.vague(), PacketSet::or));
    return all;
  }

  private PacketSet lacking(Map<Object, PacketSet> one, Map<Object, PacketSet> other) {
    PacketSet found = space.none();
    for (Map.Entry<Object, PacketSet> entry : one.entrySet()) {
      PacketSet same = other.getOrDefault(entry.getKey(), space.none());
      found = found.or(entry.getValue().minus(same));
    }
    return found;
  }

  /** Tells the reasons apart. */
  private void split(PacketSet packets, Fate from, Fate to) {
    for (Part one : parts(packets, reasons(before, from, to))) {
      for (Part other : parts(one.packets(), reasons(after, to, from))) {
        Change change =
            new Change(
                other.packets(),
                from,
                to,
                one.reason().or(() -> changedRule(other.packets(), false)),
                other.reason().or(() -> changedRule(other.packets(), true)));
        changes.merge(change.key(), change, (old, more) -> old.with(more.packets()));
      }
    }
  }

  private static Object key(Optional<Decision> reason) {
    return reason
        .<Object>map(
            r ->
                List.of(
                    r.table().title(),
                    r.base().name(),
                    r.outcome().chain().name(),
                    r.outcome().rule().map(rule -> rule.number()).orElse(0)))
        .orElse("");
  }

  private record Part(PacketSet packets, Optional<Decision> reason) {}

  private List<Part> parts(PacketSet packets, List<Decision> reasons) {
    List<Part> parts = new ArrayList<>();
    PacketSet left = packets;
    for (Decision reason : reasons) {
      PacketSet here = left.and(reason.outcome().packets());
      if (!here.isEmpty()) {
        parts.add(new Part(here, Optional.of(reason)));
        left = left.minus(here);
      }
    }
    if (!left.isEmpty()) {
      parts.add(new Part(left, Optional.empty()));
    }
    return parts;
  }

  /** A rule that only one state has and that the packets may match: nothing else differs. */
  private Optional<Decision> changedRule(PacketSet packets, boolean after) {
    return lone.stream()
        .filter(each -> each.place().after() == after && each.packets().meets(packets))
        .flatMap(each -> decision(each).stream())
        .findFirst();
  }

  private static Optional<Decision> decision(Region.Lone each) {
    ChangedRules.InTable place = each.place();
    return place.table().chains().stream()
        .filter(chain -> chain instanceof Chain.Base)
        .filter(chain -> chain.equals(place.chain()) || place.chain() instanceof Chain.Regular)
        .map(Chain.Base.class::cast)
        .findFirst()
        .map(
            base ->
                new Decision(
                    base.hook(),
                    place.table(),
                    base,
                    new ChainFlow.Outcome(
                        each.packets(),
                        Verdict.Simple.CONTINUE,
                        Optional.empty(),
                        place.chain(),
                        Optional.of(place.rule()))));
  }

  /** What in a flow may be the reason that packets have this fate, and not that one. */
  private static List<Decision> reasons(MachineFlow flow, Fate own, Fate other) {
    if (own.by().isPresent()) {
      return List.of(own.by().get());
    }
    if (other.by().isPresent()) {
      Decision theirs = other.by().get();
      return decided(flow, decision -> decision.isOfSameChain(theirs));
    }
    return own.treatment().equals(other.treatment())
        ? flow.translations().stream().map(Translation::by).toList()
        : List.of();
  }

  private static List<Decision> decided(MachineFlow flow, Predicate<Decision> which) {
    return flow.decisions().stream().filter(which).toList();
  }
}
