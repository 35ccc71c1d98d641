package org.rulewalk.parsers.qrexec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.parsers.source.Spelling;

/**
 * dom0's policy files as they lie in dom0, put together from a capture. No path leads out of it:
 * looking a path up is looking into a map.
 *
 * <p>A capture may hold them below {@code dom0/policy/} as they are in dom0 ({@code
 * etc/PedOS/policy.d/…}, {@code run/PedOS/policy.d/…}, {@code etc/PedOS-rpc/policy/…}), in part
 * ({@code policy.d/…}, {@code PedOS-rpc/…}) or side by side: then {@code *.policy} is a file of
 * {@code policy.d} and any other one of {@code PedOS-rpc/policy}. Paths are in PedOS' spelling.
 */
final class PolicyTree {
  /** Where R4.1 and later keep policies. */
  static final String POLICY_D = "/etc/PedOS/policy.d/";

  /** Where R4.3 looks first. */
  static final String RUNTIME = "/run/PedOS/policy.d/";

  /** Where R4.0 keeps policies. */
  static final String OLD = "/etc/PedOS-rpc/policy/";

  private static final String DOM0 = "dom0/";
  private static final String SHARED = "include/";

  private final SortedMap<String, SourceText> files = new TreeMap<>();

  private PolicyTree() {}

  /** The policy files among the texts of a capture. */
  static PolicyTree of(Map<String, SourceText> texts) {
    PolicyTree tree = new PolicyTree();
    new TreeMap<>(texts).forEach((path, text) -> tree.place(path, text));
    return tree;
  }

  /** The path in dom0 of a file of the capture; empty if it is no policy. */
  static Optional<String> pathOf(String file) {
    if (!file.startsWith(DOM0)) {
      return Optional.empty();
    }
    String rest = Spelling.pedOs(file.substring(DOM0.length()));
    boolean below = rest.startsWith("policy/");
    String name = below ? rest.substring("policy/".length()) : rest;
    int folder = ("/" + name).indexOf("/policy.d/");
    if (folder >= 0) {
      boolean runtime = name.startsWith("run/") || name.startsWith("var/run/");
      return Optional.of((runtime ? RUNTIME : POLICY_D) + name.substring(folder + 9));
    }
    int old = ("/" + name).indexOf("/PedOS-rpc/");
    if (old >= 0) {
      String within = name.substring(old + 10);
      return Optional.of(OLD + (within.startsWith("policy/") ? within.substring(7) : within));
    }
    if (!below) {
      return Optional.empty();
    }
    boolean listed = name.endsWith(".policy") || name.contains(".policy.") || name.endsWith("~");
    return Optional.of((listed || name.startsWith(SHARED) ? POLICY_D : OLD) + name);
  }

  private void place(String file, SourceText text) {
    Optional<String> path = pathOf(file);
    path.ifPresent(at -> files.putIfAbsent(at, text));
    // R4.0 keeps shared parts in a folder of the same name
    path.filter(at -> at.startsWith(POLICY_D + SHARED))
        .ifPresent(at -> files.putIfAbsent(OLD + at.substring(POLICY_D.length()), text));
  }

  /** The same with a file put in, or put in the place of another. */
  PolicyTree with(String path, SourceText text) {
    PolicyTree other = new PolicyTree();
    other.files.putAll(files);
    other.files.put(path, text);
    return other;
  }

  Optional<SourceText> file(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /** Whether the capture holds something below this directory. */
  boolean hasDirectory(String directory) {
    return files.tailMap(directory).keySet().stream()
        .findFirst()
        .map(path -> path.startsWith(directory))
        .orElse(false);
  }

  /** Whether its files name Qubes OS rather than PedOS. */
  boolean isOfQubes() {
    boolean other =
        files.values().stream()
            .anyMatch(text -> text.file().contains("qubes") || text.text().contains("qubes."));
    return other && files.values().stream().noneMatch(text -> text.text().contains("PedOS."));
  }

  /** The names of files right in this directory, in C order. */
  List<String> names(String directory) {
    List<String> names = new ArrayList<>();
    for (String path : files.tailMap(directory).keySet()) {
      if (!path.startsWith(directory)) {
        break;
      }
      if (path.indexOf('/', directory.length()) < 0) {
        names.add(path.substring(directory.length()));
      }
    }
    return names;
  }

  /**
   * A path with its dots resolved, relative to a directory unless it starts with a slash; in PedOS'
   * spelling.
   */
  static String resolve(String directory, String path) {
    String joined = path.startsWith("/") ? path : directory + path;
    List<String> parts = new ArrayList<>();
    for (String part : Spelling.pedOs(joined).split("/")) {
      if (part.equals("..")) {
        if (!parts.isEmpty()) {
          parts.remove(parts.size() - 1);
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return "/" + String.join("/", parts);
  }
}
