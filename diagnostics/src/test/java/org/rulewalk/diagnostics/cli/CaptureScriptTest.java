package org.rulewalk.diagnostics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;

/** The script of dom0, with stand-ins for PedOS' commands, and VMs that mean it harm. */
class CaptureScriptTest {
  private static final String NETVMS =
      "NAME          STATE    NETVM         IP           IPBACK  GATEWAY\n"
          + "dom0          Running  -             -            -       -\n"
          + "sys-firewall  Running  -             10.137.0.6   -       10.137.0.6\n"
          + "work          Running  sys-firewall  10.137.0.19  -       10.137.0.6\n"
          + "vault         Halted   -             -            -       -\n";

  @TempDir private Path folder;

  private static String script(String where) {
    StringWriter out = new StringWriter();
    Terminal terminal =
        new Terminal(new PrintWriter(out), new PrintWriter(new StringWriter()), false, false);
    assertEquals(0, Rulewalk.run(new String[] {"capture-script", where}, terminal));
    return out.toString();
  }

  private void tool(String name, String body) throws IOException {
    Path file = folder.resolve("bin/" + name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    assertTrue(file.toFile().setExecutable(true));
  }

  /** dom0's commands; {@code vms} are the names of running VMs, {@code run} what qvm-run does. */
  private void dom0(String vms, String run) throws IOException {
    Files.writeString(folder.resolve("netvms"), NETVMS);
    tool(
        "qvm-ls",
        "case \"$*\" in\n -n) cat '"
            + folder
            + "/netvms' ;;\n *raw-data*) echo 'dom0|Running'; for vm in "
            + vms
            + "; do echo \"$vm|Running\"; done; echo 'vault|Halted' ;;\nesac");
    tool("qvm-prefs", "echo 'netvm  -  sys-firewall'");
    tool("qvm-firewall", "echo 'NO  ACTION  HOST'");
    tool("qvm-features", "exit 0");
    tool("qvm-service", "echo 'qubes-firewall  on'");
    tool("qvm-tags", "echo 'qvm-tags: cannot' >&2; exit 3");
    // qvm-run --pass-io --no-gui -u root VM COMMAND
    tool("qvm-run", "vm=$5\n" + run);
  }

  private String runScript(String... arguments) throws IOException, InterruptedException {
    Path file = folder.resolve("capture-dom0.sh");
    Files.writeString(file, script("dom0"));
    Path work = Files.createDirectories(folder.resolve("here"));
    List<String> command = new ArrayList<>(List.of("sh", file.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    builder.environment().put("TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
    Path said = folder.resolve("said");
    Process process = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), "the script hangs");
    return Files.readString(said);
  }

  private Path capture() {
    return folder.resolve("here/rulewalk-capture");
  }

  @ParameterizedTest
  @ValueSource(strings = {"vm", "dom0"})
  void scriptsAreShellThatParses(String where) throws IOException, InterruptedException {
    Path file = folder.resolve("script.sh");
    Files.writeString(file, script(where));
    assertEquals(0, new ProcessBuilder("sh", "-n", file.toString()).inheritIO().start().waitFor());
    assertFalse(script(where).contains("@VM_SCRIPT@"));
    assertTrue(script("dom0").contains(script("vm")));
  }

  @Test
  void otherPlacesHaveNoScript() {
    StringWriter err = new StringWriter();
    Terminal terminal =
        new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(err), false, false);
    assertEquals(2, Rulewalk.run(new String[] {"capture-script", "router"}, terminal));
    assertTrue(err.toString().contains("\"dom0\""), err.toString());
  }

  @Test
  void dom0MakesACaptureOfAllRunningVms() throws IOException, InterruptedException {
    Path vms = Fixtures.named("r42-service-failed").capture().resolve("vms");
    dom0("sys-firewall work", "cat >/dev/null; cd '" + vms + "'/\"$vm\" && tar -cf - .");
    String said = runScript();
    Capture capture = CaptureLoader.load(capture());
    assertEquals(
        List.of("sys-firewall", "work"),
        List.copyOf(capture.network().machines().keySet()).subList(0, 2));
    assertTrue(capture.text("dom0/qvm-ls.txt").isPresent());
    assertTrue(capture.text("dom0/qvm-prefs/vault.txt").isPresent());
    assertTrue(
        capture.text("sys-firewall", "rw-config/PedOS-firewall-user-script").isPresent(), said);
    Capture original = CaptureLoader.load(vms.getParent());
    assertEquals(
        original.network().machine("sys-firewall").orElseThrow().ruleset(),
        capture.network().machine("sys-firewall").orElseThrow().ruleset());
    assertTrue(said.contains("qvm-tags work ended with 3: qvm-tags: cannot"), said);
    assertTrue(Files.exists(folder.resolve("here/rulewalk-capture.tar.gz")));
    try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void onlyTheNamedVmsAreAsked() throws IOException, InterruptedException {
    dom0(
        "sys-firewall work",
        "cat >/dev/null; echo \"$vm\" >>'" + folder + "/asked'; tar -cf - -T /dev/null");
    runScript("work", "vault");
    assertEquals("work\n", Files.readString(folder.resolve("asked")));
    assertTrue(
        Files.readString(capture().resolve("dom0/capture-notes.txt"))
            .contains("vms/vault: not running"));
  }

  @Test
  void namesThatLeadOutAreNotWritten() throws IOException, InterruptedException {
    Path evil = Files.createDirectories(folder.resolve("evil/rw-config/sub"));
    Files.writeString(evil.resolve("../fine.sh"), "x");
    Files.writeString(folder.resolve("evil/ip-addr.txt"), "true content\n");
    Files.createSymbolicLink(folder.resolve("evil/ip-link.txt"), Path.of("/etc/hostname"));
    Files.createSymbolicLink(folder.resolve("evil/rw-config/link"), folder.resolve("here"));
    Files.writeString(folder.resolve("evil/unasked.txt"), "x");
    dom0(
        "work",
        "cat >/dev/null; cd '"
            + folder
            + "/evil' && tar -P -cf - --transform 's|^./unasked.txt|../../../../escaped|' ."
            + " --transform 's|^./rw-config/sub$|/"
            + folder
            + "/absolute|'");
    runScript();
    try (Stream<Path> files = Files.walk(capture().resolve("vms"))) {
      List<String> written =
          files
              .filter(Files::isRegularFile)
              .map(f -> capture().relativize(f).toString())
              .sorted()
              .toList();
      assertTrue(
          written.containsAll(List.of("vms/work/ip-addr.txt", "vms/work/rw-config/fine.sh")),
          written.toString());
      assertFalse(
          written.toString().contains("unasked") || written.toString().contains("escaped"),
          written.toString());
    }
    assertFalse(
        Files.exists(folder.resolve("escaped")) || Files.exists(folder.resolve("here/escaped")));
    assertFalse(Files.exists(folder.resolve("absolute")));
    try (Stream<Path> files = Files.walk(capture())) {
      assertTrue(files.noneMatch(Files::isSymbolicLink));
    }
    // a link gives no content of dom0
    Path link = capture().resolve("vms/work/ip-link.txt");
    assertTrue(!Files.exists(link) || Files.size(link) == 0);
  }

  @Test
  void tooMuchIsCutOffAndNotTaken() throws IOException, InterruptedException {
    dom0("work", "cat >/dev/null; cat /dev/zero");
    runScript();
    String notes = Files.readString(capture().resolve("dom0/capture-notes.txt"));
    assertTrue(notes.contains("vms/work: it sent more than"), notes);
    assertFalse(Files.exists(capture().resolve("vms/work")));
  }

  @Test
  void filesThatUnpackWithoutEndAreCutOff() throws IOException, InterruptedException {
    dom0(
        "work",
        "cat >/dev/null; cd '"
            + Files.createDirectories(folder.resolve("sparse"))
            + "' && truncate -s 2G ss.txt && tar -Scf - ./ss.txt");
    runScript();
    assertTrue(Files.size(capture().resolve("vms/work/ss.txt")) <= 32 << 20);
    assertTrue(
        Files.readString(capture().resolve("dom0/capture-notes.txt"))
            .contains("vms/work/ss.txt: cut off"));
  }

  @Test
  void aVmThatHangsIsGivenUpAndTheOthersAreTaken() throws IOException, InterruptedException {
    Path vms = Fixtures.named("r42-service-failed").capture().resolve("vms");
    dom0(
        "sys-firewall work",
        "cat >/dev/null; [ \"$vm\" = work ] || sleep 300; cd '" + vms + "'/\"$vm\" && tar -cf - .");
    runScript("-t", "2");
    String notes = Files.readString(capture().resolve("dom0/capture-notes.txt"));
    assertTrue(notes.contains("vms/sys-firewall: not finished after 2 seconds"), notes);
    assertTrue(Files.exists(capture().resolve("vms/work/ip-addr.txt")));
  }

  @Test
  void whatAVmComplainsOfReachesNoTerminalAsItIs() throws IOException, InterruptedException {
    dom0("work", "cat >/dev/null; printf '\\033[2Jowned\\n' >&2; exit 7");
    String said = runScript();
    assertFalse(said.contains("\u001b"), said);
    assertTrue(said.contains("vms/work: qvm-run ended with 7: [2Jowned"), said);
  }
}
