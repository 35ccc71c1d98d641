package org.rulewalk.simulator.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.value.Source;

/**
 * A set or map of an nf_tables table.
 *
 * @param keyTypes what the parts of a key mean
 * @param keyText the key as it was declared: {@code ipv4_addr . inet_service} or {@code typeof …}
 * @param data what a map holds; empty for a set
 * @param flags constant, interval, timeout, dynamic
 * @param timeoutMillis how long elements live unless they say otherwise; 0 for ever
 * @param size most elements; 0 if not limited
 * @param upkeep how the kernel is to keep it, which decides no lookup
 */
public record NamedSet(
    String name,
    List<DataType> keyTypes,
    String keyText,
    Optional<Data> data,
    Set<String> flags,
    long timeoutMillis,
    long size,
    ElementSet elements,
    Upkeep upkeep,
    String comment,
    Source source) {
  /** Keeps copies. */
  public NamedSet {
    keyTypes = List.copyOf(keyTypes);
    flags = Set.copyOf(flags);
  }

  /** What a map holds: the types of its values, or verdicts, or objects of a kind. */
  public record Data(List<DataType> types, String text) {
    /** Keeps a copy. */
    public Data {
      types = List.copyOf(types);
    }
  }

  /**
   * How a set is kept.
   *
   * @param autoMerge whether overlapping intervals are joined
   * @param gcIntervalMillis how often elements that have expired are cleared away; 0 if not said
   * @param policy performance or memory; empty if not said
   * @param statements what each element carries: counters, limits
   */
  public record Upkeep(
      boolean autoMerge, long gcIntervalMillis, String policy, List<Statement> statements) {
    /** Nothing said. */
    public static final Upkeep NONE = new Upkeep(false, 0, "", List.of());

    /** Keeps a copy. */
    public Upkeep {
      statements = List.copyOf(statements);
    }
  }

  /** The same with other elements. */
  public NamedSet with(ElementSet other) {
    return new NamedSet(
        name, keyTypes, keyText, data, flags, timeoutMillis, size, other, upkeep, comment, source);
  }
}
