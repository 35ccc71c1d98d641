package org.rulewalk.simulator.rules;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a packet carries beside its bytes: nftables' {@code meta} keys (net/netfilter/nft_meta.c).
 */
public enum MetaKey {
  LENGTH("length", DataType.INTEGER, 32),
  PROTOCOL("protocol", DataType.ETHER_TYPE, 16),
  NFPROTO("nfproto", DataType.NF_PROTO, 8),
  L4PROTO("l4proto", DataType.INET_PROTO, 8),
  PRIORITY("priority", DataType.CLASSID, 32),
  MARK("mark", DataType.MARK, 32),
  IIF("iif", DataType.IFACE_INDEX, 32),
  OIF("oif", DataType.IFACE_INDEX, 32),
  IIFNAME("iifname", DataType.IFNAME, 128),
  OIFNAME("oifname", DataType.IFNAME, 128),
  IIFTYPE("iiftype", DataType.IFACE_TYPE, 16),
  OIFTYPE("oiftype", DataType.IFACE_TYPE, 16),
  IIFGROUP("iifgroup", DataType.DEVGROUP, 32),
  OIFGROUP("oifgroup", DataType.DEVGROUP, 32),
  IIFKIND("iifkind", DataType.IFNAME, 128),
  OIFKIND("oifkind", DataType.IFNAME, 128),
  SKUID("skuid", DataType.UID, 32),
  SKGID("skgid", DataType.GID, 32),
  NFTRACE("nftrace", DataType.INTEGER, 1),
  RTCLASSID("rtclassid", DataType.REALM, 32),
  PKTTYPE("pkttype", DataType.PKT_TYPE, 8),
  CPU("cpu", DataType.INTEGER, 32),
  IBRNAME("ibrname", DataType.IFNAME, 128),
  OBRNAME("obrname", DataType.IFNAME, 128),
  IBRPVID("ibrpvid", DataType.INTEGER, 16),
  IBRVPROTO("ibrvproto", DataType.ETHER_TYPE, 16),
  CGROUP("cgroup", DataType.INTEGER, 32),
  RANDOM("random", DataType.INTEGER, 32),
  SECMARK("secmark", DataType.INTEGER, 32),
  IPSEC("ipsec", DataType.BOOLEAN, 8),
  SECPATH("secpath", DataType.BOOLEAN, 8),
  TIME("time", DataType.TIMESTAMP, 64),
  DAY("day", DataType.DAY, 8),
  HOUR("hour", DataType.HOUR, 32),
  SDIF("sdif", DataType.IFACE_INDEX, 32),
  SDIFNAME("sdifname", DataType.IFNAME, 128),
  BROUTE("broute", DataType.INTEGER, 8);

  private static final Map<String, MetaKey> BY_WORD = new HashMap<>();

  static {
    for (MetaKey key : values()) {
      BY_WORD.put(key.word(), key);
    }
    BY_WORD.put("ibriport", IBRNAME);
    BY_WORD.put("obriport", OBRNAME);
  }

  private final String word;
  private final DataType type;
  private final int width;

  MetaKey(String word, DataType type, int width) {
    this.word = word;
    this.type = type;
    this.width = width;
  }

  /** The word that {@code nft} uses behind {@code meta}. */
  public String word() {
    return word;
  }

  /** What its value means. */
  public DataType type() {
    return type;
  }

  /** Its width in bits. */
  public int width() {
    return width;
  }

  /** The key with this word; empty if there is none. */
  public static Optional<MetaKey> ofWord(String word) {
    return Optional.ofNullable(BY_WORD.get(word));
  }
}
