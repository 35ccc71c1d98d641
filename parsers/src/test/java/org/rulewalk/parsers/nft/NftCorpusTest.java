package org.rulewalk.parsers.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.Corpus;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Table;

/** Real rulesets of public projects, where {@code ../shared/corpus} lies beside the checkout. */
class NftCorpusTest {
  private static NftListing parse(Path file, Problems problems) {
    SourceText text = Corpus.text(file);
    return file.toString().endsWith(".json")
        ? NftJsonParser.parse(text, problems)
        : NftTextParser.parse(text, problems);
  }

  /** The tools' own output, and listings of other versions that people published. */
  @Test
  void everyRuleIsUnderstood() {
    int rules = 0;
    List<Path> all = new ArrayList<>(Corpus.files("nft", ""));
    all.addAll(Corpus.files("nft-json", ""));
    for (Path file : all) {
      Problems problems = new Problems();
      NftListing listing = parse(file, problems);
      assertEquals(List.of(), problems.list(), file.toString());
      assertEquals(listing.rules(), listing.understood(), file.toString());
      rules += listing.rules();
    }
    assertTrue(rules > 27_000, rules + " rules");
  }

  /** What has no extensions of iptables, whose arguments the two lose differently. */
  @Test
  void textAndJsonAreTheSameModel() {
    int same = 0;
    List<String> different = new ArrayList<>();
    for (Path json : Corpus.files("nft-json", "")) {
      String name = json.getFileName().toString().replace(".json", ".nft");
      Path text = Corpus.root().resolve("nft").resolve(name);
      if (!Files.exists(text) || name.endsWith(".xt.nft")) {
        continue;
      }
      List<String> fromText = rules(parse(text, new Problems()).tables());
      List<String> fromJson = rules(parse(json, new Problems()).tables());
      assertEquals(fromText.size(), fromJson.size(), name);
      for (int i = 0; i < fromText.size(); i++) {
        if (fromText.get(i).equals(fromJson.get(i))) {
          same++;
        } else {
          different.add(name + "\n" + fromText.get(i) + "\n" + fromJson.get(i));
        }
      }
    }
    assertTrue(same > 5_000, same + " rules");
    assertEquals("", String.join("\n", different));
  }

  private static List<String> rules(List<Table> tables) {
    List<String> rules = new ArrayList<>();
    for (Table table : tables) {
      for (Chain chain : table.chains()) {
        chain
            .rules()
            .forEach(
                rule ->
                    rules.add(
                        table.title()
                            + " "
                            + chain.name()
                            + " "
                            + rule.comment()
                            + " "
                            + rule.statements()));
      }
    }
    return rules;
  }
}
