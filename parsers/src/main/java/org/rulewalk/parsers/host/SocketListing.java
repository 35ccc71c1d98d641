package org.rulewalk.parsers.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Reads the sockets that wait for packets from {@code ss -lntu} (iproute2, misc/ss.c), with or
 * without header, processes and the column Netid, or from {@code netstat -tuln}. Established
 * sockets are passed over.
 */
public final class SocketListing {
  private final SourceText text;
  private final Problems problems;
  private final List<Listener> listeners = new ArrayList<>();
  // up to iproute2 4.13 ss wrote :::22 for any IPv6 address, and * for any IPv4 address
  private final boolean oldStars;

  private SocketListing(SourceText text, Problems problems) {
    this.text = text;
    this.problems = problems;
    this.oldStars = text.text().contains(" :::");
  }

  /** The waiting sockets of a text. */
  public static List<Listener> parse(SourceText text, Problems problems) {
    SocketListing listing = new SocketListing(text, problems);
    for (int line = 1; line <= text.lineCount(); line++) {
      listing.line(line);
    }
    return listing.listeners;
  }

  private void line(int line) {
    List<String> words = words(text.line(line));
    if (words.isEmpty() || isHeader(words)) {
      return;
    }
    String first = words.get(0);
    boolean netid = protocol(first) >= 0;
    if (!netid && isOtherFamily(first)) {
      return;
    }
    if (netid && words.size() > 1 && Decimal.parse(words.get(1)) >= 0) {
      netstat(words, line);
    } else {
      socketStatistics(words, netid ? 1 : 0, line);
    }
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringTokenizer tokens = new StringTokenizer(line, " \t");
    while (tokens.hasMoreTokens()) {
      words.add(tokens.nextToken());
    }
    return words;
  }

  private static boolean isHeader(List<String> words) {
    return words.contains("Recv-Q") || words.get(0).equals("Active");
  }

  private static boolean isOtherFamily(String netid) {
    return netid.startsWith("u_")
        || netid.startsWith("nl")
        || netid.startsWith("p_")
        || netid.equals("unix")
        || netid.startsWith("v_")
        || netid.equals("raw")
        || netid.equals("raw6")
        || netid.equals("icmp6")
        || netid.equals("sctp")
        || netid.equals("mptcp")
        || netid.equals("xdp")
        || netid.equals("tipc");
  }

  private static int protocol(String netid) {
    switch (netid) {
      case "tcp":
      case "tcp6":
        return Protocol.TCP;
      case "udp":
      case "udp6":
        return Protocol.UDP;
      default:
        return -1;
    }
  }

  /** {@code tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN 123/sshd}; UDP has no state. */
  private void netstat(List<String> words, int line) {
    int protocol = protocol(words.get(0));
    boolean listens = protocol == Protocol.UDP || words.contains("LISTEN");
    if (words.size() < 5) {
      notUnderstood(line);
    } else if (listens && words.get(4).endsWith(":*")) {
      String last = words.get(words.size() - 1);
      int slash = last.indexOf('/');
      add(protocol, words.get(3), slash > 0 ? last.substring(slash + 1) : "", line);
    }
  }

  private void socketStatistics(List<String> words, int state, int line) {
    if (words.size() < state + 5) {
      notUnderstood(line);
      return;
    }
    String word = words.get(state);
    boolean listens = word.equals("LISTEN");
    if (!listens && !word.equals("UNCONN")) {
      return;
    }
    int protocol = state == 1 ? protocol(words.get(0)) : listens ? Protocol.TCP : Protocol.UDP;
    add(protocol, words.get(state + 3), program(words), line);
  }

  /** The first name in {@code users:(("sshd",pid=1,fd=3))}. */
  private static String program(List<String> words) {
    for (String word : words) {
      int quote = word.indexOf('"');
      if (word.startsWith("users:") && quote >= 0) {
        return word.substring(quote + 1, Math.max(quote + 1, word.indexOf('"', quote + 1)));
      }
    }
    return "";
  }

  private void add(int protocol, String local, String program, int line) {
    int colon = local.lastIndexOf(':');
    int port = colon < 0 ? -1 : Decimal.port(local.substring(colon + 1));
    if (port < 0) {
      problems.warn(
          "socket-port",
          "`" + local + "` has no port by number",
          text.atLine(line),
          0,
          "capture with `ss -lntu`");
      return;
    }
    String host = local.substring(0, colon).replace("[", "").replace("]", "");
    int percent = host.indexOf('%');
    Optional<String> device =
        percent < 0 ? Optional.empty() : Optional.of(host.substring(percent + 1));
    String address = percent < 0 ? host : host.substring(0, percent);
    boolean star = address.equals("*");
    Optional<IpAddress> read = IpAddress.parse(address);
    if (read.isEmpty() && !star) {
      notUnderstood(line);
      return;
    }
    boolean any = star || read.get().isAny();
    // today's ss writes * for a socket that takes both versions; netstat and the older one write
    // :::
    boolean both = star ? !oldStars : any && oldStars && read.get().version() == IpVersion.IPV6;
    IpVersion version = star ? (oldStars ? IpVersion.IPV4 : IpVersion.IPV6) : read.get().version();
    listeners.add(
        new Listener(
            protocol,
            any ? Optional.empty() : read,
            both,
            version,
            port,
            device,
            program,
            text.atLine(line)));
  }

  private void notUnderstood(int line) {
    problems.warn("socket-line", "no line of `ss -lntu`", text.atLine(line), 0, "");
  }
}
