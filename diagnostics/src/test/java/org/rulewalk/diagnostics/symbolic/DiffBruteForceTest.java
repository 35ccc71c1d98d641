package org.rulewalk.diagnostics.symbolic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Stop;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * "Which packets are treated differently" against trying: small random machines with a small
 * change, and packets of each sort, asked of both. A packet is in one of the classes if and only if
 * it is treated differently.
 */
class DiffBruteForceTest {
  private static final long SEED = Long.getLong("seed", 20261203);
  private static final int RULESETS = Integer.getInteger("bruteForce", 1000);

  /** How many changes are made to one machine, one after the other. */
  private static final int CHANGES = 10;

  private static final int PACKETS = 24;
  private static final int MOST_SHOWN = Integer.getInteger("shown", 3);
  private static final List<String> SOURCES =
      List.of("10.0.0.1", "10.0.0.2", "10.0.1.7", "8.8.8.8");
  private static final List<String> DESTINATIONS =
      List.of("10.0.0.254", "10.0.1.5", "10.0.1.6", "10.0.2.9", "127.0.0.1", "10.0.1.255");
  private static final int[] PORTS = {80, 81, 443};
  private static final int REDIRECT = 5;

  /** What the first packets of connections that are there already come from and go to. */
  private static final int OLD_PORT = 50000;

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

  /**
   * A packet to try.
   *
   * @param device the interface by which it comes in; empty where the machine sends it
   * @param state what connection tracking says of it
   * @param mark of its connection
   */
  private record Tried(Optional<String> device, Packet packet, int state, int mark) {
    Probe probe() {
      return device
          .<Probe>map(name -> new Probe.Arrive("m", name, packet))
          .orElseGet(() -> new Probe.Send("m", packet));
    }

    String words() {
      return device.map(name -> "by " + name).orElse("sent")
          + " "
          + packet.source()
          + " → "
          + packet.destination()
          + " protocol "
          + packet.protocol()
          + " port "
          + packet.destinationPort()
          + " ttl "
          + packet.ttl()
          + " state "
          + state
          + " ct mark "
          + mark;
    }
  }

  private Network network(DrawnMachine drawn, String name) throws IOException {
    Path machine = folder.resolve(name).resolve("vms/m");
    Files.createDirectories(machine);
    for (String old : List.of("nft-list-ruleset.txt", "iptables-legacy-save.txt")) {
      Files.deleteIfExists(machine.resolve(old));
    }
    for (Map.Entry<String, String> file : drawn.files().entrySet()) {
      Files.writeString(machine.resolve(file.getKey()), file.getValue());
    }
    Files.writeString(machine.resolve("ip-addr.txt"), ADDRESSES);
    Files.writeString(machine.resolve("conntrack.txt"), connections());
    return CaptureLoader.load(folder.resolve(name)).network();
  }

  private static String connections() {
    StringBuilder text = new StringBuilder();
    for (String from : SOURCES) {
      for (String to : List.of("10.0.0.254", "10.0.1.5", "10.0.2.9")) {
        for (int port : PORTS) {
          String there = "src=" + from + " dst=" + to + " sport=" + OLD_PORT + " dport=" + port;
          String back = "src=" + to + " dst=" + from + " sport=" + port + " dport=" + OLD_PORT;
          text.append("udp 17 119 " + there + " " + back + " [ASSURED] mark=" + markOf(port));
          text.append(" use=1\n");
        }
      }
    }
    return text.toString();
  }

  private static int markOf(int port) {
    return port % 3;
  }

  private static List<Tried> universe() {
    List<Tried> all = new ArrayList<>();
    for (String device : List.of("eth0", "eth1")) {
      for (String from : SOURCES) {
        DESTINATIONS.forEach(to -> add(all, Optional.of(device), from, to));
      }
    }
    for (String to : List.of("10.0.1.5", "10.0.1.6", "10.0.2.9", "10.0.0.1", "8.8.8.8")) {
      add(all, Optional.empty(), "10.0.0.254", to);
    }
    return all;
  }

  private static void add(List<Tried> all, Optional<String> device, String from, String to) {
    IpAddress source = IpAddress.of(from);
    IpAddress destination = IpAddress.of(to);
    Packets.IpOptions plain = Packets.IpOptions.DEFAULT;
    byte[] none = new byte[0];
    for (int port : PORTS) {
      Packets.Tcp syn = new Packets.Tcp(40000, port, 1, 0, TcpFlags.SYN, 64240);
      Packet tcp = Packets.tcp(source, destination, syn, none, none, plain);
      Packet udp = Packets.udp(source, destination, 40000, port, new byte[8], plain);
      all.add(new Tried(device, tcp, CtKey.STATE_NEW, 0));
      all.add(new Tried(device, udp, CtKey.STATE_NEW, 0));
      Packet last = udp.edit().ttl(port % 3 + 1).headerChecksum().toPacket();
      all.add(new Tried(device, last, CtKey.STATE_NEW, 0));
      if (device.isPresent() && connections().contains("dst=" + to + " sport=" + OLD_PORT)) {
        Packet old = Packets.udp(source, destination, OLD_PORT, port, new byte[8], plain);
        all.add(new Tried(device, old, CtKey.STATE_ESTABLISHED, markOf(port)));
      }
    }
    Packet ping = Packets.icmp(source, destination, 8, 0, 1, new byte[8], plain);
    all.add(new Tried(device, ping, CtKey.STATE_NEW, 0));
  }

  /** How a packet ends, what it has become and what its sender is told. */
  private static Object seen(Simulator simulator, State state, Tried tried) {
    Trace trace = simulator.run(tried.probe(), state, Choices.LIKELY).trace();
    Journey first = trace.journeys().get(0);
    List<Integer> told =
        trace.journeys().stream()
            .filter(journey -> journey.origin().equals(new Journey.Origin.Answers(first.id())))
            .map(journey -> kind(journey.packet()))
            .filter(kind -> kind >>> 8 != REDIRECT)
            .toList();
    boolean left = first.end() instanceof End.Left;
    // nobody is there to take it: it would have left
    boolean lost = isLost(first.end());
    if (left || lost) {
      return List.of(first.last(), ways(first));
    }
    return first.end() instanceof End.Stopped ? told : List.of(first.last(), first.end(), told);
  }

  /** Type and code of an error, or a reset. */
  private static int kind(Packet packet) {
    return packet.isIcmp() ? packet.u16(packet.transportOffset()) : -1;
  }

  private static boolean isLost(End end) {
    return end instanceof End.Stopped && ((End.Stopped) end).stop() instanceof Stop.NoNeighbour;
  }

  /** By which way a packet leaves: the last that routing told. */
  private static Object ways(Journey journey) {
    Object way = "";
    for (Step step : journey.steps()) {
      if (step instanceof Step.Routed) {
        way = List.of(((Step.Routed) step).device(), ((Step.Routed) step).gateway());
      }
    }
    return way;
  }

  private static boolean contains(List<FlowDifference.Change> changes, Tried tried) {
    ConcretePacket context =
        new ConcretePacket(
            0,
            Hook.PREROUTING,
            Map.of(),
            tried.packet(),
            tried.state(),
            Map.of(
                MetaKey.IIFNAME,
                Value.of(Bits.ofName(tried.device().orElse(""))),
                MetaKey.MARK,
                Value.of(0)),
            Map.of(CtKey.MARK, Value.of(tried.mark())),
            Optional.empty());
    return changes.stream().anyMatch(change -> change.packets().contains(context));
  }

  private static List<FlowDifference.Change> changes(
      Network before, Network after, MachineFlow.Start start) {
    return FlowDifference.between(
        before.machine("m").orElseThrow(),
        after.machine("m").orElseThrow(),
        IpVersion.IPV4,
        start,
        new PacketSpace(1 << 22));
  }

  @Test
  void justWhatIsTreatedDifferentlyIsSaid() throws IOException {
    List<Tried> universe = universe();
    List<String> wrong = new ArrayList<>();
    int changed = 0;
    int same = 0;
    Random random = new Random(SEED);
    DrawnMachine old = DrawnMachine.drawn(random);
    Network before = network(old, "drawn");
    for (int i = 0; i < RULESETS && wrong.size() < MOST_SHOWN; i++) {
      if (i > 0 && i % CHANGES == 0) {
        random = new Random(SEED + i / CHANGES);
        old = DrawnMachine.drawn(random);
        before = network(old, "drawn");
      }
      long seed = SEED + i / CHANGES;
      DrawnMachine now = old.changed(random);
      Network after = network(now, "changed");
      List<FlowDifference.Change> arriving = changes(before, after, MachineFlow.Start.ARRIVING);
      List<FlowDifference.Change> sent = changes(before, after, MachineFlow.Start.SENT);
      Simulator one = new Simulator(before);
      Simulator other = new Simulator(after);
      State start = State.captured(before);
      Collections.shuffle(universe, random);
      boolean some = false;
      for (Tried tried : universe.subList(0, Math.min(PACKETS, universe.size()))) {
        Object was = seen(one, start, tried);
        Object is = seen(other, start, tried);
        some |= !was.equals(is);
        if (!was.equals(is) != contains(tried.device().isPresent() ? arriving : sent, tried)) {
          wrong.add(
              String.format(
                  "-Dseed=%d -DbruteForce=%d: %s%n%s%n%s%n%s%n%s",
                  seed, CHANGES, tried.words(), was, is, old, now));
          break;
        }
      }
      changed += some ? 1 : 0;
      old = now;
      before = after;
      same += arriving.isEmpty() && sent.isEmpty() ? 1 : 0;
    }
    assertEquals(List.of(), wrong);
    assertTrue(changed >= RULESETS / 10 && same >= RULESETS / 10, changed + " changed, " + same);
  }
}
