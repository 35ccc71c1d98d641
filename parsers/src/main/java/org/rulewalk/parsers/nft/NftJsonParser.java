package org.rulewalk.parsers.nft;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.MergedTests;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Source;

/** Reads what {@code nft -j list ruleset} prints (man 5 libnftables-json). */
public final class NftJsonParser {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MAX_SHOWN = 200;

  private static final int MOST_HEAD = 300;

  private final SourceText source;
  private final Problems problems;
  private final TableAssembly assembly = new TableAssembly(MergedTests.Loaded.UNKNOWN);
  private final Map<String, ChainDraft> chains = new HashMap<>();
  private final Map<String, Long> handles = new HashMap<>();
  private final java.util.List<Runnable> finish = new java.util.ArrayList<>();
  private int rules;
  private int understood;

  private NftJsonParser(SourceText source, Problems problems) {
    this.source = source;
    this.problems = problems;
  }

  /** What a listing's head tells of the version that loaded the rules. */
  public static MergedTests.Loaded loaded(SourceText source) {
    String head = source.text().substring(0, Math.min(source.text().length(), MOST_HEAD));
    int at = head.indexOf("\"version\"");
    int start = at < 0 ? -1 : head.indexOf('"', head.indexOf(':', at) + 1);
    int end = start < 0 ? -1 : head.indexOf('"', start + 1);
    return TableAssembly.loaded(end < 0 ? "" : head.substring(start + 1, end));
  }

  /** Reads a listing; what can't be read goes to {@code problems}. */
  public static NftListing parse(SourceText source, Problems problems) {
    NftJsonParser parser = new NftJsonParser(source, problems);
    parser.file();
    parser.finish.forEach(Runnable::run);
    return new NftListing(parser.assembly.tables(), parser.rules, parser.understood);
  }

  private void file() {
    try (JsonParser json = MAPPER.getFactory().createParser(source.text())) {
      if (json.nextToken() != JsonToken.START_OBJECT
          || !"nftables".equals(json.nextFieldName())
          || json.nextToken() != JsonToken.START_ARRAY) {
        problems.error(
            "nft-json",
            "this is no nft listing: it does not begin with `{\"nftables\": [`",
            source.at(0),
            0,
            "capture the output of `nft -j list ruleset`");
        return;
      }
      while (json.nextToken() == JsonToken.START_OBJECT) {
        JsonLocation location = json.currentTokenLocation();
        Source where = source.at((int) location.getCharOffset());
        JsonNode node = MAPPER.readTree(json);
        entry(node, new Source(where.file(), where.line(), where.column(), shown(node)));
      }
    } catch (JsonProcessingException e) {
      JsonLocation location = e.getLocation();
      int offset = location == null ? 0 : (int) Math.max(0, location.getCharOffset());
      problems.error(
          "nft-json",
          "broken JSON: " + firstLine(e.getOriginalMessage()),
          source.at(offset),
          0,
          "what stands before it is used; capture the listing again");
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory can be read", e);
    }
  }

  /** A listing is one long line: a rule is shown by its own part of it. */
  private static String shown(JsonNode node) {
    JsonNode expression = node.path("rule").path("expr");
    String text = expression.isMissingNode() ? node.toString() : expression.toString();
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  private void entry(JsonNode node, Source where) {
    Iterator<Map.Entry<String, JsonNode>> fields = node.fields();
    if (!fields.hasNext()) {
      return;
    }
    Map.Entry<String, JsonNode> field = fields.next();
    try {
      read(field.getKey(), field.getValue(), where);
    } catch (Misread e) {
      problems.warn("not-understood", e.getMessage(), where, 0, "answers that depend on it say so");
    }
  }

  private void read(String kind, JsonNode body, Source where) {
    switch (kind) {
      case "metainfo":
        assembly.loadedBy(TableAssembly.loaded(body.path("version").asText("")));
        break;
      case "flush":
        break;
      case "add":
      case "create":
      case "insert":
        // commands for nft -j -f, which people keep as listings
        entry(body, where);
        break;
      case "table":
        TableDraft table = assembly.table(family(body), text(body, "name"), where);
        table.comment(body.path("comment").asText(""));
        if (JsonTerms.list(body.path("flags")).stream()
            .anyMatch(flag -> flag.asText().equals("dormant"))) {
          table.dormant();
        }
        break;
      case "chain":
        chain(body, where);
        break;
      case "rule":
        rule(body, where);
        break;
      case "set":
      case "map":
        new JsonSets(problems).set(table(body, where), kind.equals("map"), body, where);
        break;
      case "element":
        break;
      default:
        JsonSets.object(table(body, where), kind, body, where);
    }
  }

  private TableDraft table(JsonNode body, Source where) {
    return assembly.table(family(body), text(body, "table"), where);
  }

  private static Family family(JsonNode body) {
    String word = text(body, "family");
    return Family.ofWord(word)
        .orElseThrow(() -> new Misread("`" + word + "` is no address family"));
  }

  static String text(JsonNode body, String field) {
    JsonNode value = body.path(field);
    if (!value.isTextual()) {
      throw new Misread("`" + field + "` is missing");
    }
    return value.asText();
  }

  private static String key(JsonNode body, String chain) {
    return body.path("family").asText() + "\n" + body.path("table").asText() + "\n" + chain;
  }

  private void chain(JsonNode body, Source where) {
    String name = text(body, "name");
    ChainDraft draft = new ChainDraft(name, where);
    draft.comment(body.path("comment").asText(""));
    if (body.has("hook")) {
      String hook = text(body, "hook");
      draft.declare(
          TableAssembly.type(text(body, "type")),
          Hook.ofWord(hook).orElseThrow(() -> new Misread("`" + hook + "` is no hook")));
      int priority = body.path("prio").asInt();
      draft.priority(new Chain.Priority(priority, String.valueOf(priority)));
      boolean drop = body.path("policy").asText().equals("drop");
      draft.policy(drop ? Verdict.Simple.DROP : Verdict.Simple.ACCEPT, where);
      JsonTerms.list(body.path("dev")).forEach(device -> draft.device(device.asText()));
    }
    String key = key(body, name);
    if (chains.putIfAbsent(key, draft) == null) {
      TableDraft table = table(body, where);
      long handle = body.path("handle").asLong(handles.size());
      handles.put(key, handle);
      finish.add(() -> table.add(draft.toChain(handle)));
    }
  }

  private void rule(JsonNode body, Source where) {
    ChainDraft chain = chains.get(key(body, text(body, "chain")));
    if (chain == null) {
      throw new Misread("the chain `" + text(body, "chain") + "` is not declared before its rules");
    }
    JsonRule rule = new JsonRule(table(body, where).scope(), problems, where);
    chain.add(rule.read(body, chain.nextNumber()));
    rules += 1 + rule.nestedRules();
    understood += (rule.isComplete() ? 1 : 0) + rule.nestedUnderstood();
  }
}
