package org.rulewalk.simulator.value;

/** IPv4 or IPv6. */
public enum IpVersion {
  /** Internet Protocol version 4, RFC 791. */
  IPV4(32, 20, 0x0800),
  /** Internet Protocol version 6, RFC 8200. */
  IPV6(128, 40, 0x86dd);

  private final int addressBits;
  private final int headerBytes;
  private final int etherType;

  IpVersion(int addressBits, int headerBytes, int etherType) {
    this.addressBits = addressBits;
    this.headerBytes = headerBytes;
    this.etherType = etherType;
  }

  /** Width of an address in bits. */
  public int addressBits() {
    return addressBits;
  }

  /** Size in bytes of the header without options or extension headers. */
  public int headerBytes() {
    return headerBytes;
  }

  /** The EtherType that announces this version. */
  public int etherType() {
    return etherType;
  }
}
