package org.rulewalk.parsers.capture;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.CaptureFile;

/** What a file of a machine's folder holds, by its name or its content. */
public enum FileKind {
  /** {@code iptables-save}. */
  IPTABLES(
      Size.RULES,
      CaptureFile.IPTABLES,
      "iptables-save.txt",
      "iptables-save",
      "iptables.txt",
      "rules.v4"),
  /** {@code ip6tables-save}. */
  IP6TABLES(
      Size.RULES,
      CaptureFile.IP6TABLES,
      "ip6tables-save.txt",
      "ip6tables-save",
      "ip6tables.txt",
      "rules.v6"),
  /** {@code iptables-legacy-save}. */
  IPTABLES_LEGACY(Size.RULES, CaptureFile.IPTABLES_LEGACY, "iptables-legacy-save.txt"),
  /** {@code ip6tables-legacy-save}. */
  IP6TABLES_LEGACY(Size.RULES, CaptureFile.IP6TABLES_LEGACY, "ip6tables-legacy-save.txt"),
  /** {@code nft list ruleset}. */
  NFT_TEXT(
      Size.RULES,
      CaptureFile.NFTABLES,
      "nft-list-ruleset.txt",
      "nft.txt",
      "nftables.conf",
      "nft-list-ruleset"),
  /** {@code nft -j list ruleset}. */
  NFT_JSON(Size.RULES, CaptureFile.NFTABLES, "nft-list-ruleset.json", "nft.json"),
  /** {@code ipset save}. */
  IPSETS(Size.RULES, CaptureFile.IPSETS, "ipset-save.txt", "ipset.txt"),
  /** {@code ip addr}. */
  ADDRESSES(Size.SMALL, CaptureFile.ADDRESSES, "ip-addr.txt"),
  /** {@code ip -j addr}. */
  ADDRESSES_JSON(Size.SMALL, CaptureFile.ADDRESSES, "ip-addr.json"),
  /** {@code ip -d link}. */
  LINKS(Size.SMALL, CaptureFile.ADDRESSES, "ip-link.txt"),
  /** {@code ip -d -j link}. */
  LINKS_JSON(Size.SMALL, CaptureFile.ADDRESSES, "ip-link.json"),
  /** {@code ip route show table all}. */
  ROUTES(Size.SMALL, CaptureFile.ROUTES, "ip-route.txt", "ip4-route.txt"),
  /** {@code ip -j route show table all}. */
  ROUTES_JSON(Size.SMALL, CaptureFile.ROUTES, "ip-route.json"),
  /** {@code ip -6 route show table all}. */
  ROUTES6(Size.SMALL, CaptureFile.ROUTES6, "ip6-route.txt"),
  /** {@code ip -6 -j route show table all}. */
  ROUTES6_JSON(Size.SMALL, CaptureFile.ROUTES6, "ip6-route.json"),
  /** {@code ip rule}. */
  RULES(Size.SMALL, CaptureFile.ROUTING_RULES, "ip-rule.txt"),
  /** {@code ip -j rule}. */
  RULES_JSON(Size.SMALL, CaptureFile.ROUTING_RULES, "ip-rule.json"),
  /** {@code ip -6 rule}. */
  RULES6(Size.SMALL, CaptureFile.ROUTING_RULES6, "ip6-rule.txt"),
  /** {@code ip -6 -j rule}. */
  RULES6_JSON(Size.SMALL, CaptureFile.ROUTING_RULES6, "ip6-rule.json"),
  /** {@code ip neigh}. */
  NEIGHBOURS(Size.SMALL, CaptureFile.NEIGHBOURS, "ip-neigh.txt"),
  /** {@code ip -j neigh}. */
  NEIGHBOURS_JSON(Size.SMALL, CaptureFile.NEIGHBOURS, "ip-neigh.json"),
  /** {@code sysctl -a}. */
  SETTINGS(Size.SMALL, CaptureFile.SETTINGS, "sysctl.txt"),
  /** {@code ss -lntup}. */
  SOCKETS(Size.SMALL, CaptureFile.SOCKETS, "ss.txt", "netstat.txt"),
  /** {@code conntrack -L}. */
  CONNECTIONS(Size.RULES, CaptureFile.CONNECTIONS, "conntrack.txt", "nf_conntrack"),
  /** A journal: not read when a capture is loaded. */
  JOURNAL(Size.NONE, "journal.txt", "journal.json", "dmesg.txt"),
  /** A text that is kept as it is for those who ask for it. */
  KEPT(
      Size.SMALL,
      "resolv.conf",
      "nstat.txt",
      "services.txt",
      "rw-config/rc.local",
      "rw-config/PedOS-firewall-user-script",
      "rw-config/qubes-firewall-user-script",
      "rw-config/modes.txt",
      "modes.txt",
      "capture-notes.txt",
      "iproute2-group.txt",
      "iproute2-rt_tables.txt",
      "resolvectl.txt",
      "units.txt",
      "qubesdb.txt",
      "rc.local"),
  /** Neither its name nor its content tells. */
  UNKNOWN(Size.SMALL);

  private final Size size;
  private final Optional<CaptureFile> file;
  private final List<String> names;

  FileKind(Size size, String... names) {
    this.size = size;
    this.file = Optional.empty();
    this.names = List.of(names);
  }

  FileKind(Size size, CaptureFile file, String... names) {
    this.size = size;
    this.file = Optional.of(file);
    this.names = List.of(names);
  }

  /** How large files may be. */
  private enum Size {
    RULES(256L << 20),
    SMALL(64L << 20),
    NONE(Long.MAX_VALUE);

    private final long bytes;

    Size(long bytes) {
      this.bytes = bytes;
    }
  }

  /** How many bytes a file of this kind may have to be read. */
  public long limitBytes() {
    return size.bytes;
  }

  /** The file of the capture format that answers may depend on. */
  public Optional<CaptureFile> captureFile() {
    return file;
  }

  /** Whether it holds rules or sets, which several tools print and users join to one file. */
  public boolean isRules() {
    return size == Size.RULES && this != CONNECTIONS;
  }

  /** The kind of the file with this path inside a machine's folder. */
  static FileKind ofName(String path) {
    for (FileKind kind : values()) {
      if (kind.names.contains(path)) {
        return kind;
      }
    }
    return path.startsWith("rw-config/") ? KEPT : UNKNOWN;
  }
}
