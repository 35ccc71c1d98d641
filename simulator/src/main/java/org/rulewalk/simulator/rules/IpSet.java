package org.rulewalk.simulator.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/**
 * A set of the ipset tool (man 8 ipset; net/netfilter/ipset/).
 *
 * <p>Immutable. As in the kernel, entries are kept by the lengths of their prefixes and looked up
 * from the longest to the shortest; the first that holds decides, so an entry marked {@code
 * nomatch} makes a hole in a wider one.
 */
public final class IpSet {
  private final String name;
  private final Type type;
  private final List<Entry> entries;
  private final List<String> members;
  private final List<Map.Entry<List<Integer>, Map<List<Bits>, Entry>>> byLength;

  /** The networks of a length, for sets in which they hide wider ones. */
  private final Map<Integer, Set<Bits>> networks = new HashMap<>();

  /** A set of entries; {@code members} are the names in a list:set. */
  public IpSet(String name, Type type, List<Entry> entries, List<String> members) {
    this.name = name;
    this.type = type;
    this.entries = List.copyOf(entries);
    this.members = List.copyOf(members);
    Map<List<Integer>, Map<List<Bits>, Entry>> grouped = new HashMap<>();
    for (Entry entry : this.entries) {
      grouped
          .computeIfAbsent(entry.lengths(), unused -> new HashMap<>())
          .put(entry.values(), entry);
    }
    if (hidesWider()) {
      for (Entry entry : this.entries) {
        networks
            .computeIfAbsent(entry.lengths().get(0), unused -> new HashSet<>())
            .add(entry.values().get(0));
      }
    }
    byLength = new ArrayList<>(grouped.entrySet());
    byLength.sort(Map.Entry.comparingByKey(IpSet::longestFirst));
  }

  /** The order in which entries are looked up, by the lengths of their parts. */
  public static int longestFirst(List<Integer> a, List<Integer> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int order = Comparator.<Integer>reverseOrder().compare(a.get(i), b.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** What one part of a key is. */
  public enum Part {
    /** An address, or a prefix in sets of networks. */
    ADDRESS,
    /** Protocol and port, or protocol and ICMP type and code: protocol in bits 23..16. */
    PORT,
    /** A port without a protocol, as bitmap:port has it. */
    BARE_PORT,
    /** An interface's name. */
    INTERFACE,
    /** The packet's mark. */
    MARK,
    /** An Ethernet source address. */
    MAC
  }

  /**
   * The type of a set.
   *
   * @param word as written: {@code hash:ip,port}
   * @param version the addresses' version; empty for sets that hold none
   * @param netmask to what length looked-up addresses are cut; the full width if they are not
   * @param markMask which bits of a mark count
   * @param options all options as written behind the word: {@code family inet hashsize 1024 …}
   */
  public record Type(
      String word,
      List<Part> parts,
      Optional<IpVersion> version,
      int netmask,
      long markMask,
      String options) {
    /** Keeps a copy. */
    public Type {
      parts = List.copyOf(parts);
    }
  }

  /**
   * One entry.
   *
   * @param values the parts, prefixes with the rest cleared
   * @param lengths how many leading bits of each part count
   * @param nomatch whether it makes a hole
   * @param options what else was written: timeout, counters, comment
   */
  public record Entry(List<Bits> values, List<Integer> lengths, boolean nomatch, String options) {
    /** Keeps copies. */
    public Entry {
      values = List.copyOf(values);
      lengths = List.copyOf(lengths);
    }
  }

  /** The set's name. */
  public String name() {
    return name;
  }

  /** The set's type. */
  public Type type() {
    return type;
  }

  /** What it holds, in the order it was written. */
  public List<Entry> entries() {
    return entries;
  }

  /** The names that a list:set holds. */
  public List<String> members() {
    return members;
  }

  /** Width in bits of a part. */
  public int width(int part) {
    return widthOf(type.parts().get(part), type.version().orElse(IpVersion.IPV4));
  }

  /** Width in bits of a kind of part. */
  public static int widthOf(Part part, IpVersion version) {
    switch (part) {
      case ADDRESS:
        return version.addressBits();
      case PORT:
        return 24;
      case BARE_PORT:
        return 16;
      case INTERFACE:
        return 128;
      case MARK:
        return 32;
      default:
        return 48;
    }
  }

  /** Whether the packet's parts, each from source or destination, are in the set. */
  public Truth matches(PacketContext context, List<Boolean> fromSource) {
    if (!members.isEmpty()) {
      return Truth.any(
          members,
          member ->
              context
                  .ipset(member)
                  .map(set -> set.matches(context, fromSource))
                  .orElseGet(() -> new Truth.Unknown(SetReference.missing(member))));
    }
    return Truth.of(key(context, fromSource).map(this::contains).orElse(false));
  }

  /** The packet's parts; empty where it lacks one, or is of the other IP version. */
  private Optional<List<Bits>> key(PacketContext context, List<Boolean> fromSource) {
    Packet packet = context.packet();
    boolean fits = type.version().isEmpty() || type.version().get() == packet.version();
    if (!fits || fromSource.size() < type.parts().size()) {
      return Optional.empty();
    }
    List<Bits> key = new ArrayList<>();
    for (int i = 0; i < type.parts().size(); i++) {
      Optional<Bits> part = extract(context, type.parts().get(i), fromSource.get(i));
      if (part.isEmpty()) {
        return Optional.empty();
      }
      key.add(part.get());
    }
    return Optional.of(key);
  }

  /**
   * The set with the packet's parts in it, or without them; sets of sets stay as they are.
   *
   * <p>Of prefixes, the longest length that the set has is taken (hash_net4_kadt in
   * net/netfilter/ipset/ip_set_hash_net.c).
   */
  public IpSet updated(PacketContext context, List<Boolean> fromSource, boolean delete) {
    Optional<List<Bits>> key = members.isEmpty() ? key(context, fromSource) : Optional.empty();
    if (key.isEmpty()) {
      return this;
    }
    List<Integer> lengths = new ArrayList<>();
    List<Bits> values = new ArrayList<>();
    for (int i = 0; i < key.get().size(); i++) {
      int length = byLength.isEmpty() ? width(i) : byLength.get(0).getKey().get(i);
      lengths.add(length);
      values.add(key.get().get(i).and(Bits.prefixMask(length, width(i))));
    }
    List<Entry> changed = new ArrayList<>(entries);
    changed.removeIf(entry -> entry.values().equals(values) && entry.lengths().equals(lengths));
    if (!delete) {
      changed.add(new Entry(values, lengths, false, ""));
    }
    return new IpSet(name, type, changed, members);
  }

  /** Whether the key is in the set: its longest entry decides. */
  public boolean contains(List<Bits> key) {
    int stopAt = -1;
    for (Map.Entry<List<Integer>, Map<List<Bits>, Entry>> group : byLength) {
      int length = group.getKey().get(0);
      if (length < stopAt) {
        return false;
      }
      List<Bits> cut = new ArrayList<>(key.size());
      for (int i = 0; i < key.size(); i++) {
        cut.add(key.get(i).and(Bits.prefixMask(group.getKey().get(i), width(i))));
      }
      Entry found = group.getValue().get(cut);
      if (found != null) {
        return !found.nomatch();
      }
      if (hidesWider() && networks.getOrDefault(length, Set.of()).contains(cut.get(0))) {
        stopAt = length;
      }
    }
    return false;
  }

  /**
   * Whether an entry for one interface hides the wider networks of the others: the search ends with
   * the first network that is there (mtype_test_cidrs with IP_SET_HASH_WITH_MULTI).
   */
  public boolean hidesWider() {
    return type.parts().equals(List.of(Part.ADDRESS, Part.INTERFACE));
  }

  private Optional<Bits> extract(PacketContext context, Part part, boolean source) {
    Packet packet = context.packet();
    switch (part) {
      case ADDRESS:
        Bits address = (source ? packet.source() : packet.destination()).value();
        return Optional.of(
            address.and(Bits.prefixMask(type.netmask(), packet.version().addressBits())));
      case PORT:
        return port(packet, source).map(port -> Bits.of((long) packet.protocol() << 16 | port));
      case BARE_PORT:
        return port(packet, source).map(Bits::of);
      case INTERFACE:
        return scalar(context.meta(source ? MetaKey.IIFNAME : MetaKey.OIFNAME))
            .filter(name -> !name.isZero());
      case MARK:
        return scalar(context.meta(MetaKey.MARK)).map(mark -> mark.and(Bits.of(type.markMask())));
      default:
        return scalar(context.linkHeader(48, 48));
    }
  }

  private static Optional<Bits> scalar(Value value) {
    return value instanceof Value.Scalar
        ? Optional.of(((Value.Scalar) value).bits())
        : Optional.empty();
  }

  /**
   * Ports, or type and code of ICMP, or 0 for protocols without (kernel: get_port in
   * ip_set_getport.c).
   */
  private static Optional<Long> port(Packet packet, boolean source) {
    int protocol = packet.protocol();
    if (Protocol.hasPorts(protocol) && protocol != Protocol.DCCP) {
      return packet.hasTransport(4)
          ? Optional.of((long) (source ? packet.sourcePort() : packet.destinationPort()))
          : Optional.empty();
    }
    if (protocol == Protocol.ICMP || protocol == Protocol.ICMPV6) {
      return packet.isIcmp()
          ? Optional.of((long) packet.icmpType() << 8 | packet.icmpCode())
          : Optional.empty();
    }
    return protocol < 0 ? Optional.empty() : Optional.of(0L);
  }

  /** The entry for one prefix. */
  public static Entry entry(Prefix prefix, boolean nomatch) {
    return new Entry(List.of(prefix.first().value()), List.of(prefix.length()), nomatch, "");
  }
}
