package org.rulewalk.diagnostics.audit;

import java.util.List;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Prefix;

/** Addresses that no router of the internet carries (RFC 1918, 6598, 4193). */
final class PrivateAddresses {
  private static final List<Prefix> BLOCKS =
      List.of(
          Prefix.of("10.0.0.0/8"),
          Prefix.of("172.16.0.0/12"),
          Prefix.of("192.168.0.0/16"),
          Prefix.of("100.64.0.0/10"),
          Prefix.of("fc00::/7"));

  private PrivateAddresses() {}

  static boolean has(IpAddress address) {
    return BLOCKS.stream().anyMatch(block -> block.contains(address));
  }
}
