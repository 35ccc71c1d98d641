package org.rulewalk.diagnostics.command;

import java.util.List;
import java.util.Optional;

/** The objects of {@code ip}, in the order in which shortened words are compared (ip/ip.c). */
final class IpObjects {
  private static final List<String> NAMES =
      List.of(
          "address",
          "addrlabel",
          "maddress",
          "route",
          "rule",
          "neighbor",
          "neighbour",
          "ntable",
          "ntbl",
          "link",
          "l2tp",
          "fou",
          "ila",
          "macsec",
          "tunnel",
          "tunl",
          "tuntap",
          "tap",
          "token",
          "tcpmetrics",
          "tcp_metrics",
          "monitor",
          "xfrm",
          "mroute",
          "mrule",
          "netns",
          "netconf",
          "vrf",
          "sr",
          "nexthop",
          "mptcp",
          "ioam",
          "help",
          "stats");

  private IpObjects() {}

  /** The whole name of an object; empty if there is none. */
  static Optional<String> name(String word) {
    return NAMES.stream().filter(name -> name.startsWith(word)).findFirst();
  }
}
