package org.rulewalk.simulator.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.MacAddress;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/**
 * A network interface.
 *
 * @param index the kernel's number for it
 * @param up whether it is administratively up
 * @param carrier whether the link below is connected, as far as the capture tells
 * @param mtuBytes largest IP packet that it takes
 * @param group interface group, 0 is "default"
 * @param kind veth, bridge, vlan …; empty for hardware
 * @param type ARPHRD number: 1 Ethernet, 772 loopback
 * @param master the bridge or bond that it is part of
 * @param addresses in the order the kernel lists them, which decides the source address
 */
public record Interface(
    String name,
    int index,
    boolean up,
    boolean carrier,
    int mtuBytes,
    long group,
    String kind,
    int type,
    Optional<MacAddress> mac,
    Optional<String> master,
    List<Address> addresses,
    Source source) {
  /** ARPHRD_ETHER. */
  public static final int TYPE_ETHERNET = 1;

  /** ARPHRD_LOOPBACK. */
  public static final int TYPE_LOOPBACK = 772;

  /** Keeps a copy. */
  public Interface {
    addresses = List.copyOf(addresses);
  }

  /**
   * An address of an interface.
   *
   * @param prefix address and length of its subnet
   * @param peer the far end's address where the near and far end differ
   * @param broadcast the subnet's broadcast address where one is set
   * @param scope how far the address may be used
   * @param secondary whether another address of the same subnet comes first
   * @param usable whether it can be used: not tentative, not a failed duplicate, not deprecated
   */
  public record Address(
      Prefix prefix,
      Optional<Prefix> peer,
      Optional<IpAddress> broadcast,
      Scope scope,
      boolean secondary,
      boolean usable) {}

  /** Scopes of addresses and routes, widest first. */
  public enum Scope {
    /** Valid everywhere. */
    GLOBAL,
    /** Within a site (IPv6, deprecated). */
    SITE,
    /** On this link. */
    LINK,
    /** Within this machine. */
    HOST,
    /** Nowhere: the destination does not exist. */
    NOWHERE
  }

  /** Whether this is the loopback interface. */
  public boolean isLoopback() {
    return type == TYPE_LOOPBACK || name.equals("lo");
  }

  /** Whether it holds this address. */
  public boolean has(IpAddress address) {
    for (Address own : addresses) {
      if (own.prefix().address().equals(address)) {
        return true;
      }
    }
    return false;
  }

  /** Its addresses of one version. */
  public List<Address> addresses(IpVersion version) {
    List<Address> same = new ArrayList<>(addresses.size());
    for (Address address : addresses) {
      if (address.prefix().version() == version) {
        same.add(address);
      }
    }
    return same;
  }

  /** The same with other addresses. */
  public Interface with(List<Address> other) {
    return new Interface(
        name, index, up, carrier, mtuBytes, group, kind, type, mac, master, other, source);
  }

  /** The same, switched on or off. */
  public Interface switched(boolean on) {
    return new Interface(
        name, index, on, on, mtuBytes, group, kind, type, mac, master, addresses, source);
  }

  /** The same with another Ethernet address. */
  public Interface with(MacAddress other) {
    return new Interface(
        name,
        index,
        up,
        carrier,
        mtuBytes,
        group,
        kind,
        type,
        Optional.of(other),
        master,
        addresses,
        source);
  }

  /** The same with another largest packet and group. */
  public Interface with(int otherMtuBytes, long otherGroup) {
    return new Interface(
        name,
        index,
        up,
        carrier,
        otherMtuBytes,
        otherGroup,
        kind,
        type,
        mac,
        master,
        addresses,
        source);
  }
}
