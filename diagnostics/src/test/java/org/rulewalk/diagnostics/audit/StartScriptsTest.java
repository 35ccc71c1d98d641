package org.rulewalk.diagnostics.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.diagnostics.why.Evidence;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;

/** What is said of start scripts: the document's own, and the ways in which they don't run. */
class StartScriptsTest {
  private static final String USER_SCRIPT = "PedOS-firewall-user-script";

  @TempDir Path directory;

  /** A copy of a fixture's capture whose scripts are others. */
  private Path copy(String fixture) throws IOException {
    Path from = Fixtures.named(fixture).capture();
    Path to = directory.resolve("capture");
    try (Stream<Path> all = Files.walk(from)) {
      all.forEach(
          path -> {
            try {
              Files.copy(path, to.resolve(from.relativize(path).toString()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    return to;
  }

  private static void script(Path capture, String machine, String name, String text, String mode)
      throws IOException {
    Path folder = capture.resolve("vms").resolve(machine).resolve("rw-config");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name), text);
    Files.writeString(
        folder.resolve("modes.txt"), mode + " 1 root root 198 Jan 12 09:41 " + name + "\n");
  }

  private static List<Finding> findings(Path capture) {
    List<Finding> found = new ArrayList<>();
    for (Finding finding : Audit.of(new Subject(CaptureLoader.load(capture), Evidence.NONE))) {
      boolean ours = finding.id().startsWith("script-") || finding.id().startsWith("rule-");
      if (ours) {
        found.add(finding);
      }
    }
    return found;
  }

  private static List<String> places(List<Finding> findings) {
    return findings.stream()
        .map(
            f -> f.id() + " " + f.source().file().replaceFirst(".*/", "") + ":" + f.source().line())
        .toList();
  }

  private static String document(String name) throws IOException {
    try (InputStream in =
        StartScriptsTest.class.getResourceAsStream(
            "/org/rulewalk/diagnostics/script/document/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void print() throws IOException {
    for (String fixture :
        List.of(
            "port-forward",
            "port-forward-complete",
            "r42-service-failed",
            "between-vms",
            "r42-port-forward",
            "r42-between-vms",
            "connect-tcp",
            "r41-default",
            "r42-between-vms-old-iptables",
            "port-forward-nft-after-drop")) {
      System.out.println("== " + fixture);
      for (Finding f : findings(Fixtures.named(fixture).capture())) {
        System.out.println(
            f.severity()
                + " "
                + f.id()
                + " "
                + f.machine()
                + " "
                + f.source()
                + "\n   "
                + f.message()
                + "\n   "
                + f.repair().map(r -> r.words() + " " + r.now() + r.lines()).orElse(""));
      }
    }
    Path capture = copy("r41-default");
    script(capture, "sys-net", "rc.local", document("sys-net-rc.local-r4"), "-rwxr-xr-x");
    script(
        capture, "sys-firewall", USER_SCRIPT, document("sys-firewall-user-script"), "-rwxr-xr-x");
    script(capture, "work", "rc.local", document("app-vm-rc.local"), "-rwxr-xr-x");
    System.out.println("== document as printed");
    for (Finding f : findings(capture)) {
      System.out.println(
          f.severity()
              + " "
              + f.id()
              + " "
              + f.machine()
              + " "
              + f.source()
              + "\n   "
              + f.message()
              + "\n   "
              + f.repair().map(r -> r.words() + " " + r.now() + r.lines()).orElse(""));
    }
  }
}
