package org.rulewalk.parsers.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rulewalk.parsers.iptables.IptablesSaveParser;
import org.rulewalk.parsers.iptables.IptablesWriter;
import org.rulewalk.parsers.nft.NftJsonParser;
import org.rulewalk.parsers.nft.NftTextParser;
import org.rulewalk.parsers.nft.NftWriter;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.parsers.source.Writing;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpVersion;

/** What the writers write, word by word. */
class WritersTest {
  private static final Writing MODEL = new Writing(false, false);

  private static List<Table> nft(String text) {
    return NftTextParser.parse(SourceText.of("nft.txt", text), new Problems()).tables();
  }

  private static List<Table> iptables(String text) {
    return IptablesSaveParser.parse(
            SourceText.of("iptables-save.txt", text),
            IpVersion.IPV4,
            Table.Tool.IPTABLES_NFT,
            new Problems())
        .tables();
  }

  private static final String LISTING =
      """
      table inet gate {
      	comment "of the house"
      	counter web {
      		packets 7 bytes 420
      	}

      	set bad {
      		type ipv4_addr
      		flags interval
      		elements = { 192.0.2.0/25,
      			     198.51.100.7-198.51.100.9 }
      	}

      	chain input {
      		type filter hook input priority filter; policy drop;
      		ct state established,related accept
      		iifname "vif*" ip saddr != @bad tcp dport { 22, 8000-8010 } counter name "web" accept
      		tcp flags & (fin | syn) == syn limit rate 5/second burst 7 packets log prefix "new: " level info
      		ip6 daddr 2001:db8:5::/48 meta mark set meta mark & 0x00000f00 | 0x00000001
      		meta l4proto { tcp, udp } th dport vmap { 53 : jump dns, 443 : accept } comment "by port"
      		udp dport 67 jump {
      			ip saddr 0.0.0.0 accept
      			drop
      		}
      	}

      	chain dns {
      		reject with icmpx admin-prohibited
      	}
      }
      """;

  @Test
  void nftsOwnListingComesBackAsItIs() {
    Problems problems = new Problems();
    String written = NftWriter.write(nft(LISTING), MODEL, problems);
    assertEquals(
        LISTING.replace("meta mark & 0x00000f00 | ", "(meta mark & 0x00000f00) | "), written);
    assertEquals(List.of(), problems.list());
    assertEquals(LISTING, NftWriter.write(nft(LISTING), Writing.CAPTURE, problems));
  }

  @Test
  void jsonBecomesTextThatNftLoads() {
    String json =
        "{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\"}},"
            + "{\"table\": {\"family\": \"ip\", \"name\": \"t\", \"handle\": 1}},"
            + "{\"chain\": {\"family\": \"ip\", \"table\": \"t\", \"name\": \"c\", \"handle\": 1}},"
            + "{\"rule\": {\"family\": \"ip\", \"table\": \"t\", \"chain\": \"c\", \"handle\": 2, \"expr\": ["
            + "{\"match\": {\"op\": \"!=\", \"left\": {\"payload\": {\"protocol\": \"tcp\", \"field\": \"sport\"}},"
            + " \"right\": 22}},"
            + "{\"match\": {\"op\": \"!=\", \"left\": {\"payload\": {\"protocol\": \"tcp\", \"field\": \"dport\"}},"
            + " \"right\": 23}}, {\"drop\": null}]}}]}";
    List<Table> tables =
        NftJsonParser.parse(SourceText.of("nft.json", json), new Problems()).tables();
    Problems problems = new Problems();
    // this version made one comparison of the two, which the first line remembers
    assertEquals(
        """
        # In the form of nft v1.0.6
        table ip t {
        	chain c {
        		tcp sport != 22 tcp dport != 23 drop
        	}
        }
        """,
        NftWriter.write(tables, Writing.LOADING, problems));
    assertEquals(List.of(), problems.list());
  }

  @Test
  void lostArgumentsStayInACaptureAndAreARemarkForTheTools() {
    List<Table> tables =
        nft(
            """
            table ip filter {
            	chain INPUT {
            		type filter hook input priority filter; policy accept;
            		tcp dport 22 xt match "recent" counter packets 3 bytes 180 drop
            		tcp dport 80 accept
            	}
            }
            """);
    assertTrue(
        NftWriter.write(tables, MODEL, new Problems())
            .contains("tcp dport 22 xt match recent counter packets 3 bytes 180 drop"));
    Problems problems = new Problems();
    String forTools = NftWriter.write(tables, Writing.LOADING, problems);
    assertTrue(forTools.contains("\t\t# tcp dport 22 xt match \"recent\""), forTools);
    assertTrue(forTools.contains("\t\ttcp dport 80 accept\n"), forTools);
    assertEquals(1, problems.list().size());
    assertEquals("nft.txt:4", problems.list().get(0).where().toString());
  }

  private static List<Table> withComment(List<Table> tables, String comment) {
    List<Table> changed = new ArrayList<>();
    for (Table table : tables) {
      List<Chain> chains = new ArrayList<>();
      for (Chain chain : table.chains()) {
        List<Rule> rules = new ArrayList<>();
        for (Rule rule : chain.rules()) {
          rules.add(
              new Rule(
                  rule.number(),
                  rule.statements(),
                  rule.handle(),
                  comment,
                  rule.counter(),
                  rule.source(),
                  rule.alsoAt()));
        }
        chains.add(chain.with(rules));
      }
      changed.add(table.with(chains));
    }
    return changed;
  }

  /** A quotation mark ends a string of nft's: what follows must never become rules. */
  @Test
  void whatNftCanNotQuoteIsARemark() {
    List<Table> tables = nft("table ip t {\n\tchain c {\n\t\ttcp dport 22 drop\n\t}\n}\n");
    Problems problems = new Problems();
    String written =
        NftWriter.write(withComment(tables, "x\" accept\naccept"), Writing.LOADING, problems);
    assertFalse(written.contains("accept"), written);
    assertTrue(written.contains("# tcp dport 22 drop"), written);
    assertEquals(1, problems.list().size());
  }

  @Test
  void aChangedRuleIsWrittenFromTheModelAndItsNeighboursAsTheyWere() {
    List<Table> tables =
        iptables(
            """
            *filter
            :INPUT DROP [0:0]
            -A INPUT -p tcp -m tcp --dport 22 -m comment --comment "from the office" -j ACCEPT
            -A INPUT -p udp -m udp --dport 53 -j ACCEPT
            COMMIT
            """);
    Chain chain = tables.get(0).chains().get(0);
    Rule first = chain.rules().get(0);
    List<Statement> statements = new ArrayList<>(first.statements());
    statements.set(statements.size() - 1, new Statement.Decide(Verdict.Simple.DROP));
    Rule changed =
        new Rule(
            1,
            statements,
            first.handle(),
            first.comment(),
            first.counter(),
            first.source(),
            first.alsoAt());
    Table table = tables.get(0).with(List.of(chain.with(List.of(changed, chain.rules().get(1)))));
    Problems problems = new Problems();
    assertEquals(
        """
        # In the form of iptables-save (nf_tables)
        *filter
        :INPUT DROP [0:0]
        -A INPUT -p tcp -m tcp --dport 22 -m comment --comment "from the office" -j DROP
        -A INPUT -p udp -m udp --dport 53 -j ACCEPT
        COMMIT
        """,
        IptablesWriter.write(List.of(table), Writing.CAPTURE, problems));
    assertEquals(List.of(), problems.list());
  }

  @Test
  void quotesAndBackslashesOfIptablesComeBack() {
    String text =
        """
        # In the form of iptables-save (nf_tables)
        *filter
        :INPUT ACCEPT [12:3456]
        :my-chain - [0:0]
        [5:300] -A INPUT -s 192.0.2.0/24 -i eth+ -p tcp -m comment --comment "say \\"no\\" \\\\ twice" -j my-chain
        [0:0] -A my-chain -m policy --dir in --pol ipsec --proto esp -j LOG --log-prefix "in: " --log-level 7
        COMMIT
        """;
    Problems problems = new Problems();
    assertEquals(text, IptablesWriter.write(iptables(text), MODEL, problems));
    assertEquals(List.of(), problems.list());
  }
}
