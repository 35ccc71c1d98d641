package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.rulewalk.simulator.kernel.Probe;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;

/**
 * One probe of a file of probes.
 *
 * @param after the probes whose traces in the machines' memory are still there
 */
public record ProbeLine(String id, Probe probe, List<String> after) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Keeps a copy. */
  public ProbeLine {
    after = List.copyOf(after);
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException if it is no probe; the message says why in words for people
   */
  public static ProbeLine parse(String line) {
    JsonNode node;
    try {
      node = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("this line is no JSON: " + e.getOriginalMessage(), e);
    }
    if (node == null || !node.isObject()) {
      throw new IllegalArgumentException(
          "a probe is a JSON object: {\"id\": …, \"at\": …, \"packet\": …}");
    }
    List<String> after = new ArrayList<>();
    JsonNode named = node.path("after");
    if (named.isTextual()) {
      after.add(named.asText());
    }
    named.forEach(id -> after.add(id.asText()));
    return new ProbeLine(text(node, "id"), probe(node), after);
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual() && !value.isNumber()) {
      throw new IllegalArgumentException("the probe has no \"" + field + "\"");
    }
    return value.asText();
  }

  private static Probe probe(JsonNode node) {
    if (node.has("connect")) {
      return connect(node.path("connect"));
    }
    JsonNode at = node.path("at");
    Packet packet = packet(text(node, "packet"));
    String machine = text(at, "machine");
    return at.path("interface").isTextual()
        ? new Probe.Arrive(machine, at.path("interface").asText(), packet)
        : new Probe.Send(machine, packet);
  }

  /**
   * A packet from hexadecimal digits, blanks and colons between them allowed.
   *
   * @throws IllegalArgumentException if they are no IP packet
   */
  public static Packet packet(String digits) {
    StringBuilder clean = new StringBuilder(digits.length());
    digits
        .chars()
        .filter(c -> !Character.isWhitespace(c) && c != ':')
        .forEach(c -> clean.append((char) c));
    try {
      return Packet.ofHex(clean.toString());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the packet can't be read: " + e.getMessage(), e);
    }
  }

  private static Probe connect(JsonNode connect) {
    String to = text(connect, "to");
    IpAddress address =
        IpAddress.parse(to)
            .orElseThrow(() -> new IllegalArgumentException("\"" + to + "\" is no address"));
    int protocol = protocol(text(connect, "proto"));
    OptionalInt source =
        connect.path("from_port").isInt()
            ? OptionalInt.of(connect.path("from_port").asInt())
            : OptionalInt.empty();
    return new Probe.Connect(
        text(connect, "machine"), address, protocol, connect.path("port").asInt(), source);
  }

  private static int protocol(String word) {
    switch (word.toLowerCase(Locale.ROOT)) {
      case "tcp":
        return Protocol.TCP;
      case "udp":
        return Protocol.UDP;
      case "icmp":
      case "ping":
        return Protocol.ICMP;
      default:
        throw new IllegalArgumentException("\"" + word + "\" is none of tcp, udp, icmp");
    }
  }
}
