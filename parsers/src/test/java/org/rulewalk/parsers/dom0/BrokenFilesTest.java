package org.rulewalk.parsers.dom0;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.source.Problem;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;

/** Any bytes in dom0's files: problems with places, no exception, no hang. */
class BrokenFilesTest {
  private static final int ROUNDS = 4000;
  private static final Map<String, String> FILES =
      Map.of(
          "dom0/qvm-ls.txt",
          "NAME  STATE    NETVM  IP\nwork  Running  fw     10.137.0.20\n",
          "dom0/qvm-prefs/work.txt",
          "ip  D  10.137.0.20\nnetvm  -  sys-firewall\n",
          "dom0/qvm-firewall/work.txt",
          "NO  ACTION  HOST  PROTOCOL  PORT(S)  SPECIAL TARGET  ICMP TYPE  EXPIRE  COMMENT\n"
              + "0   accept  -     tcp       443      -               -          -       -\n",
          "dom0/qvm-firewall/old.txt",
          "Firewall policy: DENY all traffic except\nDNS: ALLOW\n num | address | proto | port(s) |\n"
              + " 1 | 10.0.0.1 | tcp | https | <-- expires at 2019-06-08\n",
          "dom0/firewall/work.xml",
          "<firewall version=\"2\"><rules><rule><properties><property name=\"action\">drop</property>"
              + "</properties></rule></rules></firewall>\n",
          "dom0/firewall/old.xml",
          "<QubesFirewallRules policy=\"deny\"><rule address=\"10.0.0.1\" port=\"443\"/></QubesFirewallRules>\n",
          "vms/fw/qubesdb.txt",
          "/qubes-firewall/10.137.0.20/0000 = action=accept\n/qubes-firewall/10.137.0.20/policy = drop\n");
  private static final List<String> PIECES =
      List.of(
          "|", "=", " ", "\n", "<", "&a;", "<!DOCTYPE x>", "-", "└─", "99999999999", "\u0000", ":");

  @Test
  void nothingBreaksTheReaders() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      List<String> names = FILES.keySet().stream().sorted().toList();
      String name = names.get(random.nextInt(names.size()));
      String text = broken(FILES.get(name), random);
      Problems problems = new Problems();
      String told = "seed " + seed + ": " + text;
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () ->
              Dom0Files.read(
                  Map.of(name, SourceText.decode(name, text.getBytes(StandardCharsets.UTF_8))),
                  problems,
                  (file, entries) -> assertTrue(entries >= 0)),
          told);
      for (Problem problem : problems.list()) {
        assertTrue(problem.where().file().equals(name) && problem.where().line() >= 0, told);
      }
    }
  }

  private static String broken(String text, Random random) {
    StringBuilder broken = new StringBuilder(text);
    for (int left = 1 + random.nextInt(5); left > 0 && broken.length() > 1; left--) {
      int at = random.nextInt(broken.length());
      switch (random.nextInt(4)) {
        case 0:
          broken.insert(at, PIECES.get(random.nextInt(PIECES.size())));
          break;
        case 1:
          broken.delete(at, Math.min(broken.length(), at + 1 + random.nextInt(12)));
          break;
        case 2:
          broken.setCharAt(at, (char) random.nextInt(0x250));
          break;
        default:
          broken.insert(at, broken.substring(at));
      }
    }
    return broken.toString();
  }
}
