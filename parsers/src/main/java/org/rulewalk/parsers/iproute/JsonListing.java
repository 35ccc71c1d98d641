package org.rulewalk.parsers.iproute;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.value.Source;

/** The array of objects that {@code ip -j} prints. */
final class JsonListing {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonListing() {}

  /** The objects; a file that is cut off or no JSON gives one problem and none. */
  static List<JsonNode> objects(SourceText text, Problems problems) {
    List<JsonNode> objects = new ArrayList<>();
    if (text.text().isBlank()) {
      return objects;
    }
    try {
      for (JsonNode node : MAPPER.readTree(text.text())) {
        // iproute2 leaves empty objects where a filter hid an entry
        if (node.isObject() && !node.isEmpty()) {
          objects.add(node);
        }
      }
    } catch (JsonProcessingException e) {
      problems.error(
          "json-broken",
          "the JSON is broken: " + e.getOriginalMessage(),
          place(text, e),
          0,
          "capture it again");
    }
    return objects;
  }

  private static Source place(SourceText text, JsonProcessingException e) {
    if (e.getLocation() == null) {
      return text.whole();
    }
    int line = Math.max(1, Math.min(e.getLocation().getLineNr(), text.lineCount()));
    return text.at(text.lineStart(line) + Math.max(0, e.getLocation().getColumnNr() - 1));
  }

  /** Adds key and value as {@code ip} writes them in text, if the object has the member. */
  static void add(StringBuilder words, JsonNode object, String member, String key) {
    JsonNode value = object.path(member);
    if (value.isValueNode() && !value.isNull()) {
      words.append(' ').append(key).append(' ').append(word(value));
    }
  }

  /** A value as one word. */
  static String word(JsonNode value) {
    return value.asText().replace(' ', '_');
  }
}
