package org.rulewalk.parsers.iptables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;

/** Real rulesets of public projects, where {@code ../shared/corpus} lies beside the checkout. */
class IptablesCorpusTest {
  private static Path corpus() {
    Optional<Path> found =
        Stream.iterate(Path.of("").toAbsolutePath(), at -> at != null, Path::getParent)
            .map(at -> at.resolve("shared/corpus"))
            .filter(Files::isDirectory)
            .findFirst();
    assumeTrue(found.isPresent(), "no ../shared/corpus beside the checkout");
    return found.get();
  }

  private static IptablesDump parse(Path file, Problems problems) throws IOException {
    boolean six = file.toString().contains("ip6tables/");
    SourceText text = SourceText.decode(file.getFileName().toString(), Files.readAllBytes(file));
    return IptablesSaveParser.parse(
        text, six ? IpVersion.IPV6 : IpVersion.IPV4, Table.Tool.IPTABLES_NFT, problems);
  }

  private static List<Path> files(Path corpus) throws IOException {
    try (Stream<Path> found = Files.walk(corpus)) {
      return found.filter(file -> file.toString().endsWith(".rules")).sorted().toList();
    }
  }

  @Test
  void everyRuleThatTheToolsPrintIsUnderstood() throws IOException {
    int rules = 0;
    for (Path file : files(corpus())) {
      if (!file.toString().endsWith(".orig.rules")) {
        Problems problems = new Problems();
        IptablesDump dump = parse(file, problems);
        assertEquals(List.of(), problems.list(), file.toString());
        assertEquals(dump.rules(), dump.understood(), file.toString());
        rules += dump.rules();
      }
    }
    assertTrue(rules > 6000, rules + " rules");
  }

  @Test
  void realDumpsOfOtherVersionsAreUnderstood() throws IOException {
    Path corpus = corpus();
    List<String> index = Files.readAllLines(corpus.resolve("INDEX.md"));
    int rules = 0;
    int understood = 0;
    for (Path file : files(corpus)) {
      String name = file.getParent().getFileName() + "/" + file.getFileName();
      boolean dump =
          index.stream().anyMatch(line -> line.contains(name) && line.contains("real dump"));
      if (dump) {
        Problems problems = new Problems();
        IptablesDump read = parse(file, problems);
        rules += read.rules();
        understood += read.understood();
      }
    }
    assertTrue(understood >= 0.99 * rules, understood + " of " + rules);
  }
}
