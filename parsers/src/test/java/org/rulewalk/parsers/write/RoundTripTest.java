package org.rulewalk.parsers.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.Corpus;
import org.rulewalk.parsers.ipset.IpsetSaveParser;
import org.rulewalk.parsers.ipset.IpsetWriter;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.parsers.source.Writing;
import org.rulewalk.simulator.rules.Differences;
import org.rulewalk.simulator.rules.IpSet;

/** What is read, written and read again is the same, from the model alone and with own texts. */
class RoundTripTest {
  private static final String IPSETS =
      """
      create hosts hash:ip family inet hashsize 1024 maxelem 65536 timeout 300 comment
      create nets6 hash:net family inet6 hashsize 1024 maxelem 65536
      create ports hash:ip,port,net family inet hashsize 1024 maxelem 65536
      create devices hash:net,iface family inet hashsize 1024 maxelem 65536
      create marks hash:ip,mark family inet markmask 0x000000ff hashsize 1024 maxelem 65536
      create macs bitmap:ip,mac range 192.0.2.0/24
      create all list:set size 8
      add hosts 192.0.2.7 timeout 217 comment "printer of floor 3"
      add nets6 2001:db8:5::/48
      add nets6 2001:db8:5:9::/64 nomatch
      add ports 192.0.2.8,tcp:443,198.51.100.0/24
      add ports 192.0.2.9,udp:53,0.0.0.0/1
      add ports 192.0.2.10,icmp:8/0,198.51.100.64/26
      add ports 192.0.2.11,47:0,198.51.100.128/25
      add devices 203.0.113.0/26,eth7
      add marks 192.0.2.12,0x00000011
      add macs 192.0.2.13,02:00:5E:00:53:17
      add macs 192.0.2.14
      add all hosts
      add all nets6
      """;

  private static final Writing MODEL = new Writing(false, false);

  private final List<String> different = new ArrayList<>();
  private final TreeMap<RulesetFile.Language, Integer> same = new TreeMap<>();

  private void all(Collection<Path> files, Writing how) {
    for (Path file : files) {
      RulesetFile ruleset = RulesetFile.read(file);
      Problems problems = new Problems();
      SourceText written = SourceText.of("written", ruleset.write(how, problems));
      List<String> found =
          new ArrayList<>(
              Differences.between(
                  ruleset.tables(),
                  ruleset.language().written().parse(written),
                  Differences.Exactness.EXACT));
      problems.list().forEach(problem -> found.add(problem.where() + ": " + problem.message()));
      if (found.isEmpty()) {
        same.merge(ruleset.language(), ruleset.rules(), Integer::sum);
      }
      found.forEach(line -> different.add(ruleset + ": " + line));
    }
  }

  private static List<Path> toolsOwnDumps() {
    return Corpus.files("", ".rules").stream()
        .filter(file -> !file.toString().endsWith(".orig.rules"))
        .toList();
  }

  @Test
  void everyDumpOfTheToolsIsTheSameFromTheModelAlone() {
    all(toolsOwnDumps(), MODEL);
    System.out.println("written from the model, then read: " + same);
    assertEquals(List.of(), different);
    assertTrue(same.get(RulesetFile.Language.IPTABLES) > 4_000, same.toString());
    assertTrue(same.get(RulesetFile.Language.IP6TABLES) > 1_000, same.toString());
    assertTrue(same.get(RulesetFile.Language.IPTABLES_LEGACY) > 10, same.toString());
  }

  @Test
  void everyDumpIsTheSameWithItsOwnTexts() {
    all(Corpus.files("", ".rules"), Writing.CAPTURE);
    assertEquals(List.of(), different);
    assertTrue(same.get(RulesetFile.Language.IPTABLES) > 20_000, same.toString());
  }

  /** Of what people wrote for other versions, five rules have words that nobody understands. */
  @Test
  void dumpsOfOtherVersionsAreTheSameFromTheModelAlone() {
    all(Corpus.files("", ".orig.rules"), MODEL);
    assertTrue(same.get(RulesetFile.Language.IPTABLES) > 15_000, same.toString());
    List<String> refused = different.stream().filter(d -> d.contains("not understood")).toList();
    assertEquals(5, refused.size(), String.join("\n", different));
    // beside each of these, its chain has a rule less
    assertEquals(10, different.size(), String.join("\n", different));
  }

  @Test
  void everyListingOfNftIsTheSameFromTheModelAlone() {
    all(Corpus.files("nft", ".nft"), MODEL);
    System.out.println("written from the model, then read: " + same);
    assertEquals(List.of(), different);
    assertTrue(same.get(RulesetFile.Language.NFT) > 17_000, same.toString());
  }

  @Test
  void everyJsonListingIsTheSameAsTextThatIsWrittenOfIt() {
    all(Corpus.files("nft-json", ".json"), MODEL);
    System.out.println("written from the model, then read: " + same);
    assertEquals(List.of(), different);
    assertTrue(same.get(RulesetFile.Language.NFT_JSON) > 9_500, same.toString());
  }

  @Test
  void everyListingOfNftIsTheSameWithItsOwnTexts() {
    all(Corpus.files("nft", ".nft"), Writing.CAPTURE);
    assertEquals(List.of(), different);
  }

  @Test
  void whatTheCapturesHoldIsTheSame() {
    List<Path> files =
        Stream.of(
                "iptables-save.txt",
                "ip6tables-save.txt",
                "iptables-legacy-save.txt",
                "ip6tables-legacy-save.txt",
                "nft-list-ruleset.txt",
                "nft-list-ruleset.json")
            .flatMap(name -> Corpus.captured(name).stream())
            .toList();
    all(files, MODEL);
    all(files, Writing.CAPTURE);
    assertEquals(List.of(), different);
    assertTrue(same.get(RulesetFile.Language.NFT) > 1_000, same.toString());
  }

  @Test
  void ipsetsAreTheSame() {
    List<Path> files = Corpus.captured("ipset-save.txt");
    assertTrue(!files.isEmpty(), "no capture has ipsets");
    files.forEach(file -> ipsets(Corpus.text(file)));
    ipsets(SourceText.of("every kind of part", IPSETS));
  }

  static void ipsets(SourceText text) {
    Collection<IpSet> read = IpsetSaveParser.parse(text, new Problems()).values();
    SourceText written = SourceText.of("written", IpsetWriter.write(read));
    Collection<IpSet> again = IpsetSaveParser.parse(written, new Problems()).values();
    assertEquals(shown(read), shown(again), written.text());
  }

  private static List<List<Object>> shown(Collection<IpSet> sets) {
    return sets.stream()
        .map(set -> List.<Object>of(set.name(), set.type(), set.entries(), set.members()))
        .toList();
  }
}
