package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.rulewalk.diagnostics.forwarding.ForwardStep;
import org.rulewalk.diagnostics.text.BesideWords;
import org.rulewalk.diagnostics.why.Besides;
import org.rulewalk.diagnostics.why.Between;
import org.rulewalk.diagnostics.why.Counted;
import org.rulewalk.simulator.value.Source;

/** The members of {@code rulewalk-why/1} beside its contract: steps, between, evidence. */
final class BesidesJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private BesidesJson() {}

  /** Adds what there is. */
  static void add(ObjectNode answer, Besides besides) {
    if (!besides.forwarded().steps().isEmpty()) {
      String to = besides.forwarded().to();
      answer.put("forwardedTo", to.isEmpty() ? null : to);
      ArrayNode steps = answer.putArray("steps");
      besides.forwarded().steps().forEach(step -> steps.add(step(step)));
    }
    besides.between().ifPresent(between -> answer.set("between", between(between)));
    ArrayNode causes = (ArrayNode) answer.get("causes");
    for (Counted counted : besides.counters()) {
      ObjectNode holder =
          counted.cause().isPresent()
              ? (ObjectNode) causes.get(counted.cause().getAsInt())
              : answer;
      ArrayNode evidence =
          holder.has("evidence") ? (ArrayNode) holder.get("evidence") : holder.putArray("evidence");
      evidence.add(counted(counted));
    }
  }

  private static ObjectNode step(ForwardStep step) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("machine", step.machine()).put("step", step.kind().word());
    node.put("table", step.table().orElse(null)).put("chain", step.chain().orElse(null));
    node.put("target", step.target()).put("state", step.state().word());
    node.set("source", step.source().map(BesidesJson::source).orElse(null));
    ArrayNode differs = node.putArray("differs");
    step.differs().forEach(d -> differs.add(d.field() + ": " + d.actual() + ", not " + d.wanted()));
    node.set("shadowedBy", step.shadowedBy().map(BesidesJson::source).orElse(null));
    return node.put("text", BesideWords.what(step) + ": " + BesideWords.state(step));
  }

  private static ObjectNode between(Between between) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("from", between.from()).put("to", between.to());
    node.put("meeting", between.meeting().orElse(null)).put("sameFirewall", between.same());
    node.put("ask", between.ask().toString());
    ArrayNode needs = node.putArray("needs");
    for (Between.Need need : between.needs()) {
      ObjectNode one = needs.addObject();
      one.put("machine", need.machine()).put("kind", word(need.kind().name()));
      one.put("chain", need.chain().isEmpty() ? null : need.chain());
      one.put("place", BesideWords.place(need));
      ArrayNode commands = one.putArray("commands");
      need.commands().forEach(commands::add);
      one.put("file", need.file().isEmpty() ? null : need.file());
      one.put("state", need.state().word());
    }
    node.put("text", BesideWords.meeting(between));
    return node.put("back", BesideWords.back(between));
  }

  private static String word(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static ObjectNode counted(Counted counted) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("kind", counted.kind().word()).put("machine", counted.machine());
    node.put("packets", counted.packets());
    node.set("source", source(counted.source()));
    return node.put("text", BesideWords.sentence(counted));
  }

  private static ObjectNode source(Source source) {
    return source.isKnown()
        ? MAPPER
            .createObjectNode()
            .put("file", source.file())
            .put("line", source.line())
            .put("text", source.text())
        : null;
  }
}
