package org.rulewalk.parsers.capture;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rulewalk.parsers.source.Problem;
import org.rulewalk.simulator.network.Link;

/**
 * What was read of a capture and what was not.
 *
 * @param machines the files of each machine's folder, in order
 * @param otherFiles files of the capture that belong to no machine
 * @param problems all that could not be read or is odd, in the order it was found
 * @param uncounted how many further problems of the same kinds there were
 * @param missing paths that the capture should hold and does not
 * @param links with how each became known
 */
public record LoadReport(
    Map<String, List<FileReport>> machines,
    List<FileReport> otherFiles,
    List<Problem> problems,
    int uncounted,
    List<String> missing,
    List<Link> links) {
  /** Keeps copies. */
  public LoadReport {
    machines = Collections.unmodifiableMap(new LinkedHashMap<>(machines));
    otherFiles = List.copyOf(otherFiles);
    problems = List.copyOf(problems);
    missing = List.copyOf(missing);
    links = List.copyOf(links);
  }

  /**
   * One file.
   *
   * @param path inside the capture
   * @param rules how many rules, or other entries, it holds
   * @param understood how many of these are understood as a whole
   * @param read whether it was read at all
   */
  public record FileReport(
      String path, FileKind kind, long sizeBytes, int rules, int understood, boolean read) {}

  /** The problems of one file. */
  public List<Problem> problemsOf(String path) {
    return problems.stream().filter(problem -> problem.where().file().equals(path)).toList();
  }
}
