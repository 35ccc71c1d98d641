package org.rulewalk.diagnostics.audit;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.value.Source;

/**
 * One thing that is wrong, or will be.
 *
 * @param id what sort of thing, in lower case with hyphens: {@code unreachable-rule}. Stable:
 *     scripts look for it
 * @param machine whose it is; {@code dom0} for dom0's files
 * @param source where it stands; {@link Source#NONE} if no line shows it
 * @param message what is wrong and what follows from it, in whole sentences
 * @param because other places that show it
 * @param example a packet that it concerns
 * @param repair what mends it
 */
public record Finding(
    String id,
    Severity severity,
    String machine,
    Source source,
    String message,
    List<Source> because,
    Optional<Example> example,
    Optional<Repair> repair) {
  /** What is said of things that the capture does not tell, or that were not proven. */
  private static final Set<String> OPEN =
      Set.of(
          "script-mode-not-known",
          "script-not-captured",
          "script-not-understood",
          "script-uncertain",
          "tunnel-leak");

  /** Keeps a copy. */
  public Finding {
    because = List.copyOf(because);
  }

  /** One that needs no more than its place. */
  public Finding(String id, Severity severity, String machine, Source source, String message) {
    this(id, severity, machine, source, message, List.of(), Optional.empty(), Optional.empty());
  }

  /** The same with what mends it. */
  public Finding mendedBy(Repair how) {
    return new Finding(id, severity, machine, source, message, because, example, Optional.of(how));
  }

  /** The same in other words. */
  Finding saying(String words) {
    return new Finding(id, severity, machine, source, words, because, example, repair);
  }

  /** The same with other places that show it. */
  public Finding because(List<Source> places) {
    return new Finding(id, severity, machine, source, message, places, example, repair);
  }

  /** The same with a packet that it concerns. */
  public Finding with(Example packet) {
    return new Finding(
        id, severity, machine, source, message, because, Optional.of(packet), repair);
  }

  /** Whether it says only that something could not be decided. */
  public boolean isOpen() {
    return severity == Severity.NOTE && OPEN.contains(id);
  }

  /** How much a finding matters, worst first. */
  public enum Severity {
    /** Something does not work, or lets pass what it should not. */
    ERROR,
    /** Something will go wrong, or is not what its author meant. */
    WARNING,
    /** Worth knowing. */
    NOTE;

    /** The word of the JSON, and of SARIF's levels. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A packet that a finding concerns.
   *
   * @param in the interface by which it arrives; empty if the machine sends it itself
   */
  public record Example(String machine, Optional<String> in, Packet packet) {}

  /**
   * What mends it.
   *
   * @param machine on which; {@code dom0} for dom0
   * @param now commands for a root shell there
   * @param file the file to change so that it lasts; empty if none is to be changed
   * @param lines what belongs into that file
   * @param words what to do, in one sentence
   */
  public record Repair(
      String machine, List<String> now, String file, List<String> lines, String words) {
    /** Keeps copies. */
    public Repair {
      now = List.copyOf(now);
      lines = List.copyOf(lines);
    }

    /** Something that only words can say. */
    public static Repair inWords(String machine, String words) {
      return new Repair(machine, List.of(), "", List.of(), words);
    }
  }
}
