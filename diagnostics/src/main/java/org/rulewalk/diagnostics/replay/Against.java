package org.rulewalk.diagnostics.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.simulator.kernel.Passage;
import org.rulewalk.simulator.kernel.Session;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Stop;

/**
 * The same traffic on another ruleset: which flows would change fate. Each recorded packet that
 * came in is asked on the same machine of the other capture; what machines sent themselves goes
 * through the other output rules, so that connections are known there as well.
 */
public final class Against {
  private static final int MOST_FLOWS = 100_000;

  /** What becomes of a packet. */
  public enum Fate {
    /** It goes on, or is taken. */
    PASSES("pass"),
    /** It is stopped. */
    DROPPED("drop");

    private final String word;

    Fate(String word) {
      this.word = word;
    }

    /** The word of the JSON contract. */
    public String word() {
      return word;
    }

    static Fate of(Optional<Stop> stop) {
      return stop.isPresent() ? DROPPED : PASSES;
    }
  }

  /** Packets of one flow whose fate would change. */
  public static final class Change {
    private final String machine;
    private final FlowKey flow;
    private final Fate before;
    private final Fate after;
    private final Optional<Cause> cause;
    private long packets;

    private Change(String machine, FlowKey flow, Fate before, Fate after, Optional<Cause> cause) {
      this.machine = machine;
      this.flow = flow;
      this.before = before;
      this.after = after;
      this.cause = cause;
    }

    /** Where. */
    public String machine() {
      return machine;
    }

    /** Which packets, as they come to that machine. */
    public FlowKey flow() {
      return flow;
    }

    /** With the rules of the capture. */
    public Fate before() {
      return before;
    }

    /** With the other rules. */
    public Fate after() {
      return after;
    }

    /** What stops them with the other rules. */
    public Optional<Cause> cause() {
      return cause;
    }

    /** How many packets. */
    public long packets() {
      return packets;
    }
  }

  private record Key(String machine, FlowKey flow, Fate after) {}

  private final Network network;
  private final Session session;
  private final Map<Key, Change> changes = new HashMap<>();

  /** Asks the other capture along with a replay. */
  public Against(Network other, Session session) {
    this.network = other;
    this.session = session;
  }

  /** Asks about all that a replay takes from now on. */
  public void follow(Replay replay) {
    replay.onFate(this::arrived);
    replay.onMade(this::made);
  }

  private boolean isThere(Seen seen) {
    return network
        .machine(seen.machine())
        .flatMap(machine -> machine.find(seen.device()))
        .isPresent();
  }

  private void arrived(Seen seen, Optional<Stop> stop) {
    if (!isThere(seen)) {
      return;
    }
    session.setTime(seen.nanos());
    List<Passage> passages =
        session.arrive(seen.machine(), seen.device(), seen.packet(), seen.group());
    compare(seen, stop, passages.get(0).journey());
  }

  private void made(Seen seen, Optional<Stop> stop) {
    if (!isThere(seen)) {
      return;
    }
    session.setTime(seen.nanos());
    List<Passage> passages = session.send(seen.machine(), seen.packet(), seen.device());
    compare(seen, stop, passages.get(0).journey());
  }

  private void compare(Seen seen, Optional<Stop> stop, Journey journey) {
    Fate before = Fate.of(stop);
    Fate after = Fate.of(Drops.stop(journey));
    if (before == after) {
      return;
    }
    Key key = new Key(seen.machine(), FlowKey.of(seen.packet()), after);
    Change change = changes.get(key);
    if (change == null) {
      if (changes.size() >= MOST_FLOWS) {
        return;
      }
      Optional<Cause> cause =
          after == Fate.DROPPED ? Drops.cause(network, journey) : Optional.empty();
      change = new Change(seen.machine(), key.flow(), before, after, cause);
      changes.put(key, change);
    }
    change.packets++;
  }

  /** The flows that would change, largest first. */
  public List<Change> changes() {
    List<Change> all = new ArrayList<>(changes.values());
    all.sort(
        Comparator.comparingLong((Change change) -> -change.packets)
            .thenComparing(change -> change.flow.toString()));
    return all;
  }
}
