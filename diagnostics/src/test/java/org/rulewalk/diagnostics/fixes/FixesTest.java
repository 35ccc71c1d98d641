package org.rulewalk.diagnostics.fixes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.rulewalk.diagnostics.insight.Insight;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.diagnostics.why.CauseKind;
import org.rulewalk.fixtures.Fixture;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.trace.Step;

/**
 * What {@code why} proposes for every recorded connection that the kernel did not let come about:
 * commands with which it does, or why there are none.
 *
 * <p>On a kernel: {@code -Drulewalk.lab=SECONDS} (as root; one of each sort first), or {@code all},
 * which also takes the recordings beside the checkout.
 */
class FixesTest {
  private static final double LEAST_RATE = 0.95;

  /** A run on a slow machine that tried next to nothing proves nothing. */
  private static final int FEWEST_TRIALS = 10;

  /** What no rule helps against. */
  private static final Set<CauseKind> BEYOND_RULES =
      Set.of(
          CauseKind.NO_LISTENER,
          CauseKind.LISTENS_ELSEWHERE,
          CauseKind.NO_NAT,
          CauseKind.UNKNOWN_DESTINATION);

  private static List<BlockedQuestion> own;

  /** Asking takes seconds, so once is enough for all. */
  @BeforeAll
  static void ask() {
    own = Fixtures.own().stream().flatMap(fixture -> BlockedQuestion.of(fixture).stream()).toList();
  }

  @Test
  void everyBlockedConnectionHasCheckedFixesOrATrueReason() {
    List<BlockedQuestion> questions = own;
    assertTrue(questions.size() > 300, "only " + questions.size() + " questions");
    List<String> wrong = new ArrayList<>();
    int fixed = 0;
    for (BlockedQuestion question : questions) {
      Answer answer = question.answer();
      fixed += answer.fixesChecked() ? 1 : 0;
      // what depends on something that the capture does not tell is proposed unchecked
      boolean depends =
          answer.causes().stream()
              .flatMap(cause -> cause.insight().stream())
              .anyMatch(Insight::isLast);
      if (!depends) {
        assertEquals(answer.fixesChecked(), !answer.fixes().isEmpty(), question.toString());
      }
      boolean open = !answer.open().causes().isEmpty();
      boolean one =
          answer.fixesChecked() != open
              || answer.verdict() == Answer.Verdict.UNDECIDED && !answer.fixesChecked();
      if (!one || !answer.open().causes().stream().allMatch(cause -> isTrue(answer, cause))) {
        wrong.add(question + " " + answer.open().causes().stream().map(Cause::kind).toList());
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(fixed >= 180, "fixes for " + fixed);
  }

  /** By the capture itself, not by a simulated packet. */
  private static boolean isTrue(Answer answer, Cause cause) {
    if (cause.insight().filter(Insight.NoResolver.class::isInstance).isPresent()) {
      return ((Step.OfRule) cause.step().orElseThrow()).rule().source().text().contains("drop");
    }
    Packet packet = cause.journey().last();
    Machine machine = answer.network().machine(cause.machine()).orElseThrow();
    switch (cause.kind()) {
      case UNKNOWN_DESTINATION:
      case NO_ROUTE:
        return answer.network().holders(packet.destination()).isEmpty();
      case NO_LISTENER:
      case NO_NAT:
      case LISTENS_ELSEWHERE:
        return machine.external().map(Machine.External::silent).orElse(false)
            || machine.listeners().orElse(List.of()).stream()
                .noneMatch(
                    socket ->
                        socket.protocol() == packet.protocol()
                            && socket.port() == packet.destinationPort()
                            && socket.version() == packet.version()
                            && socket.address().map(packet.destination()::equals).orElse(true));
      default:
        return false;
    }
  }

  @Test
  void whatAFixLetsPassBesidesIsTold() {
    BlockedQuestion forward = named("port-forward", "c0");
    assertTrue(
        forward.answer().fixes().stream()
            .anyMatch(fix -> fix.allows().contains("from anywhere to 10.137.0.6 port 443")),
        forward.answer().fixes().toString());
    BlockedQuestion between = named("between-vms-forgot-input", "c0");
    assertTrue(between.answer().fixes().stream().allMatch(fix -> fix.allows().isEmpty()));
  }

  @Test
  void whoeverOpensWhatWasClosedOnPurposeIsWarned() {
    assertEquals(List.of("kill-switch vpn"), warnings("network-service-kill-switch", "c0"));
    assertEquals(List.of("deliberate-block gate"), warnings("stopped-everywhere", "c4"));
    // the tunnel takes the packet once routing sends it there: the kill switch stays
    assertEquals(List.of(), warnings("vpn-forwarded-behind-kill-switch", "c0"));
    // what PedOS drops by itself names nobody
    assertEquals(List.of(), warnings("between-vms-forgot-forward", "c0"));
  }

  private static List<String> warnings(String fixture, String id) {
    return named(fixture, id).answer().notices().stream()
        .filter(notice -> Set.of("kill-switch", "deliberate-block").contains(notice.kind()))
        .map(notice -> notice.kind() + " " + notice.machine())
        .toList();
  }

  @Test
  void aMissingTranslationIsWrittenWhereTheCaptureTellsItsTarget() {
    Answer answer = named("port-forward-no-sys-net-dnat", "c0").answer();
    assertEquals(
        "iptables -t nat -A PREROUTING -i ens6 -d 198.51.100.10 -p tcp --dport 443 -j DNAT --to-destination 10.137.0.6",
        answer.fixes().get(0).now().get(0));
    Answer unknown = named("r42-default", "c13").answer();
    assertEquals(List.of(), unknown.fixes());
    assertEquals(CauseKind.NO_NAT, unknown.open().causes().get(0).kind());
  }

  @Test
  void noRuleIsPutIntoWhatTheAgentWritesAnew() {
    own.stream()
        .flatMap(question -> question.answer().fixes().stream())
        .flatMap(fix -> fix.now().stream())
        .forEach(
            command -> {
              assertFalse(command.matches(".*(insert|add) rule \\S+ \\S+ pbs-.*"), command);
              assertFalse(command.contains("add element"), command);
            });
  }

  private static BlockedQuestion named(String fixture, String id) {
    return own.stream()
        .filter(question -> question.fixture().name().equals(fixture))
        .filter(question -> question.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** The commands, run by the real tools on the network built again, and the connection asked. */
  @Test
  @EnabledIfSystemProperty(named = "rulewalk.lab", matches = "all|[0-9]+")
  void withTheCommandsTheKernelAnswers() throws Exception {
    String amount = System.getProperty("rulewalk.lab");
    boolean all = amount.equals("all");
    Stream<Fixture> more = all ? withScenario() : Stream.empty();
    List<Trial> trials =
        Trial.oneOfEachSortFirst(
            Stream.concat(
                    own.stream(), more.flatMap(fixture -> BlockedQuestion.of(fixture).stream()))
                .toList());
    long seconds = all ? 3600 : Long.parseLong(amount);
    List<Trial.Outcome> outcomes = new Lab(TimeUnit.SECONDS.toNanos(seconds)).run(trials);
    String report = Trial.report(trials, outcomes);
    System.out.println(report);
    long failed = outcomes.stream().filter(outcome -> !outcome.isSuccess()).count();
    assertTrue(outcomes.size() >= Math.min(FEWEST_TRIALS, trials.size()), report);
    assertTrue(outcomes.size() - failed >= LEAST_RATE * outcomes.size(), report);
  }

  private static Stream<Fixture> withScenario() {
    return Fixtures.shared().stream()
        .filter(fixture -> fixture.directory().resolve("scenario.json").toFile().isFile());
  }
}
