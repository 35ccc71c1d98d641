package org.rulewalk.diagnostics.symbolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.ChainWalk;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Recorder;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.symbolic.RuleUse;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;

/**
 * "No packet matches this rule" against trying: small random rulesets whose tests tell few packets
 * apart, and one packet of each sort. What is said must be so, and nothing may be missed.
 */
class NeverMatchedBruteForceTest {
  private static final long SEED = Long.getLong("seed", 20261202);
  private static final int RULESETS = Integer.getInteger("bruteForce", 1000);

  /** Ports 79 to 82 and addresses 10.0.0.0 to .3: the rules ask for nothing between. */
  private static final List<String> TESTS =
      List.of(
          "tcp dport 80",
          "tcp dport 81",
          "tcp dport 80-81",
          "tcp dport != 80",
          "tcp dport < 81",
          "tcp dport { 79, 81 }",
          "udp dport 80",
          "udp dport 79-80",
          "udp dport != 81",
          "th dport 80",
          "th dport >= 81",
          "meta l4proto tcp",
          "meta l4proto udp",
          "meta l4proto != tcp",
          "meta l4proto { tcp, udp }",
          "ip protocol icmp",
          "ip saddr 10.0.0.1",
          "ip saddr 10.0.0.2/31",
          "ip saddr 10.0.0.0/31",
          "ip saddr 10.0.0.0/30",
          "ip saddr != 10.0.0.3",
          "ip saddr { 10.0.0.0, 10.0.0.3 }",
          "ip saddr 10.0.0.1-10.0.0.2",
          "ip saddr & 0.0.0.1 == 0.0.0.1",
          "ip saddr . tcp dport { 10.0.0.1 . 80, 10.0.0.2 . 81 }",
          "meta nfproto ipv4",
          "meta nfproto ipv6",
          "iifname \"eth0\"",
          "iifname \"vif*\"",
          "iifname != \"vif7.0\"",
          "ct state new",
          "ct state established",
          "ct state { new, invalid }",
          "ct state != established",
          "ct state new,established",
          "meta mark 0x1",
          "meta mark != 0x1",
          "meta mark & 0x1 == 0");

  private static final List<String> ENDS =
      List.of(
          "accept",
          "accept",
          "drop",
          "drop",
          "return",
          "jump one",
          "jump two",
          "goto two",
          "meta mark set 0x1",
          "meta mark set 0x0 accept",
          "counter",
          "tcp dport vmap { 80 : accept, 81 : drop }",
          "ip saddr vmap { 10.0.0.0/31 : jump two }",
          "reject with tcp reset",
          "reject with icmp port-unreachable");

  @TempDir private Path folder;

  private static String any(Random random, List<String> items) {
    return items.get(random.nextInt(items.size()));
  }

  private static String rules(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      for (int tests = random.nextInt(3); tests > 0; tests--) {
        text.append(any(random, TESTS)).append(' ');
      }
      text.append(any(random, ENDS)).append('\n');
    }
    return text.toString();
  }

  private static String ruleset(Random random) {
    String two =
        "chain two {\n" + rules(random, 2).replaceAll("(jump|goto) \\w+", "accept") + "}\n";
    String one = "chain one {\n" + rules(random, 3).replace("jump one", "jump two") + "}\n";
    return "table inet t {\n"
        + two
        + one
        + "chain base {\n type filter hook input priority 0; policy accept;\n"
        + rules(random, 6)
        + "}\n}\n";
  }

  /** A packet of each sort that the tests can tell apart. */
  private static List<Packet> universe() {
    List<Packet> all = new ArrayList<>();
    List<byte[]> bodies = new ArrayList<>();
    List<Integer> protocols = new ArrayList<>();
    for (int protocol : new int[] {6, 17, 132, 1}) {
      for (int port = 79; port <= 82; port++) {
        byte[] body = new byte[20];
        body[3] = (byte) port;
        bodies.add(body);
        protocols.add(protocol);
      }
      // cut off before its ports
      bodies.add(new byte[2]);
      protocols.add(protocol);
    }
    for (int i = 0; i < bodies.size(); i++) {
      for (int host = 0; host <= 4; host++) {
        all.add(packet("10.0.0." + (host == 4 ? 9 : host), protocols.get(i), bodies.get(i)));
      }
      all.add(packet("2001:db8::1", protocols.get(i), bodies.get(i)));
    }
    return all;
  }

  private static Packet packet(String from, int protocol, byte[] body) {
    IpAddress address = IpAddress.of(from);
    Packet made = Packets.ip(address, address, protocol, body, Packets.IpOptions.DEFAULT);
    // where other protocols have a port, ICMP has its checksum
    return body.length < 4
        ? made
        : made.edit().put16(made.transportOffset() + 2, body[3]).toPacket();
  }

  private static Set<String> matched(Table table, List<Packet> packets, String text) {
    Set<String> matched = new TreeSet<>();
    Recorder recorder =
        new Recorder() {
          @Override
          public void rule(Table in, Chain chain, Rule rule, Verdict verdict) {
            matched.add(chain.name() + " " + rule.number());
          }

          @Override
          public void policy(Table in, Chain.Base chain) {}
        };
    // what no rule asks for needs no second value
    List<String> names =
        text.contains("iifname") ? List.of("eth0", "vif7.0", "vif8.0", "lo") : List.of("lo");
    int[] states = text.contains("ct state") ? new int[] {8, 2, 1, 64} : new int[] {8};
    int[] marks = text.contains("mark") ? new int[] {0, 1, 2, 3} : new int[] {0};
    Chain.Base base = (Chain.Base) table.chain("base").orElseThrow();
    for (Packet packet : packets) {
      for (String name : names) {
        for (int state : states) {
          for (int mark : marks) {
            Map<MetaKey, Value> meta =
                Map.of(MetaKey.IIFNAME, Value.of(Bits.ofName(name)), MetaKey.MARK, Value.of(mark));
            ConcretePacket context =
                new ConcretePacket(
                    0, Hook.INPUT, Map.of(), packet, state, meta, Map.of(), Optional.empty());
            ChainWalk.run(table, base, context, recorder);
          }
        }
      }
    }
    return matched;
  }

  @Test
  void nothingIsClaimedWronglyAndNothingMissed() throws IOException {
    List<Packet> packets = universe();
    Path file = folder.resolve("nft-list-ruleset.txt");
    int dead = 0;
    for (int i = 0; i < RULESETS; i++) {
      String text = ruleset(new Random(SEED + i));
      Files.writeString(file, text);
      Table table =
          CaptureLoader.load(file)
              .network()
              .machines()
              .values()
              .iterator()
              .next()
              .ruleset()
              .tables()
              .get(0);
      Set<String> claimed = new TreeSet<>();
      Set<String> asked = new TreeSet<>();
      // chains that nothing leads to are judged as if all packets came: not by this universe
      RuleUse.of("m", table, share -> {}).never().stream()
          .filter(found -> found.base().isPresent())
          .forEach(found -> claimed.add(found.chain().name() + " " + found.rule().number()));
      Set<String> matched = matched(table, packets, text);
      for (Chain chain : table.chains()) {
        boolean entered =
            chain.name().equals("base")
                || matched.stream().anyMatch(rule -> rule.startsWith(chain.name() + " "))
                || claimed.stream().anyMatch(rule -> rule.startsWith(chain.name() + " "));
        for (Rule rule : chain.rules()) {
          if (entered) {
            asked.add(chain.name() + " " + rule.number());
          }
        }
      }
      asked.removeAll(matched);
      assertEquals(asked, claimed, "seed " + (SEED + i) + "\n" + text);
      dead += claimed.size();
    }
    assertTrue(dead > RULESETS / 10, dead + " rules in all");
  }
}
