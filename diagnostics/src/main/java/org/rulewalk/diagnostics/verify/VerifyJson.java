package org.rulewalk.diagnostics.verify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What came of asking a kernel, as {@code rulewalk-verify/1}. */
public final class VerifyJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private VerifyJson() {}

  /** The document. */
  public static ObjectNode of(Verification result) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("format", "rulewalk-verify/1");
    node.put("probes", result.probes());
    node.put("agreed", result.agreed());
    node.put("undecided", result.undecided().size());
    ArrayNode disagreements = node.putArray("disagreements");
    for (Verification.Disagreement one : result.disagreements()) {
      ObjectNode entry = disagreements.addObject();
      entry.set("probe", one.probe());
      entry.put("difference", one.difference());
      entry.set("kernel", one.kernel());
      entry.set("rulewalk", one.rulewalk());
    }
    ArrayNode unsure = node.putArray("unsure");
    for (Verification.Undecided one : result.undecided()) {
      ObjectNode entry = unsure.addObject().put("id", one.id());
      entry.put("difference", one.difference());
      entry.put("foreseen", one.foreseen());
      ArrayNode doubts = entry.putArray("doubts");
      one.doubts().forEach(doubts::add);
    }
    ArrayNode missing = node.putArray("notRebuilt");
    result.notRebuilt().forEach(missing::add);
    result.kept().ifPresent(directory -> node.put("kept", directory.toString()));
    return node;
  }
}
