package org.rulewalk.parsers.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.Corpus;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.parsers.source.Writing;
import org.rulewalk.simulator.rules.Differences;
import org.rulewalk.simulator.rules.Differences.Exactness;
import org.rulewalk.simulator.rules.Table;

/**
 * The tools load what is written from the model alone, and list then what they list of the
 * original. Asked for with {@code -Drulewalk.load=sample} or {@code all}; needs root.
 *
 * <p>Where the tools refuse the original too (other versions, extensions that the listing left out,
 * flowtables, which not every kernel has), the original's own words of the rules that are left are
 * loaded in its place. What no words can load is named.
 */
class ToolsLoadWhatIsWrittenTest {
  private static final String HOW = System.getProperty("rulewalk.load", "");
  private static final int SAMPLE = 48;

  private final List<String> wrong = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private final TreeMap<RulesetFile.Language, int[]> counts = new TreeMap<>();

  @BeforeAll
  static void canLoad() {
    assumeTrue(!HOW.isEmpty(), "asked for with -Drulewalk.load=sample or all");
    String obstacle = Namespace.obstacle();
    if (!obstacle.isEmpty()) {
      System.out.println("left out: loading what is written: " + obstacle);
    }
    assumeTrue(obstacle.isEmpty(), obstacle);
  }

  @Test
  void capturesOfTheCheckout() throws IOException {
    Set<String> seen = new HashSet<>();
    List<Path> files =
        Stream.of(
                "iptables-save.txt",
                "ip6tables-save.txt",
                "iptables-legacy-save.txt",
                "nft-list-ruleset.txt",
                "nft-list-ruleset.json")
            .flatMap(name -> Corpus.captured(name).stream())
            .filter(file -> seen.add(Corpus.text(file).text()))
            .toList();
    load(files, HOW.equals("all") ? 1 : 3);
  }

  @Test
  void realRulesets() throws IOException {
    if (!Corpus.isThere()) {
      System.out.println("left out: real rulesets: no ../shared/corpus beside the checkout");
    }
    List<Path> files = new ArrayList<>(Corpus.files("", ".rules"));
    // those with handles are the same again
    Corpus.files("nft", ".nft").stream()
        .filter(file -> !file.toString().endsWith(".a.nft"))
        .forEach(files::add);
    files.addAll(Corpus.files("nft-json", ".json"));
    load(files, HOW.equals("all") ? 1 : SAMPLE);
  }

  private void load(List<Path> files, int step) throws IOException {
    for (int i = 0; i < files.size(); i += step) {
      load(RulesetFile.read(files.get(i)));
    }
    counts.forEach(
        (language, count) ->
            System.out.printf(
                "loaded: %s: %d of %d rulesets with %d rules%n",
                language, count[0], count[1], count[2]));
    refused.forEach(name -> System.out.println("not loaded, and neither is the original: " + name));
    assertEquals(List.of(), wrong);
    assertTrue(counts.size() > 2, counts.keySet().toString());
  }

  private void load(RulesetFile ruleset) throws IOException {
    int[] count = counts.computeIfAbsent(ruleset.language(), unused -> new int[3]);
    count[1]++;
    RulesetFile.Language language = ruleset.language().written();
    String written = ruleset.write(new Writing(false, true), new Problems());
    Namespace.Outcome outcome = Namespace.load(language, written);
    List<Table> loaded = language.parse(SourceText.of("loaded", outcome.listing()));
    List<Table> meant = language.parse(SourceText.of("written", written));
    boolean same =
        outcome.loaded() && Differences.between(meant, loaded, Exactness.AS_LOADED).isEmpty();
    if (same || isSameAsOriginal(ruleset, outcome, loaded)) {
      count[0]++;
      count[2] += ruleset.rules();
    }
  }

  /** The tools say some things in other words than those that they were given. */
  private boolean isSameAsOriginal(
      RulesetFile ruleset, Namespace.Outcome written, List<Table> loaded) throws IOException {
    Namespace.Outcome original =
        Namespace.load(ruleset.language(), Corpus.text(ruleset.file()).text());
    if (!original.loaded()) {
      String words = ruleset.write(Writing.LOADING, new Problems());
      original = Namespace.load(ruleset.language().written(), words);
    }
    if (!original.loaded() && !written.loaded()) {
      refused.add(ruleset + ": " + written.complaint().lines().findFirst().orElse(""));
      return false;
    }
    if (!written.loaded()) {
      wrong.add(ruleset + " is refused: " + written.complaint());
      return false;
    }
    List<Table> reference =
        ruleset.language().written().parse(SourceText.of("original", original.listing()));
    List<String> found = Differences.between(reference, loaded, Exactness.AS_LOADED);
    found.forEach(line -> wrong.add(ruleset + ": " + line));
    return found.isEmpty();
  }
}
