package org.rulewalk.parsers.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rulewalk.simulator.value.Source;

/**
 * Collects problems while files are read. Keeps the first hundred of each kind and file and counts
 * the rest, so that a broken file of any size costs bounded memory. Not thread-safe.
 */
public final class Problems {
  private static final int MOST = 100;

  private final List<Problem> list = new ArrayList<>();
  private final Map<String, Integer> counts = new HashMap<>();

  /** Adds one. */
  public void add(Problem problem) {
    int count = counts.merge(problem.where().file() + "\n" + problem.id(), 1, Integer::sum);
    if (count <= MOST) {
      list.add(problem);
    }
  }

  /** Adds an error. */
  public void error(String id, String message, Source where, int length, String help) {
    add(new Problem(id, Problem.Severity.ERROR, message, where, length, help));
  }

  /** Adds a warning. */
  public void warn(String id, String message, Source where, int length, String help) {
    add(new Problem(id, Problem.Severity.WARNING, message, where, length, help));
  }

  /** Adds a note. */
  public void note(String id, String message, Source where, int length, String help) {
    add(new Problem(id, Problem.Severity.NOTE, message, where, length, help));
  }

  /** Those that were kept, in the order they were found. */
  public List<Problem> list() {
    return List.copyOf(list);
  }

  /** How many of a kind there were in a file, kept or not. */
  public int count(String file, String id) {
    return counts.getOrDefault(file + "\n" + id, 0);
  }

  /** How many were counted but not kept. */
  public int dropped() {
    return counts.values().stream().mapToInt(Integer::intValue).sum() - list.size();
  }
}
