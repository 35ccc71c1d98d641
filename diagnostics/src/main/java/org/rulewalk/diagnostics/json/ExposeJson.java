package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.rulewalk.diagnostics.expose.Checks;
import org.rulewalk.diagnostics.expose.Exposure;
import org.rulewalk.diagnostics.expose.MachineStep;
import org.rulewalk.diagnostics.expose.Way;
import org.rulewalk.diagnostics.text.ExposeWords;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Fix;

/** Writes {@code rulewalk-expose/1}. */
public final class ExposeJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ExposeJson() {}

  /** The whole document. */
  public static ObjectNode of(Exposure exposure) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("format", "rulewalk-expose/1");
    question(node.putObject("question"), exposure);
    node.put("verdict", exposure.verdict().name().toLowerCase(Locale.ROOT));
    ArrayNode steps = node.putArray("steps");
    exposure.steps().forEach(step -> steps.add(step(step)));
    ArrayNode needed = node.putArray("needed");
    for (Fix fix : exposure.needed()) {
      needed.add(WhyJson.fix(fix));
    }
    node.put("checked", exposure.verdict() == Exposure.Verdict.CHECKED);
    checks(node.putObject("checks"), exposure);
    ArrayNode allows = node.putArray("alsoAllows");
    ExposeWords.alsoAllowed(exposure).forEach(allows::add);
    ExposeWords.treatedOtherwise(exposure).forEach(allows::add);
    node.put("alsoAllowsExact", exposure.besides().exact());
    ArrayNode open = node.putArray("inTheWay");
    ExposeWords.inTheWay(exposure).forEach(open::add);
    ArrayNode assumptions = node.putArray("assumptions");
    for (Answer.Assumed assumed : exposure.answer().assumptions()) {
      assumptions
          .addObject()
          .put("text", assumed.text())
          .put("missing", assumed.missing().isEmpty() ? null : assumed.missing())
          .put("decides", assumed.decides());
    }
    ArrayNode notes = node.putArray("notes");
    ExposeWords.notes(exposure).forEach(notes::add);
    return node;
  }

  private static void question(ObjectNode node, Exposure exposure) {
    node.put("to", exposure.wish().to());
    node.put("service", exposure.wish().service().text());
    node.put("port", exposure.wish().outsidePort());
    node.put("from", exposure.wish().from().toString());
    Way.Stop entry = exposure.way().entry();
    node.putObject("on")
        .put("machine", entry.machine())
        .put("interface", entry.device())
        .put("address", entry.address().toString())
        .put("found", exposure.way().found());
  }

  private static void checks(ObjectNode node, Exposure exposure) {
    Checks checks = exposure.checks();
    node.put("reachable", exposure.answer().verdict() == Answer.Verdict.REACHABLE);
    node.put("othersAsBefore", checks.others());
    node.put("twiceChangesNothing", checks.again());
    node.put("undoRestores", checks.undone());
    node.put("sameAfterStart", checks.restarted());
    node.put("understood", checks.understood());
    ArrayNode inside = node.putArray("askedFrom");
    exposure.asked().forEach(address -> inside.add(address.toString()));
    ArrayNode outside = node.putArray("askedFromElsewhere");
    checks.asked().forEach(address -> outside.add(address.toString()));
  }

  private static ObjectNode step(MachineStep step) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("machine", step.stop().machine());
    node.put("what", ExposeWords.task(step));
    ArrayNode now = node.putArray("now");
    step.now().forEach(now::add);
    ObjectNode persist = node.putObject("persist");
    boolean has = !step.keep().file().isEmpty();
    persist.put("file", has ? step.keep().file() : null);
    ArrayNode lines = persist.putArray("lines");
    step.keep().lines().forEach(lines::add);
    persist.put("executable", has);
    persist.put("undo", has ? step.keep().undo() : null);
    ArrayNode undo = node.putArray("undo");
    step.undo().forEach(undo::add);
    return node;
  }
}
