package org.rulewalk.diagnostics.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * What a rule's text asks of a packet, as far as probes can be aimed by it: what it says of
 * addresses, protocol, ports and interfaces. Only a guess where to shoot; the kernel says what was
 * hit.
 *
 * @param sources one of these, or none of them where the rule negates
 * @param protocol empty if the rule does not tell
 * @param sourcePorts lowest and highest
 */
record Aim(
    List<Prefix> sources,
    List<Prefix> destinations,
    OptionalInt protocol,
    List<Ports> sourcePorts,
    List<Ports> destinationPorts,
    Optional<String> incoming,
    Optional<String> outgoing,
    OptionalInt icmpType) {
  private static final Map<String, Integer> PROTOCOLS =
      Map.of(
          "tcp", Protocol.TCP,
          "udp", Protocol.UDP,
          "icmp", Protocol.ICMP,
          "icmpv6", Protocol.ICMPV6,
          "ipv6-icmp", Protocol.ICMPV6);
  private static final Map<String, String> FIELDS =
      Map.ofEntries(
          Map.entry("-s", "saddr"),
          Map.entry("saddr", "saddr"),
          Map.entry("-d", "daddr"),
          Map.entry("daddr", "daddr"),
          Map.entry("-p", "protocol"),
          Map.entry("protocol", "protocol"),
          Map.entry("l4proto", "protocol"),
          Map.entry("nexthdr", "protocol"),
          Map.entry("--sport", "sport"),
          Map.entry("--sports", "sport"),
          Map.entry("sport", "sport"),
          Map.entry("--dport", "dport"),
          Map.entry("--dports", "dport"),
          Map.entry("dport", "dport"),
          Map.entry("-i", "in"),
          Map.entry("iifname", "in"),
          Map.entry("iif", "in"),
          Map.entry("-o", "out"),
          Map.entry("oifname", "out"),
          Map.entry("oif", "out"),
          Map.entry("--icmp-type", "type"),
          Map.entry("--icmpv6-type", "type"),
          Map.entry("type", "type"));

  private static final Map<String, String> TYPES =
      Map.of("destination-unreachable", "3", "redirect", "5", "time-exceeded", "11");

  /** An interval of ports, both ends in it. */
  record Ports(int low, int high) {}

  static Aim of(String text) {
    List<Prefix> sources = new ArrayList<>();
    List<Prefix> destinations = new ArrayList<>();
    List<Ports> sourcePorts = new ArrayList<>();
    List<Ports> destinationPorts = new ArrayList<>();
    OptionalInt protocol = OptionalInt.empty();
    OptionalInt type = OptionalInt.empty();
    Optional<String> incoming = Optional.empty();
    Optional<String> outgoing = Optional.empty();
    String field = "";
    for (String word : text.split("[\\s,{}\"]+")) {
      String known = FIELDS.get(word);
      boolean ends = known == null && (word.startsWith("-") || PROTOCOLS.containsKey(word));
      if (known != null) {
        field = known;
      } else if (ends && !field.equals("protocol")) {
        field = "";
      }
      if (PROTOCOLS.containsKey(word) && protocol.isEmpty()) {
        protocol = OptionalInt.of(PROTOCOLS.get(word));
      }
      switch (known == null ? field : "") {
        case "saddr" -> addresses(word, sources);
        case "daddr" -> addresses(word, destinations);
        case "sport" -> ports(word).ifPresent(sourcePorts::add);
        case "dport" -> ports(word).ifPresent(destinationPorts::add);
        case "in" -> incoming = incoming.or(() -> device(word));
        case "out" -> outgoing = outgoing.or(() -> device(word));
        case "type" -> type = type.isPresent() ? type : number(TYPES.getOrDefault(word, word));
        default -> {
          // a word that says nothing about where to shoot
        }
      }
    }
    return new Aim(
        sources, destinations, protocol, sourcePorts, destinationPorts, incoming, outgoing, type);
  }

  private static Optional<String> device(String word) {
    return word.equals("!") || word.equals("!=") || word.isEmpty()
        ? Optional.empty()
        : Optional.of(word);
  }

  /** A prefix, or both ends of a range. */
  private static void addresses(String word, List<Prefix> into) {
    for (String part : word.split("-")) {
      Prefix.parse(part).ifPresent(into::add);
    }
  }

  private static OptionalInt number(String word) {
    boolean digits =
        !word.isEmpty() && word.length() < 6 && word.chars().allMatch(Character::isDigit);
    return digits ? OptionalInt.of(Integer.parseInt(word)) : OptionalInt.empty();
  }

  private static Optional<Ports> ports(String word) {
    int cut = Math.max(word.indexOf(':'), word.indexOf('-'));
    OptionalInt low = number(cut < 0 ? word : word.substring(0, cut));
    OptionalInt high = number(cut < 0 ? word : word.substring(cut + 1));
    return low.isPresent() && high.isPresent() && high.getAsInt() < 65_536
        ? Optional.of(new Ports(low.getAsInt(), high.getAsInt()))
        : Optional.empty();
  }

  /** What a rule adds to what the rule asked that leads to its chain. */
  Aim or(Aim caller) {
    return new Aim(
        sources.isEmpty() ? caller.sources : sources,
        destinations.isEmpty() ? caller.destinations : destinations,
        protocol.isEmpty() ? caller.protocol : protocol,
        sourcePorts.isEmpty() ? caller.sourcePorts : sourcePorts,
        destinationPorts.isEmpty() ? caller.destinationPorts : destinationPorts,
        incoming.or(caller::incoming),
        outgoing.or(caller::outgoing),
        icmpType.isEmpty() ? caller.icmpType : icmpType);
  }

  /** The version that its addresses or its protocol have; empty for both. */
  Optional<IpVersion> version() {
    if (protocol.isPresent() && protocol.getAsInt() == Protocol.ICMPV6) {
      return Optional.of(IpVersion.IPV6);
    }
    if (protocol.isPresent() && protocol.getAsInt() == Protocol.ICMP) {
      return Optional.of(IpVersion.IPV4);
    }
    return sources.stream()
        .findFirst()
        .or(() -> destinations.stream().findFirst())
        .map(Prefix::version);
  }
}
