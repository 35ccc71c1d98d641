package org.rulewalk.diagnostics.expose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.why.ShellWord;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * The packets that a rule is to meet, in both languages.
 *
 * @param device the interface by which they come in
 * @param senders empty for all
 * @param destination empty for whatever addresses that interface has
 * @param part which packets of a connection; answers come from {@code destination} and its port, to
 *     the senders, by an interface whose name may be another after a start
 */
record Traffic(
    IpVersion version,
    String device,
    Optional<Prefix> senders,
    Optional<IpAddress> destination,
    int protocol,
    int port,
    Part part) {
  private static final int LONGEST_TAG = 120;

  /** Packets of a connection. */
  enum Part {
    /** The first. */
    FIRST,
    /** All that are sent by who began it. */
    ALL,
    /** All that come back. */
    ANSWERS
  }

  /** Matches of iptables. */
  String iptables() {
    List<String> words = new ArrayList<>();
    if (part == Part.ANSWERS) {
      destination.ifPresent(address -> words.add("-s " + address));
      senders.ifPresent(prefix -> words.add("-d " + prefix));
      words.add("-p " + word() + " --sport " + port + " -m conntrack --ctstate ESTABLISHED");
      return String.join(" ", words);
    }
    words.add("-i " + ShellWord.of(device));
    senders.ifPresent(prefix -> words.add("-s " + prefix));
    destination.ifPresent(address -> words.add("-d " + address));
    words.add("-p " + word() + " --dport " + port);
    if (destination.isEmpty()) {
      words.add("-m addrtype --dst-type LOCAL --limit-iface-in");
    }
    if (part == Part.FIRST) {
      words.add("-m conntrack --ctstate NEW");
    }
    return String.join(" ", words);
  }

  /** Matches of nft. */
  String nft() {
    String ip = version == IpVersion.IPV4 ? "ip" : "ip6";
    List<String> words = new ArrayList<>();
    if (part == Part.ANSWERS) {
      destination.ifPresent(address -> words.add(ip + " saddr " + address));
      senders.ifPresent(prefix -> words.add(ip + " daddr " + prefix));
      words.add(word() + " sport " + port + " ct state established");
      return String.join(" ", words);
    }
    words.add("iifname \"" + device.replace("\"", "") + "\"");
    senders.ifPresent(prefix -> words.add(ip + " saddr " + prefix));
    destination.ifPresent(address -> words.add(ip + " daddr " + address));
    if (destination.isEmpty()) {
      words.add("fib daddr . iif type local");
    }
    words.add(word() + " dport " + port);
    if (part == Part.FIRST) {
      words.add("ct state new");
    }
    return String.join(" ", words);
  }

  /**
   * A remark by which the rule is found again: it says all that tells this rule from another one.
   */
  String tag(String target) {
    String text =
        (part == Part.ANSWERS ? "expose, answers " : "expose ")
            + device.replaceAll("[^A-Za-z0-9._-]", "_")
            + " "
            + senders.map(Prefix::toString).orElse("all")
            + " "
            + word()
            + "/"
            + port
            + " to "
            + target;
    return text.length() > LONGEST_TAG ? text.substring(0, LONGEST_TAG) : text;
  }

  /** The answers to these. */
  Traffic answers() {
    return new Traffic(version, device, senders, destination, protocol, port, Part.ANSWERS);
  }

  private String word() {
    return protocol == Protocol.TCP ? "tcp" : "udp";
  }
}
