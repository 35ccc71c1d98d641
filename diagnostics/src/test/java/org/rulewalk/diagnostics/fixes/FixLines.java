package org.rulewalk.diagnostics.fixes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.rulewalk.diagnostics.json.WhyJson;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.fixtures.Fixture;

/**
 * Writes what {@code why} proposes for every blocked connection of recordings, for {@code
 * fixtures/try-fixes} and other programs that run such commands on a kernel. Arguments: the file to
 * write, then directories of recordings.
 */
public final class FixLines {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private FixLines() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    try (PrintStream out = new PrintStream(args[0], StandardCharsets.UTF_8)) {
      for (String directory : List.of(args).subList(1, args.length)) {
        try (Stream<Path> children = Files.list(Path.of(directory))) {
          for (Path child : children.sorted().toList()) {
            if (Files.isRegularFile(child.resolve("probes.jsonl"))) {
              BlockedQuestion.of(Fixture.at(child)).forEach(q -> out.println(line(q)));
            }
          }
        }
      }
    }
  }

  /** A question with the commands for a lab, and what the answer claims of them. */
  static ObjectNode line(BlockedQuestion question) {
    ObjectNode why = WhyJson.of(question.answer());
    ObjectNode line = MAPPER.createObjectNode();
    Path scenario = question.fixture().directory().resolve("scenario.json");
    line.put(
        "scenario",
        Files.isRegularFile(scenario) ? scenario.toString() : question.fixture().name());
    line.put("id", question.id());
    line.set("connect", question.connect());
    line.put("before", question.kernel());
    line.put("verdict", why.path("verdict").asText());
    line.put("result", why.path("result").asText());
    line.put("checked", question.answer().fixesChecked());
    line.set("causes", why.path("causes"));
    line.set("proposed", why.path("fixes"));
    line.set("fixes", LabCommands.of(question.answer()));
    line.set("helps", why.path("helps"));
    line.put(
        "kinds",
        String.join(" ", question.answer().causes().stream().map(FixLines::shown).toList()));
    return line;
  }

  private static String shown(Cause cause) {
    return cause.machine() + ":" + cause.kind().word() + (cause.request() ? "" : "<");
  }
}
