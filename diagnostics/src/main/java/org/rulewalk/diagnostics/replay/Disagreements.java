package org.rulewalk.diagnostics.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.why.Cause;

/** Where the recording says something else than the model, grouped. */
public final class Disagreements {
  private static final int MOST_GROUPS = 10_000;

  /** Kinds of disagreement. */
  public enum Kind {
    /** The model lets it leave; it was not seen to. */
    NOT_SEEN("predicted-not-seen"),
    /** It was seen to leave; the model does not know where it came from. */
    NOT_PREDICTED("seen-not-predicted"),
    /** It was seen to leave; the model drops it. */
    SEEN_BUT_DROPPED("seen-but-dropped"),
    /** The model lets it leave by another interface. */
    OTHER_INTERFACE("other-interface"),
    /** An answer of the kernel that the model foretold did not come: a rate limit, or a loss. */
    ANSWER_NOT_SEEN("answer-not-seen");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word of the JSON contract. */
    public String word() {
      return word;
    }
  }

  /** Packets of one flow about which both differ in the same way. */
  public static final class Disagreement {
    private final Kind kind;
    private final String machine;
    private final String device;
    private final FlowKey flow;
    private final String file;
    private final long number;
    private final Optional<Cause> cause;
    private long packets;

    private Disagreement(
        Kind kind, String machine, String device, FlowKey flow, Seen seen, Optional<Cause> cause) {
      this.kind = kind;
      this.machine = machine;
      this.device = device;
      this.flow = flow;
      this.file = seen.file();
      this.number = seen.number();
      this.cause = cause;
    }

    /** What differs. */
    public Kind kind() {
      return kind;
    }

    /** Where. */
    public String machine() {
      return machine;
    }

    /** By which interface it left or should have left. */
    public String device() {
      return device;
    }

    /** Which packets. */
    public FlowKey flow() {
      return flow;
    }

    /** The file of the first one, or of what caused it. */
    public String file() {
      return file;
    }

    /** Its number in that file. */
    public long number() {
      return number;
    }

    /** Why the model drops it, if it does. */
    public Optional<Cause> cause() {
      return cause;
    }

    /** How many packets. */
    public long packets() {
      return packets;
    }
  }

  private record Key(Kind kind, String machine, String device, FlowKey flow) {}

  private final Map<Key, Disagreement> groups = new LinkedHashMap<>();
  private long packets;

  void add(
      Kind kind, String device, FlowKey flow, Seen seen, String machine, Optional<Cause> cause) {
    packets += kind == Kind.ANSWER_NOT_SEEN ? 0 : 1;
    Key key = new Key(kind, machine, device, flow);
    Disagreement group = groups.get(key);
    if (group == null) {
      if (groups.size() >= MOST_GROUPS) {
        return;
      }
      group = new Disagreement(kind, machine, device, flow, seen, cause);
      groups.put(key, group);
    }
    group.packets++;
  }

  /** The groups, largest first. */
  public List<Disagreement> all() {
    List<Disagreement> all = new ArrayList<>(groups.values());
    all.sort(Comparator.comparingLong(d -> -d.packets));
    return all;
  }

  /** About how many packets both differ; answers that a rate limit may have held back apart. */
  public long packets() {
    return packets;
  }
}
