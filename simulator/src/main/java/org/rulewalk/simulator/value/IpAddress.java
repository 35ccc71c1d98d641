package org.rulewalk.simulator.value;

import java.util.Optional;

/**
 * An IPv4 or IPv6 address.
 *
 * @param version which of the two
 * @param value the address as a number: 192.0.2.1 is 0xc0000201
 */
public record IpAddress(IpVersion version, Bits value) implements Comparable<IpAddress> {
  /** 0.0.0.0. */
  public static final IpAddress ANY4 = ofIpv4(0);

  private static final IpAddress ANY6 = ofIpv6(Bits.ZERO);

  /** The IPv4 address with these 32 bits. */
  public static IpAddress ofIpv4(int value) {
    return new IpAddress(IpVersion.IPV4, Bits.of(value & 0xffffffffL));
  }

  /** The IPv6 address with these 128 bits. */
  public static IpAddress ofIpv6(Bits value) {
    return new IpAddress(IpVersion.IPV6, value);
  }

  /** The address of this version whose bytes start at {@code offset}. */
  public static IpAddress ofBytes(IpVersion version, byte[] bytes, int offset) {
    return new IpAddress(version, Bits.ofBytes(bytes, offset, version.addressBits() / 8));
  }

  /**
   * Reads an address as people write it. Four decimal bytes for IPv4 (no octal, no short forms),
   * RFC 4291 text for IPv6, without zone.
   *
   * @return empty if the text is no address; a host name is never looked up
   */
  public static Optional<IpAddress> parse(String text) {
    return text.indexOf(':') >= 0
        ? AddressText.ipv6(text).map(IpAddress::ofIpv6)
        : AddressText.ipv4(text).map(value -> new IpAddress(IpVersion.IPV4, value));
  }

  /**
   * Reads an address that is known to be one.
   *
   * @throws IllegalArgumentException if the text is no address
   */
  public static IpAddress of(String text) {
    return parse(text)
        .orElseThrow(() -> new IllegalArgumentException("not an IP address: " + text));
  }

  /** The unspecified address, 0.0.0.0 or ::. */
  public static IpAddress any(IpVersion version) {
    return version == IpVersion.IPV4 ? ANY4 : ANY6;
  }

  /** Whether this is 0.0.0.0 or ::. */
  public boolean isAny() {
    return value.isZero();
  }

  /** 224.0.0.0/4 or ff00::/8. */
  public boolean isMulticast() {
    return version == IpVersion.IPV4 ? value.low() >>> 28 == 0xe : value.high() >>> 56 == 0xff;
  }

  /** 127.0.0.0/8 or ::1. */
  public boolean isLoopback() {
    return version == IpVersion.IPV4
        ? value.low() >>> 24 == 127
        : value.high() == 0 && value.low() == 1;
  }

  /** 169.254.0.0/16 or fe80::/10. */
  public boolean isLinkLocal() {
    return version == IpVersion.IPV4 ? value.low() >>> 16 == 0xa9fe : value.high() >>> 54 == 0x3fa;
  }

  /** The address in network byte order, 4 or 16 bytes. */
  public byte[] toBytes() {
    return value.toBytes(version.addressBits() / 8);
  }

  /** The prefix that holds this address alone. */
  public Prefix toPrefix() {
    return new Prefix(this, version.addressBits());
  }

  // compared for every packet, also before the JVM has compiled anything: written out
  @Override
  public boolean equals(Object other) {
    return other instanceof IpAddress
        && version == ((IpAddress) other).version
        && value.equals(((IpAddress) other).value);
  }

  @Override
  public int hashCode() {
    return 31 * value.hashCode() + version.ordinal();
  }

  @Override
  public int compareTo(IpAddress other) {
    int byVersion = version.compareTo(other.version);
    return byVersion != 0 ? byVersion : value.compareTo(other.value);
  }

  /** Canonical text: dotted decimal, or RFC 5952. */
  @Override
  public String toString() {
    return version == IpVersion.IPV4 ? AddressText.ipv4(value.toInt()) : AddressText.ipv6(value);
  }
}
