package org.rulewalk.diagnostics.fixes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Fix;

/**
 * An answer's fixes as commands that a lab of network namespaces can run.
 */
final class LabCommands {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private LabCommands() {}

  static ArrayNode of(Answer answer) {
    ArrayNode fixes = MAPPER.createArrayNode();
    for (Fix fix : answer.fixes()) {
      add(fixes, fix.machine(), fix.now());
    }
    return fixes;
  }

  private static void add(ArrayNode fixes, String machine, List<String> commands) {
    ObjectNode one = fixes.addObject();
    one.put("machine", machine);
    ArrayNode now = one.putArray("now");
    commands.forEach(now::add);
  }
}
