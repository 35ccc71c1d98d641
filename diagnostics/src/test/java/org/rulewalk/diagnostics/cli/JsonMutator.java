package org.rulewalk.diagnostics.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Well-formed JSON with wrong things in wrong places. */
final class JsonMutator {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Random random;

  JsonMutator(Random random) {
    this.random = random;
  }

  /** A few values replaced; a text that is no JSON as it was. */
  byte[] mutated(String text) {
    try {
      JsonNode root = MAPPER.readTree(text);
      for (int left = 1 + random.nextInt(4); left > 0; left--) {
        change(root);
      }
      return MAPPER.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  private void change(JsonNode root) {
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    if (containers.isEmpty()) {
      return;
    }
    JsonNode container = containers.get(random.nextInt(containers.size()));
    if (container.isEmpty()) {
      return;
    }
    JsonNode value = value(containers);
    if (container instanceof ArrayNode) {
      ((ArrayNode) container).set(random.nextInt(container.size()), value);
      return;
    }
    List<String> names = new ArrayList<>();
    container.fieldNames().forEachRemaining(names::add);
    String name = names.get(random.nextInt(names.size()));
    ObjectNode object = (ObjectNode) container;
    switch (random.nextInt(4)) {
      case 0:
        object.remove(name);
        break;
      case 1:
        object.set(name + "x", object.remove(name));
        break;
      default:
        object.set(name, value);
    }
  }

  private JsonNode value(List<JsonNode> containers) {
    switch (random.nextInt(9)) {
      case 0:
        return NODES.nullNode();
      case 1:
        return NODES.numberNode(random.nextLong());
      case 2:
        return NODES.numberNode(random.nextInt(300) - 20);
      case 3:
        return NODES.textNode("@" + random.nextInt(9));
      case 4:
        return NODES.textNode("");
      case 5:
        return NODES.booleanNode(random.nextBoolean());
      case 6:
        return deep();
      default:
        return containers.get(random.nextInt(containers.size())).deepCopy();
    }
  }

  private JsonNode deep() {
    JsonNode inner = NODES.numberNode(1);
    for (int i = random.nextInt(400); i > 0; i--) {
      inner = i % 2 == 0 ? NODES.arrayNode().add(inner) : NODES.objectNode().set("&", inner);
    }
    return inner;
  }

  private static void collect(JsonNode node, List<JsonNode> found) {
    if (node.isContainerNode()) {
      found.add(node);
      node.forEach(child -> collect(child, found));
    }
  }
}
