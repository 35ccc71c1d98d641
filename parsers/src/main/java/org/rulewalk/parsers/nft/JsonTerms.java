package org.rulewalk.parsers.nft;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression.Binary.Operator;
import org.rulewalk.simulator.rules.Verdict;

/** Reads expressions of the JSON listing. */
final class JsonTerms {
  private static final int MAX_DEPTH = 64;

  private int depth;

  /** The items of an array, or a single value as a list of one; none for what isn't there. */
  static List<JsonNode> list(JsonNode node) {
    List<JsonNode> items = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(items::add);
    } else if (!node.isMissingNode() && !node.isNull()) {
      items.add(node);
    }
    return items;
  }

  Term read(JsonNode node) {
    if (depth >= MAX_DEPTH) {
      throw new Misread("nested too deeply");
    }
    depth++;
    try {
      return term(node);
    } finally {
      depth--;
    }
  }

  private Term term(JsonNode node) {
    if (node.isTextual()) {
      return string(node.asText());
    }
    if (node.isBoolean()) {
      return new Term.Existence(node.asBoolean());
    }
    if (node.isNumber()) {
      return new Term.Word(node.asText());
    }
    if (node.isArray()) {
      return new Term.Flags(list(node).stream().map(this::read).toList());
    }
    if (node.isObject() && node.size() > 0) {
      Map.Entry<String, JsonNode> only = node.fields().next();
      return object(only.getKey(), only.getValue(), node);
    }
    throw new Misread("`" + shown(node) + "` is no expression");
  }

  static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }

  /** The JSON listing does not tell names from words; a name's pattern ends in an asterisk. */
  private static Term string(String text) {
    if (text.startsWith("@")) {
      return new Term.SetName(text.substring(1));
    }
    return text.equals("*") ? new Term.Rest() : new Term.Quoted(text);
  }

  private Term object(String kind, JsonNode body, JsonNode node) {
    switch (kind) {
      case "prefix":
        return new Term.Prefixed(read(body.path("addr")), body.path("len").asInt());
      case "range":
        return new Term.Span(read(body.path(0)), read(body.path(1)));
      case "concat":
        return new Term.Concat(list(body).stream().map(this::read).toList());
      case "set":
        return new Term.Elements(list(body).stream().map(this::item).toList());
      case "map":
        return new Term.Lookup(read(body.path("key")), read(body.path("data")));
      case "elem":
        return read(body.path("val"));
      case "&":
        return binary(Operator.AND, body);
      case "|":
        return binary(Operator.OR, body);
      case "^":
        return binary(Operator.XOR, body);
      case "<<":
        return binary(Operator.SHIFT_LEFT, body);
      case ">>":
        return binary(Operator.SHIFT_RIGHT, body);
      default:
        return field(kind, body, node);
    }
  }

  /** Newer listings put more than two operands into one operation. */
  private Term binary(Operator operator, JsonNode body) {
    List<JsonNode> operands = list(body);
    if (operands.size() < 2) {
      throw new Misread("`" + shown(body) + "` lacks an operand");
    }
    Term term = read(operands.get(0));
    for (JsonNode operand : operands.subList(1, operands.size())) {
      term = new Term.Binary(operator, term, read(operand));
    }
    return term;
  }

  private Term field(String kind, JsonNode body, JsonNode node) {
    switch (kind) {
      case "payload":
        return payload(body);
      case "meta":
        return Fields.meta(NftJsonParser.text(body, "key"));
      case "ct":
        return Fields.ct(NftJsonParser.text(body, "key"), direction(body));
      case "fib":
        return Fields.fib(
            list(body.path("flags")).stream().map(JsonNode::asText).toList(),
            NftJsonParser.text(body, "result"));
      case "rt":
        String family = body.path("family").asText("");
        return Fields.route(
            NftJsonParser.text(body, "key"),
            family.isEmpty() ? Optional.empty() : Optional.of(family));
      case "exthdr":
        return Fields.extension(NftJsonParser.text(body, "name"), body.path("field").asText(""));
      case "tcp option":
        return body.has("base")
            ? tcpOption(body)
            : Fields.tcpOption(NftJsonParser.text(body, "name"), body.path("field").asText(""));
      case "ip option":
        return IpOptions.field(NftJsonParser.text(body, "name"), body.path("field").asText(""));
      case "sctp chunk":
        return SctpChunks.field(NftJsonParser.text(body, "name"), body.path("field").asText(""));
      case "numgen":
      case "jhash":
      case "symhash":
      case "socket":
      case "osf":
      case "ipsec":
      case "tunnel":
        return Fields.unknowable(kind, JsonText.of(node));
      default:
        throw new Misread("`" + kind + "` is no known expression");
    }
  }

  private static Term tcpOption(JsonNode body) {
    int width = body.path("len").asInt();
    return width == 0
        ? Fields.tcpOption(body.path("base").asText(), "")
        : Fields.rawTcpOption(body.path("base").asInt(), body.path("offset").asInt(), width);
  }

  private static Optional<CtKey.Direction> direction(JsonNode body) {
    String word = body.path("dir").asText("");
    return word.isEmpty()
        ? Optional.empty()
        : Optional.of(word.equals("reply") ? CtKey.Direction.REPLY : CtKey.Direction.ORIGINAL);
  }

  private static Term payload(JsonNode body) {
    if (body.has("base")) {
      return Fields.raw(
          body.path("base").asText(), body.path("offset").asInt(-1), body.path("len").asInt());
    }
    return Fields.header(NftJsonParser.text(body, "protocol"), NftJsonParser.text(body, "field"));
  }

  /** An element: a key, a pair of key and data, or an object with more about it. */
  Term.Item item(JsonNode node) {
    if (node.isArray() && node.size() == 2) {
      Term.Item item = item(node.path(0));
      Optional<Verdict> verdict = verdict(node.path(1));
      return verdict.isPresent()
          ? item.withVerdict(verdict.get())
          : item.withData(read(node.path(1)));
    }
    if (node.isObject() && node.has("elem")) {
      JsonNode body = node.path("elem");
      Term.Item inner = item(body.path("val"));
      return new Term.Item(
          inner.key(),
          inner.data(),
          inner.verdict(),
          body.path("timeout").asLong() * 1000,
          body.path("expires").asLong() * 1000,
          body.path("comment").asText(""),
          JsonSets.statements(body));
    }
    return Term.Item.of(read(node));
  }

  /** A verdict; empty for what is none. */
  static Optional<Verdict> verdict(JsonNode node) {
    if (!node.isObject() || node.size() != 1) {
      return Optional.empty();
    }
    Map.Entry<String, JsonNode> only = node.fields().next();
    switch (only.getKey()) {
      case "accept":
        return Optional.of(Verdict.Simple.ACCEPT);
      case "drop":
        return Optional.of(Verdict.Simple.DROP);
      case "continue":
        return Optional.of(Verdict.Simple.CONTINUE);
      case "return":
        return Optional.of(Verdict.Simple.RETURN);
      case "jump":
        return Optional.of(new Verdict.Jump(NftJsonParser.text(only.getValue(), "target")));
      case "goto":
        return Optional.of(new Verdict.Goto(NftJsonParser.text(only.getValue(), "target")));
      default:
        return Optional.empty();
    }
  }
}
