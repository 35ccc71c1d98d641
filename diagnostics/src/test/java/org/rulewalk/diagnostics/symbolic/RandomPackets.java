package org.rulewalk.diagnostics.symbolic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.IpSet;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Value;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Packets of all sorts, most of them ordinary, some cut, in fragments, with extension headers or
 * with bytes changed at random. Their numbers are those that {@link RandomRules} ask for.
 */
final class RandomPackets {
  static final List<String> FOUR =
      List.of("10.0.0.1", "10.0.0.5", "10.137.0.7", "192.168.1.5", "192.0.2.77", "224.0.0.5");
  static final List<String> SIX =
      List.of("2001:db8::1", "2001:db8::7", "2001:db8:1::2", "fe80::1", "ff02::1");
  static final List<Integer> PORTS = List.of(22, 53, 80, 443, 1024, 40000);
  private static final List<String> INTERFACES = List.of("eth0", "vif7.0", "vif12.0", "lo", "");
  private static final List<Integer> STATES = List.of(1, 2, 4, 8, 8, 64);
  private static final List<Integer> PROTOCOLS =
      List.of(6, 6, 6, 17, 17, 1, 58, 132, 33, 136, 47, 50, 51, 2);
  private static final List<Integer> EXTENSIONS = List.of(0, 43, 44, 51, 60);

  private final Random random;

  RandomPackets(Random random) {
    this.random = random;
  }

  private <T> T any(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }

  ConcretePacket next(Hook hook, Map<String, IpSet> ipsets) {
    Map<MetaKey, Value> meta = new HashMap<>();
    meta.put(MetaKey.MARK, Value.of(random.nextInt(4)));
    meta.put(MetaKey.PKTTYPE, Value.of(random.nextInt(3)));
    boolean knowsOut = hook == Hook.FORWARD || hook == Hook.OUTPUT || hook == Hook.POSTROUTING;
    name(meta, MetaKey.IIFNAME, hook != Hook.OUTPUT);
    name(meta, MetaKey.OIFNAME, knowsOut);
    maybe(meta, MetaKey.IIFGROUP, 3);
    maybe(meta, MetaKey.IIFTYPE, 3);
    maybe(meta, MetaKey.PRIORITY, 3);
    Map<CtKey, Value> ct = new HashMap<>();
    ct.put(CtKey.MARK, Value.of(random.nextInt(4)));
    ct.put(CtKey.STATUS, Value.of(random.nextInt(64)));
    ct.put(CtKey.DIRECTION, Value.of(random.nextInt(2)));
    Optional<Bits> link =
        oneIn(3)
            ? Optional.empty()
            : Optional.of(new Bits(random.nextLong() >>> 16, random.nextLong()));
    Packet packet = packet();
    ct.put(CtKey.PROTOCOL, Value.of(Math.max(0, packet.protocol())));
    ct.put(CtKey.PROTO_DST, Value.of(packet.destinationPort()));
    ct.put(CtKey.PROTO_SRC, Value.of(packet.sourcePort()));
    return new ConcretePacket(random.nextLong(), hook, ipsets, packet, any(STATES), meta, ct, link);
  }

  private void name(Map<MetaKey, Value> meta, MetaKey key, boolean known) {
    meta.put(key, Value.of(Bits.ofName(known ? any(INTERFACES) : "")));
  }

  private void maybe(Map<MetaKey, Value> meta, MetaKey key, int bound) {
    if (!oneIn(4)) {
      meta.put(key, Value.of(random.nextInt(bound)));
    }
  }

  private Packet packet() {
    boolean four = !oneIn(3);
    IpAddress from = IpAddress.of(any(four ? FOUR : SIX));
    IpAddress to = IpAddress.of(any(four ? FOUR : SIX));
    int protocol = any(PROTOCOLS);
    byte[] body = body(protocol);
    if (!four) {
      for (int i = random.nextInt(6) - 3; i > 0; i--) {
        int extension = any(EXTENSIONS);
        body = extended(extension, protocol, body);
        protocol = extension;
      }
    }
    Packets.IpOptions ip =
        new Packets.IpOptions(
            any(List.of(1, 64, 63, 255)), any(List.of(0, 0x10, 0x48, 0xb8)), true, 7);
    byte[] bytes = Packets.ip(from, to, protocol, body, ip).toBytes();
    if (four && oneIn(8)) {
      bytes[6] = (byte) (oneIn(2) ? 0x20 : 0);
      bytes[7] = (byte) random.nextInt(3);
    }
    if (oneIn(10)) {
      int least = four ? 20 : 40;
      bytes = java.util.Arrays.copyOf(bytes, least + random.nextInt(bytes.length - least + 1));
    }
    if (oneIn(8)) {
      bytes[1 + random.nextInt(bytes.length - 1)] = (byte) random.nextInt();
    }
    return Packet.of(bytes);
  }

  private byte[] body(int protocol) {
    byte[] body = new byte[20 + random.nextInt(30)];
    if (oneIn(4)) {
      random.nextBytes(body);
    }
    boolean icmp = protocol == 1 || protocol == 58;
    if (icmp) {
      body[0] = (byte) (int) any(List.of(0, 3, 5, 8, 128, 129, 2, 1));
      body[1] = (byte) random.nextInt(5);
    } else {
      put16(body, 0, any(PORTS));
      put16(body, 2, any(PORTS));
    }
    if (protocol == 6) {
      body[12] = (byte) (oneIn(8) ? random.nextInt() : (body.length >= 24 ? 6 : 5) << 4);
      body[13] = (byte) (int) any(List.of(2, 0x12, 0x10, 0x14, 1, 0x18));
      if (body.length >= 24) {
        body[20] = 2;
        body[21] = 4;
        put16(body, 22, 1460);
      }
    }
    return body;
  }

  private static void put16(byte[] bytes, int at, int number) {
    bytes[at] = (byte) (number >>> 8);
    bytes[at + 1] = (byte) number;
  }

  private byte[] extended(int extension, int next, byte[] body) {
    byte[] all = new byte[8 + body.length];
    all[0] = (byte) next;
    System.arraycopy(body, 0, all, 8, body.length);
    if (extension == 44) {
      put16(all, 2, any(List.of(0, 0, 1, 8, 9, 16)));
    }
    return all;
  }

  /** Addresses of one version. */
  String address(IpVersion version) {
    return any(version == IpVersion.IPV4 ? FOUR : SIX);
  }
}
