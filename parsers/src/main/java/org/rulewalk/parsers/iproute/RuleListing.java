package org.rulewalk.parsers.iproute;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.RoutingRule;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Reads {@code ip rule} of one version, as text and as JSON (iproute2, ip/iprule.c: print_rule).
 */
public final class RuleListing {
  private final IpVersion version;
  private final RoutingTables tables;
  private final Problems problems;

  private RuleListing(IpVersion version, RoutingTables tables, Problems problems) {
    this.version = version;
    this.tables = tables;
    this.problems = problems;
  }

  /** The rules of a text. */
  public static List<RoutingRule> parse(
      SourceText text, IpVersion version, RoutingTables tables, Problems problems) {
    RuleListing listing = new RuleListing(version, tables, problems);
    List<RoutingRule> rules = new ArrayList<>();
    for (int line = 1; line <= text.lineCount(); line++) {
      Words words = Words.ofLine(text, line);
      if (words.hasNext()) {
        listing.rule(words).ifPresent(rules::add);
      }
    }
    return rules;
  }

  /** The rules of {@code ip -j rule}. */
  public static List<RoutingRule> parseJson(
      SourceText text, IpVersion version, RoutingTables tables, Problems problems) {
    RuleListing listing = new RuleListing(version, tables, problems);
    List<RoutingRule> rules = new ArrayList<>();
    for (JsonNode object : JsonListing.objects(text, problems)) {
      listing.rule(Words.of(spoken(object), text.whole())).ifPresent(rules::add);
    }
    return rules;
  }

  /** The object in the words of the text form, so that both are read by the same code. */
  private static String spoken(JsonNode object) {
    StringBuilder words = new StringBuilder(object.path("priority").asText()).append(':');
    words.append(object.has("not") ? " not" : "");
    prefix(words, object, "src", "from");
    prefix(words, object, "dst", "to");
    JsonListing.add(words, object, "tos", "tos");
    JsonListing.add(words, object, "fwmark", "fwmark");
    if (object.has("fwmask")) {
      words.append('/').append(object.path("fwmask").asText());
    }
    JsonListing.add(words, object, "iif", "iif");
    JsonListing.add(words, object, "oif", "oif");
    range(words, object, "uid", "uidrange");
    JsonListing.add(words, object, "ipproto", "ipproto");
    range(words, object, "sport", "sport");
    range(words, object, "dport", "dport");
    JsonListing.add(words, object, "tun_id", "tun_id");
    words.append(object.has("l3mdev") ? " lookup [l3mdev-table]" : "");
    JsonListing.add(words, object, "table", "lookup");
    JsonListing.add(words, object, "suppress_prefixlen", "suppress_prefixlength");
    JsonListing.add(words, object, "suppress_ifgroup", "suppress_ifgroup");
    JsonListing.add(words, object, "goto", "goto");
    String action = object.path("action").asText();
    words.append(action.isEmpty() ? "" : " " + action);
    words.append(object.has("nop") ? " nop" : "");
    return words.toString();
  }

  private static void prefix(StringBuilder words, JsonNode object, String member, String key) {
    JsonListing.add(words, object, member, key);
    if (object.has(member + "len")) {
      words.append('/').append(object.path(member + "len").asText());
    }
  }

  private static void range(StringBuilder words, JsonNode object, String member, String key) {
    JsonListing.add(words, object, member, key);
    JsonListing.add(words, object, member + "_start", key);
    if (object.has(member + "_end")) {
      words.append('-').append(object.path(member + "_end").asText());
    }
  }

  private Optional<RoutingRule> rule(Words words) {
    String first = words.next();
    OptionalLong priority =
        first.endsWith(":")
            ? Numbers.unsigned(first.substring(0, first.length() - 1))
            : OptionalLong.empty();
    if (priority.isEmpty()) {
      problems.warn(
          "rule-line",
          "`" + first + "` is no priority of a routing rule",
          words.place(),
          first.length(),
          "");
      return Optional.empty();
    }
    RuleDraft draft = new RuleDraft(version, priority.getAsLong(), words.start());
    while (words.hasNext()) {
      String key = words.next();
      if (!option(draft, key, words)) {
        draft.notUnderstood();
        problems.warn(
            "rule-option",
            "`" + key + "` in a routing rule is not understood",
            words.place(),
            key.length(),
            "answers that depend on this rule say so");
      }
    }
    return Optional.of(draft.finished());
  }

  /** Whether the word, and its value, say something that the model holds. */
  private boolean option(RuleDraft draft, String key, Words words) {
    switch (key) {
      case "not":
        draft.not();
        return true;
      case "from":
        return draft.from(Destinations.parse(words.next(), version));
      case "to":
        return draft.to(Destinations.parse(words.next(), version));
      case "iif":
        draft.incoming(words.next());
        return true;
      case "oif":
        draft.outgoing(words.next());
        return true;
      case "[detached]":
      case "[unresolved]":
      case "unresolved":
        return true;
      case "fwmark":
        return draft.mark(words.next());
      case "tos":
      case "dsfield":
        return draft.tos(ServiceType.parse(words.next()));
      case "ipproto":
        return draft.protocol(words.next());
      case "sport":
        return draft.sourcePorts(words.next());
      case "dport":
        return draft.destinationPorts(words.next());
      case "lookup":
      case "table":
        return lookup(draft, words.next());
      case "suppress_prefixlength":
        return draft.suppress(Numbers.small(words.next()));
      case "goto":
        draft.goTo(Numbers.unsigned(words.next()));
        return true;
      case "proto":
      case "protocol":
      case "realms":
        words.next();
        return true;
      default:
        skipValue(key, words);
        return draft.action(key);
    }
  }

  private boolean lookup(RuleDraft draft, String table) {
    if (table.startsWith("[")) {
      return false;
    }
    draft.table(tables.number(table));
    return true;
  }

  /** Takes the value of a selector that the model lacks. */
  private static void skipValue(String key, Words words) {
    if (key.equals("uidrange")
        || key.equals("tun_id")
        || key.equals("suppress_ifgroup")
        || key.equals("map-to")) {
      words.next();
    }
  }
}
