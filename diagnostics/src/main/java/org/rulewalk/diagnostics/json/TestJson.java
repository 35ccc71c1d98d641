package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.rulewalk.diagnostics.reach.Checked;
import org.rulewalk.diagnostics.text.PacketsWords;
import org.rulewalk.diagnostics.text.PassWords;
import org.rulewalk.diagnostics.text.TestScreen;

/** Checked expectations as {@code rulewalk-test/1}. */
public final class TestJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private TestJson() {}

  /** All of them, in the order of the file. */
  public static ObjectNode of(List<Checked> all) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("format", "rulewalk-test/1");
    ArrayNode array = node.putArray("expectations");
    all.forEach(checked -> array.add(of(checked)));
    for (Checked.Result result : Checked.Result.values()) {
      node.put(
          result.name().toLowerCase(Locale.ROOT),
          all.stream().filter(each -> each.result() == result).count());
    }
    return node;
  }

  private static ObjectNode of(Checked checked) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("name", checked.expectation().name());
    node.put("kind", checked.expectation().kind().name().toLowerCase(Locale.ROOT));
    TraceJson.source(node, checked.expectation().where());
    node.put("result", checked.result().name().toLowerCase(Locale.ROOT));
    node.put("packets", PacketsWords.of(checked.packets()));
    checked.example().ifPresent(answer -> node.set("counterexample", ReachJson.example(answer)));
    if (checked.result() == Checked.Result.BROKEN) {
      PassWords.Passing because = TestScreen.because(checked);
      ObjectNode told = node.putObject("because").put("text", because.text());
      if (because.where().isKnown()) {
        TraceJson.source(told, because.where());
      }
    }
    ArrayNode open = node.putArray("open");
    checked.open().forEach(open::add);
    return node;
  }
}
