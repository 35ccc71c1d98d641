package org.rulewalk.diagnostics.diff;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.DoubleConsumer;
import org.rulewalk.simulator.flow.FlowDifference;
import org.rulewalk.simulator.flow.LikelyPackets;
import org.rulewalk.simulator.flow.MachineFlow;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.symbolic.PacketClasses;
import org.rulewalk.simulator.symbolic.PacketSet;
import org.rulewalk.simulator.symbolic.PacketSpace;
import org.rulewalk.simulator.symbolic.Sample;
import org.rulewalk.simulator.symbolic.SpaceExhausted;
import org.rulewalk.simulator.value.IpVersion;

/** Compares the machines of two captures, by name. */
public final class CaptureDiff {
  private static final int MOST_LINES = 400;

  private final Network before;
  private final Network after;
  private final List<Difference> differences = new ArrayList<>();
  private final List<String> added = new ArrayList<>();
  private final List<String> removed = new ArrayList<>();
  private final List<String> tooLarge = new ArrayList<>();
  private final List<String> copying = new ArrayList<>();

  private CaptureDiff(Network before, Network after) {
    this.before = before;
    this.after = after;
  }

  /**
   * What came of it.
   *
   * @param added machines that only the second capture has
   * @param removed machines that only the first has
   * @param tooLarge machines whose rules could not be compared
   * @param copying machines whose rules send other copies elsewhere, which are not compared
   */
  public record Result(
      List<Difference> differences,
      List<String> added,
      List<String> removed,
      List<String> tooLarge,
      List<String> copying) {
    /** Keeps copies. */
    public Result {
      differences = List.copyOf(differences);
      added = List.copyOf(added);
      removed = List.copyOf(removed);
      tooLarge = List.copyOf(tooLarge);
      copying = List.copyOf(copying);
    }
  }

  /** Compares two networks; tells how far it has come, from 0 to 1. */
  public static Result between(Network before, Network after, DoubleConsumer progress) {
    CaptureDiff diff = new CaptureDiff(before, after);
    TreeSet<String> names = new TreeSet<>(before.machines().keySet());
    names.addAll(after.machines().keySet());
    int done = 0;
    for (String name : names) {
      diff.machine(name);
      progress.accept((double) ++done / names.size());
    }
    diff.differences.sort(
        Comparator.comparing(Difference::weight).thenComparing(Difference::trial));
    return new Result(diff.differences, diff.added, diff.removed, diff.tooLarge, diff.copying);
  }

  private void machine(String name) {
    Optional<Machine> one = before.machine(name);
    Optional<Machine> other = after.machine(name);
    if (one.isEmpty() || other.isEmpty()) {
      boolean external = one.or(() -> other).orElseThrow().isExternal();
      if (!external) {
        (one.isEmpty() ? added : removed).add(name);
      }
    } else if (!one.get().isExternal() && !other.get().isExternal()) {
      if (!copies(one.get()).equals(copies(other.get()))) {
        copying.add(name);
      }
      try {
        compare(one.get(), other.get());
      } catch (SpaceExhausted e) {
        tooLarge.add(name);
      }
    }
  }

  /** What its rules are that send copies, in order. */
  private static List<List<Statement>> copies(Machine machine) {
    return machine.ruleset().tables().stream()
        .flatMap(table -> table.chains().stream())
        .flatMap(chain -> chain.rules().stream())
        .map(Rule::statements)
        .filter(all -> all.stream().anyMatch(Statement.Duplicate.class::isInstance))
        .map(all -> all.stream().filter(each -> !(each instanceof Statement.Note)).toList())
        .toList();
  }

  private void compare(Machine one, Machine other) {
    PacketSpace space = new PacketSpace();
    for (MachineFlow.Start start : MachineFlow.Start.values()) {
      List<FlowDifference.Change> changes = new ArrayList<>();
      for (IpVersion version : IpVersion.values()) {
        for (FlowDifference.Change change :
            FlowDifference.between(one, other, version, start, space)) {
          join(changes, change);
        }
      }
      List<PacketSet> wishes =
          changes.isEmpty() ? List.of() : LikelyPackets.of(other, start, space);
      changes.forEach(change -> add(other.name(), start, change, wishes));
    }
  }

  /** What is the same for both versions is one change. */
  private static void join(List<FlowDifference.Change> changes, FlowDifference.Change change) {
    for (int i = 0; i < changes.size(); i++) {
      if (changes.get(i).isLike(change)) {
        changes.set(i, changes.get(i).with(change.packets()));
        return;
      }
    }
    changes.add(change);
  }

  /** What is not mentioned of packets that are no usual ones. */
  private static PacketSet among(PacketSet possible) {
    PacketSet ordinary = possible.space().ordinary();
    return possible.meets(ordinary) ? ordinary : possible.space().all();
  }

  private void add(
      String machine,
      MachineFlow.Start start,
      FlowDifference.Change change,
      List<PacketSet> wishes) {
    PacketSet possible = change.packets().possibly();
    PacketSet sure = change.packets().surely();
    PacketSet usual = LikelyPackets.usual(possible.space());
    boolean ordinary = possible.meets(usual);
    PacketSet among = ordinary ? usual : among(possible);
    PacketClasses classes = PacketClasses.of(possible, among, MOST_LINES);
    Sample example = Sample.of(sure.isEmpty() ? possible : sure, wishes).orElseThrow();
    Trial trial = new Trial(before, after, machine, start);
    differences.add(
        new Difference(
            machine,
            start,
            ordinary
                ? classes.classes().stream().map(UsualAddresses::of).distinct().toList()
                : classes.classes(),
            classes.complete(),
            !sure.isEmpty(),
            change.from().beside(change.to()),
            change.to().beside(change.from()),
            change.before(),
            change.after(),
            example,
            trial.of(example)));
  }
}
