package org.rulewalk.diagnostics.question;

import java.util.OptionalInt;
import org.rulewalk.simulator.packet.Protocol;

/**
 * What is asked for at the other end.
 *
 * @param protocol IP protocol number; 1 for pings of either version
 * @param port destination port; 0 where there is none
 * @param sourcePort the port that the asking program insists on
 * @param icmpType type of an ICMP message; −1 for a ping that is played with its answer
 * @param text as the user wrote it
 */
public record Service(
    int protocol, int port, OptionalInt sourcePort, int icmpType, int icmpCode, String text) {
  /** How services are written. */
  public static final String FORMS =
      "tcp/443, udp/53, ping, tcp/443@40000 (source port), icmp/3/4 (type/code) or proto/47";

  /**
   * Reads {@code tcp/443} and the like.
   *
   * @throws IllegalArgumentException if it is none; the message says what is possible
   */
  public static Service parse(String text) {
    String[] words = text.split("/", -1);
    try {
      int most = words[0].equalsIgnoreCase("icmp") ? 3 : words[0].equalsIgnoreCase("ping") ? 1 : 2;
      if (words.length > most) {
        throw new NumberFormatException();
      }
      switch (words[0].toLowerCase(java.util.Locale.ROOT)) {
        case "tcp":
          return port(Protocol.TCP, words, text);
        case "udp":
          return port(Protocol.UDP, words, text);
        case "ping":
          return new Service(Protocol.ICMP, 0, OptionalInt.empty(), -1, 0, text);
        case "icmp":
          int code = words.length > 2 ? number(words[2], 255) : 0;
          return new Service(
              Protocol.ICMP, 0, OptionalInt.empty(), number(words[1], 255), code, text);
        case "proto":
          return new Service(number(words[1], 255), 0, OptionalInt.empty(), -1, 0, text);
        default:
          throw new NumberFormatException();
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException("\"" + text + "\" is no service; write " + FORMS, e);
    }
  }

  private static Service port(int protocol, String[] words, String text) {
    int at = words[1].indexOf('@');
    int port = number(at < 0 ? words[1] : words[1].substring(0, at), 65535);
    OptionalInt source =
        at < 0 ? OptionalInt.empty() : OptionalInt.of(number(words[1].substring(at + 1), 65535));
    return new Service(protocol, port, source, -1, 0, text);
  }

  private static int number(String digits, int most) {
    int value = Integer.parseInt(digits);
    if (value < 0 || value > most) {
      throw new NumberFormatException();
    }
    return value;
  }

  /** Whether a program asks and waits for its answer, so that the whole exchange can be played. */
  public boolean isConversation() {
    return protocol == Protocol.TCP || protocol == Protocol.UDP || isPing();
  }

  /** Whether it is an echo request. */
  public boolean isPing() {
    return protocol == Protocol.ICMP && icmpType < 0;
  }
}
