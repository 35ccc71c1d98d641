package org.rulewalk.simulator.packet;

/** Bits of the TCP flags byte, RFC 9293 and RFC 3168. */
public final class TcpFlags {
  /** No more data from the sender. */
  public static final int FIN = 0x01;

  /** Synchronize sequence numbers. */
  public static final int SYN = 0x02;

  /** Reset the connection. */
  public static final int RST = 0x04;

  /** Push. */
  public static final int PSH = 0x08;

  /** The acknowledgement field counts. */
  public static final int ACK = 0x10;

  /** The urgent pointer counts. */
  public static final int URG = 0x20;

  /** ECN echo. */
  public static final int ECE = 0x40;

  /** Congestion window reduced. */
  public static final int CWR = 0x80;

  private TcpFlags() {}
}
