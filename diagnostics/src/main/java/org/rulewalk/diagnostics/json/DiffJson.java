package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.diagnostics.diff.CaptureDiff;
import org.rulewalk.diagnostics.diff.Difference;
import org.rulewalk.diagnostics.words.PacketClassWords;
import org.rulewalk.diagnostics.words.TreatmentWords;
import org.rulewalk.simulator.flow.Decision;
import org.rulewalk.simulator.flow.Fate;
import org.rulewalk.simulator.flow.MachineFlow;
import org.rulewalk.simulator.network.Route;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.symbolic.Sample;
import org.rulewalk.simulator.value.Source;

/** Differences as {@code rulewalk-diff/1}. */
public final class DiffJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private DiffJson() {}

  /** All members of the contract. */
  public static ObjectNode of(CaptureDiff.Result result) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("format", "rulewalk-diff/1");
    ArrayNode classes = node.putArray("classes");
    result.differences().forEach(difference -> classes.add(difference(difference)));
    ObjectNode machines = node.putObject("machines");
    result.added().forEach(machines.putArray("added")::add);
    result.removed().forEach(machines.putArray("removed")::add);
    result.tooLarge().forEach(machines.putArray("notCompared")::add);
    result.copying().forEach(machines.putArray("copiesNotCompared")::add);
    return node;
  }

  private static ObjectNode difference(Difference difference) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("before", TreatmentWords.word(difference.before().treatment()));
    node.put("after", TreatmentWords.word(difference.after().treatment()));
    node.put("beforeIs", TreatmentWords.sentence(difference.before().treatment()));
    node.put("afterIs", TreatmentWords.sentence(difference.after().treatment()));
    node.put("machine", difference.machine());
    boolean sent = difference.start() == MachineFlow.Start.SENT;
    node.put("start", sent ? "sent" : "arriving");
    node.put(
        "packets",
        difference.packets().stream()
            .map(PacketClassWords::of)
            .collect(Collectors.joining(" or ")));
    ArrayNode lines = node.putArray("lines");
    difference.packets().stream().map(PacketClassWords::of).forEach(lines::add);
    node.put("complete", difference.complete()).put("certain", difference.certain());
    node.put("trial", difference.trial().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    node.set("example", example(difference));
    ObjectNode because = node.putObject("because");
    because.set("before", because(difference.decidedBefore(), difference.before()));
    because.set("after", because(difference.decidedAfter(), difference.after()));
    return node;
  }

  private static ObjectNode example(Difference difference) {
    Sample example = difference.example();
    ObjectNode node = MAPPER.createObjectNode();
    ObjectNode at = node.putObject("at").put("machine", difference.machine());
    difference.in().ifPresent(device -> at.put("interface", device));
    return node.put("packet", example.packet().toHex());
  }

  private static ObjectNode because(Optional<Decision> decision, Fate fate) {
    Optional<Source> source =
        decision
            .map(DiffJson::source)
            .or(() -> fate.route().map(Route::source))
            .filter(Source::isKnown);
    return source
        .map(
            known ->
                MAPPER
                    .createObjectNode()
                    .put("file", known.file())
                    .put("line", known.line())
                    .put("text", known.text()))
        .orElse(null);
  }

  private static Source source(Decision decision) {
    return decision.outcome().rule().map(Rule::source).orElseGet(decision.base()::policySource);
  }
}
