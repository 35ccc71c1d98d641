package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.diagnostics.words.ValueWords;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What a rule must look at to meet one packet and as few others as possible, in both languages.
 *
 * @param packet as it is where the rule stands
 * @param incoming the interface it came by; empty where no rule may look at it
 * @param source whether the sender's address is part of the question
 * @param sourcePort a source port that the question insists on
 * @param answer whether the packet is an answer, so that its source port tells what it is
 * @param state the state of connection tracking to ask for
 */
record RulePattern(
    Packet packet,
    Optional<String> incoming,
    boolean source,
    OptionalInt sourcePort,
    boolean answer,
    State state) {
  /** What to ask connection tracking for. */
  enum State {
    /** Nothing. */
    ANY,
    /** The first packet of a connection. */
    NEW,
    /** A packet of a connection that is known, or about one. */
    KNOWN
  }

  /** Matches of iptables, in the order in which iptables-save prints them. */
  String iptables() {
    List<String> words = new ArrayList<>();
    incoming.ifPresent(device -> words.add("-i " + ShellWord.of(device)));
    if (source) {
      words.add("-s " + packet.source());
    }
    words.add("-d " + packet.destination());
    words.add("-p " + ValueWords.protocol(packet.protocol()));
    if (Protocol.hasPorts(packet.protocol())) {
      OptionalInt from = from();
      from.ifPresent(port -> words.add("--sport " + port));
      if (!answer) {
        words.add("--dport " + packet.destinationPort());
      }
    } else if (isIcmp()) {
      String option = packet.version() == IpVersion.IPV4 ? "--icmp-type " : "--icmpv6-type ";
      words.add(option + packet.icmpType());
    }
    if (state != State.ANY) {
      String states = state == State.NEW ? "NEW" : "RELATED,ESTABLISHED";
      words.add("-m conntrack --ctstate " + states);
    }
    return String.join(" ", words);
  }

  /** Matches of nft. */
  String nft() {
    List<String> words = new ArrayList<>();
    incoming.ifPresent(device -> words.add("iifname " + ShellWord.nftDevice(device)));
    String ip = packet.version() == IpVersion.IPV4 ? "ip" : "ip6";
    if (source) {
      words.add(ip + " saddr " + packet.source());
    }
    words.add(ip + " daddr " + packet.destination());
    String protocol = ValueWords.protocol(packet.protocol());
    if (Protocol.hasPorts(packet.protocol())) {
      from().ifPresent(port -> words.add(protocol + " sport " + port));
      if (!answer) {
        words.add(protocol + " dport " + packet.destinationPort());
      }
    } else if (isIcmp()) {
      String family = packet.version() == IpVersion.IPV4 ? "icmp" : "icmpv6";
      words.add(family + " type " + type());
    } else {
      words.add("meta l4proto " + protocol);
    }
    if (state != State.ANY) {
      words.add("ct state " + (state == State.NEW ? "new" : "established,related"));
    }
    return String.join(" ", words);
  }

  private OptionalInt from() {
    return answer ? OptionalInt.of(packet.sourcePort()) : sourcePort;
  }

  private boolean isIcmp() {
    return packet.protocol() == Protocol.ICMP || packet.protocol() == Protocol.ICMPV6;
  }

  private String type() {
    switch (packet.icmpType()) {
      case 0:
        return packet.version() == IpVersion.IPV4 ? "echo-reply" : "0";
      case 8:
        return packet.version() == IpVersion.IPV4 ? "echo-request" : "8";
      case 128:
        return packet.version() == IpVersion.IPV6 ? "echo-request" : "128";
      case 129:
        return packet.version() == IpVersion.IPV6 ? "echo-reply" : "129";
      default:
        return String.valueOf(packet.icmpType());
    }
  }
}
