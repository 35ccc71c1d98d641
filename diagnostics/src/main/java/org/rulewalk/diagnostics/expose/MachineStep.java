package org.rulewalk.diagnostics.expose;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.rulewalk.simulator.value.IpAddress;

/**
 * What is to be done on one machine.
 *
 * @param stop the machine, and how packets come to it
 * @param task what its rules are for
 * @param now commands for a root shell; those that are there already change nothing
 * @param undo commands that bring back the rules as they were, in the order to run them
 */
public record MachineStep(
    Way.Stop stop, Task task, List<String> now, List<String> undo, Keep keep) {
  /** Keeps copies. */
  public MachineStep {
    now = List.copyOf(now);
    undo = List.copyOf(undo);
  }

  /** What a machine's rules are for. */
  public sealed interface Task {
    /** They send the port on to the next machine, and let it pass. */
    record SendOn(String machine, IpAddress address, int port) implements Task {}

    /** They let the packets in. */
    record LetIn() implements Task {}
  }

  static MachineStep of(Way way, int place, List<Edit> edits, List<Edit> undone, Keep keep) {
    Way.Stop stop = way.stops().get(place);
    boolean end = place == way.stops().size() - 1;
    Way.Stop next = end ? stop : way.stops().get(place + 1);
    List<String> undo =
        new ArrayList<>(undone.stream().flatMap(edit -> edit.undo().stream()).toList());
    Collections.reverse(undo);
    return new MachineStep(
        stop,
        end ? new Task.LetIn() : new Task.SendOn(next.machine(), next.address(), next.port()),
        edits.stream().map(Edit::command).toList(),
        undo,
        keep);
  }
}
