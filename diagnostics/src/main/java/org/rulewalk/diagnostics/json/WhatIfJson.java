package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.rulewalk.diagnostics.command.Outcome;
import org.rulewalk.diagnostics.script.Executed;
import org.rulewalk.diagnostics.whatif.Asked;
import org.rulewalk.diagnostics.whatif.Carried;
import org.rulewalk.diagnostics.whatif.Difference;
import org.rulewalk.diagnostics.whatif.Report;

/** What would be, as {@code rulewalk-whatif/1}. */
public final class WhatIfJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private WhatIfJson() {}

  /** All members of the contract; {@code directory} is where the changed capture was saved. */
  public static ObjectNode of(Report report, Optional<Path> directory) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("format", "rulewalk-whatif/1");
    ArrayNode changes = node.putArray("changes");
    ArrayNode differences = node.putArray("differences");
    for (Carried carried : report.carried()) {
      String machine = carried.order().machine();
      carried.run().commands().forEach(command -> changes.add(change(machine, command)));
      carried.differences().forEach(each -> differences.add(difference(machine, each)));
    }
    ArrayNode answers = node.putArray("answers");
    report.asked().forEach(asked -> answers.add(answer(asked)));
    directory.ifPresent(
        where -> {
          ObjectNode saved = node.putObject("saved");
          saved.put("directory", where.toString());
          ArrayNode lacking = saved.putArray("notAsInModel");
          report.saved().forEach(lacking::add);
        });
    return node;
  }

  private static ObjectNode change(String machine, Executed command) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("machine", machine).put("command", command.text());
    boolean done =
        command.kind() == Outcome.Kind.CHANGED
            || command.kind() == Outcome.Kind.NOTHING && !command.failed();
    node.put("result", done ? "ok" : "error");
    node.put("message", command.message());
    node.put("kind", command.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    if (command.status().isPresent()) {
      node.put("status", command.status().getAsInt());
    } else {
      node.putNull("status");
    }
    node.put("certain", command.certain()).put("asked", command.asked());
    TraceJson.source(node, command.source());
    return node;
  }

  private static ObjectNode difference(String machine, Difference difference) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("machine", machine).put("kind", difference.kind().word());
    node.put("place", difference.place());
    node.put("before", difference.before().isEmpty() ? null : difference.before());
    node.put("after", difference.after().isEmpty() ? null : difference.after());
    TraceJson.source(node, difference.source());
    return node;
  }

  private static ObjectNode answer(Asked asked) {
    ObjectNode node = MAPPER.createObjectNode();
    node.set("before", WhyJson.of(asked.before()));
    node.set("after", WhyJson.of(asked.after()));
    node.put("verdict", asked.verdict().name().toLowerCase(Locale.ROOT));
    ArrayNode otherwise = node.putArray("otherwise");
    asked.otherwise().forEach(answer -> otherwise.add(WhyJson.of(answer)));
    return node;
  }
}
