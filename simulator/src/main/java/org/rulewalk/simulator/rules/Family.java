package org.rulewalk.simulator.rules;

import java.util.Locale;
import java.util.Optional;
import org.rulewalk.simulator.value.IpVersion;

/** The address family of an nf_tables table: which packets its chains see. */
public enum Family {
  /** IPv4 packets. */
  IP,
  /** IPv6 packets. */
  IP6,
  /** IPv4 and IPv6 packets. */
  INET,
  /** ARP. */
  ARP,
  /** Frames that pass a bridge. */
  BRIDGE,
  /** Frames at one device, before the IP layer. */
  NETDEV;

  /** Whether chains of this family at the IP hooks see packets of this version. */
  public boolean sees(IpVersion version) {
    return this == INET || this == (version == IpVersion.IPV4 ? IP : IP6);
  }

  /** The word that {@code nft} uses. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The family with this word; empty if there is none. */
  public static Optional<Family> ofWord(String word) {
    for (Family family : values()) {
      if (family.word().equals(word)) {
        return Optional.of(family);
      }
    }
    return Optional.empty();
  }
}
