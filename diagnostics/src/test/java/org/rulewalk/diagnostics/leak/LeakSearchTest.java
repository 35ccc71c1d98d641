package org.rulewalk.diagnostics.leak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rulewalk.fixtures.Fixtures;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.parsers.nft.NftTextParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Outcome;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.IpAddress;

class LeakSearchTest {
  private static final String IN = "vif11.0";
  private static final List<String> RULES =
      List.of(
          "oifname eth0 drop",
          "iifname eth0 drop",
          "oifname eth0 ct state new drop",
          "ct state established,related accept",
          "ip daddr 198.51.100.77 drop",
          "ip daddr 10.137.0.0/16 drop",
          "ip saddr != 10.137.0.41 drop",
          "tcp dport 443 accept",
          "udp dport 53 accept",
          "oifname eth0 meta l4proto tcp drop",
          "oifname eth0 tcp dport 1-1023 reject",
          "ct state invalid drop",
          "oifname != tun0 oifgroup != 2 drop",
          "ct mark 0x7 accept",
          "ct mark set 0x7",
          "meta l4proto != icmp oifname eth0 drop",
          "iifgroup 2 oifname { eth0, ens9 } drop",
          "icmp type echo-request accept");

  private static Network network(String name) {
    return CaptureLoader.load(Fixtures.named(name).capture()).network();
  }

  /** The VPN's network with the rules of custom-forward, or of a chain beside it, exchanged. */
  private static Network with(Network network, String text) {
    Machine vpn = network.machine("vpn").orElseThrow();
    List<Table> tables = new ArrayList<>(vpn.ruleset().tables());
    tables.addAll(NftTextParser.parse(SourceText.of("more.nft", text), new Problems()).tables());
    return network.with(vpn.with(new Ruleset(tables)));
  }

  /** The VPN's network with these rules in custom-forward. */
  private static Network custom(List<String> rules) throws IOException {
    Path listing =
        Fixtures.named("vpn-by-halves").capture().resolve("vms/vpn/nft-list-ruleset.txt");
    String text =
        Files.readString(listing)
            .replaceFirst(
                "(?m)^(\\s*chain custom-forward \\{.*)$",
                "$1\n" + String.join("\n", rules).replace("$", ""));
    Network network = network("vpn-by-halves");
    List<Table> tables =
        NftTextParser.parse(SourceText.of("changed.nft", text), new Problems()).tables();
    return network.with(network.machine("vpn").orElseThrow().with(new Ruleset(tables)));
  }

  private static String forward(List<String> rules) {
    return "table ip more {\n chain forward {\n  type filter hook forward priority filter - 5;"
        + " policy accept;\n  "
        + String.join("\n  ", rules)
        + "\n }\n}\n";
  }

  private static Leak search(Network network) {
    return LeakSearch.of(network, network.machine("vpn").orElseThrow()).orElseThrow();
  }

  private static Leak.Reason reason(Leak leak) {
    return ((Leak.Open) leak).reason();
  }

  @Test
  void machinesWithoutATunnelAreNotAsked() {
    Network plain = network("network-service");
    assertEquals(Optional.empty(), LeakSearch.of(plain, plain.machine("vpn").orElseThrow()));
  }

  @Test
  void aTunnelRouteAloneLetsTheServersAddressLeak() {
    Leak.Found found = (Leak.Found) search(network("vpn-by-halves"));
    assertEquals("eth0", found.out());
    assertEquals(IN, found.in());
    assertFalse(found.asAnswer());
  }

  @Test
  void dropsInFrontOfAllElseProveThatNothingLeaks() {
    assertTrue(search(network("vpn-kill-switch")) instanceof Leak.None);
  }

  /** Each could let a packet pass that no class stands for, so nothing may be claimed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit rate 3/second oifname eth0 drop",
        "ip ttl 1-255 oifname eth0 drop",
        "tcp flags & (syn | ack) != 0 drop",
        "meta length 0-65535 oifname eth0 drop",
        "fib daddr type unicast oifname eth0 drop"
      })
  void aRuleThatLooksAtMoreIsNoProof(String rule) {
    Network changed = with(network("vpn-by-halves"), forward(List.of(rule)));
    assertFalse(search(changed) instanceof Leak.None, rule);
  }

  @Test
  void aRuleThatLooksAtMoreDoesNoHarmBehindAProof() {
    Network changed =
        with(network("vpn-kill-switch"), forward(List.of("ip ttl 1 log prefix \"last \"")));
    assertTrue(search(changed) instanceof Leak.None);
  }

  @Test
  void aFlowtableTakesAnswersPastTheRules() {
    Network changed =
        with(network("vpn-kill-switch"), forward(List.of("meta l4proto tcp flow add @fast")));
    assertEquals(Leak.Reason.PAST_THE_RULES, reason(search(changed)));
  }

  @Test
  void marksThatAreMixedBitByBitAreNoProof() {
    Network changed =
        with(
            network("vpn-kill-switch"),
            forward(List.of("ct mark set ct mark | 0x2", "oifname eth0 drop")));
    assertEquals(Leak.Reason.RULE_NOT_COVERED, reason(search(changed)));
  }

  @Test
  void answersToWhatComesInByTheUplinkAreLeaksToo() throws IOException {
    Network changed = custom(List.of("iifname eth0 accept", "oifname eth0 ct state new drop"));
    Leak leak = search(changed);
    assertTrue(leak instanceof Leak.Found && ((Leak.Found) leak).asAnswer(), leak.toString());
  }

  @Test
  void whereNothingNewComesInAnswersOfOldConnectionsStayOpen() throws IOException {
    Network changed = custom(List.of("oifname eth0 ct state new,invalid,untracked drop"));
    assertEquals(Leak.Reason.KNOWN_CONNECTIONS, reason(search(changed)));
  }

  /** A proof is held against packets that nobody chose, alone and as answers. */
  @Test
  void whereAProofIsClaimedRandomPacketsDoNotLeave() throws IOException {
    long seed = Long.getLong("rulewalk.seed", 20261201L);
    Random random = new Random(seed);
    int proven = 0;
    int leaks = 0;
    int rounds = Integer.getInteger("rulewalk.rounds", 40);
    for (int round = 0; round < rounds; round++) {
      List<String> rules = new ArrayList<>();
      for (int i = random.nextInt(5); i >= 0; i--) {
        rules.add(RULES.get(random.nextInt(RULES.size())));
      }
      Network changed =
          round % 2 == 0 ? custom(rules) : with(network("vpn-by-halves"), forward(rules));
      Leak leak = search(changed);
      leaks += leak instanceof Leak.Found ? 1 : 0;
      if (leak instanceof Leak.None) {
        proven++;
        for (int i = 0; i < 60; i++) {
          assertFalse(
              leaves(changed, random), "seed " + seed + ", rules " + rules + ", packet " + i);
        }
      }
    }
    assertTrue(proven > 3, "only " + proven + " proofs");
    assertTrue(leaks > 3, "only " + leaks + " leaks");
  }

  private static boolean leaves(Network network, Random random) {
    Simulator simulator = new Simulator(network);
    State state = State.EMPTY;
    IpAddress client = IpAddress.of(random.nextInt(4) == 0 ? "10.137.0.99" : "10.137.0.41");
    IpAddress far =
        IpAddress.of(
            List.of("198.51.100.77", "10.137.0.8", "203.0.113.9", "10.137.0.77")
                .get(random.nextInt(4)));
    int port = List.of(443, 53, 22, 8080).get(random.nextInt(4));
    boolean comesIn = random.nextInt(3) == 0;
    if (comesIn) {
      Packet first = packet(far, client, port, 40000, TcpFlags.SYN, random.nextBoolean());
      state = simulator.run(arrive("eth0", first), state, Choices.LIKELY).after();
    }
    for (int i = 0; i < 2; i++) {
      int flags =
          List.of(TcpFlags.SYN, TcpFlags.ACK, TcpFlags.RST, TcpFlags.SYN | TcpFlags.ACK)
              .get(random.nextInt(4));
      Packet packet =
          comesIn
              ? packet(client, far, 40000, port, flags, false)
              : packet(client, far, 40000, port, flags, random.nextBoolean());
      Outcome outcome = simulator.run(arrive(IN, packet), state, Choices.LIKELY);
      state = outcome.after();
      Trace trace = outcome.trace();
      boolean left =
          trace.transmissions().stream()
              .anyMatch(
                  t ->
                      t.machine().equals("vpn")
                          && t.device().equals("eth0")
                          && trace.isRequest(trace.journey(t.journey())));
      if (left) {
        return true;
      }
    }
    return false;
  }

  private static Probe arrive(String device, Packet packet) {
    return new Probe.Arrive("vpn", device, packet);
  }

  private static Packet packet(
      IpAddress from, IpAddress to, int source, int destination, int flags, boolean udp) {
    Packets.IpOptions ip = Packets.IpOptions.DEFAULT;
    return udp
        ? Packets.udp(from, to, source, destination, new byte[8], ip)
        : Packets.tcp(
            from,
            to,
            new Packets.Tcp(source, destination, 1, 0, flags, 64240),
            new byte[0],
            new byte[0],
            ip);
  }
}
