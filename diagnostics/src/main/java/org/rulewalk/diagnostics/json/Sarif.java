package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.audit.Finding;
import org.rulewalk.diagnostics.words.FindingWords;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.source.Problem;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.value.Source;

/**
 * Findings as SARIF 2.1.0 (OASIS, errata 01), for code hosts and editors. Places are relative to
 * the capture, under the base {@code CAPTURE}.
 */
public final class Sarif {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
  private static final String BASE = "CAPTURE";
  private static final String PERSISTENT = "/rw/config/";
  private static final int MOST_PROBLEMS = 100;

  private final Capture capture;
  private final List<String> rules = new ArrayList<>();
  private final Map<String, Integer> seen = new HashMap<>();

  private Sarif(Capture capture) {
    this.capture = capture;
  }

  /**
   * A log with one run.
   *
   * @param path where the capture lies
   * @param version of this program
   * @param status the exit status of the run
   */
  public static ObjectNode of(
      List<Finding> findings, Capture capture, Path path, String version, int status) {
    return new Sarif(capture).log(findings, path, version, status);
  }

  private ObjectNode log(List<Finding> findings, Path path, String version, int status) {
    findings.stream().map(Finding::id).distinct().sorted().forEach(rules::add);
    ObjectNode log = MAPPER.createObjectNode();
    log.put("$schema", SCHEMA).put("version", "2.1.0");
    ObjectNode run = log.putArray("runs").addObject();
    ObjectNode driver = run.putObject("tool").putObject("driver");
    driver.put("name", "rulewalk").put("version", version).put("semanticVersion", version);
    ArrayNode described = driver.putArray("rules");
    rules.forEach(id -> described.add(rule(id, findings)));
    run.set("originalUriBaseIds", bases(path));
    ArrayNode invocations = run.putArray("invocations");
    invocations.add(invocation(status));
    run.put("columnKind", "utf16CodeUnits");
    ArrayNode results = run.putArray("results");
    findings.forEach(finding -> results.add(result(finding)));
    return log;
  }

  private static ObjectNode bases(Path path) {
    ObjectNode bases = MAPPER.createObjectNode();
    ObjectNode base = bases.putObject(BASE);
    if (Files.isDirectory(path)) {
      String uri = path.toAbsolutePath().normalize().toUri().toString();
      base.put("uri", uri.endsWith("/") ? uri : uri + "/");
    }
    text(base, "description", "The capture that was audited.");
    return bases;
  }

  private ObjectNode invocation(int status) {
    ObjectNode invocation = MAPPER.createObjectNode();
    invocation.put("executionSuccessful", true).put("exitCode", status);
    ArrayNode told = invocation.putArray("toolExecutionNotifications");
    capture.report().problems().stream()
        .limit(MOST_PROBLEMS)
        .forEach(problem -> told.add(notification(problem)));
    return invocation;
  }

  private static ObjectNode notification(Problem problem) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("level", problem.severity() == Problem.Severity.ERROR ? "error" : "warning");
    text(node, "message", problem.message());
    if (problem.where().isKnown()) {
      node.putArray("locations").addObject().set("physicalLocation", place(problem.where()));
    }
    return node;
  }

  private static ObjectNode rule(String id, List<Finding> findings) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("id", id);
    Optional<FindingWords> words = FindingWords.of(id);
    String title = words.map(FindingWords::title).orElse(id.replace('-', ' '));
    text(node, "shortDescription", title);
    text(node, "fullDescription", title + ".");
    text(node, "help", words.map(FindingWords::help).orElse(title + "."));
    String level =
        findings.stream()
            .filter(finding -> finding.id().equals(id))
            .map(Finding::severity)
            .min(java.util.Comparator.naturalOrder())
            .map(Finding.Severity::word)
            .orElse("warning");
    node.putObject("defaultConfiguration").put("level", level);
    return node;
  }

  private ObjectNode result(Finding finding) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("ruleId", finding.id()).put("ruleIndex", rules.indexOf(finding.id()));
    node.put("level", finding.severity().word());
    text(node, "message", finding.message() + remedy(finding));
    ObjectNode location = node.putArray("locations").addObject();
    if (finding.source().isKnown()) {
      location.set("physicalLocation", place(finding.source()));
    }
    location
        .putArray("logicalLocations")
        .addObject()
        .put("name", finding.machine())
        .put("kind", "module");
    if (!finding.because().isEmpty()) {
      ArrayNode related = node.putArray("relatedLocations");
      for (Source source : finding.because()) {
        if (source.isKnown()) {
          related.addObject().put("id", related.size() - 1).set("physicalLocation", place(source));
        }
      }
    }
    node.putObject("partialFingerprints").put("finding/v1", fingerprint(finding));
    fix(finding).ifPresent(fix -> node.putArray("fixes").add(fix));
    ObjectNode properties = node.putObject("properties");
    properties.put("machine", finding.machine());
    finding
        .repair()
        .map(Finding.Repair::now)
        .filter(commands -> !commands.isEmpty())
        .ifPresent(commands -> commands.forEach(properties.putArray("commands")::add));
    finding.example().ifPresent(e -> properties.set("example", AuditJson.example(e)));
    return node;
  }

  private static String remedy(Finding finding) {
    return finding.repair().map(repair -> "\n\n" + repair.words()).orElse("");
  }

  private static void text(ObjectNode node, String name, String text) {
    node.putObject(name).put("text", text);
  }

  private static ObjectNode place(Source source) {
    ObjectNode node = MAPPER.createObjectNode();
    node.set("artifactLocation", artifact(source.file()));
    if (source.line() > 0) {
      ObjectNode region = node.putObject("region").put("startLine", source.line());
      if (source.column() > 0) {
        region.put("startColumn", source.column());
      }
      if (!source.text().isEmpty()) {
        text(
            node.putObject("contextRegion").put("startLine", source.line()),
            "snippet",
            source.text());
      }
    }
    return node;
  }

  private static ObjectNode artifact(String file) {
    return MAPPER.createObjectNode().put("uri", uri(file)).put("uriBaseId", BASE);
  }

  /** A path inside the capture as a relative reference; what must not stand there is escaped. */
  private static String uri(String file) {
    try {
      // a colon in the first part would make it a scheme
      return new URI(null, null, "/" + file, null).getRawPath().substring(1).replace(":", "%3A");
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(file, e);
    }
  }

  /** The same finding has the same one when lines are added elsewhere. */
  private String fingerprint(Finding finding) {
    String what =
        String.join(
            "\n",
            finding.id(),
            finding.machine(),
            finding.source().file(),
            finding.source().text());
    int number = seen.merge(what, 1, Integer::sum);
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((what + "\n" + number).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Lines for a script that the capture holds, at its end. */
  private Optional<ObjectNode> fix(Finding finding) {
    Optional<Finding.Repair> repair =
        finding.repair().filter(r -> r.file().startsWith(PERSISTENT) && !r.lines().isEmpty());
    if (repair.isEmpty()) {
      return Optional.empty();
    }
    String name = "rw-config/" + repair.get().file().substring(PERSISTENT.length());
    Optional<SourceText> script = capture.text(repair.get().machine(), name);
    if (script.isEmpty()) {
      return Optional.empty();
    }
    String text = script.get().text();
    int lines = (int) text.lines().count();
    boolean ended = text.isEmpty() || text.endsWith("\n");
    int last = text.length() - text.lastIndexOf('\n') - 1;
    ObjectNode fix = MAPPER.createObjectNode();
    text(fix, "description", repair.get().words());
    ObjectNode change = fix.putArray("artifactChanges").addObject();
    change.set("artifactLocation", artifact(script.get().whole().file()));
    ObjectNode replacement = change.putArray("replacements").addObject();
    int line = Math.max(1, ended ? lines + 1 : lines);
    int column = ended ? 1 : last + 1;
    replacement
        .putObject("deletedRegion")
        .put("startLine", line)
        .put("startColumn", column)
        .put("endLine", line)
        .put("endColumn", column);
    text(
        replacement,
        "insertedContent",
        (ended ? "" : "\n") + String.join("\n", repair.get().lines()) + "\n");
    return Optional.of(fix);
  }
}
