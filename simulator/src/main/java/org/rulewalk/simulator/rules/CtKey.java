package org.rulewalk.simulator.rules;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What connection tracking knows of a packet's connection: nftables' {@code ct} keys
 * (net/netfilter/nft_ct.c). All but {@link #STATE} are absent for a packet that belongs to none.
 */
public enum CtKey {
  STATE("state", DataType.CT_STATE, 32, false),
  DIRECTION("direction", DataType.CT_DIR, 8, false),
  STATUS("status", DataType.CT_STATUS, 32, false),
  MARK("mark", DataType.MARK, 32, false),
  SECMARK("secmark", DataType.INTEGER, 32, false),
  EXPIRATION("expiration", DataType.TIME, 32, false),
  HELPER("helper", DataType.STRING, 128, false),
  L3PROTO("l3proto", DataType.NF_PROTO, 8, true),
  PROTOCOL("protocol", DataType.INET_PROTO, 8, true),
  SADDR("saddr", DataType.IPV4_ADDR, 128, true),
  DADDR("daddr", DataType.IPV4_ADDR, 128, true),
  SADDR_IP("ip saddr", DataType.IPV4_ADDR, 32, true),
  DADDR_IP("ip daddr", DataType.IPV4_ADDR, 32, true),
  SADDR_IP6("ip6 saddr", DataType.IPV6_ADDR, 128, true),
  DADDR_IP6("ip6 daddr", DataType.IPV6_ADDR, 128, true),
  PROTO_SRC("proto-src", DataType.INET_SERVICE, 16, true),
  PROTO_DST("proto-dst", DataType.INET_SERVICE, 16, true),
  LABEL("label", DataType.CT_LABEL, 128, false),
  PACKETS("packets", DataType.INTEGER, 64, true),
  BYTES("bytes", DataType.INTEGER, 64, true),
  AVGPKT("avgpkt", DataType.INTEGER, 64, true),
  ZONE("zone", DataType.INTEGER, 16, true),
  EVENT("event", DataType.CT_EVENT, 32, false),
  ID("id", DataType.INTEGER, 32, false);

  /** Which of a connection's two tuples is meant. */
  public enum Direction {
    /** As the first packet had it. */
    ORIGINAL,
    /** As answers have it. */
    REPLY
  }

  /** Bit of {@link #STATE}: the packet can't belong to any connection. */
  public static final int STATE_INVALID = 1;

  /** Bit of {@link #STATE}: answers have been seen. */
  public static final int STATE_ESTABLISHED = 2;

  /** Bit of {@link #STATE}: an error about a connection, or one that a connection announced. */
  public static final int STATE_RELATED = 4;

  /** Bit of {@link #STATE}: no answer seen yet. */
  public static final int STATE_NEW = 8;

  /** Bit of {@link #STATE}: taken out of tracking by a rule. */
  public static final int STATE_UNTRACKED = 64;

  private static final Map<String, CtKey> BY_WORD = new HashMap<>();

  static {
    for (CtKey key : values()) {
      BY_WORD.put(key.word(), key);
    }
  }

  private final String word;
  private final DataType type;
  private final int width;
  private final boolean directed;

  CtKey(String word, DataType type, int width, boolean directed) {
    this.word = word;
    this.type = type;
    this.width = width;
    this.directed = directed;
  }

  /** The word that {@code nft} uses behind {@code ct}. */
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

  /** Whether it may be asked of the original or the reply tuple. */
  public boolean isDirected() {
    return directed;
  }

  /** The key with this word; empty if there is none. */
  public static Optional<CtKey> ofWord(String word) {
    return Optional.ofNullable(BY_WORD.get(word));
  }
}
