package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.rulewalk.diagnostics.audit.Finding;
import org.rulewalk.simulator.value.Source;

/** Findings as {@code rulewalk-audit/1}. */
public final class AuditJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private AuditJson() {}

  /** All members of the contract. */
  public static ObjectNode of(List<Finding> findings) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("format", "rulewalk-audit/1");
    ArrayNode all = node.putArray("findings");
    findings.forEach(finding -> all.add(finding(finding)));
    return node;
  }

  private static ObjectNode finding(Finding finding) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("id", finding.id()).put("severity", finding.severity().word());
    node.put("machine", finding.machine());
    node.set("source", source(finding.source()));
    node.put("message", finding.message());
    ArrayNode because = node.putArray("because");
    finding.because().forEach(source -> because.add(source(source)));
    node.set("example", finding.example().map(AuditJson::example).orElse(null));
    node.set("fix", finding.repair().map(AuditJson::repair).orElse(null));
    return node;
  }

  private static ObjectNode source(Source source) {
    if (!source.isKnown()) {
      return null;
    }
    return MAPPER
        .createObjectNode()
        .put("file", source.file())
        .put("line", source.line())
        .put("text", source.text());
  }

  /** In the form that {@code trace --at … --packet …} takes. */
  static ObjectNode example(Finding.Example example) {
    ObjectNode node = MAPPER.createObjectNode();
    ObjectNode at = node.putObject("at").put("machine", example.machine());
    example.in().ifPresent(device -> at.put("interface", device));
    return node.put("packet", example.packet().toHex());
  }

  private static ObjectNode repair(Finding.Repair repair) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("machine", repair.machine());
    ArrayNode now = node.putArray("now");
    repair.now().forEach(now::add);
    ObjectNode persist = node.putObject("persist");
    persist.put("file", repair.file().isEmpty() ? null : repair.file());
    ArrayNode lines = persist.putArray("lines");
    repair.lines().forEach(lines::add);
    return node.put("why", repair.words());
  }
}
