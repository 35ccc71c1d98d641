package org.rulewalk.diagnostics.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.command.Outcome;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;

/** Scripts that nobody should have written: told, never run, never without end. */
class BadScriptsTest {
  private final Machine machine =
      CaptureLoader.load(Fixtures.named("r41-default").capture())
          .network()
          .machine("sys-firewall")
          .orElseThrow();

  private ScriptRun run(String text) {
    return assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () ->
            ScriptRunner.run(
                SourceText.decode("script", text.getBytes(StandardCharsets.UTF_8)),
                machine,
                Invocation.Files.NONE));
  }

  private void changesNothingAndSaysSo(String text) {
    ScriptRun run = run(text);
    assertEquals(machine, run.machine());
    assertFalse(run.isCertain(), text.substring(0, Math.min(60, text.length())));
    assertTrue(
        run.commands().stream()
            .anyMatch(
                each -> each.kind() == Outcome.Kind.NOT_UNDERSTOOD && each.source().line() > 0));
  }

  @Test
  void areListedWithTheirPlace() {
    String add = "iptables -A FORWARD -j ACCEPT\n";
    changesNothingAndSaysSo("while true; do " + add + "done\n");
    changesNothingAndSaysSo("f() { f; f; }\nf\n" + add);
    changesNothingAndSaysSo("eval \"iptables -F\"\n");
    changesNothingAndSaysSo("if true; then\n" + add);
    changesNothingAndSaysSo("cat <<EOF\nno end\n");
    changesNothingAndSaysSo("echo \"no end\n" + add);
    changesNothingAndSaysSo("(".repeat(5000) + add);
    changesNothingAndSaysSo("$(".repeat(5000) + add);
    changesNothingAndSaysSo("iptables -A FORWARD -s $(curl -s http://192.0.2.1/list) -j ACCEPT\n");
    changesNothingAndSaysSo("iptables-restore </etc/iptables/rules.v4\n");
    changesNothingAndSaysSo("nft -f /etc/nftables.conf\n");
    changesNothingAndSaysSo("#!/usr/bin/python3\nimport os\n");
    changesNothingAndSaysSo("\u0000\u0001\u0002iptables -F\n");
    changesNothingAndSaysSo("[[ -n $X ]] && iptables -F\n");
    changesNothingAndSaysSo("#".repeat(1 << 21));
    changesNothingAndSaysSo(
        "iptables -S | grep -E '(((a+)+)+)+$' && /bin/my-own\niptables -A NOPE -j x$RANDOM\n");
  }

  @Test
  void aMistakeEndsTheScriptThere() {
    ScriptRun run = run("iptables -N A\nfi\niptables -N B\n");
    assertTrue(run.machine().ruleset().tables().stream().anyMatch(t -> t.chain("A").isPresent()));
    assertTrue(run.machine().ruleset().tables().stream().noneMatch(t -> t.chain("B").isPresent()));
    assertEquals(2, run.commands().get(1).source().line());
  }

  @Test
  void whatDependsOnTheUnknownIsNotCertain() {
    ScriptRun run = run("if my-own; then iptables -N A; else iptables -N B; fi\niptables -N C\n");
    assertEquals(1, run.possible().size());
    assertTrue(run.commands().stream().anyMatch(each -> !each.certain()));
    assertTrue(run.commands().get(run.commands().size() - 1).certain());
  }

  @Test
  void anyBytesAreRead() {
    Random random = new Random(20260711);
    String[] pieces = {
      "if ",
      "then ",
      "fi\n",
      "do ",
      "done\n",
      "for i in ",
      "while ",
      "case ",
      "esac",
      "$(",
      ")",
      "`",
      "\"",
      "'",
      "\\",
      "\n",
      ";",
      ";;",
      "&&",
      "||",
      "|",
      "&",
      "<<E\n",
      "E\n",
      "{ ",
      "}",
      "!",
      "${a:-",
      "$a",
      "iptables -A FORWARD -j ACCEPT",
      "nft add rule ip x y accept",
      "grep x",
      "#",
      " ",
      "a=1",
      "f()",
      "<",
      ">",
      "2>&1",
      "exit",
      "set -e",
      "break",
      "nft -f - <<E\n",
      "*"
    };
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(30); i >= 0; i--) {
        text.append(pieces[random.nextInt(pieces.length)]);
        text.append(random.nextInt(4) == 0 ? " " : "");
      }
      run(text.toString());
    }
  }
}
