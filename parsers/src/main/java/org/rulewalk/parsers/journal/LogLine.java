package org.rulewalk.parsers.journal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Packets;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.packet.TcpFlags;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Reads the lines of iptables' LOG and nft's log (the kernel's net/netfilter/nf_log_syslog.c):
 * {@code PREFIXIN=eth0 OUT= MAC=… SRC=… DST=… LEN=60 … PROTO=TCP SPT=1 DPT=2 …}.
 */
public final class LogLine {
  private static final Set<String> PORTED = Set.of("TCP", "UDP", "UDPLITE", "SCTP", "DCCP");
  private static final Map<String, Integer> PROTOCOLS =
      Map.of(
          "TCP",
          Protocol.TCP,
          "UDP",
          Protocol.UDP,
          "UDPLITE",
          Protocol.UDPLITE,
          "ICMP",
          Protocol.ICMP,
          "ICMPv6",
          Protocol.ICMPV6,
          "AH",
          Protocol.AH,
          "ESP",
          Protocol.ESP);
  private static final Map<String, Integer> FLAGS =
      Map.of(
          "CWR",
          TcpFlags.CWR,
          "ECE",
          TcpFlags.ECE,
          "URG",
          TcpFlags.URG,
          "ACK",
          TcpFlags.ACK,
          "PSH",
          TcpFlags.PSH,
          "RST",
          TcpFlags.RST,
          "SYN",
          TcpFlags.SYN,
          "FIN",
          TcpFlags.FIN);
  private static final int LARGEST = 65535;

  /** {@code NAME=value} words before PROTO= and behind it: ID and LEN may stand in both. */
  private final Map<String, String> network = new HashMap<>();

  private final Map<String, String> transport = new HashMap<>();
  private final List<String> words = new ArrayList<>();
  private String networkOptions = "";
  private String transportOptions = "";
  private Optional<LogLine> inner = Optional.empty();
  private boolean incomplete;

  private LogLine() {}

  /** The packet that a kernel message shows; empty if it shows none. */
  public static Optional<LoggedPacket> parse(String message) {
    int out = message.lastIndexOf(" OUT=");
    int in = out < 0 ? -1 : message.lastIndexOf("IN=", out);
    // nothing but the interface's name may stand between the two
    if (in < 0 || message.substring(in, out).indexOf(' ') >= 0) {
      return Optional.empty();
    }
    try {
      LogLine line = new LogLine();
      line.read(message.substring(in));
      return line.packet().map(packet -> line.logged(message.substring(0, in), packet));
    } catch (IllegalArgumentException e) {
      // numbers that are none, or larger than their field
      return Optional.empty();
    }
  }

  private LoggedPacket logged(String prefix, Packet packet) {
    return new LoggedPacket(
        prefix,
        Optional.of(network.getOrDefault("IN", "")).filter(name -> !name.isEmpty()),
        Optional.of(network.getOrDefault("OUT", "")).filter(name -> !name.isEmpty()),
        packet,
        !incomplete && fragmentOffset() == 0,
        transport.containsKey("MARK") ? Long.decode(transport.get("MARK")) : 0);
  }

  private void read(String text) {
    int open = text.indexOf('[');
    int close = text.lastIndexOf(']');
    boolean quotes = open >= 0 && close > open && text.startsWith("[SRC=", open);
    if (quotes) {
      LogLine quoted = new LogLine();
      quoted.words(text.substring(open + 1, close));
      inner = Optional.of(quoted);
      words(text.substring(0, open));
      words(text.substring(close + 1));
    } else {
      words(text);
    }
  }

  private void words(String text) {
    String[] all = text.strip().split(" +");
    boolean above = transport.containsKey("PROTO");
    for (int i = 0; i < all.length; i++) {
      String word = all[i];
      int equals = word.indexOf('=');
      if (word.equals("INCOMPLETE")) {
        incomplete = true;
      } else if (word.equals("OPT") && i + 1 < all.length && all[i + 1].startsWith("(")) {
        StringBuilder options = new StringBuilder();
        while (i + 1 < all.length && !all[i].endsWith(")")) {
          i++;
          options.append(all[i]);
        }
        String hex = options.toString().replace("(", "").replace(")", "");
        if (above) {
          transportOptions = hex;
        } else {
          networkOptions = hex;
        }
      } else if (equals > 0) {
        String name = word.substring(0, equals);
        above |= name.equals("PROTO");
        (above ? transport : network).putIfAbsent(name, word.substring(equals + 1));
      } else if (!word.isEmpty()) {
        words.add(word);
      }
    }
  }

  private int number(Map<String, String> from, String name, int otherwise) {
    String value = from.get(name);
    return value == null ? otherwise : Integer.decode(value);
  }

  private int decimal(Map<String, String> from, String name, int otherwise) {
    String value = from.get(name);
    return value == null ? otherwise : Integer.parseInt(value);
  }

  /** In eights of bytes for neither version: the kernel prints bytes. */
  private int fragmentOffset() {
    for (String word : words) {
      if (word.startsWith("FRAG:")) {
        return Integer.parseInt(word.substring("FRAG:".length()));
      }
    }
    return 0;
  }

  /** The whole packet; empty where not even its addresses can be read. */
  private Optional<Packet> packet() {
    Optional<IpAddress> source = IpAddress.parse(network.getOrDefault("SRC", ""));
    Optional<IpAddress> destination = IpAddress.parse(network.getOrDefault("DST", ""));
    boolean usable =
        source.isPresent()
            && destination.isPresent()
            && source.get().version() == destination.get().version();
    return usable ? Optional.of(packet(source.get(), destination.get())) : Optional.empty();
  }

  private Packet packet(IpAddress source, IpAddress destination) {
    boolean v4 = source.version() == IpVersion.IPV4;
    int options = v4 ? networkOptions.length() / 2 : 0;
    int header = source.version().headerBytes();
    int length = Math.min(LARGEST, decimal(network, "LEN", 0));
    String name = transport.getOrDefault("PROTO", "");
    int protocol =
        PROTOCOLS.containsKey(name) ? PROTOCOLS.get(name) : decimal(transport, "PROTO", 255);
    int tos =
        v4 ? number(network, "TOS", 0) | number(network, "PREC", 0) : decimal(network, "TC", 0);
    Packets.IpOptions ip =
        new Packets.IpOptions(
            decimal(network, v4 ? "TTL" : "HOPLIMIT", 64),
            tos,
            words.contains("DF"),
            v4 ? decimal(network, "ID", 0) : 0);
    int least = Math.max(0, length - header - options);
    byte[] start = fragmentOffset() > 0 ? new byte[0] : transportHeader(name, protocol, least);
    byte[] body = java.util.Arrays.copyOf(start, Math.max(start.length, least));
    Packet packet = Packets.ip(source, destination, protocol, body, ip);
    boolean pieces = v4 && (words.contains("MF") || fragmentOffset() > 0);
    if (!pieces) {
      return packet;
    }
    int flags = fragmentOffset() / 8 | (words.contains("MF") ? 0x2000 : 0);
    return packet.edit().put16(6, flags).headerChecksum().toPacket();
  }

  private byte[] transportHeader(String name, int protocol, int most) {
    if (protocol == Protocol.TCP) {
      return tcp();
    }
    if (PORTED.contains(name)) {
      return bytes(
          most, decimal(transport, "SPT", 0), decimal(transport, "DPT", 0), Math.max(8, most));
    }
    if (protocol == Protocol.ICMP || protocol == Protocol.ICMPV6) {
      return icmp(most);
    }
    return new byte[0];
  }

  /** Ports and a length, as UDP has them. */
  private static byte[] bytes(int most, int first, int second, int third) {
    byte[] body = new byte[Math.max(8, most)];
    put16(body, 0, first);
    put16(body, 2, second);
    put16(body, 4, third);
    return body;
  }

  private static void put16(byte[] body, int at, int value) {
    if (value < 0 || value > LARGEST) {
      throw new IllegalArgumentException("not 16 bits: " + value);
    }
    body[at] = (byte) (value >>> 8);
    body[at + 1] = (byte) value;
  }

  private static void put32(byte[] body, int at, long value) {
    put16(body, at, (int) (value >>> 16 & LARGEST));
    put16(body, at + 2, (int) (value & LARGEST));
  }

  private byte[] tcp() {
    byte[] options = hex(transportOptions);
    byte[] body = new byte[20 + options.length];
    put16(body, 0, decimal(transport, "SPT", 0));
    put16(body, 2, decimal(transport, "DPT", 0));
    // printed with --log-tcp-sequence alone
    put32(body, 4, Long.parseLong(transport.getOrDefault("SEQ", "1")));
    int flags = 0;
    for (String word : words) {
      flags |= FLAGS.getOrDefault(word, 0);
    }
    long acknowledged = (flags & TcpFlags.ACK) != 0 ? 1 : 0;
    String acknowledgement = transport.get("ACK");
    put32(body, 8, acknowledgement == null ? acknowledged : Long.parseLong(acknowledgement));
    body[12] = (byte) ((20 + options.length) / 4 << 4);
    body[13] = (byte) flags;
    put16(body, 14, decimal(transport, "WINDOW", 0));
    System.arraycopy(options, 0, body, 20, options.length);
    return body;
  }

  /** Options as the line prints them, cut to whole words of four bytes. */
  private static byte[] hex(String digits) {
    int length = Math.min(40, digits.length() / 8 * 4);
    try {
      return HexFormat.of().parseHex(digits.substring(0, 2 * length));
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private byte[] icmp(int most) {
    byte[] quoted = inner.flatMap(LogLine::packet).map(Packet::toBytes).orElse(new byte[0]);
    byte[] body = new byte[Math.min(LARGEST, Math.max(Math.max(8, most), 8 + quoted.length))];
    body[0] = (byte) decimal(transport, "TYPE", 0);
    body[1] = (byte) decimal(transport, "CODE", 0);
    if (transport.containsKey("ID")) {
      put16(body, 4, decimal(transport, "ID", 0));
      put16(body, 6, decimal(transport, "SEQ", 0));
    } else if (transport.containsKey("MTU")) {
      put32(body, 4, Long.parseLong(transport.get("MTU")));
    } else if (transport.containsKey("GATEWAY")) {
      IpAddress.parse(transport.get("GATEWAY")).ifPresent(g -> put32(body, 4, g.value().low()));
    }
    System.arraycopy(quoted, 0, body, 8, Math.min(quoted.length, body.length - 8));
    return body;
  }
}
