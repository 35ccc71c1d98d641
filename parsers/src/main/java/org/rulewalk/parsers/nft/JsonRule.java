package org.rulewalk.parsers.nft;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MergedTests;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Source;

/** Reads one rule of the JSON listing. */
final class JsonRule {
  private final JsonTerms terms = new JsonTerms();
  private final Lowering lowering;
  private final Actions actions;
  private final Problems problems;
  private final Source where;
  private boolean complete = true;
  private int nested;
  private int nestedUnderstood;

  JsonRule(Scope scope, Problems problems, Source where) {
    this.lowering = new Lowering(scope);
    this.actions = new Actions(lowering);
    this.problems = problems;
    this.where = where;
  }

  /** Whether every part was understood. */
  boolean isComplete() {
    return complete;
  }

  /** Rules in place of a chain's name that were read with this one. */
  int nestedRules() {
    return nested;
  }

  int nestedUnderstood() {
    return nestedUnderstood;
  }

  Rule read(JsonNode body, int number) {
    List<Statement> statements = new ArrayList<>();
    for (JsonNode node : JsonTerms.list(body.path("expr"))) {
      try {
        statements.addAll(statements(node));
      } catch (Misread e) {
        complete = false;
        String text = JsonTerms.shown(node);
        problems.warn(
            "not-understood", e.getMessage(), where, 0, "answers that depend on it say so");
        statements.add(Actions.notUnderstood(text));
      }
    }
    OptionalLong handle =
        body.has("handle") ? OptionalLong.of(body.path("handle").asLong()) : OptionalLong.empty();
    return new Rule(
        number,
        MergedTests.ofNft(statements, lowering.scope().loaded()),
        handle,
        body.path("comment").asText(""),
        RuleReader.counter(statements),
        where,
        Optional.empty());
  }

  private List<Statement> statements(JsonNode node) {
    return node.has("queue") ? queue(node.path("queue")) : List.of(statement(node));
  }

  private Statement statement(JsonNode node) {
    Optional<Verdict> verdict = JsonTerms.verdict(node);
    if (verdict.isPresent()) {
      return new Statement.Decide(verdict.get());
    }
    if (node.isTextual()) {
      return block(node.asText());
    }
    if (!node.isObject() || node.size() == 0) {
      throw new Misread("`" + JsonTerms.shown(node) + "` is no statement");
    }
    Map.Entry<String, JsonNode> only = node.fields().next();
    return statement(only.getKey(), only.getValue());
  }

  private Statement statement(String kind, JsonNode body) {
    switch (kind) {
      case "match":
        return match(body);
      case "vmap":
        return lowering.verdictMap(terms.read(body.path("key")), terms.read(body.path("data")));
      case "mangle":
        return actions.mangle(terms.read(body.path("key")), terms.read(body.path("value")));
      case "counter":
        return isObject(body)
            ? object(StatefulObject.Kind.COUNTER, body)
            : Actions.counter(body.path("packets").asLong(), body.path("bytes").asLong());
      case "limit":
        return isObject(body) ? object(StatefulObject.Kind.LIMIT, body) : limit(body);
      case "quota":
        return isObject(body) ? object(StatefulObject.Kind.QUOTA, body) : quota(body);
      case "log":
        return log(body);
      case "reject":
        return actions.reject(body.path("type").asText(""), body.path("expr").asText(""));
      case "snat":
      case "dnat":
      case "masquerade":
      case "redirect":
        return nat(kind, body);
      case "notrack":
        return new Statement.Notrack();
      case "xt":
        return extension(body);
      case "set":
        return setUpdate(body);
      default:
        return rare(kind, body);
    }
  }

  /** nft prints {@code jump { … }} as it does in text. */
  private Statement block(String text) {
    Lexer lexer = new Lexer(text);
    RuleReader reader =
        new RuleReader(
            SourceText.of(where.file(), text), lexer, new TermReader(lexer), problems, where);
    Statement statement =
        reader
            .block(lowering.scope())
            .orElseThrow(() -> new Misread("`" + text + "` is no statement"));
    nested += reader.rulesRead();
    nestedUnderstood += reader.rulesUnderstood();
    return statement;
  }

  private static Statement log(JsonNode body) {
    Map<String, String> options = new LinkedHashMap<>();
    body.fields()
        .forEachRemaining(
            field -> {
              List<String> values =
                  JsonTerms.list(field.getValue()).stream().map(JsonNode::asText).toList();
              options.put(field.getKey(), String.join(",", values));
            });
    return Actions.log(options);
  }

  private Statement rare(String kind, JsonNode body) {
    switch (kind) {
      case "ct helper":
        return object(StatefulObject.Kind.CT_HELPER, body);
      case "ct timeout":
        return object(StatefulObject.Kind.CT_TIMEOUT, body);
      case "ct expectation":
        return object(StatefulObject.Kind.CT_EXPECTATION, body);
      case "ct count":
        return connectionCount(body);
      case "dup":
        return actions.duplicate(to(body), device(body));
      case "fwd":
        return actions.passOn(body.path("family").asText(""), to(body), device(body));
      case "flow":
        return Actions.note("flow add " + body.path("flowtable").asText());
      case "last":
        return Actions.note(kind);
      case "secmark":
        return Actions.use(StatefulObject.Kind.SECMARK, body.asText());
      case "reset":
        return Actions.reset(terms.read(body));
      case "map":
        return setUpdate(body);
      case "tproxy":
        return Actions.proxied(JsonText.proxy(body));
      case "synproxy":
        return Actions.outside(JsonText.synproxy(body));
      case "meter":
        return meter(body);
      default:
        throw new Misread("`" + kind + "` is no known statement");
    }
  }

  /** An address; of what is handed to a device alone, that. */
  private Term to(JsonNode body) {
    return terms.read(body.has("addr") ? body.path("addr") : body.path("dev"));
  }

  private Optional<Term> device(JsonNode body) {
    return body.has("addr") && body.has("dev")
        ? Optional.of(terms.read(body.path("dev")))
        : Optional.empty();
  }

  private static boolean isObject(JsonNode body) {
    return body.isTextual() || body.has("map");
  }

  /** A named object, or a map that names one for each packet. */
  private Statement object(StatefulObject.Kind kind, JsonNode body) {
    if (body.isTextual()) {
      return Actions.use(kind, body.asText());
    }
    JsonNode map = body.path("map");
    Statement.DecideByMap byMap =
        (Statement.DecideByMap)
            lowering.verdictMap(terms.read(map.path("key")), terms.read(map.path("data")));
    return new Statement.UseObject(kind, "", Optional.of(byMap));
  }

  /** A set that keeps a limit or counter for each key. */
  private Statement meter(JsonNode body) {
    List<Statement> inner = new ArrayList<>();
    for (JsonNode node : JsonTerms.list(body.path("stmt"))) {
      inner.addAll(statements(node));
    }
    JsonNode key = body.path("key");
    JsonNode bare = key.has("elem") ? key.path("elem").path("val") : key;
    return new Statement.SetUpdate(
        Statement.SetUpdate.Operation.UPDATE,
        NftJsonParser.text(body, "name"),
        lowering.selector(terms.read(bare)).expression(),
        key.path("elem").path("timeout").asLong() * 1000,
        inner,
        Optional.empty());
  }

  private Statement match(JsonNode body) {
    Lowering.Relation relation;
    switch (body.path("op").asText()) {
      case "in":
        relation = Lowering.Relation.IMPLICIT;
        break;
      case "==":
        relation = Lowering.Relation.EQUAL;
        break;
      case "!=":
        relation = Lowering.Relation.NOT_EQUAL;
        break;
      case "<":
        relation = Lowering.Relation.LESS;
        break;
      case "<=":
        relation = Lowering.Relation.LESS_OR_EQUAL;
        break;
      case ">":
        relation = Lowering.Relation.GREATER;
        break;
      case ">=":
        relation = Lowering.Relation.GREATER_OR_EQUAL;
        break;
      case "!":
        relation = Lowering.Relation.NONE_OF;
        break;
      default:
        throw new Misread("`" + body.path("op").asText() + "` is no known operator");
    }
    return lowering.match(
        terms.read(body.path("left")),
        relation,
        terms.read(body.path("right")),
        () -> JsonText.match(body));
  }

  static Match limit(JsonNode body) {
    String unit = body.path("rate_unit").asText("packets");
    boolean bytes = !unit.startsWith("packet");
    long rate = body.path("rate").asLong() * (bytes ? Actions.scale(unit) : 1);
    Optional<Long> burst = Optional.empty();
    if (body.has("burst")) {
      String burstUnit = body.path("burst_unit").asText("packets");
      long factor = burstUnit.startsWith("packet") ? 1 : Actions.scale(burstUnit);
      burst = Optional.of(body.path("burst").asLong() * factor);
    }
    return Actions.limit(
        rate, body.path("per").asText("second"), burst, bytes, body.path("inv").asBoolean());
  }

  static Statement connectionCount(JsonNode body) {
    boolean over = body.path("inv").asBoolean();
    return Actions.unknown(
        "ct count " + (over ? "over " : "") + body.path("val").asText(),
        Doubt.Kind.USED_AMOUNT,
        !over);
  }

  static Statement quota(JsonNode body) {
    long bytes = body.path("val").asLong() * Actions.scale(body.path("val_unit").asText("bytes"));
    long used = body.path("used").asLong() * Actions.scale(body.path("used_unit").asText("bytes"));
    boolean over = body.path("inv").asBoolean();
    return new Match.Quota(bytes, used, over, "quota " + (over ? "over " : "") + bytes + " bytes");
  }

  private Statement nat(String kind, JsonNode body) {
    Optional<Term> address =
        body.has("addr") ? Optional.of(terms.read(body.path("addr"))) : Optional.empty();
    Optional<Term> port =
        body.has("port") ? Optional.of(terms.read(body.path("port"))) : Optional.empty();
    List<String> flags = new ArrayList<>();
    JsonTerms.list(body.path("flags")).forEach(flag -> flags.add(flag.asText()));
    JsonTerms.list(body.path("type_flags")).forEach(flag -> flags.add(flag.asText()));
    return actions.nat(kind, body.path("family").asText(""), address, port, flags);
  }

  private static List<Statement> queue(JsonNode body) {
    JsonNode number = body.path("num");
    JsonNode range = number.path("range");
    int first = range.isArray() ? range.path(0).asInt() : number.asInt();
    int last = range.isArray() ? range.path(1).asInt() : first;
    List<String> flags = JsonTerms.list(body.path("flags")).stream().map(JsonNode::asText).toList();
    boolean bypass = flags.contains("bypass");
    boolean fanout = flags.contains("fanout");
    if (number.isObject() && !range.isArray()) {
      String words = flags.isEmpty() ? "" : " flags " + String.join(",", flags);
      return Actions.anyQueue("queue" + words + " to " + JsonText.of(number), bypass, fanout);
    }
    return List.of(new Statement.Decide(new Verdict.Queue(first, last, bypass, fanout)));
  }

  private static Statement extension(JsonNode body) {
    if (!body.isObject()) {
      throw new Misread("an iptables extension whose name the listing does not tell");
    }
    return Actions.extension(
        !body.path("type").asText().equals("match"), NftJsonParser.text(body, "name"));
  }

  private Statement setUpdate(JsonNode body) {
    String set = NftJsonParser.text(body, body.has("map") ? "map" : "set");
    JsonNode element = body.path("elem");
    JsonNode key =
        element.isObject() && element.has("elem") ? element.path("elem").path("val") : element;
    long timeout = element.path("elem").path("timeout").asLong() * 1000;
    List<Statement> inner = new ArrayList<>();
    for (JsonNode node : JsonTerms.list(body.path("stmt"))) {
      inner.addAll(statements(node));
    }
    Statement.SetUpdate.Operation operation =
        Statement.SetUpdate.Operation.valueOf(
            NftJsonParser.text(body, "op").toUpperCase(java.util.Locale.ROOT));
    String name = set.startsWith("@") ? set.substring(1) : set;
    return new Statement.SetUpdate(
        operation,
        name,
        lowering.key(terms.read(key), name).expression(),
        timeout,
        inner,
        body.has("data")
            ? Optional.of(lowering.data(terms.read(body.path("data")), name))
            : Optional.empty());
  }
}
