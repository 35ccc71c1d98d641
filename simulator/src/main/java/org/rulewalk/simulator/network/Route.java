package org.rulewalk.simulator.network;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/**
 * A route of one table.
 *
 * @param destination the addresses it is for
 * @param type what happens to a packet that takes it
 * @param table routing table: 255 local, 254 main, 253 default
 * @param metric lower wins among routes to the same destination
 * @param hops the next hops; none for routes that lead nowhere
 * @param preferredSource the source address of packets that start here
 * @param tos the type of service that it is limited to, 0 for all
 * @param mtuBytes an MTU set on the route, where there is one
 * @param mtuLocked whether that MTU is final: programs' packets may be fragmented
 */
public record Route(
    Prefix destination,
    Type type,
    int table,
    long metric,
    List<Hop> hops,
    Optional<IpAddress> preferredSource,
    Interface.Scope scope,
    int tos,
    OptionalLong mtuBytes,
    Source source,
    boolean mtuLocked) {
  /** The table of local and broadcast addresses. */
  public static final int TABLE_LOCAL = 255;

  /** The table that {@code ip route} shows by itself. */
  public static final int TABLE_MAIN = 254;

  /** The table that is asked last. */
  public static final int TABLE_DEFAULT = 253;

  /** Keeps a copy. */
  public Route {
    hops = List.copyOf(hops);
  }

  /** One without a lock on its MTU. */
  public Route(
      Prefix destination,
      Type type,
      int table,
      long metric,
      List<Hop> hops,
      Optional<IpAddress> preferredSource,
      Interface.Scope scope,
      int tos,
      OptionalLong mtuBytes,
      Source source) {
    this(
        destination,
        type,
        table,
        metric,
        hops,
        preferredSource,
        scope,
        tos,
        mtuBytes,
        source,
        false);
  }

  /** The same from another place. */
  public Route at(Source where) {
    return new Route(
        destination,
        type,
        table,
        metric,
        hops,
        preferredSource,
        scope,
        tos,
        mtuBytes,
        where,
        mtuLocked);
  }

  /** The same with other next hops. */
  public Route with(List<Hop> other) {
    return new Route(
        destination,
        type,
        table,
        metric,
        other,
        preferredSource,
        scope,
        tos,
        mtuBytes,
        source,
        mtuLocked);
  }

  /** What happens to a packet that takes a route. */
  public enum Type {
    /** It goes to the next hop. */
    UNICAST,
    /** It is for this machine. */
    LOCAL,
    /** It is for all on the link. */
    BROADCAST,
    /** It is for this machine as one of several. */
    ANYCAST,
    /** It is for a group. */
    MULTICAST,
    /** It is dropped in silence. */
    BLACKHOLE,
    /** It is dropped; the sender is told host unreachable. */
    UNREACHABLE,
    /** It is dropped; the sender is told communication prohibited. */
    PROHIBIT,
    /** The search goes on in the next table. */
    THROW
  }

  /**
   * A next hop.
   *
   * @param gateway the router's address; empty if the destination is on the link
   * @param device the interface's name; empty where the listing gives none
   * @param onlink whether the gateway is taken to be on the link, whatever the addresses say
   * @param weight share among several hops
   * @param dead whether the kernel had marked it unusable
   * @param hasRealm whether packets that take it belong to a realm
   */
  public record Hop(
      Optional<IpAddress> gateway,
      String device,
      boolean onlink,
      int weight,
      boolean dead,
      boolean hasRealm) {
    /** A next hop without a realm. */
    public Hop(
        Optional<IpAddress> gateway, String device, boolean onlink, int weight, boolean dead) {
      this(gateway, device, onlink, weight, dead, false);
    }
  }
}
