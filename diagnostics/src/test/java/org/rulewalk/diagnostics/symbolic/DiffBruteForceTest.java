package org.rulewalk.diagnostics.symbolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rulewalk.parsers.capture.CaptureLoader;
import org.rulewalk.simulator.flow.FlowDifference;
import org.rulewalk.simulator.flow.MachineFlow;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.kernel.Simulator;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.symbolic.PacketSpace;
import org.rulewalk.simulator.trace.End;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * "Which packets are treated differently" against trying: small random rulesets with a small
 * change, and one packet of each sort, asked of both. A packet is in one of the classes if and only
 * if it is treated differently.
 */
class DiffBruteForceTest {
  private static final long SEED = Long.getLong("seed", 20261203);
  private static final int RULESETS = Integer.getInteger("bruteForce", 1000);
  private static final List<String> SOURCES =
      List.of("10.0.0.1", "10.0.0.2", "10.0.1.7", "8.8.8.8");
  private static final List<String> DESTINATIONS =
      List.of("10.0.0.254", "10.0.1.5", "10.0.1.6", "10.0.2.9", "127.0.0.1");
  private static final int[] PORTS = {80, 81, 443};

  private static final List<String> TESTS =
      List.of(
          "tcp dport 80",
          "tcp dport { 80, 443 }",
          "udp dport != 81",
          "meta l4proto tcp",
          "ip saddr 10.0.0.1",
          "ip saddr 10.0.0.0/24",
          "ip daddr 10.0.1.5",
          "ip daddr != 10.0.1.0/24",
          "iifname \"eth0\"",
          "iifname \"eth*\"",
          "ct state new",
          "ct state established",
          "meta mark 0x1",
          "ip saddr . tcp dport { 10.0.0.1 . 80, 10.0.0.2 . 81 }",
          "ip daddr @held");

  private static final List<String> ENDS =
      List.of("accept", "drop", "drop", "reject", "counter", "jump sub", "goto sub", "return");

  private static final List<String> NAT =
      List.of(
          "dnat to 10.0.1.5",
          "dnat to 10.0.1.6:8080",
          "redirect",
          "accept",
          "dnat to tcp dport map { 80 : 10.0.1.5, 81 : 10.0.1.6 }");

  private static final String ADDRESSES =
      """
      1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
          link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
          inet 127.0.0.1/8 scope host lo
             valid_lft forever preferred_lft forever
      2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
          link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff
          inet 10.0.0.254/24 scope global eth0
             valid_lft forever preferred_lft forever
      3: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
          link/ether 02:00:00:00:00:03 brd ff:ff:ff:ff:ff:ff
          inet 10.0.1.254/24 scope global eth1
             valid_lft forever preferred_lft forever
      """;

  @TempDir private Path folder;

  private static String any(Random random, List<String> items) {
    return items.get(random.nextInt(items.size()));
  }

  private static List<String> rules(Random random, int count, List<String> ends) {
    List<String> rules = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder();
      for (int tests = random.nextInt(3); tests > 0; tests--) {
        text.append(any(random, TESTS)).append(' ');
      }
      rules.add(text + any(random, ends));
    }
    return rules;
  }

  /** The rules of each chain, and what else there is: policies, the set, a route. */
  private record Drawn(
      List<List<String>> chains, String policy, String held, String route, String filter) {}

  private static Drawn drawn(Random random) {
    List<List<String>> chains = new ArrayList<>();
    List<String> plain = ENDS.stream().filter(end -> !end.contains("sub")).toList();
    chains.add(rules(random, 2, plain));
    chains.add(rules(random, 2, List.of("meta mark set 0x1", "drop", "counter")));
    chains.add(rules(random, 2, NAT));
    chains.add(rules(random, 4, ENDS));
    chains.add(rules(random, 3, ENDS));
    chains.add(rules(random, 1, List.of("masquerade", "snat to 10.0.1.99", "drop")));
    return new Drawn(
        chains,
        random.nextBoolean() ? "accept" : "drop",
        "10.0.1.5",
        "10.0.2.0/24 via 10.0.1.9 dev eth1",
        "0");
  }

  /** A small change: mostly of one rule. */
  private static Drawn changed(Drawn old, Random random) {
    List<List<String>> chains = new ArrayList<>(old.chains());
    int which = random.nextInt(chains.size());
    List<String> rules = new ArrayList<>(chains.get(which));
    String policy = old.policy();
    String held = old.held();
    String route = old.route();
    String filter = old.filter();
    switch (random.nextInt(8)) {
      case 0:
        rules.remove(random.nextInt(rules.size()));
        break;
      case 1:
        java.util.Collections.shuffle(rules, random);
        break;
      case 2:
        policy = policy.equals("drop") ? "accept" : "drop";
        break;
      case 3:
        held = "10.0.1.6";
        break;
      case 4:
        route =
            random.nextBoolean() ? "blackhole 10.0.2.0/24" : "10.0.2.0/24 via 10.0.0.9 dev eth0";
        break;
      case 5:
        filter = "1";
        break;
      default:
        List<String> other = drawn(random).chains().get(which);
        rules.add(random.nextInt(rules.size() + 1), any(random, other));
    }
    chains.set(which, rules);
    return new Drawn(chains, policy, held, route, filter);
  }

  private static String text(Drawn drawn) {
    String policy = drawn.policy();
    List<String> heads =
        List.of(
            "chain sub {",
            "chain pre { type filter hook prerouting priority mangle; policy accept;",
            "chain nat { type nat hook prerouting priority dstnat; policy accept;",
            "chain fwd { type filter hook forward priority filter; policy " + policy + ";",
            "chain inp { type filter hook input priority filter; policy " + policy + ";",
            "chain post { type nat hook postrouting priority srcnat; policy accept;");
    StringBuilder text = new StringBuilder("table ip t {\n");
    text.append("set held { type ipv4_addr; elements = { " + drawn.held() + " } }\n");
    for (int i = 0; i < heads.size(); i++) {
      text.append(heads.get(i)).append('\n');
      drawn.chains().get(i).forEach(rule -> text.append(rule).append('\n'));
      text.append("}\n");
    }
    return text + "}\n";
  }

  private Network network(Drawn drawn, String name) throws IOException {
    Path capture = folder.resolve(name);
    Path machine = capture.resolve("vms/m");
    Files.createDirectories(machine);
    Files.writeString(machine.resolve("nft-list-ruleset.txt"), text(drawn));
    Files.writeString(machine.resolve("ip-addr.txt"), ADDRESSES);
    Files.writeString(
        machine.resolve("ip-route.txt"),
        "10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.254\n"
            + "10.0.1.0/24 dev eth1 proto kernel scope link src 10.0.1.254\n"
            + "default via 10.0.0.1 dev eth0\n"
            + drawn.route()
            + "\n");
    Files.writeString(
        machine.resolve("sysctl.txt"),
        "net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = " + drawn.filter() + "\n");
    return CaptureLoader.load(capture).network();
  }

  private static List<Packet> universe() {
    List<Packet> all = new ArrayList<>();
    Packets.IpOptions plain = Packets.IpOptions.DEFAULT;
    for (String from : SOURCES) {
      for (String to : DESTINATIONS) {
        IpAddress source = IpAddress.of(from);
        IpAddress destination = IpAddress.of(to);
        for (int port : PORTS) {
          Packets.Tcp syn = new Packets.Tcp(40000, port, 1, 0, TcpFlags.SYN, 64240);
          all.add(Packets.tcp(source, destination, syn, new byte[0], new byte[0], plain));
          all.add(Packets.udp(source, destination, 40000, port, new byte[8], plain));
        }
        all.add(Packets.icmp(source, destination, 8, 0, 1, new byte[8], plain));
      }
    }
    return all;
  }

  /** How a packet ends and what it has become; how it is dropped does not matter. */
  private static Object seen(Network network, String device, Packet packet) {
    Probe probe = new Probe.Arrive("m", device, packet);
    Trace trace = new Simulator(network).run(probe, State.EMPTY, Choices.LIKELY).trace();
    Journey first = trace.journeys().get(0);
    boolean rejected = trace.journeys().size() > 1;
    if (first.end() instanceof End.Stopped) {
      Class<?> stop = ((End.Stopped) first.end()).stop().getClass();
      boolean left = stop.getSimpleName().equals("NoNeighbour");
      return left
          ? List.of(first.last(), ((End.Stopped) first.end()).stop())
          : List.of(rejected, rejected ? trace.journeys().get(1).packet() : "");
    }
    return List.of(first.last(), first.end().getClass());
  }

  private static boolean contains(
      List<FlowDifference.Change> changes, String device, Packet packet) {
    ConcretePacket context =
        new ConcretePacket(
            0,
            Hook.PREROUTING,
            Map.of(),
            packet,
            CtKey.STATE_NEW,
            Map.of(MetaKey.IIFNAME, Value.of(Bits.ofName(device)), MetaKey.MARK, Value.of(0)),
            Map.of(),
            Optional.empty());
    return changes.stream().anyMatch(change -> change.packets().contains(context));
  }

  @Test
  void justWhatIsTreatedDifferentlyIsSaid() throws IOException {
    List<Packet> packets = universe();
    int different = 0;
    int same = 0;
    for (int i = 0; i < RULESETS; i++) {
      Random random = new Random(SEED + i);
      Drawn old = drawn(random);
      Drawn now = changed(old, random);
      Network before = network(old, "before");
      Network after = network(now, "after");
      Machine one = before.machine("m").orElseThrow();
      Machine other = after.machine("m").orElseThrow();
      List<FlowDifference.Change> changes =
          FlowDifference.between(
              one, other, IpVersion.IPV4, MachineFlow.Start.ARRIVING, new PacketSpace());
      for (String device : List.of("eth0", "eth1")) {
        for (Packet packet : packets) {
          boolean differs = !seen(before, device, packet).equals(seen(after, device, packet));
          assertEquals(
              differs,
              contains(changes, device, packet),
              () ->
                  "seed "
                      + random
                      + " "
                      + device
                      + " "
                      + packet.source()
                      + " "
                      + packet.destination()
                      + " "
                      + packet.protocol()
                      + " "
                      + packet.destinationPort()
                      + "\n"
                      + seen(before, device, packet)
                      + "\n"
                      + seen(after, device, packet)
                      + "\n"
                      + text(old)
                      + old
                      + "\n"
                      + text(now)
                      + now);
          different += differs ? 1 : 0;
          same += differs ? 0 : 1;
        }
      }
    }
    assertTrue(different > RULESETS, Arrays.toString(new int[] {different, same}));
  }
}
