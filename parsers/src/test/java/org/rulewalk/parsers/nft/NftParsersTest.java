package org.rulewalk.parsers.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;

class NftParsersTest {
  private final Problems problems = new Problems();

  private List<Table> text(String listing) {
    return NftTextParser.parse(SourceText.of("nft-list-ruleset.txt", listing), problems).tables();
  }

  private static String listing(String rule) {
    return "table inet t {\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { 10.0.0.1 }\n\t}\n\n\tchain c {\n"
        + "\t\ttype filter hook forward priority filter; policy drop;\n\t\t"
        + rule
        + "\n\t}\n\n\tchain d {\n\t}\n}\n";
  }

  private Rule rule(String words) {
    return text(listing(words)).get(0).chain("c").orElseThrow().rules().get(0);
  }

  private static String json(String expressions) {
    return "{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\"}},"
        + " {\"table\": {\"family\": \"inet\", \"name\": \"t\", \"handle\": 1}},"
        + " {\"set\": {\"family\": \"inet\", \"name\": \"s\", \"table\": \"t\", \"type\": \"ipv4_addr\","
        + " \"handle\": 3, \"elem\": [\"10.0.0.1\"]}},"
        + " {\"chain\": {\"family\": \"inet\", \"table\": \"t\", \"name\": \"c\", \"handle\": 2, \"type\":"
        + " \"filter\", \"hook\": \"forward\", \"prio\": 0, \"policy\": \"drop\"}},"
        + " {\"chain\": {\"family\": \"inet\", \"table\": \"t\", \"name\": \"d\", \"handle\": 4}},"
        + " {\"rule\": {\"family\": \"inet\", \"table\": \"t\", \"chain\": \"c\", \"handle\": 5, \"expr\": ["
        + expressions
        + "]}}]}";
  }

  /** What nft prints of one rule as text and as JSON: both must mean the same. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "ct state established,related accept ~ {\"match\": {\"op\": \"in\", \"left\": {\"ct\": {\"key\": \"state\"}},"
            + " \"right\": [\"established\", \"related\"]}}, {\"accept\": null}",
        "iifname \"vif*\" tcp dport { 22, 80-443 } drop ~ {\"match\": {\"op\": \"==\", \"left\": {\"meta\": {\"key\":"
            + " \"iifname\"}}, \"right\": \"vif*\"}}, {\"match\": {\"op\": \"==\", \"left\": {\"payload\":"
            + " {\"protocol\": \"tcp\", \"field\": \"dport\"}}, \"right\": {\"set\": [22, {\"range\": [80,"
            + " 443]}]}}}, {\"drop\": null}",
        "ip saddr != 10.0.0.0/8 jump d ~ {\"match\": {\"op\": \"!=\", \"left\": {\"payload\": {\"protocol\": \"ip\","
            + " \"field\": \"saddr\"}}, \"right\": {\"prefix\": {\"addr\": \"10.0.0.0\", \"len\": 8}}}}, {\"jump\":"
            + " {\"target\": \"d\"}}",
        "tcp flags syn / fin,syn,rst,ack counter packets 3 bytes 4 return ~ {\"match\": {\"op\": \"==\", \"left\":"
            + " {\"&\": [{\"payload\": {\"protocol\": \"tcp\", \"field\": \"flags\"}}, [\"fin\", \"syn\", \"rst\","
            + " \"ack\"]]}, \"right\": \"syn\"}}, {\"counter\": {\"packets\": 3, \"bytes\": 4}}, {\"return\": null}",
        "fib saddr . iif oif missing drop ~ {\"match\": {\"op\": \"==\", \"left\": {\"fib\": {\"result\": \"oif\","
            + " \"flags\": [\"saddr\", \"iif\"]}}, \"right\": false}}, {\"drop\": null}",
        "ip saddr @s meta mark set 0x00000001 ~ {\"match\": {\"op\": \"==\", \"left\": {\"payload\": {\"protocol\":"
            + " \"ip\", \"field\": \"saddr\"}}, \"right\": \"@s\"}}, {\"mangle\": {\"key\": {\"meta\": {\"key\":"
            + " \"mark\"}}, \"value\": 1}}",
        "tcp dport vmap { 22 : drop, 80-443 : goto d } ~ {\"vmap\": {\"key\": {\"payload\": {\"protocol\": \"tcp\","
            + " \"field\": \"dport\"}}, \"data\": {\"set\": [[22, {\"drop\": null}], [{\"range\": [80, 443]},"
            + " {\"goto\": {\"target\": \"d\"}}]]}}}",
        "reject with icmpx admin-prohibited ~ {\"reject\": {\"type\": \"icmpx\", \"expr\": \"admin-prohibited\"}}",
        "limit rate 10/second burst 5 packets accept ~ {\"limit\": {\"rate\": 10, \"burst\": 5, \"per\": \"second\"}},"
            + " {\"accept\": null}",
        "ct original ip daddr 10.0.0.1 accept ~ {\"match\": {\"op\": \"==\", \"left\": {\"ct\": {\"key\": \"ip daddr\","
            + " \"dir\": \"original\"}}, \"right\": \"10.0.0.1\"}}, {\"accept\": null}",
        "ct state established | related accept ~ {\"match\": {\"op\": \"==\", \"left\": {\"ct\": {\"key\": \"state\"}},"
            + " \"right\": {\"|\": [\"established\", \"related\"]}}}, {\"accept\": null}",
        "sctp chunk init a-rwnd 5 drop ~ {\"match\": {\"op\": \"==\", \"left\": {\"sctp chunk\": {\"name\": \"init\","
            + " \"field\": \"a-rwnd\"}}, \"right\": 5}}, {\"drop\": null}",
        "limit rate over 40 kbytes/second drop ~ {\"limit\": {\"rate\": 40, \"burst\": 0, \"per\": \"second\", \"inv\":"
            + " true, \"rate_unit\": \"kbytes\", \"burst_unit\": \"bytes\"}}, {\"drop\": null}",
        "tcp option mptcp subtype 1 ~ {\"match\": {\"op\": \"==\", \"left\": {\"tcp option\": {\"name\": \"mptcp\","
            + " \"field\": \"subtype\"}}, \"right\": 1}}",
        "numgen random mod 100 < 40 accept ~ {\"match\": {\"op\": \"<\", \"left\": {\"numgen\": {\"mode\": \"random\","
            + " \"mod\": 100, \"offset\": 0}}, \"right\": 40}}, {\"accept\": null}",
        "reset tcp option maxseg ~ {\"reset\": {\"tcp option\": {\"name\": \"maxseg\"}}}",
        "meta mark 0xffffff00/24 accept ~ {\"match\": {\"op\": \"==\", \"left\": {\"meta\": {\"key\": \"mark\"}},"
            + " \"right\": {\"prefix\": {\"addr\": 4294967040, \"len\": 24}}}}, {\"accept\": null}",
        "ct expiration 67s-70s drop ~ {\"match\": {\"op\": \"==\", \"left\": {\"ct\": {\"key\": \"expiration\"}},"
            + " \"right\": {\"range\": [67, 70]}}}, {\"drop\": null}",
        "meta hour \"17:00\"-\"18:30:01\" drop ~ {\"match\": {\"op\": \"==\", \"left\": {\"meta\": {\"key\":"
            + " \"hour\"}}, \"right\": {\"range\": [\"17:00\", \"18:30:01\"]}}}, {\"drop\": null}",
        "meta time < \"2022-07-01 11:00:00\" accept ~ {\"match\": {\"op\": \"<\", \"left\": {\"meta\": {\"key\":"
            + " \"time\"}}, \"right\": \"2022-07-01 11:00:00\"}}, {\"accept\": null}",
        "meta priority bcad:dada-bcad:dadc ~ {\"match\": {\"op\": \"==\", \"left\": {\"meta\": {\"key\":"
            + " \"priority\"}}, \"right\": {\"range\": [\"bcad:dada\", \"bcad:dadc\"]}}}",
        "meta priority none-0:5 ~ {\"match\": {\"op\": \"==\", \"left\": {\"meta\": {\"key\":"
            + " \"priority\"}}, \"right\": {\"range\": [\"none\", \"0:5\"]}}}",
        "ip option rr ptr 4 ~ {\"match\": {\"op\": \"==\", \"left\": {\"ip option\": {\"name\": \"rr\", \"field\":"
            + " \"ptr\"}}, \"right\": 4}}",
        "ip option ra exists ~ {\"match\": {\"op\": \"==\", \"left\": {\"ip option\": {\"name\": \"ra\"}}, \"right\":"
            + " true}}",
        "dup to 10.0.0.1 device \"lan0\" ~ {\"dup\": {\"addr\": \"10.0.0.1\", \"dev\": \"lan0\"}}",
        "dup to ip daddr map { 10.0.0.1 : 10.0.0.2 } ~ {\"dup\": {\"addr\": {\"map\": {\"key\": {\"payload\":"
            + " {\"protocol\": \"ip\", \"field\": \"daddr\"}}, \"data\": {\"set\": [[\"10.0.0.1\","
            + " \"10.0.0.2\"]]}}}}}",
        "fwd to \"lan0\" ~ {\"fwd\": {\"dev\": \"lan0\"}}",
        "fwd ip to 10.0.0.1 device \"lan0\" ~ {\"fwd\": {\"family\": \"ip\", \"addr\": \"10.0.0.1\","
            + " \"dev\": \"lan0\"}}",
        "tproxy ip to 127.0.0.1:5000 ~ {\"tproxy\": {\"family\": \"ip\", \"addr\": \"127.0.0.1\", \"port\": 5000}}",
      })
  void textAndJsonMeanTheSame(String words, String expressions) {
    Rule fromText = rule(words);
    Table table =
        NftJsonParser.parse(SourceText.of("nft-list-ruleset.json", json(expressions)), problems)
            .tables()
            .get(0);
    Rule fromJson = table.chain("c").orElseThrow().rules().get(0);
    assertEquals(List.of(), problems.list());
    assertEquals(fromText.statements(), fromJson.statements());
  }

  /** What nft has no type for, it prints as a number with a remark. */
  @Test
  void numberWithoutTypeIsTheNumber() {
    Rule remarked = rule("ct original proto-dst 0x9c40 [invalid type] ip ttl 63 accept");
    assertEquals(
        rule("ct original proto-dst 40000 ip ttl 63 accept").statements(), remarked.statements());
    assertEquals(List.of(), problems.list());
  }

  /** Rules in place of a chain's name are a chain that only this rule jumps to. */
  @Test
  void blockBehindJumpIsAChain() {
    Table table =
        text(listing("tcp dport 53 jump {\n\t\t\tip saddr 10.0.0.1 accept\n\t\t\tdrop\n\t\t}"))
            .get(0);
    Rule rule = table.chain("c").orElseThrow().rules().get(0);
    assertEquals(
        new Statement.Decide(new Verdict.Jump("__chain0")),
        rule.statements().get(rule.statements().size() - 1));
    assertEquals(2, table.chain("__chain0").orElseThrow().rules().size());
    assertEquals(List.of(), problems.list());
  }

  @Test
  void nameThatOnlyThatMachineKnowsIsADoubt() {
    Match.Unknown match =
        assertInstanceOf(
            Match.Unknown.class, rule("rt classid \"cosmos\" drop").statements().get(0));
    assertTrue(match.doubt().subject().contains("cosmos"));
    assertEquals(List.of(), problems.list());
  }

  @Test
  void baseChainHasHookPriorityAndPolicyWithTheirPlaces() {
    Chain.Base chain = (Chain.Base) text(listing("accept")).get(0).chain("c").orElseThrow();
    assertEquals(0, chain.priority().value());
    assertEquals(Verdict.Simple.DROP, chain.policy());
    assertEquals(8, chain.policySource().line());
    assertEquals(9, chain.rules().get(0).source().line());
    assertEquals("accept", chain.rules().get(0).source().text());
  }

  @Test
  void handlesOfAListingWithThem() {
    Rule rule =
        text("table ip t { # handle 1\n\tchain c { # handle 2\n\t\ttcp dport 80 accept # handle 7\n\t}\n}\n")
            .get(0)
            .chain("c")
            .orElseThrow()
            .rules()
            .get(0);
    assertEquals(7, rule.handle().orElseThrow());
  }

  @Test
  void whatIsNotUnderstoodHidesNothingElse() {
    Rule rule = rule("tcp dport 80 frobnicate the packet counter accept");
    assertEquals(4, rule.statements().size());
    assertInstanceOf(Match.Unknown.class, rule.statements().get(1));
    assertEquals(new Statement.Decide(Verdict.Simple.ACCEPT), rule.statements().get(3));
    assertEquals(9, problems.list().get(0).where().line());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "table ip t {\n\tchain c {\n\t\ttcp dport 80 accept",
        "table ip t {\n\tchain c {\n\t\ttcp dport { 80, accept\n\t}\n}\n",
        "}}}}",
        "table ip t { set s { elements = { 1 : ",
        "table",
        "chain c { accept }",
        "table ip t { chain c { type filter hook nowhere priority 0; } }",
      })
  void brokenListingsAreToldAndNeverCrash(String listing) {
    text(listing);
    assertTrue(!problems.list().isEmpty(), listing);
    assertTrue(
        problems.list().stream().allMatch(p -> p.where().line() > 0), problems.list().toString());
  }

  @Test
  void deepNestingEnds() {
    text(listing("ip saddr " + "{ ".repeat(10_000)));
    text(listing("meta mark set " + "(".repeat(10_000)));
    assertTrue(!problems.list().isEmpty());
    NftJsonParser.parse(SourceText.of("x.json", json("{\"&\": ".repeat(5000))), problems);
  }

  /** What nft 1.0.6 printed of `-p sctp -j SNAT --to-source [2001:db8::1]:4000` and the like. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "counter packets 0 bytes 0  # handle 2 ~ true",
        "counter packets 0 bytes 0 # handle 2 ~ false",
        "counter packets 0 bytes 0  comment \"x\" ~ true",
        "counter packets 0 bytes 0 accept # handle 2 ~ false",
        "udp sport . udp dport { 0-65535 . 53, 53 . 0-65535 } drop ~ true",
        "udp sport . udp dport { 0-1 . 53, 53 . 0-65535 } drop ~ false",
        "ct status dnat counter packets 0 bytes 0 return ~ true",
        "ct status seen-reply counter packets 0 bytes 0 return ~ false",
      })
  void whatNftPrintsWrongOfIptablesIsADoubt(String words, boolean doubted) {
    String listing = "table ip6 nat {\n\tchain INPUT {\n\t\t" + words + "\n\t}\n}\n";
    Rule rule = text(listing).get(0).chain("INPUT").orElseThrow().rules().get(0);
    assertEquals(doubted, rule.statements().toString().contains("LOST_ARGUMENTS"), words);
  }

  @Test
  void lostArgumentsAreADoubtThatNamesTheExtension() {
    Match.Unknown match =
        assertInstanceOf(Match.Unknown.class, rule("xt match \"u32\" accept").statements().get(0));
    assertEquals("xt match u32", match.doubt().subject());
  }
}
