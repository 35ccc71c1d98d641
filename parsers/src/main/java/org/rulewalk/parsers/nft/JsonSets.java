package org.rulewalk.parsers.nft;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.value.Source;

/** Reads named sets, maps and objects of the JSON listing. */
final class JsonSets {
  private static final Set<String> OBJECTS =
      Set.of(
          "counter",
          "quota",
          "limit",
          "ct helper",
          "ct timeout",
          "ct expectation",
          "secmark",
          "synproxy");

  private final Problems problems;

  JsonSets(Problems problems) {
    this.problems = problems;
  }

  void set(TableDraft draft, boolean map, JsonNode body, Source where) {
    String name = NftJsonParser.text(body, "name");
    List<DataType> types = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    keyTypes(draft, body.path("type"), types, widths);
    List<DataType> data = new ArrayList<>();
    String dataText = typeText(body.path("map"));
    boolean plain =
        map
            && !body.path("map").asText().equals("verdict")
            && !OBJECTS.contains(body.path("map").asText());
    if (plain) {
      keyTypes(draft, body.path("map"), data, new ArrayList<>());
    }
    draft.scope().declare(name, new Scope.Shape(types, widths, data));
    List<Term.Item> items = new ArrayList<>();
    ElementSet elements = ElementSet.EMPTY;
    try {
      JsonTerms terms = new JsonTerms();
      JsonTerms.list(body.path("elem")).forEach(item -> items.add(terms.item(item)));
      elements = new Lowering(draft.scope()).elements(items, types, widths, data);
    } catch (Misread e) {
      problems.warn("not-understood", e.getMessage(), where, 0, "the set is taken to be empty");
    }
    Set<String> flags = new HashSet<>();
    JsonTerms.list(body.path("flags")).forEach(flag -> flags.add(flag.asText()));
    Optional<NamedSet.Data> held =
        map ? Optional.of(new NamedSet.Data(data, dataText)) : Optional.empty();
    draft.add(
        new NamedSet(
            name,
            types,
            typeText(body.path("type")),
            held,
            flags,
            body.path("timeout").asLong() * 1000,
            body.path("size").asLong(),
            elements,
            upkeep(body),
            body.path("comment").asText(""),
            where));
  }

  /** A key or data type in the words of the text language. */
  private static String typeText(JsonNode node) {
    if (node.isObject() && node.has("typeof")) {
      return "typeof " + JsonText.of(node.path("typeof"));
    }
    return JsonTerms.list(node).stream().map(JsonNode::asText).collect(Collectors.joining(" . "));
  }

  private static NamedSet.Upkeep upkeep(JsonNode body) {
    List<Statement> statements = new ArrayList<>();
    JsonTerms.list(body.path("stmt")).forEach(node -> statements.addAll(statements(node)));
    return new NamedSet.Upkeep(
        body.path("auto-merge").asBoolean(),
        body.path("gc-interval").asLong() * 1000,
        body.path("policy").asText(""),
        statements);
  }

  /** Counters, limits, quotas and connection counts among the members of an object. */
  static List<Statement> statements(JsonNode body) {
    List<Statement> statements = new ArrayList<>();
    if (body.has("counter")) {
      JsonNode counter = body.path("counter");
      statements.add(
          Actions.counter(counter.path("packets").asLong(), counter.path("bytes").asLong()));
    }
    if (body.has("limit")) {
      statements.add(JsonRule.limit(body.path("limit")));
    }
    if (body.has("quota")) {
      statements.add(JsonRule.quota(body.path("quota")));
    }
    if (body.has("last")) {
      statements.add(Actions.note("last"));
    }
    if (body.has("ct count")) {
      statements.add(JsonRule.connectionCount(body.path("ct count")));
    }
    return statements;
  }

  private static void keyTypes(
      TableDraft draft, JsonNode node, List<DataType> types, List<Integer> widths) {
    if (node.isObject() && node.has("typeof")) {
      Term term = new JsonTerms().read(node.path("typeof"));
      Lowering.Typed typed = new Lowering(draft.scope()).selector(term);
      types.addAll(typed.types());
      widths.addAll(typed.widths());
      return;
    }
    for (JsonNode words : JsonTerms.list(node)) {
      // what a map holds may be one string of several types
      for (String word : words.asText().split(" \\. ")) {
        DataType type =
            DataType.ofWord(word)
                .orElseThrow(
                    () -> new Misread("`" + JsonTerms.shown(words) + "` is no known type"));
        types.add(type);
        widths.add(Scope.width(type));
      }
    }
  }

  static void object(TableDraft draft, String kind, JsonNode body, Source where) {
    for (StatefulObject.Kind known : StatefulObject.Kind.values()) {
      if (known.words().equals(kind)) {
        draft.add(
            new StatefulObject(
                known,
                NftJsonParser.text(body, "name"),
                matches(known, body),
                JsonObjects.text(known, body),
                where));
        return;
      }
    }
    throw new Misread("`" + kind + "` is not known in a listing");
  }

  private static List<Match> matches(StatefulObject.Kind kind, JsonNode body) {
    if (kind == StatefulObject.Kind.LIMIT) {
      return List.of(JsonRule.limit(body));
    }
    if (kind == StatefulObject.Kind.QUOTA) {
      long bytes = body.path("bytes").asLong();
      boolean over = body.path("inv").asBoolean();
      String text = "quota " + (over ? "over " : "") + bytes + " bytes";
      return List.of(new Match.Quota(bytes, body.path("used").asLong(), over, text));
    }
    return List.of();
  }
}
