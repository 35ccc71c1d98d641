package org.rulewalk.diagnostics.question;

/**
 * How it is asked, beside who, whom and what.
 *
 * @param sizeBytes the length of an IP packet that has to get through in both directions; 0 for
 *     small ones alone
 * @param dontFragment whether that packet must not be taken apart (IPv4's DF)
 * @param open whether it is about a connection that is open already, and not about a new one
 */
public record Manner(int sizeBytes, boolean dontFragment, boolean open) {
  /** A new connection, small packets. */
  public static final Manner PLAIN = new Manner(0, false, false);

  /** The smallest size that holds every header that is sent. */
  public static final int SMALLEST = 68;

  /** The largest IP packet. */
  public static final int LARGEST = 65535;

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if no packet has it
   */
  public Manner {
    if (sizeBytes != 0 && (sizeBytes < SMALLEST || sizeBytes > LARGEST)) {
      throw new IllegalArgumentException(
          "a packet of "
              + sizeBytes
              + " bytes: from "
              + SMALLEST
              + " to "
              + LARGEST
              + " is possible");
    }
  }
}
