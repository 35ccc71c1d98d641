package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.fixtures.Fixtures;
import org.xml.sax.SAXException;

/** The example of docs/test.md, as it stands there. */
class ExpectationsDocumentTest {
  private static final Path CAPTURE = Fixtures.named("port-forward-complete").capture();
  private static final Pattern FENCE = Pattern.compile("```(\\w*)\\n(.*?)```", Pattern.DOTALL);

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... words) {
    return Rulewalk.run(
        words, new Terminal(new PrintWriter(out), new PrintWriter(err), false, false));
  }

  private static List<String> examples(String language) throws IOException {
    Path document = CAPTURE.resolve("../../../../docs/test.md").normalize();
    Matcher fence = FENCE.matcher(Files.readString(document));
    List<String> found = new ArrayList<>();
    while (fence.find()) {
      if (fence.group(1).equals(language)) {
        found.add(fence.group(2));
      }
    }
    return found;
  }

  private static String example(String language, String beginning) throws IOException {
    return examples(language).stream()
        .filter(text -> text.startsWith(beginning))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theExampleSaysWhatTheDocumentShows(@TempDir Path folder) throws IOException, SAXException {
    Path file = folder.resolve("expectations.yaml");
    Files.writeString(file, example("yaml", "expect:"));
    Path report = folder.resolve("report.xml");
    String shown = example("", "$ rulewalk test capture expectations.yaml\n");
    int status = run("test", CAPTURE.toString(), file.toString(), "--junit", report.toString());
    String seen = out.toString().replace(CAPTURE.toString(), "capture");
    assertEquals(shown.substring(shown.indexOf('\n') + 1), seen);
    assertEquals(Rulewalk.NO, status);
    String xml = Files.readString(report);
    assertTrue(xml.contains("tests=\"5\" failures=\"1\" errors=\"0\""), xml);
    assertTrue(xml.contains("expectations.yaml:11\ngets through: tcp dport 443"), xml);
    SchemaFactory.newInstance("http://www.w3.org/2001/XMLSchema")
        .newSchema(getClass().getResource("/org/rulewalk/diagnostics/text/junit.xsd"))
        .newValidator()
        .validate(new StreamSource(report.toFile()));
  }

  @Test
  void faultsOfTheFileAreToldAsTheDocumentShows(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("expectations.yaml");
    Files.writeString(file, "expect:\n  - deny: {from: wrk, to: untrusted}\n");
    assertEquals(Rulewalk.BAD_INPUT, run("test", CAPTURE.toString(), file.toString()));
    String seen = err.toString().replace(folder + "/", "");
    assertEquals(example("", "rulewalk: expectations.yaml:"), seen);
  }

  @Test
  void nothingIsHeldThatCouldNotBeAsked(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("expectations.yaml");
    Files.writeString(file, "expect:\n  - allow: {from: 'fd00::/8', to: work, service: ping}\n");
    assertEquals(
        Rulewalk.BAD_INPUT, run("test", CAPTURE.toString(), file.toString()), () -> out.toString());
    assertTrue(err.toString().contains("expectations.yaml:2:"), err.toString());
  }
}
