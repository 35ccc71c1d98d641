package org.rulewalk.diagnostics.fixes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.question.Manner;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.script.ScriptRunner;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Network;

/** Large packets whose senders are not told that they do not fit. */
class LargePacketFixTest {
  private static final String SMALL_UPLINK = "ip link set ens6 mtu 1280";
  private static final String ERRORS_LOST =
      "nft insert rule ip PedOS custom-forward icmp type destination-unreachable drop";
  private static final String CLAMP =
      "nft insert rule ip PedOS custom-forward iifname ens6"
          + " 'tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu'";

  @Test
  void theErrorIsLetThroughOrTcpAgreesOnSmallerPackets() {
    Answer answer = asked(lossy());
    assertEquals(Answer.Verdict.BLOCKED, answer.verdict());
    assertTrue(answer.fixesChecked());
    assertTrue(
        answer
            .fixes()
            .get(0)
            .now()
            .get(0)
            .contains(" meta l4proto icmp ct state related counter accept"),
        answer.fixes().toString());
    assertEquals(
        List.of(CLAMP),
        answer.notices().stream()
            .filter(notice -> notice.kind().equals("mtu"))
            .flatMap(notice -> notice.now().stream())
            .toList());
  }

  @Test
  void withTheSmallerPacketsTheTransferDoesNotHang() {
    assertEquals(Answer.Verdict.REACHABLE, asked(changed(lossy(), "sys-net", CLAMP)).verdict());
  }

  private static Answer asked(Network network) {
    return Investigation.of(
        network,
        new Places(network)
            .question("work", "198.51.100.77", "tcp/443")
            .in(new Manner(1400, true, false)));
  }

  private static Network lossy() {
    Network network = CaptureLoader.load(Fixtures.named("r42-default").capture()).network();
    return changed(changed(network, "sys-net", SMALL_UPLINK), "sys-firewall", ERRORS_LOST);
  }

  private static Network changed(Network before, String machine, String command) {
    return before.with(
        ScriptRunner.run(
                SourceText.of("", command),
                before.machine(machine).orElseThrow(),
                Invocation.Files.NONE)
            .machine());
  }
}
