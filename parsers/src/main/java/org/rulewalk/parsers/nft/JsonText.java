package org.rulewalk.parsers.nft;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.rulewalk.simulator.value.IpAddress;

/**
 * Says expressions of the JSON listing in the words of the text language: for parts of rules that
 * are known by their words alone.
 */
final class JsonText {
  private static final Set<String> BARE =
      Set.of("iif", "oif", "iifname", "oifname", "iifgroup", "oifgroup");
  private static final int MAX_DEPTH = 16;

  private JsonText() {}

  static String of(JsonNode node) {
    return of(node, 0);
  }

  private static String of(JsonNode node, int depth) {
    if (depth > MAX_DEPTH) {
      throw new Misread("nested too deeply");
    }
    if (node.isObject() && node.size() > 0) {
      Map.Entry<String, JsonNode> only = node.fields().next();
      return object(only.getKey(), only.getValue(), depth + 1);
    }
    if (node.isArray()) {
      return joined(node, ",", depth + 1);
    }
    return node.asText();
  }

  private static String joined(JsonNode node, String sign, int depth) {
    return JsonTerms.list(node).stream()
        .map(part -> of(part, depth))
        .collect(Collectors.joining(sign));
  }

  private static String object(String kind, JsonNode body, int depth) {
    switch (kind) {
      case "payload":
        return body.has("base")
            ? "@" + word(body, "base") + "," + word(body, "offset") + "," + word(body, "len")
            : word(body, "protocol") + " " + word(body, "field");
      case "meta":
        return (BARE.contains(word(body, "key")) ? "" : "meta ") + word(body, "key");
      case "ct":
        return "ct " + (body.has("dir") ? word(body, "dir") + " " : "") + word(body, "key");
      case "concat":
        return joined(body, " . ", depth);
      case "range":
        return joined(body, "-", depth);
      case "prefix":
        return of(body.path("addr"), depth) + "/" + word(body, "len");
      case "elem":
        return of(body.path("val"), depth);
      case "set":
        return elements(body, depth, false);
      case "map":
        return of(body.path("key"), depth) + " map " + mapped(body, depth);
      case "&":
      case "|":
      case "^":
      case "<<":
      case ">>":
        return joined(body, " " + kind + " ", depth);
      default:
        return rare(kind, body, depth);
    }
  }

  private static String rare(String kind, JsonNode body, int depth) {
    switch (kind) {
      case "numgen":
        return "numgen " + word(body, "mode") + modulus(body);
      case "jhash":
        return "jhash " + of(body.path("expr"), depth) + modulus(body);
      case "symhash":
        return "symhash" + modulus(body);
      case "osf":
        String ttl = word(body, "ttl");
        return "osf " + (ttl.isEmpty() ? "" : "ttl " + ttl + " ") + word(body, "key");
      case "ipsec":
        String family = word(body, "family");
        return "ipsec "
            + word(body, "dir")
            + (body.path("spnum").asInt() == 0 ? "" : " spnum " + word(body, "spnum"))
            + (family.isEmpty() ? " " : " " + family + " ")
            + word(body, "key");
      case "exthdr":
        return (word(body, "name") + " " + word(body, "field")).strip();
      case "tcp option":
        return ("tcp option " + word(body, "name") + " " + word(body, "field")).strip();
      default:
        return kind + " " + word(body, "key");
    }
  }

  /** Keys that are marks stand in hexadecimal. */
  private static String mapped(JsonNode body, int depth) {
    JsonNode data = body.path("data");
    boolean marks =
        body.path("key").elements().hasNext()
            && body.path("key").elements().next().path("key").asText().equals("mark");
    return marks && data.has("set") ? elements(data.path("set"), depth, true) : of(data, depth);
  }

  private static String modulus(JsonNode body) {
    String seed = body.has("seed") ? " seed 0x" + Long.toHexString(body.path("seed").asLong()) : "";
    int offset = body.path("offset").asInt();
    return " mod " + word(body, "mod") + seed + (offset == 0 ? "" : " offset " + offset);
  }

  private static String elements(JsonNode body, int depth, boolean marks) {
    List<String> items =
        JsonTerms.list(body).stream()
            .map(
                item ->
                    item.isArray() && item.size() == 2
                        ? key(item.path(0), depth, marks) + " : " + device(item.path(1))
                        : of(item, depth))
            .toList();
    return "{ " + String.join(", ", items) + " }";
  }

  private static String key(JsonNode node, int depth, boolean mark) {
    return mark && node.isNumber() ? String.format("0x%08x", node.asLong()) : of(node, depth);
  }

  /** A member as a word; empty where it isn't there. */
  private static String word(JsonNode body, String name) {
    return body.path(name).asText("");
  }

  /** {@code tproxy [ip|ip6] to [ADDRESS][:PORT]}. */
  static String proxy(JsonNode body) {
    StringBuilder text = new StringBuilder("tproxy");
    if (body.has("family")) {
      text.append(' ').append(word(body, "family"));
    }
    String address = body.has("addr") ? of(body.path("addr")) : "";
    boolean bare = address.contains(":") && !address.contains(" ");
    text.append(" to ").append(bare ? "[" + address + "]" : address);
    return body.has("port") ? text.append(':') + of(body.path("port")) : text.toString();
  }

  /** Names are quoted, addresses are not. */
  private static String device(JsonNode node) {
    boolean name = node.isTextual() && IpAddress.parse(node.asText()).isEmpty();
    return name ? "\"" + node.asText() + "\"" : of(node);
  }

  /** A match: names that the text language quotes are quoted. */
  static String match(JsonNode body) {
    String operator = word(body, "op");
    boolean silent = operator.equals("in") || operator.equals("==");
    JsonNode right = body.path("right");
    boolean several = right.isArray() || right.has("set");
    return of(body.path("left"))
        + (silent ? " " : " " + operator + " ")
        + (right.isTextual() && !several ? "\"" + right.asText() + "\"" : of(right));
  }

  static String synproxy(JsonNode body) {
    if (body.isTextual()) {
      return "synproxy name \"" + body.asText() + "\"";
    }
    if (body.has("map")) {
      return "synproxy name " + of(body);
    }
    StringBuilder text = new StringBuilder("synproxy");
    for (String option : List.of("mss", "wscale")) {
      if (body.has(option)) {
        text.append(' ').append(option).append(' ').append(word(body, option));
      }
    }
    JsonTerms.list(body.path("flags")).forEach(flag -> text.append(' ').append(flag.asText()));
    return text.toString();
  }
}
