package org.rulewalk.simulator.network;

/** The files of a machine's folder whose absence an answer may depend on. */
public enum CaptureFile {
  ADDRESSES("ip-addr.txt"),
  ROUTES("ip-route.txt"),
  ROUTES6("ip6-route.txt"),
  ROUTING_RULES("ip-rule.txt"),
  ROUTING_RULES6("ip6-rule.txt"),
  NEIGHBOURS("ip-neigh.txt"),
  SETTINGS("sysctl.txt"),
  SOCKETS("ss.txt"),
  CONNECTIONS("conntrack.txt"),
  IPTABLES("iptables-save.txt"),
  IP6TABLES("ip6tables-save.txt"),
  IPTABLES_LEGACY("iptables-legacy-save.txt"),
  IP6TABLES_LEGACY("ip6tables-legacy-save.txt"),
  NFTABLES("nft-list-ruleset.txt"),
  IPSETS("ipset-save.txt");

  private final String fileName;

  CaptureFile(String fileName) {
    this.fileName = fileName;
  }

  /** The name it should have in the machine's folder. */
  public String fileName() {
    return fileName;
  }
}
