package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.reach.Cell;
import org.rulewalk.diagnostics.text.PacketsWords;
import org.rulewalk.diagnostics.text.ReachWords;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.simulator.trace.Journey;

/** Who reaches whom, as {@code rulewalk-reach/1}. */
public final class ReachJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ReachJson() {}

  /** All cells, numbered as they are on the screen. */
  public static ObjectNode of(List<Cell> cells) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("format", "rulewalk-reach/1");
    ArrayNode array = node.putArray("cells");
    for (int i = 0; i < cells.size(); i++) {
      array.add(cell(cells.get(i)).put("cell", i + 1));
    }
    return node;
  }

  private static ObjectNode cell(Cell cell) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("from", cell.from()).put("to", cell.to());
    node.put("packets", PacketsWords.of(cell.packets()));
    node.put("verdict", cell.verdict().name().toLowerCase(Locale.ROOT));
    node.set("example", example(cell.example()));
    ArrayNode causes = node.putArray("causes");
    for (Cell.Stop stop : cell.stops()) {
      causes.add(WhyJson.cause(stop.cause()).put("packets", PacketsWords.of(stop.packets())));
    }
    cell.end().ifPresent(machine -> node.put("endsIn", machine));
    cell.inVain().ifPresent(some -> node.put("arriveInVain", PacketsWords.of(some)));
    ArrayNode open = node.putArray("open");
    cell.open().forEach(open::add);
    return node;
  }

  /** A question that was asked, as {@code why} and {@code trace} take it. */
  static ObjectNode example(Answer answer) {
    ObjectNode node = MAPPER.createObjectNode();
    Question question = answer.question();
    node.set("from", WhyJson.place(question.from(), answer.source()));
    node.set("to", WhyJson.place(question.to(), question.to().address().orElseThrow()));
    node.put("service", question.service().text());
    node.put("result", answer.result().word());
    node.put("why", ReachWords.question(answer));
    List<Journey> path = answer.trace().requestPath();
    if (!path.isEmpty()) {
      node.putObject("at").put("machine", path.get(0).machine());
      node.put("packet", path.get(0).packet().toHex());
    }
    return node;
  }
}
