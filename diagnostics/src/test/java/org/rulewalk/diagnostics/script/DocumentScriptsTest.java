package org.rulewalk.diagnostics.script;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;

/**
 * The firewall document's own scripts and commands leave the same rules behind in the model as the
 * real shell and the real tools leave in a network namespace that starts with the captured rules.
 */
class DocumentScriptsTest {
  private static final Map<String, String> FILLED =
      Map.of(
          "192.168.x.x", "198.51.100.10",
          "192.168.0.x", "198.51.100.10",
          "192.168.x.0/24", "198.51.100.0/24",
          "10.137.1.x", "10.137.0.6",
          "10.137.0.x", "10.137.0.6",
          "10.137.2.x", "10.137.0.19",
          "10.137.2.y", "10.137.0.19",
          "10.137.0.y", "10.137.0.19");

  @BeforeEach
  void namespaces() {
    Namespace.need();
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource({
    "r41-default, sys-net, sys-net-rc.local",
    "r41-default, sys-net, sys-net-rc.local-r4",
    "r41-default, sys-net, commands-sys-net",
    "r41-default, sys-firewall, sys-firewall-user-script",
    "r41-default, sys-firewall, commands-sys-firewall",
    "r41-default, sys-firewall, between-vms-user-script",
    "r41-default, work, app-vm-rc.local",
    "r41-default, work, between-vms-rc.local",
    "r41-per-vm-rules, sys-firewall, sys-firewall-user-script",
    "port-forward, sys-net, sys-net-rc.local-r4",
    "port-forward, sys-firewall, sys-firewall-user-script",
    "port-forward-complete, work, app-vm-rc.local",
    "between-vms, sys-firewall, between-vms-user-script",
    "r42-default, sys-net, sys-net-rc.local-r4",
    "r42-default, sys-firewall, sys-firewall-user-script",
    "r42-port-forward-old-iptables, sys-firewall, sys-firewall-user-script",
    "r42-default, work, app-vm-rc.local",
    "connect-tcp, untrusted, bind-rc.local",
  })
  void leaveTheSameRules(String fixture, String machine, String script)
      throws IOException, InterruptedException {
    String printed = resource(script);
    String filled = printed;
    for (Map.Entry<String, String> each : FILLED.entrySet()) {
      filled = filled.replace(each.getKey(), each.getValue());
    }
    same(fixture, machine, printed);
    same(fixture, machine, filled);
    // the firewall's service runs them again and again
    same(fixture, machine, filled + "\n" + filled);
  }

  private static void same(String fixture, String name, String script)
      throws IOException, InterruptedException {
    Path capture = Fixtures.named(fixture).capture();
    Machine machine = CaptureLoader.load(capture).network().machine(name).orElseThrow();
    List<String> devices = Namespace.devices(machine);
    Namespace.Left left = Namespace.script(capture.resolve("vms").resolve(name), devices, script);
    ScriptRun run =
        ScriptRunner.run(SourceText.of("script", script), machine, Invocation.Files.NONE);
    assertEquals(
        Shown.rules(left.machine()),
        Shown.rules(run.machine()),
        () -> Shown.difference(left.machine(), run.machine()));
    assertEquals(List.of(), run.possible());
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = DocumentScriptsTest.class.getResourceAsStream("document/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
