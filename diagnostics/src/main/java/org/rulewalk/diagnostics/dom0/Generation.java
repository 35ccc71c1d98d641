package org.rulewalk.diagnostics.dom0;

/** How an agent turns the rules of VMs into rules of the kernel; told by what was captured. */
public enum Generation {
  /** Release 3: iptables, rules of all clients straight in FORWARD. */
  FORWARD_CHAIN("release 3"),
  /** Releases 4.0 and 4.1 without nft: a chain of iptables for each client. */
  IPTABLES_CHAINS("release 4.0 or 4.1, iptables"),
  /** Releases 4.0 and 4.1: nftables' table beside iptables. */
  BESIDE_IPTABLES("release 4.0 or 4.1"),
  /** Release 4.2: nftables alone. */
  NFT("release 4.2"),
  /** Release 4.3: jumps to the clients' chains in a chain of their own. */
  JUMP_CHAIN("release 4.3"),
  /** Release 4.3, later: resolvers in a set that all clients share. */
  RESOLVER_SET("release 4.3, with a set of resolvers");

  private final String words;

  Generation(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }

  /** Whether clients' rules are nftables'. */
  public boolean isNft() {
    return this != FORWARD_CHAIN && this != IPTABLES_CHAINS;
  }
}
