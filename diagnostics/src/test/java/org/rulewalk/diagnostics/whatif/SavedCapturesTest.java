package org.rulewalk.diagnostics.whatif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;

/** Whatever is changed of a recorded network, the saved capture reads as the changed network. */
class SavedCapturesTest {
  /** Of each sort of thing that a capture holds, one changes. */
  private static List<String> changes(Machine machine) {
    String device =
        machine.interfaces().stream()
            .filter(each -> !each.isLoopback() && each.up())
            .map(Interface::name)
            .findFirst()
            .orElse("lo");
    return List.of(
        "nft add table inet whatif",
        "nft add chain inet whatif last '{ type filter hook forward priority 5; }'",
        "nft add rule inet whatif last tcp dport 4711 counter drop",
        "nft add set inet whatif some '{ type ipv4_addr; flags interval; }'",
        "nft add element inet whatif some '{ 198.18.1.0/28 }'",
        "ipset create whatif hash:ip,port",
        "ipset add whatif 198.18.1.77,udp:5353",
        "ip addr add 198.18.1.33/27 dev " + device,
        "ip link set " + device + " mtu 1391 group 3",
        "ip route add 198.18.1.128/25 via 198.18.1.34",
        "ip route add blackhole 203.0.113.128/26 metric 17",
        "ip route add default dev " + device + " table 77",
        "ip -6 route add unreachable 2001:db8:7777::/48",
        "ip rule add pref 701 fwmark 0x7/0xff to 198.18.1.0/24 lookup 77",
        "ip -6 rule add pref 702 iif " + device + " lookup 77",
        "ip neigh add 198.18.1.35 lladdr 00:16:3e:00:00:77 dev " + device,
        "sysctl -w net.ipv4.conf.all.rp_filter=2");
  }

  @Test
  void readAsTheChangedNetwork(@TempDir Path folder) throws IOException {
    List<String> wrong = new ArrayList<>();
    int machines = 0;
    for (Fixture fixture : Fixtures.own()) {
      Capture capture = CaptureLoader.load(fixture.capture());
      WhatIf whatif = new WhatIf(capture.network());
      for (Machine machine : capture.network().machines().values()) {
        if (machine.isExternal()) {
          continue;
        }
        machines++;
        for (String change : changes(machine)) {
          whatif.carryOut(
              new Order(machine.name(), SourceText.of("--run", change), false),
              Invocation.Files.NONE);
        }
      }
      Report report = whatif.report(List.of());
      report.carried().stream()
          .filter(Carried::failed)
          .forEach(
              each ->
                  wrong.add(
                      fixture.name()
                          + ": "
                          + each.order().text().text()
                          + ": "
                          + each.run().commands()));
      Saving.save(fixture.capture(), capture, whatif.network(), folder.resolve(fixture.name()))
          .stream()
          .filter(text -> !text.contains(" was not in the capture; "))
          .forEach(text -> wrong.add(fixture.name() + ": " + text));
    }
    assertEquals(List.of(), wrong, () -> String.join("\n", wrong));
    assertTrue(machines > 200, () -> "fixtures are missing");
  }
}
