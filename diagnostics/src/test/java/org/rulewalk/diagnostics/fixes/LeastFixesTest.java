package org.rulewalk.diagnostics.fixes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.script.ScriptRunner;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Fix;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Network;

/**
 * The commands of {@code why} are the least that helps: with all of them the model answers as
 * wished, with one of them left out it does not. Those of the tools are carried out by their
 * printed text. With {@code -Drulewalk.lab=all} also for the recordings beside the checkout.
 */
class LeastFixesTest {
  private static final List<String> TOOLS =
      List.of("nft ", "iptables", "ip6tables", "ip ", "sysctl ", "ipset ");

  private static List<BlockedQuestion> fixed;

  /** Asking takes seconds, so once is enough for all. */
  @BeforeAll
  static void ask() {
    fixed =
        Stream.concat(
                Fixtures.own().stream(),
                "all".equals(System.getProperty("rulewalk.lab"))
                    ? Fixtures.shared().stream()
                    : Stream.empty())
            .flatMap(fixture -> BlockedQuestion.of(fixture).stream())
            .filter(question -> question.answer().fixesChecked())
            .filter(question -> !isForAnnounced(question))
            .toList();
  }

  /** One command, or what dom0 and PedOS's services do together. */
  private record Change(String text, UnaryOperator<Network> on) {
    @Override
    public String toString() {
      return text;
    }
  }

  @Test
  void everyCommandIsNeededAndAllOfThemAreEnough() {
    List<String> wrong = new ArrayList<>();
    int tried = 0;
    for (BlockedQuestion question : fixed) {
      List<Change> changes = changes(question.answer());
      tried += changes.size();
      if (!isReachable(question.answer(), changes)) {
        wrong.add(question + ": not enough: " + changes);
        continue;
      }
      for (Change change : changes) {
        List<Change> others = new ArrayList<>(changes);
        others.remove(change);
        if (isReachable(question.answer(), others)) {
          wrong.add(question + ": not needed: " + change);
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
    assertTrue(tried > 400, "only " + tried + " commands");
  }

  @Test
  void everyRuleThatAcceptsIsForThePacketThatWasAskedAbout() {
    List<String> wrong = new ArrayList<>();
    int rules = 0;
    for (BlockedQuestion question : fixed) {
      Answer answer = question.answer();
      boolean sender = isForSender(answer);
      for (Fix fix : answer.fixes()) {
        for (String command : fix.now()) {
          if (isOurRule(answer, command)) {
            rules++;
            if (!isNarrow(command, sender)) {
              wrong.add(question + ": " + command);
            }
          }
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
    assertTrue(rules > 300, "only " + rules + " rules");
  }

  /** Not one that somebody wrote for iptables and that is said in nft's language. */
  private static boolean isOurRule(Answer answer, String command) {
    boolean accepts = command.endsWith("-j ACCEPT") || command.endsWith("counter accept");
    boolean said =
        answer.causes().stream()
            .flatMap(cause -> cause.insight().stream())
            .anyMatch(org.rulewalk.diagnostics.insight.Insight.AcceptedBefore.class::isInstance);
    boolean error = command.matches(".*(RELATED,ESTABLISHED|established,related).*");
    return accepts && !said && !error;
  }

  private static boolean isNarrow(String command, boolean sender) {
    boolean who = !sender || command.matches(".*( -s | saddr ).*");
    boolean whom = command.matches(".*( -d | daddr ).*");
    boolean what =
        command.matches(".*( --[sd]port | [sd]port | --icmp(v6)?-type | type | meta l4proto ).*");
    return who && whom && what;
  }

  private static boolean isForSender(Answer answer) {
    Question question = answer.question();
    return question.from().address().isPresent()
        || !answer.network().machine(question.from().machine().get()).get().isExternal();
  }

  /** What counts there is a connection that another one has announced. */
  private static boolean isForAnnounced(BlockedQuestion question) {
    return question.answer().fixes().stream()
        .flatMap(fix -> fix.now().stream())
        .anyMatch(command -> command.contains("add ct helper"));
  }

  private static List<Change> changes(Answer answer) {
    List<Change> changes = new ArrayList<>();
    for (Fix fix : answer.fixes()) {
      if (fix.now().stream().allMatch(command -> TOOLS.stream().anyMatch(command::startsWith))) {
        fix.now().forEach(command -> changes.add(command(fix.machine(), command)));
      } else {
        changes.add(new Change(fix.machine() + ": " + fix.now(), fix.change()));
      }
    }
    return changes;
  }

  private static Change command(String machine, String text) {
    return new Change(
        machine + ": " + text,
        before ->
            before.with(
                ScriptRunner.run(
                        SourceText.of("", text),
                        before.machine(machine).orElseThrow(),
                        Invocation.Files.NONE)
                    .machine()));
  }

  private static boolean isReachable(Answer answer, List<Change> changes) {
    Network network = answer.network();
    for (Change change : changes) {
      network = change.on().apply(network);
    }
    return Investigation.of(network, answer.question()).verdict() == Answer.Verdict.REACHABLE;
  }
}
