package org.rulewalk.diagnostics.whatif;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.source.SourceText;

/** The files of a saved capture are loaded by the tools that would have printed them. */
class ToolsLoadSavedCapturesTest {
  /** nft's listing without the tables of iptables, which iptables-restore loads. */
  private static final String TABLES =
      "awk '/^table/{keep = !($2 ~ /^ip6?$/ && $3 ~ /^(filter|nat|mangle|raw|security)$/)} keep'";

  private static final String LOAD =
      String.join(
          "\n",
          "exec 2>&1",
          "run() { \"$@\" || echo \"failed: $*\"; }",
          "ip link set lo up",
          "for d in $(sed -nE 's/^[0-9]+: ([^:@]+).*/\\1/p' ip-addr.txt | grep -vx lo); do",
          "  run ip link add $d type veth; run ip link set $d up",
          "done",
          "sed -nE 's/^ +inet ([0-9.\\/]+) .* ([^ ]+)$/\\1 dev \\2/p' ip-addr.txt | grep -v ' lo$' |",
          "while read -r line; do run ip addr replace $line; done",
          "[ ! -f ipset-save.txt ] || run ipset restore -file ipset-save.txt",
          "for t in iptables ip6tables; do",
          "  [ ! -f $t-save.txt ] || run $t-restore $t-save.txt",
          "done",
          TABLES + " nft-list-ruleset.txt >own.nft; run nft -f own.nft",
          "grep -v 'proto kernel' ip-route.txt | grep -vE '^(local|broadcast|multicast)' |",
          "while read -r line; do run ip route replace $line; done",
          "sed -nE 's/^([0-9]+):(.*)/pref \\1 \\2/p' ip-rule.txt | grep -vE '^pref (0|3276[67]) ' |",
          "while read -r line; do run ip rule add $line; done",
          "");

  @TempDir private Path folder;

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "masquerade, gate, iptables -A FORWARD -p tcp --dport 4711 -j DROP",
    "r41-default, sys-firewall, iptables -I FORWARD 2 -m set --match-set whatif src -j DROP",
    "r42-default, sys-firewall, nft add rule ip PedOS custom-forward tcp dport 4711 accept",
    "r42-default, work, nft add rule ip PedOS custom-input tcp dport 4711 accept",
  })
  void eachIntoItsOwn(String fixture, String machine, String rule)
      throws IOException, InterruptedException {
    RealMachine.need();
    Path original = Fixtures.named(fixture).capture();
    Capture capture = CaptureLoader.load(original);
    WhatIf whatif = new WhatIf(capture.network());
    List<String> commands =
        List.of(
            "ipset create whatif hash:net counters; ipset add whatif 198.18.0.0/15",
            rule,
            "ip addr add 198.18.9.1/24 dev " + device(capture, machine),
            "ip route add 198.18.64.0/18 via 198.18.9.2 metric 3",
            "ip route add blackhole 198.18.128.0/18 table 77",
            "ip rule add pref 70 fwmark 0x7/0xff lookup 77");
    for (String command : commands) {
      Order order = new Order(machine, SourceText.of("--run", command), false);
      whatif.carryOut(order, Invocation.Files.NONE);
    }
    whatif.report(List.of()).carried().forEach(each -> assertEquals(List.of(), each.unread()));
    Path saved = folder.resolve("saved");
    Saving.save(original, capture, whatif.network(), saved);
    assertEquals("", loaded(saved.resolve("vms").resolve(machine)));
  }

  private static String device(Capture capture, String machine) {
    return capture.network().machine(machine).orElseThrow().interfaces().stream()
        .filter(device -> !device.isLoopback() && device.up())
        .findFirst()
        .orElseThrow()
        .name();
  }

  private static String loaded(Path files) throws IOException, InterruptedException {
    Files.writeString(files.resolve("load"), LOAD);
    Process process =
        new ProcessBuilder("unshare", "-n", "/bin/sh", "load")
            .directory(files.toFile())
            .redirectErrorStream(true)
            .redirectOutput(files.resolve("said").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("the tools do not end");
    }
    return Files.readString(files.resolve("said"));
  }
}
