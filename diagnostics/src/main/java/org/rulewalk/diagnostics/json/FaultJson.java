package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.rulewalk.diagnostics.insight.Insight;
import org.rulewalk.diagnostics.insight.Sign;
import org.rulewalk.simulator.value.IpAddress;

/** What is behind a cause, as the member {@code about} of a cause: an id, and what it is about. */
final class FaultJson implements Insight.Cases<ObjectNode> {
  static final FaultJson INSTANCE = new FaultJson();

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private FaultJson() {}

  private static ObjectNode node(String id) {
    return MAPPER.createObjectNode().put("id", id);
  }

  @Override
  public ObjectNode staleNetvm(Insight.StaleNetvm insight) {
    ObjectNode node =
        node("stale-netvm")
            .put("vm", insight.attachment().vm())
            .put("provider", insight.attachment().provider());
    ArrayNode signs = node.putArray("signs");
    insight.signs().forEach(sign -> signs.add(sign(sign)));
    return node;
  }

  private static ObjectNode sign(Sign sign) {
    ObjectNode node =
        node(sign.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .put("machine", sign.machine());
    if (!sign.device().isEmpty()) {
      node.put("device", sign.device());
    }
    if (!sign.other().isEmpty()) {
      node.put("other", sign.other());
    }
    if (sign.source().isKnown()) {
      TraceJson.source(node, sign.source());
    }
    return node;
  }

  @Override
  public ObjectNode notRunning(Insight.NotRunning insight) {
    return node("not-running").put("vm", insight.vm()).put("state", insight.state());
  }

  @Override
  public ObjectNode spoofed(Insight.Spoofed insight) {
    return node("spoofed")
        .put("vm", insight.vm().orElse(null))
        .put("vif", insight.vif())
        .put("sender", insight.source().toString())
        .put("given", insight.given().address().toString())
        .put("passedOn", insight.passedOn());
  }

  @Override
  public ObjectNode impersonated(Insight.Impersonated insight) {
    return node("impersonated")
        .put("vm", insight.client().orElse(null))
        .put("vif", insight.vif())
        .put("sender", insight.source().toString())
        .put("device", insight.device());
  }

  private static ObjectNode names(String id, String provider, List<IpAddress> resolvers) {
    ObjectNode node = node(id).put("provider", provider);
    ArrayNode array = node.putArray("resolvers");
    resolvers.forEach(each -> array.add(each.toString()));
    return node;
  }

  @Override
  public ObjectNode namesNotTranslated(Insight.NamesNotTranslated insight) {
    return names("names-not-translated", insight.provider(), insight.resolvers())
        .put("device", insight.device());
  }

  @Override
  public ObjectNode oldResolver(Insight.OldResolver insight) {
    return names("old-resolver", insight.provider(), insight.resolvers())
        .put("target", insight.target().toString());
  }

  @Override
  public ObjectNode noResolver(Insight.NoResolver insight) {
    return names("no-resolver", insight.provider(), List.of());
  }

  @Override
  public ObjectNode resolverNotListed(Insight.ResolverNotListed insight) {
    ObjectNode node =
        node("resolver-not-listed")
            .put("provider", insight.provider())
            .put("target", insight.target().toString());
    ArrayNode listed = node.putArray("listed");
    insight.listed().forEach(listed::add);
    return node;
  }

  @Override
  public ObjectNode acceptedBefore(Insight.AcceptedBefore insight) {
    ObjectNode node = node("accepted-before");
    ObjectNode accepted =
        node.putObject("acceptedBy")
            .put("table", insight.accepted().table().title())
            .put("chain", insight.accepted().chain().name())
            .put("rule", insight.accepted().rule().number());
    TraceJson.source(accepted, insight.accepted().rule().source());
    ArrayNode translations = node.putArray("translations");
    String target = "nft add rule " + insight.table() + " " + insight.chain() + " ";
    translations.add(target + insight.translation());
    insight.others().forEach(other -> translations.add(target + other));
    return node;
  }

  @Override
  public ObjectNode rulesDiscarded(Insight.RulesDiscarded insight) {
    ObjectNode node = node("rules-discarded").put("vm", insight.vm());
    insight.host().ifPresent(host -> node.put("host", host));
    insight.listed().ifPresent(rule -> node.put("rule", rule.number()));
    return node;
  }
}
