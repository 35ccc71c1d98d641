package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import org.rulewalk.diagnostics.question.Place;
import org.rulewalk.diagnostics.text.CauseWords;
import org.rulewalk.diagnostics.text.HelpWords;
import org.rulewalk.diagnostics.text.OrderWords;
import org.rulewalk.diagnostics.text.PassageWords;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.diagnostics.why.Effects;
import org.rulewalk.diagnostics.why.Fix;
import org.rulewalk.diagnostics.why.Nearest;
import org.rulewalk.diagnostics.why.Notice;
import org.rulewalk.diagnostics.why.Passage;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.value.IpAddress;

/** An answer as {@code rulewalk-why/1}. */
public final class WhyJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private WhyJson() {}

  /** All members of the contract, in its order. */
  public static ObjectNode of(Answer answer) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("format", "rulewalk-why/1");
    ObjectNode question = node.putObject("question");
    question.set("from", place(answer.question().from(), answer.source()));
    question.set(
        "to", place(answer.question().to(), answer.question().to().address().orElseThrow()));
    question.put("service", answer.question().service().text());
    node.put("verdict", answer.verdict().name().toLowerCase(Locale.ROOT));
    node.put("result", answer.result().word());
    if (answer.endsAt().isPresent()) {
      Answer.Ends ends = answer.endsAt().get();
      ObjectNode end = node.putObject("endsAt");
      end.put("machine", ends.machine())
          .put("address", ends.address().toString())
          .put("port", ends.port());
    } else {
      node.putNull("endsAt");
    }
    ArrayNode causes = node.putArray("causes");
    answer.causes().forEach(cause -> causes.add(cause(cause)));
    node.putObject("trace")
        .set("machines", new TraceJson(answer.network()).machines(answer.trace(), false));
    ArrayNode fixes = node.putArray("fixes");
    answer.fixes().forEach(fix -> fixes.add(fix(fix)));
    node.put("fixesChecked", answer.fixesChecked());
    ArrayNode allows = node.putArray("fixesAlsoAllow");
    answer.alsoAllows().classes().forEach(allows::add);
    node.put("fixesAlsoAllowExact", answer.alsoAllows().exact());
    helps(node, answer);
    passes(node, Passage.of(answer));
    ArrayNode assumptions = node.putArray("assumptions");
    for (Answer.Assumed assumed : answer.assumptions()) {
      ObjectNode one = assumptions.addObject();
      one.put("text", assumed.text());
      one.put("missing", assumed.missing().isEmpty() ? null : assumed.missing());
      one.put("decides", assumed.decides());
    }
    ArrayNode warnings = node.putArray("warnings");
    CauseWords.advice(answer)
        .forEach(text -> warnings.addObject().put("kind", "advice").put("text", text));
    answer.notices().forEach(notice -> warnings.add(notice(notice)));
    BesidesJson.add(node, answer.besides());
    return node;
  }

  private static ObjectNode notice(Notice notice) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("kind", notice.kind()).put("machine", notice.machine()).put("text", notice.text());
    if (notice.source().isPresent()) {
      TraceJson.source(node, notice.source().get());
    } else {
      node.putNull("source");
    }
    ArrayNode now = node.putArray("now");
    notice.now().forEach(now::add);
    return node;
  }

  /** The same with what closes it, for who asked for that. */
  public static ObjectNode of(Answer answer, Optional<Fix> closing, Effects.Besides besides) {
    ObjectNode node = of(answer);
    ArrayNode closes = node.putArray("closes");
    closing.ifPresent(fix -> closes.add(fix(fix)));
    ArrayNode changes = node.putArray("closesAlsoChanges");
    besides.classes().forEach(changes::add);
    node.put("closesAlsoChangesExact", besides.exact());
    return node.put("closesChecked", closing.isPresent());
  }

  /** What lets it pass, where it is reachable. */
  private static void passes(ObjectNode node, Passage passage) {
    ArrayNode passes = node.putArray("passes");
    for (Passage.Gate gate : passage.gates()) {
      ObjectNode one = passes.addObject();
      one.put("machine", gate.machine()).put("hook", gate.hook().word());
      one.put("table", gate.table().title()).put("chain", gate.chain().name());
      if (gate.rule().isPresent()) {
        one.put("rule", gate.rule().get().number());
        TraceJson.source(one, gate.rule().get().source());
      } else {
        one.putNull("rule").putNull("source");
      }
      ObjectNode wide = one.putObject("takesToo");
      gate.width()
          .ifPresent(
              width ->
                  wide.put("anySource", width.anySource())
                      .put("anyDestination", width.anyDestination())
                      .put("anyService", width.anyService()));
      one.put("text", PassageWords.gate(gate));
    }
    ArrayNode remarks = node.putArray("passesBecause");
    PassageWords.remarks(passage).forEach(remarks::add);
  }

  /** What would help where no command does, and the commands that are needed then. */
  private static void helps(ObjectNode node, Answer answer) {
    Answer.Open open = answer.open();
    ArrayNode helps = node.putArray("helps");
    for (Cause cause : open.causes()) {
      helps
          .addObject()
          .put("kind", cause.kind().word())
          .put("machine", cause.machine())
          .put("text", HelpWords.sentence(answer.network(), cause));
    }
    ArrayNode then = node.putArray("afterwards");
    open.afterwards().forEach(fix -> then.add(fix(fix)));
  }

  static ObjectNode place(Place place, IpAddress address) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("machine", place.machine().orElse(null));
    return node.put("address", address.toString());
  }

  static ObjectNode cause(Cause cause) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("kind", cause.kind().word());
    node.put("direction", cause.request() ? "request" : "reply");
    node.put("machine", cause.machine());
    if (cause.step().isPresent()) {
      step(node, cause.step().get());
    } else {
      node.putNull("table").putNull("chain").putNull("rule");
    }
    if (cause.source().isPresent()) {
      TraceJson.source(node, cause.source().get());
    } else {
      node.putNull("source");
    }
    node.put("text", OrderWords.withOrder(cause));
    cause
        .journal()
        .ifPresent(
            message ->
                node.putObject("journal")
                    .put("file", message.file())
                    .put("line", message.line())
                    .put("text", message.text()));
    cause.dom0().ifPresent(behind -> node.set("dom0", Dom0Json.of(behind)));
    cause.insight().ifPresent(what -> node.set("about", what.fold(FaultJson.INSTANCE)));
    if (cause.nearest().isPresent()) {
      node.set("nearest", nearest(cause.nearest().get()));
    } else {
      node.putNull("nearest");
    }
    return node;
  }

  private static void step(ObjectNode node, Step step) {
    if (step instanceof Step.OfRule) {
      Step.OfRule of = (Step.OfRule) step;
      node.put("table", of.table().title())
          .put("chain", of.chain().name())
          .put("rule", of.rule().number());
    } else {
      Step.OfPolicy of = (Step.OfPolicy) step;
      node.put("table", of.table().title()).put("chain", of.chain().name()).putNull("rule");
    }
  }

  private static ObjectNode nearest(Nearest nearest) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("rule", nearest.rule().number());
    TraceJson.source(node, nearest.rule().source());
    ArrayNode differs = node.putArray("differs");
    nearest.differs().forEach(difference -> differs.add(CauseWords.difference(difference)));
    return node;
  }

  /** A fix with its commands and where they are kept. */
  static ObjectNode fix(Fix fix) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("machine", fix.machine());
    ArrayNode now = node.putArray("now");
    fix.now().forEach(now::add);
    ObjectNode persist = node.putObject("persist");
    persist.put("file", fix.file().isEmpty() ? null : fix.file());
    ArrayNode lines = persist.putArray("lines");
    fix.lines().forEach(lines::add);
    persist.put("executable", fix.executable());
    return node.put("why", fix.why());
  }
}
