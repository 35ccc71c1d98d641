package org.rulewalk.simulator.region;

import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;

/** What may differ between the packets of a region. */
public enum Field {
  /** The address that asks. */
  SOURCE,
  /** The address that is asked. */
  DESTINATION,
  /** The TCP or UDP port that is asked. */
  PORT;

  /** Bits of its values. */
  public int width(IpVersion version) {
    return this == PORT ? 16 : version.addressBits();
  }

  /** All its values. */
  public Intervals all(IpVersion version) {
    return Intervals.of(Bits.ZERO, Bits.ones(width(version)));
  }
}
