package org.rulewalk.diagnostics.verify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** Packets made of the values that the rules name; the same for a seed. */
final class Probes {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int[] FLAGS = {
    TcpFlags.SYN,
    TcpFlags.SYN,
    TcpFlags.SYN,
    TcpFlags.ACK,
    TcpFlags.SYN | TcpFlags.ACK,
    TcpFlags.RST,
    TcpFlags.FIN | TcpFlags.ACK
  };
  private static final int MIXED_SHARE = 4;
  private static final int[] LIFETIMES = {64, 64, 64, 64, 63, 2, 1};

  private final Network network;
  private final Values values;
  private final List<Link.End> arrivals;
  private final Random random;

  Probes(Network network, Set<Link.End> wired, long seed) {
    this.network = network;
    this.values = new Values(network);
    this.random = new Random(seed);
    this.arrivals =
        wired.stream()
            .filter(end -> isUp(end.machine(), end.device()))
            .sorted((a, b) -> a.toString().compareTo(b.toString()))
            .toList();
  }

  /** Whether packets can arrive there: it and the far end are up. */
  private boolean isUp(String machine, String device) {
    Link.End end = new Link.End(machine, device);
    return network.machine(machine).filter(m -> !m.isExternal()).isPresent()
        && isUp(end)
        && network.peers(end).stream().allMatch(this::isUp);
  }

  private boolean isUp(Link.End end) {
    return network
        .machine(end.machine())
        .flatMap(machine -> machine.find(end.device()))
        .map(Interface::up)
        .orElse(false);
  }

  /**
   * At most so many: the edges of every rule, in turn, and random mixtures of all values in what is
   * left; some with the answer to what they made leave.
   */
  ArrayNode make(int count) {
    ArrayNode probes = MAPPER.createArrayNode();
    List<Shots.Shot> aimed = aimed();
    Collections.shuffle(aimed, random);
    int room = count - count / MIXED_SHARE;
    aimed.stream().limit(room).forEach(s -> add(s.machine(), s.device(), s.packet(), probes));
    List<String> senders =
        network.machines().values().stream()
            .filter(m -> !m.isExternal())
            .map(Machine::name)
            .toList();
    while (probes.size() < count && !arrivals.isEmpty()) {
      if (random.nextInt(6) == 0) {
        add(one(senders), Optional.empty(), packet(), probes);
      } else {
        Link.End end = one(arrivals);
        add(end.machine(), Optional.of(end.device()), packet(), probes);
      }
    }
    return probes;
  }

  private List<Shots.Shot> aimed() {
    Shots shots = new Shots(network, arrivals, values, random);
    List<Shots.Shot> aimed = new ArrayList<>();
    for (Machine machine : network.machines().values()) {
      Targets.of(machine).forEach(target -> aimed.addAll(shots.at(target)));
    }
    return aimed;
  }

  private void add(String machine, Optional<String> device, Packet packet, ArrayNode probes) {
    String id = "v" + probes.size();
    ObjectNode probe = probes.addObject().put("id", id);
    ObjectNode at = probe.putObject("at").put("machine", machine);
    device.ifPresent(name -> at.put("interface", name));
    probe.put("packet", packet.toHex());
    if (random.nextInt(3) == 0) {
      ObjectNode reply = probes.addObject().put("id", id + "r").put("reply_to", id);
      reply.put("kind", random.nextInt(4) == 0 ? "error" : "answer");
      reply.putArray("after").add(id);
    }
  }

  private <T> T one(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  private Packet packet() {
    List<IpAddress> four = values.addresses(IpVersion.IPV4);
    List<IpAddress> six = values.addresses(IpVersion.IPV6);
    boolean v4 = six.size() < 2 || four.size() >= 2 && random.nextInt(4) > 0;
    List<IpAddress> addresses = new ArrayList<>(v4 ? four : six);
    if (addresses.isEmpty()) {
      addresses.add(IpAddress.of("192.0.2.1"));
    }
    IpAddress from = one(addresses);
    IpAddress to = one(addresses);
    int tos = random.nextInt(4) == 0 ? 0x10 : 0;
    Packets.IpOptions ip =
        new Packets.IpOptions(
            LIFETIMES[random.nextInt(LIFETIMES.length)], tos, true, random.nextInt(0xffff) + 1);
    int source = one(values.ports());
    int destination = one(values.ports());
    switch (random.nextInt(5)) {
      case 0:
      case 1:
      case 2:
        int flags = FLAGS[random.nextInt(FLAGS.length)];
        Packets.Tcp tcp =
            new Packets.Tcp(source, destination, random.nextInt() & 0xffffffffL, 0, flags, 64_240);
        return Packets.tcp(from, to, tcp, new byte[0], new byte[0], ip);
      case 3:
        return Packets.udp(from, to, source, destination, new byte[random.nextInt(40)], ip);
      default:
        long rest = random.nextInt() & 0xffffffffL;
        return Packets.icmp(from, to, v4 ? 8 : 128, 0, rest, new byte[8], ip);
    }
  }
}
