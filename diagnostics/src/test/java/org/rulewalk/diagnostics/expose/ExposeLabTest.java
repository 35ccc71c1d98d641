package org.rulewalk.diagnostics.expose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.rulewalk.diagnostics.json.ExposeJson;
import org.rulewalk.diagnostics.why.CauseKind;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * What {@code expose} proposes, run by the real tools on recorded networks built again: whoever is
 * of the prefix connects and nobody else does, the scripts change nothing after the commands, and
 * what takes them back leaves the rules as they were.
 *
 * <p>As root, with {@code -Drulewalk.lab=SECONDS} (some networks, one of each sort first), or
 * {@code all}, which also takes the recordings beside the checkout.
 */
class ExposeLabTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int FEWEST_TRIALS = 4;

  /** Networks of every generation, for a run that is bounded. */
  private static final List<String> SOME =
      List.of(
          "r42-default",
          "r41-default",
          "r40-dom0-rules-iptables",
          "r32-dom0-rules",
          "docker-beside-clients",
          "port-forward-nft-after-drop");

  /** Nobody of the recorded networks has an address of it. */
  private static final String ELSEWHERE = "203.0.113.128/25";

  /**
   * One network and wish.
   *
   * @param mayConnect whether who asks is of the prefix
   */
  private record Trial(String name, ObjectNode line, boolean mayConnect) {}

  @Test
  @EnabledIfSystemProperty(named = "rulewalk.lab", matches = "all|[0-9]+")
  void theKernelConnectsWhoMayAndNobodyElse() throws Exception {
    String amount = System.getProperty("rulewalk.lab");
    boolean all = amount.equals("all");
    Map<String, Deque<Trial>> sorts = new LinkedHashMap<>();
    Stream<Fixture> fixtures =
        all ? Stream.concat(Fixtures.own().stream(), pedos()) : SOME.stream().map(Fixtures::named);
    for (Fixture fixture : Exposed.suitable(fixtures.toList())) {
      for (Trial trial : trials(fixture)) {
        String shape = trial.line().path("steps").toString().replaceAll("\\d", "");
        sorts.computeIfAbsent(trial.mayConnect() + shape, sort -> new ArrayDeque<>()).add(trial);
      }
    }
    long known = sorts.values().stream().mapToInt(Deque::size).sum();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(all ? 3600 : Long.parseLong(amount));
    List<String> wrong = new ArrayList<>();
    int tried = run(sorts, end, wrong);
    System.out.println(
        "exposed: " + (tried - wrong.size()) + " of " + tried + " tried (" + known + " known)");
    assertEquals(List.of(), wrong);
    assertTrue(tried >= FEWEST_TRIALS, "only " + tried);
  }

  private static int run(Map<String, Deque<Trial>> sorts, long end, List<String> wrong)
      throws IOException {
    Path program = Fixtures.own().get(0).directory().resolve("../../try-expose").normalize();
    Process process =
        new ProcessBuilder(program.toString(), "-")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int tried = 0;
    try (Writer in = process.outputWriter(StandardCharsets.UTF_8);
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      boolean more = true;
      while (more) {
        more = false;
        for (Deque<Trial> sort : sorts.values()) {
          if (sort.isEmpty() || System.nanoTime() > end) {
            continue;
          }
          more = true;
          Trial trial = sort.remove();
          in.write(trial.line() + "\n");
          in.flush();
          JsonNode said = MAPPER.readTree(out.readLine());
          tried++;
          String result = said.path("result").asText();
          boolean connects = result.equals("connected") || result.equals("answered");
          boolean right =
              connects == trial.mayConnect()
                  && said.path("again").asBoolean()
                  && said.path("undone").asBoolean()
                  && said.path("errors").isEmpty();
          if (!right) {
            wrong.add(trial.name() + ": " + said);
          }
        }
      }
    }
    process.destroy();
    return tried;
  }

  private static Stream<Fixture> pedos() {
    return Fixtures.shared().stream()
        .filter(fixture -> fixture.name().startsWith("pedos"))
        .filter(fixture -> fixture.directory().resolve("scenario.json").toFile().isFile());
  }

  private static List<Trial> trials(Fixture fixture) {
    Capture capture = CaptureLoader.load(fixture.capture());
    List<Trial> trials = new ArrayList<>();
    for (String service : List.of("tcp/443", "udp/53", "tcp/8080")) {
      Optional<Integer> port = service.equals("tcp/443") ? Optional.empty() : Optional.of(5353);
      Exposure open = Exposed.of(capture, fixture.capture(), "work " + service, port);
      Optional<Link.End> asking = asking(capture, open.way().entry());
      Optional<Prefix> near =
          asking
              .flatMap(
                  end ->
                      capture.network().machine(end.machine()).flatMap(m -> m.find(end.device())))
              .stream()
              .flatMap((Interface i) -> i.addresses(IpVersion.IPV4).stream())
              .map(address -> address.prefix())
              .findFirst();
      if (near.isPresent()) {
        String own = near.get().first() + "/" + near.get().length();
        add(trials, fixture, capture, asking.get(), service, port, own);
        if (service.equals("tcp/443")) {
          add(trials, fixture, capture, asking.get(), service, Optional.of(4430), ELSEWHERE);
        }
      }
    }
    return trials;
  }

  private static Optional<Link.End> asking(Capture capture, Way.Stop entry) {
    return capture.network().peers(new Link.End(entry.machine(), entry.device())).stream()
        .filter(
            end -> capture.network().machine(end.machine()).map(Machine::isExternal).orElse(false))
        .findFirst();
  }

  private static void add(
      List<Trial> trials,
      Fixture fixture,
      Capture capture,
      Link.End asking,
      String service,
      Optional<Integer> port,
      String from) {
    Exposure exposure =
        Exposed.of(capture, fixture.capture(), "work " + service + " " + from, port);
    boolean lacksService =
        exposure.verdict() == Exposure.Verdict.IMPOSSIBLE
            && exposure.answer().open().afterwards().isEmpty()
            && !exposure.answer().open().causes().isEmpty()
            && exposure.answer().open().causes().stream()
                .allMatch(cause -> cause.kind() == CauseKind.NO_LISTENER);
    // a lab has no dom0 that joins VMs anew
    boolean runs = exposure.needed().isEmpty();
    if (!runs || exposure.verdict() != Exposure.Verdict.CHECKED && !lacksService) {
      return;
    }
    Path scenario = fixture.directory().resolve("scenario.json");
    ObjectNode line = MAPPER.createObjectNode();
    line.put("scenario", scenario.toFile().isFile() ? scenario.toString() : fixture.name());
    line.putObject("connect")
        .put("machine", asking.machine())
        .put("to", exposure.way().entry().address().toString())
        .put("proto", exposure.wish().word())
        .put("port", exposure.wish().outsidePort());
    line.set("steps", ExposeJson.of(exposure).path("steps"));
    if (lacksService) {
      // that nothing but the service is missing is a claim too
      ObjectNode socket = MAPPER.createObjectNode();
      socket.put("proto", exposure.wish().word()).put("port", exposure.wish().service().port());
      line.putArray("services").addArray().add("work").add(socket);
    }
    String name = fixture.name() + " " + service + " " + from;
    trials.add(new Trial(name, line, !from.equals(ELSEWHERE)));
  }
}
