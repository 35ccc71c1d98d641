package org.rulewalk.diagnostics.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What came of asking a kernel.
 *
 * @param probes how many it answered
 * @param agreed how many the simulator answers the same, in every byte
 * @param undecided those that differ, where the simulator had said that it can't be sure
 * @param notRebuilt what could not be built as captured, each thing once
 * @param kept where the probes and the kernel's answers were written; the user's directory stays,
 *     and any where something disagrees
 */
public record Verification(
    int probes,
    int agreed,
    List<Undecided> undecided,
    List<Disagreement> disagreements,
    List<String> notRebuilt,
    Optional<Path> kept) {
  /** Keeps copies. */
  public Verification {
    disagreements = List.copyOf(disagreements);
    undecided = List.copyOf(undecided);
    notRebuilt = List.copyOf(notRebuilt);
  }

  /**
   * A probe whose answer hangs on what the capture does not tell.
   *
   * @param difference from the likely answer, in words
   * @param doubts what it hangs on: words of rules, names of settings
   * @param foreseen whether the kernel did exactly what another of the possible answers says
   */
  public record Undecided(String id, String difference, List<String> doubts, boolean foreseen) {
    /** Keeps a copy. */
    public Undecided {
      doubts = List.copyOf(doubts);
    }
  }

  Verification keptIn(Path directory) {
    return new Verification(
        probes, agreed, undecided, disagreements, notRebuilt, Optional.of(directory));
  }

  /**
   * A probe that the simulator answered wrongly.
   *
   * @param probe as it can be asked again
   * @param difference the first difference, in words
   * @param kernel what the kernel did
   * @param rulewalk what the simulator said
   */
  public record Disagreement(
      JsonNode probe, String difference, JsonNode kernel, JsonNode rulewalk) {}
}
