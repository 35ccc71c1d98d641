package org.rulewalk.diagnostics.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;

/**
 * A network namespace of this computer's kernel that starts with a machine's captured rules. What
 * is run in it is the test's own.
 */
final class Namespace {
  private static final Pattern TABLE =
      Pattern.compile("(?m)^table (\\w+) (\\S+) \\{.*?^\\}\\n?", Pattern.DOTALL);

  private static final String LISTINGS =
      String.join(
          "\n",
          "iptables-save >machine/iptables-save.txt",
          "ip6tables-save >machine/ip6tables-save.txt",
          "nft -a list ruleset >machine/nft-list-ruleset.txt",
          "");

  private final Path directory;

  private Namespace(Path directory) {
    this.directory = directory;
  }

  /** What a script left behind. */
  record Left(Machine machine, List<Integer> statuses, List<String> errors) {}

  /** The devices that a namespace needs for a machine's rules. */
  static List<String> devices(Machine machine) {
    return machine.interfaces().stream()
        .filter(device -> !device.isLoopback())
        .map(Interface::name)
        .toList();
  }

  /** Where namespaces can't be made the test is left out, but not where CI runs. */
  static void need() {
    boolean can = false;
    try {
      can =
          new ProcessBuilder("unshare", "-n", "sh", "-c", "nft list ruleset && iptables -S")
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException | InterruptedException e) {
      can = false;
    }
    if ("true".equals(System.getenv("CI"))) {
      Assertions.assertTrue(can, "network namespaces, nft and iptables are needed here");
    }
    Assumptions.assumeTrue(can, "no network namespaces, nft or iptables here");
  }

  /** Runs a script as a file of its own. */
  static Left script(Path captured, List<String> devices, String script)
      throws IOException, InterruptedException {
    Namespace namespace = new Namespace(Files.createTempDirectory("rulewalk-script"));
    try {
      Files.writeString(namespace.directory.resolve("script"), script);
      return namespace.run(captured, devices, "timeout 20 /bin/sh script; echo $? >>statuses");
    } finally {
      namespace.delete();
    }
  }

  /** Runs commands one after the other, each with its own status and messages. */
  static Left commands(Path captured, List<String> devices, List<String> commands)
      throws IOException, InterruptedException {
    Namespace namespace = new Namespace(Files.createTempDirectory("rulewalk-script"));
    try {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < commands.size(); i++) {
        Files.writeString(namespace.directory.resolve("script" + i), commands.get(i));
        all.append("/bin/sh script").append(i).append(" 2>error").append(i);
        all.append("; echo $? >>statuses\n");
      }
      return namespace.run(captured, devices, all.toString());
    } finally {
      namespace.delete();
    }
  }

  private Left run(Path captured, List<String> devices, String work)
      throws IOException, InterruptedException {
    Files.createDirectory(directory.resolve("machine"));
    StringBuilder all = new StringBuilder("set -e\nip link set lo up\n");
    for (String device : devices) {
      all.append("ip link add '").append(device).append("' type veth\n");
    }
    for (String tool : List.of("iptables", "ip6tables")) {
      Path saved = captured.resolve(tool + "-save.txt");
      if (Files.exists(saved)) {
        all.append(tool).append("-restore <'").append(saved.toAbsolutePath()).append("'\n");
      }
    }
    Path listing = captured.resolve("nft-list-ruleset.txt");
    if (Files.exists(listing)) {
      Files.writeString(directory.resolve("tables.nft"), tables(Files.readString(listing)));
      all.append("nft -f tables.nft\n");
    }
    all.append("echo loaded >loaded\nset +e\n").append(work).append('\n').append(LISTINGS);
    Files.writeString(directory.resolve("work"), all.toString());
    Process process =
        new ProcessBuilder("unshare", "-n", "/bin/sh", "work")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the namespace's work does not end");
    }
    if (!Files.exists(directory.resolve("loaded"))) {
      throw new IOException(Files.readString(directory.resolve("output")));
    }
    List<Integer> statuses = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve("statuses"))) {
      statuses.add(Integer.parseInt(line.strip()));
    }
    List<String> errors = new ArrayList<>();
    for (int i = 0; Files.exists(directory.resolve("error" + i)); i++) {
      errors.add(Files.readString(directory.resolve("error" + i), StandardCharsets.UTF_8).strip());
    }
    Machine machine =
        CaptureLoader.load(directory.resolve("machine")).network().machine("machine").orElseThrow();
    return new Left(machine, statuses, errors);
  }

  /** The tables that iptables-save does not hold. */
  private static String tables(String listing) {
    StringBuilder tables = new StringBuilder();
    Matcher matcher = TABLE.matcher(listing);
    while (matcher.find()) {
      boolean iptables =
          matcher.group(1).startsWith("ip")
              && List.of("filter", "nat", "mangle", "raw", "security").contains(matcher.group(2));
      tables.append(iptables ? "" : matcher.group());
    }
    return tables.toString();
  }

  private void delete() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
