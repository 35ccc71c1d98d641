package org.rulewalk.simulator.value;

import java.util.Optional;

/**
 * A block of addresses that share their first bits.
 *
 * @param address any address of the block; bits behind the prefix are kept as they were written
 * @param length how many leading bits are fixed
 */
public record Prefix(IpAddress address, int length) {
  /** Checks that the length fits the version. */
  public Prefix {
    if (length < 0 || length > address.version().addressBits()) {
      throw new IllegalArgumentException("prefix length " + length + " does not fit " + address);
    }
  }

  /** Reads {@code address} or {@code address/length}; empty if the text is neither. */
  public static Optional<Prefix> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return IpAddress.parse(text).map(IpAddress::toPrefix);
    }
    String digits = text.substring(slash + 1);
    if (digits.isEmpty()
        || digits.length() > 3
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    int length = Integer.parseInt(digits);
    return IpAddress.parse(text.substring(0, slash))
        .filter(address -> length <= address.version().addressBits())
        .map(address -> new Prefix(address, length));
  }

  /**
   * Reads a prefix that is known to be one.
   *
   * @throws IllegalArgumentException if the text is no prefix
   */
  public static Prefix of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("not a prefix: " + text));
  }

  /** Every address of this version. */
  public static Prefix all(IpVersion version) {
    return new Prefix(IpAddress.any(version), 0);
  }

  /** IPv4 or IPv6. */
  public IpVersion version() {
    return address.version();
  }

  /** The bits that are fixed. */
  public Bits mask() {
    return Bits.prefixMask(length, version().addressBits());
  }

  /** Whether the address is in the block; never for the other version. */
  public boolean contains(IpAddress other) {
    return other.version() == version() && address.value().xor(other.value()).and(mask()).isZero();
  }

  /** Whether every address of the other block is in this one. */
  public boolean contains(Prefix other) {
    return length <= other.length && contains(other.address);
  }

  /** The block's lowest address. */
  public IpAddress first() {
    return new IpAddress(version(), address.value().and(mask()));
  }

  /** The block's highest address: the directed broadcast of an IPv4 subnet. */
  public IpAddress last() {
    Bits host = Bits.ones(version().addressBits() - length);
    return new IpAddress(version(), address.value().or(host));
  }

  /** Whether the block holds one address. */
  public boolean isSingle() {
    return length == version().addressBits();
  }

  /** {@code address/length}, or the address alone where the block holds just one. */
  @Override
  public String toString() {
    return isSingle() ? address.toString() : address + "/" + length;
  }
}
