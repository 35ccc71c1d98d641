package org.rulewalk.diagnostics.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rulewalk.diagnostics.audit.Audit;
import org.rulewalk.diagnostics.audit.Finding;
import org.rulewalk.diagnostics.audit.Subject;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.value.Source;

/** SARIF against OASIS' schema, and what it points at against the files. */
class SarifTest {
  private static final JsonSchema SCHEMA = schema();

  private static JsonSchema schema() {
    try (InputStream in = SarifTest.class.getResourceAsStream("sarif-schema-2.1.0.json")) {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
          .getSchema(new ObjectMapper().readTree(in));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static ObjectNode sarif(Path path) {
    Capture capture = CaptureLoader.load(path);
    List<Finding> findings = Audit.of(new Subject(capture, JournalEvidence.of(path, capture)));
    return Sarif.of(findings, capture, path, "0.1.0", findings.isEmpty() ? 0 : 1);
  }

  /** Every third recorded network: what is found in each, FixtureFindingsTest looks at. */
  static Stream<Fixture> fixtures() {
    List<Fixture> all = Fixtures.captures();
    return IntStream.range(0, all.size()).filter(i -> i % 3 == 0).mapToObj(all::get);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void theLogIsValidAndPointsAtLinesThatAreThere(Fixture fixture) throws IOException {
    ObjectNode log = sarif(fixture.capture());
    assertEquals(Set.of(), SCHEMA.validate(log));
    JsonNode run = log.path("runs").path(0);
    Set<String> prints = new TreeSet<>();
    for (JsonNode result : run.path("results")) {
      JsonNode rule =
          run.path("tool").path("driver").path("rules").path(result.path("ruleIndex").asInt());
      assertEquals(result.path("ruleId"), rule.path("id"));
      assertTrue(prints.add(result.path("partialFingerprints").path("finding/v1").asText()));
      JsonNode place = result.path("locations").path(0).path("physicalLocation");
      if (place.isObject()) {
        Path file = fixture.capture().resolve(place.path("artifactLocation").path("uri").asText());
        int line = place.path("region").path("startLine").asInt(1);
        assertTrue(Files.readAllLines(file).size() >= line, result.toString());
      }
    }
  }

  @Test
  void theSchemaRefusesWhatIsNoSarif() {
    ObjectNode log = sarif(Fixtures.named("notrack").capture());
    ((ObjectNode) log.path("runs").path(0).path("results").path(0)).put("level", "fatal");
    assertFalse(SCHEMA.validate(log).isEmpty());
  }

  @Test
  void namesOfFilesAreEscaped() {
    Path path = Fixtures.named("r42-default").capture();
    Source odd = new Source("vms/a b:c#d%/x", 3, 0, "text");
    ObjectNode log =
        Sarif.of(
            List.of(new Finding("set-not-used", Finding.Severity.NOTE, "a b", odd, "It is.")),
            CaptureLoader.load(path),
            path,
            "0.1.0",
            1);
    assertEquals(Set.of(), SCHEMA.validate(log));
    JsonNode location =
        log.at("/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri");
    assertEquals("vms/a%20b%3Ac%23d%25/x", location.asText());
  }
}
