package org.rulewalk.simulator.rules;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpAddress;

/**
 * What a rule can ask of the packet before it, and do to it. The kernel's side of it is implemented
 * by the hook that runs the chain.
 */
public interface PacketContext {
  /** Says which rule asks from now on, so that its table's sets are found and doubts name it. */
  void at(Table table, Rule rule);

  /** The packet as it is now. */
  Packet packet();

  /** The hook whose chains are asked. */
  Hook hook();

  /** A metadata value. */
  Value meta(MetaKey key);

  /** A connection tracking value. */
  Value ct(CtKey key, Optional<CtKey.Direction> direction);

  /** The answer of the routing tables. */
  Value fib(FibQuery query);

  /** A property of the packet's route. */
  Value route(Expression.Route.Key key);

  /** Whether the packet's IPv4 identification, or IPv6 flow label, can't be foretold. */
  default boolean hasRandomId() {
    return false;
  }

  /** Bits of the link-layer header; absent where the packet has none yet. */
  Value linkHeader(int bitOffset, int width);

  /** The elements of a named set or map of the table whose chain runs; empty if it isn't known. */
  Optional<ElementSet> set(String name);

  /** An ipset by its name; empty if it isn't known. */
  Optional<IpSet> ipset(String name);

  /** A stateful object of the table; empty if it isn't known. */
  Optional<StatefulObject> object(StatefulObject.Kind kind, String name);

  /**
   * Whether the source address has a route back: iptables' {@code rpfilter} match
   * (net/ipv4/netfilter/ipt_rpfilter.c, net/ipv6/netfilter/ip6t_rpfilter.c).
   */
  Truth reversePath(XtMatch.ReversePath match);

  /** Settles a doubt for this run: which of the two ways is followed now. */
  boolean decide(Doubt doubt);

  /** Writes a metadata value. */
  void setMeta(MetaKey key, Bits value);

  /** From now on, the packet's traffic class is not known. */
  default void loseClass(Doubt doubt) {}

  /** Writes a connection tracking value; nothing where the packet has no connection. */
  void setCt(CtKey key, Bits value);

  /** Puts another packet in the place of this one: a header field was rewritten. */
  void replacePacket(Packet packet);

  /** Takes the packet out of connection tracking if it isn't in it yet. */
  void notrack();

  /** Readies a connection for the packet if it has none yet. */
  default void readyConnection() {}

  /**
   * Readies a connection of another zone.
   *
   * @param direction the one that is to be in it; both, if empty
   */
  default void setZone(Optional<CtKey.Direction> direction, Bits id) {
    readyConnection();
  }

  /** Sends back what a reject says and returns the verdict. */
  Verdict reject(Statement.Reject reject);

  /**
   * Drops the packet and tells its sender of a wrong field (ICMPV6_PARAMPROB, ICMPV6_HDR_FIELD).
   *
   * @param offset where the field stands behind the start of the packet, bytes
   */
  Verdict parameterProblem(int offset);

  /**
   * All of the packet is copied to one place to be written: the fragments that it came in are not
   * told apart any more (skb_ensure_writable).
   */
  default void joinPieces() {}

  /** Whether this is a copy of what this machine itself sent to a group (dev_loopback_xmit). */
  default boolean isOwnCopy() {
    return false;
  }

  /** Sets up address translation for the connection and returns the verdict. */
  Verdict translate(Statement.Nat nat);

  /**
   * Sends a copy elsewhere.
   *
   * @param gateway whom it goes to; empty where it leaves as it is
   * @param device the interface that it leaves by; empty where the routes say
   */
  default void duplicate(Optional<IpAddress> gateway, Optional<String> device) {}

  /**
   * Hands the packet to another interface.
   *
   * @param neighbour whom it goes to; empty where it leaves as it is
   */
  default Verdict passOn(Optional<IpAddress> neighbour, String device) {
    return Verdict.Simple.STOLEN;
  }

  /** Adds an element to a named set, or updates or removes it. */
  void updateSet(Statement.SetUpdate update, List<Bits> key);

  /** Adds an entry to an ipset or removes it. */
  void updateIpset(Statement.IpsetUpdate update);
}
