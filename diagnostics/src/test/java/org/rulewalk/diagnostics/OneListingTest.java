package org.rulewalk.diagnostics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rulewalk.diagnostics.question.Places;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.network.Network;

/**
 * One listing of a machine's rules is enough, whichever it is; and what a listing has lost is said.
 */
class OneListingTest {
  private static final Set<String> RULES =
      Set.of(
          "iptables-save.txt",
          "ip6tables-save.txt",
          "nft-list-ruleset.txt",
          "nft-list-ruleset.json");

  private static final List<String[]> QUESTIONS =
      List.of(
          new String[] {"outside", "198.51.100.10", "tcp/443"},
          new String[] {"work", "198.51.100.77", "tcp/443"},
          new String[] {"work", "untrusted", "ping"},
          new String[] {"untrusted", "198.51.100.77", "ping"});

  @TempDir private Path folder;

  private Network with(Set<String> kept) throws IOException {
    Path from = Fixtures.named("port-forward").capture();
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        if (!RULES.contains(name) || kept.contains(name)) {
          Path to = folder.resolve(from.relativize(file).toString());
          Files.createDirectories(to.getParent());
          Files.copy(file, to);
        }
      }
    }
    return CaptureLoader.load(folder).network();
  }

  private static List<Answer> answers(Network network) {
    List<Answer> answers = new ArrayList<>();
    for (String[] words : QUESTIONS) {
      answers.add(
          Investigation.of(network, new Places(network).question(words[0], words[1], words[2])));
    }
    return answers;
  }

  @ParameterizedTest
  @ValueSource(strings = {"nft-list-ruleset.txt", "nft-list-ruleset.json", "iptables-save.txt"})
  void theSameAnswersFromEachListing(String listing) throws IOException {
    List<Answer> all =
        answers(CaptureLoader.load(Fixtures.named("port-forward").capture()).network());
    List<Answer> one = answers(with(Set.of(listing)));
    // nftables' own tables are in no listing of iptables, and arguments of extensions in none of
    // nft
    String needed =
        listing.equals("iptables-save.txt") ? "nft-list-ruleset.txt" : "iptables-save.txt";
    for (int i = 0; i < all.size(); i++) {
      boolean lost = one.get(i).assumptions().stream().anyMatch(Answer.Assumed::decides);
      if (lost) {
        assertEquals(Answer.Verdict.UNDECIDED, one.get(i).verdict());
        assertTrue(
            one.get(i).assumptions().stream().anyMatch(a -> a.missing().endsWith(needed)),
            one.get(i).assumptions().toString());
      } else {
        assertEquals(all.get(i).result(), one.get(i).result(), String.join(" ", QUESTIONS.get(i)));
        assertEquals(
            all.get(i).verdict(), one.get(i).verdict(), String.join(" ", QUESTIONS.get(i)));
      }
    }
  }
}
