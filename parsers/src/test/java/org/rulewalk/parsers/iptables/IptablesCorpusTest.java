package org.rulewalk.parsers.iptables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.Corpus;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;

/** Real rulesets of public projects, where {@code ../shared/corpus} lies beside the checkout. */
class IptablesCorpusTest {
  private static IptablesDump parse(Path file, Problems problems) {
    boolean six = file.toString().contains("ip6tables/");
    return IptablesSaveParser.parse(
        Corpus.text(file),
        six ? IpVersion.IPV6 : IpVersion.IPV4,
        Table.Tool.IPTABLES_NFT,
        problems);
  }

  @Test
  void everyRuleThatTheToolsPrintIsUnderstood() {
    int rules = 0;
    for (Path file : Corpus.files("", ".rules")) {
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
    List<String> index = Files.readAllLines(Corpus.root().resolve("INDEX.md"));
    int rules = 0;
    int understood = 0;
    for (Path file : Corpus.files("", ".rules")) {
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
