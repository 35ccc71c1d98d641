package org.rulewalk.parsers.write;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rulewalk.parsers.capture.FileKind;
import org.rulewalk.parsers.host.SysctlWriter;
import org.rulewalk.parsers.iproute.AddressWriter;
import org.rulewalk.parsers.iproute.NeighbourWriter;
import org.rulewalk.parsers.iproute.RouteWriter;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.network.TrackedConnection;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What becomes of a machine's files when the machine has changed: those that no longer hold, and
 * new ones in their place in the form of the tools' own listings. All others stay as they were
 * captured.
 *
 * @param replaced kinds of files that no longer hold
 * @param texts new files by name
 * @param linesGone lines of files, by path inside the capture, that no longer hold: connections
 */
record MachineFiles(
    Set<FileKind> replaced, Map<String, String> texts, Map<String, Set<Integer>> linesGone) {

  /**
   * What becomes of them.
   *
   * @param captured the files that there are
   */
  static MachineFiles of(
      Machine before, Machine after, Set<CaptureFile> captured, Problems problems) {
    MachineFiles files =
        new MachineFiles(
            EnumSet.noneOf(FileKind.class), new LinkedHashMap<>(), new LinkedHashMap<>());
    if (!before.ruleset().equals(after.ruleset()) || !before.ipsets().equals(after.ipsets())) {
      Stream.of(FileKind.values()).filter(FileKind::isRules).forEach(files.replaced::add);
      RuleFiles.of(after, problems).forEach((file, text) -> files.texts.put(file.fileName(), text));
    }
    if (!before.interfaces().equals(after.interfaces())) {
      files.replace(
          CaptureFile.ADDRESSES, lines(after.interfaces().stream(), AddressWriter::lines));
    }
    if (!before.neighbours().equals(after.neighbours())) {
      files.replace(
          CaptureFile.NEIGHBOURS,
          lines(after.neighbours().stream(), each -> NeighbourWriter.line(each) + "\n"));
    }
    if (!before.settings().entries().equals(after.settings().entries())) {
      files.replace(CaptureFile.SETTINGS, SysctlWriter.write(after.settings()));
    }
    files.routes(before, after);
    files.rules(before, after, problems);
    files.connections(before, after);
    return files;
  }

  private static boolean holdsSomething(String text) {
    return text.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#"));
  }

  private interface Line<T> {
    String of(T entry);
  }

  private static <T> String lines(Stream<T> entries, Line<T> line) {
    return entries.map(line::of).collect(Collectors.joining());
  }

  private void replace(CaptureFile file, String text) {
    Stream.of(FileKind.values())
        .filter(kind -> kind.captureFile().filter(file::equals).isPresent())
        .forEach(replaced::add);
    texts.put(file.fileName(), text);
  }

  /** A listing may hold both versions: both are written, each into its own. */
  private void routes(Machine before, Machine after) {
    if (!before.routes().equals(after.routes())) {
      replace(CaptureFile.ROUTES, routes(after, IpVersion.IPV4));
      replace(CaptureFile.ROUTES6, routes(after, IpVersion.IPV6));
    }
  }

  private static String routes(Machine machine, IpVersion version) {
    Stream<Route> routes =
        machine.routes().stream().filter(route -> route.destination().version() == version);
    return lines(routes, route -> RouteWriter.route(route) + "\n");
  }

  private void rules(Machine before, Machine after, Problems problems) {
    for (IpVersion version : IpVersion.values()) {
      List<RoutingRule> rules = rules(after, version);
      if (rules(before, version).equals(rules)) {
        continue;
      }
      StringBuilder text = new StringBuilder();
      for (RoutingRule rule : rules) {
        Optional<String> line = RouteWriter.rule(rule);
        line.ifPresent(words -> text.append(words).append('\n'));
        if (line.isEmpty()) {
          problems.warn(
              "unwritable",
              "the routing rule " + rule.priority() + " is not understood: it is left out",
              rule.source(),
              0,
              "");
        }
      }
      boolean four = version == IpVersion.IPV4;
      replace(four ? CaptureFile.ROUTING_RULES : CaptureFile.ROUTING_RULES6, text.toString());
    }
  }

  private static List<RoutingRule> rules(Machine machine, IpVersion version) {
    return machine.routingRules().stream().filter(rule -> rule.version() == version).toList();
  }

  /** Connections only go: all lines that stay are as they were captured. */
  private void connections(Machine before, Machine after) {
    Set<TrackedConnection> left = Set.copyOf(after.connections());
    for (TrackedConnection connection : before.connections()) {
      if (!left.contains(connection)) {
        linesGone
            .computeIfAbsent(connection.source().file(), file -> new java.util.HashSet<>())
            .add(connection.source().line());
      }
    }
  }
}
