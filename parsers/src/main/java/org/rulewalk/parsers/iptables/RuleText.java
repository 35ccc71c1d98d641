package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/**
 * Writes a rule as {@code iptables-save} would, from the words of a command: short options in the
 * tool's order, prefix lengths, numbers for services, the protocol's match named.
 */
final class RuleText {
  private static final List<String> ORDER = List.of("-s", "-d", "-i", "-o", "-p", "-f");
  private static final Map<String, String> LONG_OPTIONS =
      Map.ofEntries(
          Map.entry("destination-port", "dport"),
          Map.entry("source-port", "sport"),
          Map.entry("destination-ports", "dports"),
          Map.entry("source-ports", "sports"),
          Map.entry("to-port", "to-ports"));

  private static final Set<String> PORTS =
      Set.of("dport", "sport", "dports", "sports", "ports", "port");

  private static final List<String> STATES =
      List.of("INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED", "SNAT", "DNAT");

  private static final Map<String, String> ICMP_NUMBERS =
      Map.of(
          "echo-request", "8",
          "ping", "8",
          "echo-reply", "0",
          "pong", "0",
          "destination-unreachable", "3",
          "time-exceeded", "11");

  private final RuleLine line;
  private final IpVersion version;

  RuleText(RuleLine line, IpVersion version) {
    this.line = line;
    this.version = version;
  }

  /** The words behind {@code -A CHAIN}. */
  String write() {
    List<String> words = new ArrayList<>();
    for (String option : ORDER) {
      for (RuleLine.Basic basic : line.basics()) {
        if (basic.option().equals(option)) {
          basic(basic, words);
        }
      }
    }
    for (RuleLine.Open open : line.opened()) {
      words.add((open.target() ? "-j " : "-m ") + open.name());
      options(open).forEach(words::add);
    }
    for (RuleLine.Basic basic : line.basics()) {
      if (basic.option().equals("-g")) {
        words.add("-g " + basic.value());
      }
    }
    return String.join(" ", words);
  }

  private void basic(RuleLine.Basic basic, List<String> words) {
    String not = basic.negated() ? "! " : "";
    switch (basic.option()) {
      case "-s":
      case "-d":
        String address = address(basic.value());
        if (!address.endsWith("/0") || basic.negated()) {
          words.add(not + basic.option() + " " + address);
        }
        break;
      case "-p":
        String protocol = basic.value().toLowerCase(Locale.ROOT);
        if (!Set.of("all", "any", "0").contains(protocol)) {
          words.add(not + "-p " + protocolName(protocol));
        }
        break;
      case "-f":
        words.add(not + "-f");
        break;
      default:
        if (!basic.value().equals("+") || basic.negated()) {
          words.add(not + basic.option() + " " + basic.value());
        }
    }
  }

  private static String protocolName(String protocol) {
    switch (protocol) {
      case "1":
        return "icmp";
      case "6":
        return "tcp";
      case "17":
        return "udp";
      case "icmpv6":
      case "icmp6":
      case "58":
        return "ipv6-icmp";
      default:
        return protocol;
    }
  }

  /** {@code 10.0.0.0/8}: cut to the mask, with its length. */
  private String address(String written) {
    try {
      Values.Masked masked = Values.address(written, version);
      int width = version.addressBits();
      for (int length = 0; length <= width; length++) {
        if (Bits.prefixMask(length, width).equals(masked.mask())) {
          return new IpAddress(version, masked.value().and(masked.mask())) + "/" + length;
        }
      }
      return written;
    } catch (Misread e) {
      return written;
    }
  }

  private List<String> options(RuleLine.Open open) {
    List<String> written = new ArrayList<>();
    try {
      Arguments arguments = Arguments.of(open.options());
      for (Arguments.Option option : arguments.all()) {
        written.add(option(open.name(), option));
      }
    } catch (Misread e) {
      open.options().forEach(word -> written.add(quoted(word.text())));
    }
    if (open.name().equals("REJECT") && written.isEmpty()) {
      written.add(
          "--reject-with "
              + (version == IpVersion.IPV4 ? "icmp-port-unreachable" : "icmp6-port-unreachable"));
    }
    return written;
  }

  private static String option(String match, Arguments.Option option) {
    String not = option.negated() ? "! " : "";
    String name = LONG_OPTIONS.getOrDefault(option.name(), option.name());
    if (match.equals("tcp") && name.equals("syn")) {
      return not + "--tcp-flags FIN,SYN,RST,ACK SYN";
    }
    StringBuilder text = new StringBuilder(not).append("--").append(name);
    for (String value : option.values()) {
      text.append(' ').append(quoted(value(name, value)));
    }
    return text.toString();
  }

  private static String value(String option, String value) {
    if (PORTS.contains(option)) {
      return ports(value);
    }
    if (option.equals("ctstate") || option.equals("state")) {
      return states(value);
    }
    if (option.equals("icmp-type")) {
      return ICMP_NUMBERS.getOrDefault(value, value);
    }
    if (option.equals("limit")) {
      return Optional.of(value)
          .map(v -> v.replaceFirst("/(s|second)$", "/sec").replaceFirst("/(m|minute)$", "/min"))
          .get();
    }
    return value;
  }

  private static String ports(String value) {
    StringBuilder text = new StringBuilder();
    for (String piece : value.split("(?<=[,:])|(?=[,:])")) {
      try {
        text.append(piece.equals(",") || piece.equals(":") ? piece : Values.port(piece));
      } catch (Misread e) {
        text.append(piece);
      }
    }
    return text.toString();
  }

  private static String states(String value) {
    Set<String> asked = Set.of(value.toUpperCase(Locale.ROOT).split(","));
    List<String> ordered = STATES.stream().filter(asked::contains).toList();
    return ordered.size() == asked.size() ? String.join(",", ordered) : value;
  }

  private static String quoted(String value) {
    boolean plain = !value.isEmpty() && value.chars().noneMatch(c -> " \t\"'\\".indexOf(c) >= 0);
    return plain ? value : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
