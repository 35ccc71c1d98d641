package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.rulewalk.diagnostics.dom0.Behind;
import org.rulewalk.simulator.value.Source;

/** What in dom0 is behind a rule. */
final class Dom0Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Dom0Json() {}

  /** {@code rule} is the number that {@code qvm-firewall} takes; null for the list's end. */
  static ObjectNode of(Behind behind) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("vm", behind.standing().vm());
    node.put("standing", word(behind));
    Source where =
        behind.origin().map(origin -> origin.source()).orElse(behind.standing().rules().source());
    node.put("file", where.file());
    node.put("line", where.line() > 0 ? where.line() : null);
    node.put("rule", behind.number().orElse(null));
    return node.put("text", behind.origin().map(origin -> origin.words()).orElse(null));
  }

  private static String word(Behind behind) {
    return behind.standing().state().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
