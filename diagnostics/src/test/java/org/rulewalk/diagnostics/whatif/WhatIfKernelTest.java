package org.rulewalk.diagnostics.whatif;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.fixtures.KernelAnswers;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;

/**
 * A command that is carried out on the model of a recorded network, and on the same network built
 * again on this kernel: a program that connects then is told the same.
 *
 * <p>{@code -Drulewalk.lab=SECONDS} as root; {@code -Drulewalk.seed=N} for others.
 */
@EnabledIfSystemProperty(named = "rulewalk.lab", matches = "\\d+")
class WhatIfKernelTest {
  private static final int FEWEST = 10;

  private final ObjectMapper mapper = new ObjectMapper();
  private final long seed = Long.getLong("rulewalk.seed", 1);
  private final Random random = new Random(seed);
  private final List<Fixture> fixtures = Fixtures.own();

  /** A command for a machine, and a recorded question. */
  private record Trial(Fixture fixture, JsonNode connect, String id, Order order) {
    @Override
    public String toString() {
      return fixture.name() + " " + id + ", " + order.machine() + ": " + order.text().text();
    }
  }

  @Test
  void theKernelIsOfTheSameMind() throws IOException {
    long end = System.nanoTime() + Long.getLong("rulewalk.lab") * 1_000_000_000L;
    Path program = fixtures.get(0).directory().resolve("../../try-fixes").normalize();
    Process process =
        new ProcessBuilder(program.toString(), "-")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int agreed = 0;
    int changed = 0;
    int undecided = 0;
    List<String> wrong = new ArrayList<>();
    try (Writer in = process.outputWriter(StandardCharsets.UTF_8);
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      while (System.nanoTime() < end) {
        Trial trial = trial();
        Asked asked = model(trial);
        JsonNode kernel = ask(trial, in, out);
        String result = kernel.path("after").asText();
        if (asked.verdict() == Answer.Verdict.UNDECIDED) {
          undecided++;
        } else if (isSame(trial, result, asked.after().result().word())) {
          agreed++;
          changed += asked.before().result() == asked.after().result() ? 0 : 1;
        } else {
          wrong.add(
              trial
                  + "\n    kernel "
                  + result
                  + " "
                  + kernel.path("errors")
                  + "\n    model  "
                  + asked.after().result().word());
        }
      }
    } finally {
      process.destroy();
    }
    String counts =
        "whatif and this kernel, seed %d: %d agree (%d answers changed by the command), %d differ, %d undecided"
            .formatted(seed, agreed, changed, wrong.size(), undecided);
    System.out.println(counts);
    assertTrue(wrong.isEmpty(), () -> counts + "\n" + String.join("\n", wrong));
    assertTrue(agreed >= FEWEST, counts);
  }

  /** ping does not tell in which way it failed. */
  private static boolean isSame(Trial trial, String kernel, String model) {
    boolean ping = trial.connect().path("proto").asText().equals("icmp");
    // a blackhole route: connect says "Invalid argument", for which why has no other word
    String heard = kernel.equals("EINVAL") ? "unreachable" : kernel;
    return ping ? heard.equals("answered") == model.equals("answered") : heard.equals(model);
  }

  private JsonNode ask(Trial trial, Writer in, BufferedReader out) throws IOException {
    ObjectNode line = mapper.createObjectNode();
    line.put("scenario", trial.fixture().name()).put("id", trial.id());
    ObjectNode fix = line.putArray("fixes").addObject();
    fix.put("machine", trial.order().machine());
    fix.putArray("now").add(trial.order().text().text());
    in.write(line + "\n");
    in.flush();
    String answer = out.readLine();
    if (answer == null) {
      throw new IOException(trial + ": no answer from the lab");
    }
    return mapper.readTree(answer);
  }

  private Trial trial() {
    while (true) {
      Fixture fixture = fixtures.get(random.nextInt(fixtures.size()));
      KernelAnswers answers = fixture.answers();
      List<String> ids =
          answers.ids().stream()
              .filter(id -> answers.probe(id).has("connect") && !answers.probe(id).has("after"))
              .toList();
      List<Machine> machines =
          CaptureLoader.load(fixture.capture()).network().machines().values().stream()
              .filter(machine -> !machine.isExternal() && !devices(machine).isEmpty())
              .toList();
      if (!ids.isEmpty() && !machines.isEmpty()) {
        String id = ids.get(random.nextInt(ids.size()));
        JsonNode connect = answers.probe(id).path("connect");
        Machine machine = machines.get(random.nextInt(machines.size()));
        String command = command(machine, connect.path("to").asText());
        Order order = new Order(machine.name(), SourceText.of("--run", command), false);
        return new Trial(fixture, connect, id, order);
      }
    }
  }

  private static List<String> devices(Machine machine) {
    return machine.interfaces().stream()
        .filter(device -> !device.isLoopback())
        .map(Interface::name)
        .toList();
  }

  private String command(Machine machine, String to) {
    boolean six = to.indexOf(':') >= 0;
    String ip = six ? "ip -6 " : "ip ";
    String tables = six ? "ip6tables " : "iptables ";
    List<String> devices = devices(machine);
    String device = devices.get(random.nextInt(devices.size()));
    String base = "nft add table inet whatif; nft add chain inet whatif c ";
    List<String> commands =
        List.of(
            tables + "-I FORWARD 1 -j DROP",
            tables + "-I INPUT 1 -j REJECT",
            tables + "-I OUTPUT 1 -d " + to + " -j REJECT",
            tables + "-P FORWARD ACCEPT; " + tables + "-F FORWARD",
            tables + "-F INPUT; " + tables + "-P INPUT ACCEPT",
            tables + "-t nat -F",
            base + "'{ type filter hook forward priority 10; policy drop; }'",
            base + "'{ type filter hook input priority -5; }'; nft add rule inet whatif c reject",
            "nft flush ruleset",
            "sysctl -w net.ipv4.ip_forward=0",
            "sysctl -w net.ipv4.ip_forward=1",
            ip + "route del default",
            ip + "route add blackhole " + to,
            ip + "route add prohibit " + to + " metric 1",
            ip + "rule add pref 10 to " + to + " unreachable",
            ip + "link set " + device + " down",
            "ip link set " + device + " down; ip link set " + device + " up",
            tables + "-I FORWARD 99 -j DROP");
    return commands.get(random.nextInt(commands.size()));
  }

  private static Asked model(Trial trial) {
    Capture capture = CaptureLoader.load(trial.fixture().capture());
    WhatIf whatif = new WhatIf(capture.network());
    whatif.carryOut(trial.order(), Invocation.Files.NONE);
    JournalEvidence evidence = JournalEvidence.of(trial.fixture().capture(), capture);
    whatif.ask(network -> answer(trial, capture.network(), network, evidence));
    return whatif.report(List.of()).asked().get(0);
  }

  private static Answer answer(
      Trial trial, Network captured, Network network, JournalEvidence evidence) {
    JsonNode connect = trial.connect();
    String proto = connect.path("proto").asText();
    int from = connect.path("from_port").asInt();
    String service =
        proto.equals("icmp")
            ? "ping"
            : proto + "/" + connect.path("port").asInt() + (from == 0 ? "" : "@" + from);
    return Investigation.of(
        network,
        new Places(captured)
            .question(connect.path("machine").asText(), connect.path("to").asText(), service),
        evidence);
  }
}
