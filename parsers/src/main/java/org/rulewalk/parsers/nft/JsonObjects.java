package org.rulewalk.parsers.nft;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rulewalk.simulator.rules.StatefulObject;

/** Says named objects and flowtables of the JSON listing in the words of the text language. */
final class JsonObjects {
  private static final List<String> SYNPROXY_FLAGS = List.of("timestamp", "sack-perm");

  private JsonObjects() {}

  /**
   * The lines of the object's body, parted by semicolons; empty for a kind whose body is not read.
   */
  static String text(StatefulObject.Kind kind, JsonNode body) {
    List<String> lines = new ArrayList<>();
    if (body.has("comment")) {
      lines.add("comment " + quoted(body, "comment"));
    }
    lines.addAll(lines(kind, body));
    return String.join("; ", lines);
  }

  private static List<String> lines(StatefulObject.Kind kind, JsonNode body) {
    switch (kind) {
      case COUNTER:
        return List.of(
            "packets " + body.path("packets").asLong() + " bytes " + body.path("bytes").asLong());
      case QUOTA:
        long used = body.path("used").asLong();
        return List.of(
            (body.path("inv").asBoolean() ? "over " : "")
                + body.path("bytes").asLong()
                + " bytes"
                + (used == 0 ? "" : " used " + used + " bytes"));
      case LIMIT:
        return List.of(limit(body));
      case CT_HELPER:
        return named(body, "type " + quoted(body, "type") + " protocol " + word(body, "protocol"));
      case CT_TIMEOUT:
        return timeouts(body);
      case CT_EXPECTATION:
        return named(
            body,
            "protocol " + word(body, "protocol"),
            "dport " + word(body, "dport"),
            "timeout " + word(body, "timeout") + "ms",
            "size " + word(body, "size"));
      case SECMARK:
        return List.of(quoted(body, "context"));
      case SYNPROXY:
        return synproxy(body);
      case FLOWTABLE:
        return flowtable(body);
      default:
        return List.of();
    }
  }

  private static String limit(JsonNode body) {
    String unit = body.path("rate_unit").asText("packets");
    boolean bytes = !unit.startsWith("packet");
    String over = body.path("inv").asBoolean() ? "over " : "";
    String burst =
        body.has("burst")
            ? " burst " + word(body, "burst") + " " + body.path("burst_unit").asText("packets")
            : "";
    return "rate "
        + over
        + word(body, "rate")
        + (bytes ? " " + unit : "")
        + "/"
        + body.path("per").asText("second")
        + burst;
  }

  private static List<String> named(JsonNode body, String... first) {
    List<String> lines = new ArrayList<>(List.of(first));
    if (body.has("l3proto")) {
      lines.add("l3proto " + word(body, "l3proto"));
    }
    return lines;
  }

  private static List<String> timeouts(JsonNode body) {
    List<String> states = new ArrayList<>();
    for (Map.Entry<String, JsonNode> state : body.path("policy").properties()) {
      states.add(state.getKey() + " : " + state.getValue().asText());
    }
    List<String> lines = named(body, "protocol " + word(body, "protocol"));
    if (!states.isEmpty()) {
      lines.add("policy = { " + String.join(", ", states) + " }");
    }
    return lines;
  }

  private static List<String> synproxy(JsonNode body) {
    List<String> lines = new ArrayList<>();
    for (String name : List.of("mss", "wscale")) {
      if (body.has(name)) {
        lines.add(name + " " + word(body, name));
      }
    }
    List<String> flags = JsonTerms.list(body.path("flags")).stream().map(JsonNode::asText).toList();
    List<String> known = SYNPROXY_FLAGS.stream().filter(flags::contains).toList();
    if (!known.isEmpty()) {
      lines.add(String.join(" ", known));
    }
    return lines;
  }

  private static List<String> flowtable(JsonNode body) {
    List<String> lines = new ArrayList<>();
    lines.add("hook " + word(body, "hook") + " priority " + word(body, "prio"));
    List<String> devices =
        JsonTerms.list(body.path("dev")).stream().map(dev -> "\"" + dev.asText() + "\"").toList();
    if (!devices.isEmpty()) {
      lines.add("devices = { " + String.join(", ", devices) + " }");
    }
    List<String> flags = JsonTerms.list(body.path("flags")).stream().map(JsonNode::asText).toList();
    if (!flags.isEmpty()) {
      lines.add("flags " + String.join(",", flags));
    }
    return lines;
  }

  private static String word(JsonNode body, String name) {
    return body.path(name).asText("");
  }

  private static String quoted(JsonNode body, String name) {
    return "\"" + word(body, name) + "\"";
  }
}
