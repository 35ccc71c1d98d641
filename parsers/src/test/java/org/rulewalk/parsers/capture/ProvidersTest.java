package org.rulewalk.parsers.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.source.SourceText;

class ProvidersTest {
  private static SourceText text(String name, String content) {
    return SourceText.of(name, content);
  }

  @Test
  void theListCountsAndPropertiesFillInWhatItLacks() {
    Map<String, String> found =
        Providers.of(
            Map.of(
                "dom0/qvm-ls.txt",
                text(
                    "dom0/qvm-ls.txt",
                    "NAME  STATE    NETVM         IP\nwork  Running  sys-firewall  10.137.0.19\n"),
                "dom0/qvm-prefs/work.txt",
                text("w", "ip     D  10.137.0.19\nnetvm  -  sys-vpn\n"),
                "dom0/qvm-prefs/vpn.txt",
                text("v", "netvm  D  sys-net\nprovides_network  -  True\n"),
                "dom0/qvm-prefs/old.txt",
                text("o", "name               : old\nnetvm              : sys-firewall\n"),
                "dom0/qvm-prefs/vault.txt",
                text("n", "netvm  -  None\n")));
    assertEquals(Map.of("work", "sys-firewall", "vpn", "sys-net", "old", "sys-firewall"), found);
  }
}
