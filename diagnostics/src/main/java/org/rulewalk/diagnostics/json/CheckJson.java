package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rulewalk.parsers.capture.LoadReport;
import org.rulewalk.parsers.source.Problem;
import org.rulewalk.simulator.network.Link;

/** What was read of a capture, as {@code rulewalk-check/1}. */
public final class CheckJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private CheckJson() {}

  /** All members of the contract. */
  public static ObjectNode of(LoadReport report) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("format", "rulewalk-check/1");
    ObjectNode machines = node.putObject("machines");
    for (Map.Entry<String, List<LoadReport.FileReport>> machine : report.machines().entrySet()) {
      ObjectNode files = machines.putObject(machine.getKey()).putObject("files");
      for (LoadReport.FileReport file : machine.getValue()) {
        files.set(name(machine.getKey(), file.path()), file(report, file));
      }
    }
    ObjectNode others = node.putObject("otherFiles");
    report.otherFiles().forEach(file -> others.set(file.path(), file(report, file)));
    ArrayNode problems = node.putArray("problems");
    report.problems().forEach(problem -> problems.add(problem(problem)));
    node.put("furtherProblems", report.uncounted());
    ArrayNode missing = node.putArray("missing");
    report.missing().forEach(missing::add);
    ArrayNode links = node.putArray("links");
    report.links().forEach(link -> links.add(link(link)));
    return node;
  }

  private static String name(String machine, String path) {
    String folder = "vms/" + machine + "/";
    return path.startsWith(folder) ? path.substring(folder.length()) : path;
  }

  private static ObjectNode file(LoadReport report, LoadReport.FileReport file) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("read", file.read()).put("bytes", file.sizeBytes());
    node.put("rules", file.rules()).put("understood", file.understood());
    ArrayNode problems = node.putArray("problems");
    report.problemsOf(file.path()).forEach(problem -> problems.add(problem(problem)));
    return node;
  }

  private static ObjectNode problem(Problem problem) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("file", problem.where().file()).put("line", problem.where().line());
    node.put("column", problem.where().column()).put("text", problem.where().text());
    node.put("message", problem.message());
    node.put("severity", problem.severity().name().toLowerCase(Locale.ROOT));
    return node.put("id", problem.id()).put("help", problem.help());
  }

  private static ObjectNode link(Link link) {
    ObjectNode node = MAPPER.createObjectNode();
    ArrayNode ends = node.putArray("ends");
    link.ends().forEach(end -> ends.add(end.toString()));
    return node.put("origin", link.origin().name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }
}
