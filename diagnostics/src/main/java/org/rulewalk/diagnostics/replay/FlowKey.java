package org.rulewalk.diagnostics.replay;

import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;

/**
 * What packets between two hosts about one service have in common.
 *
 * @param service destination port, ICMP type × 256 + code, or 0
 */
public record FlowKey(IpAddress source, IpAddress destination, int protocol, int service) {
  static FlowKey of(Packet packet) {
    int service =
        packet.isIcmp() ? packet.icmpType() << 8 | packet.icmpCode() : packet.destinationPort();
    return new FlowKey(packet.source(), packet.destination(), packet.protocol(), service);
  }

  private boolean isIcmp() {
    return protocol == Protocol.ICMP || protocol == Protocol.ICMPV6;
  }

  /** The service as {@code why} takes it: {@code tcp/443}, {@code ping}, {@code icmp/3/4}. */
  public String serviceWord() {
    switch (protocol) {
      case Protocol.TCP:
        return "tcp/" + service;
      case Protocol.UDP:
        return "udp/" + service;
      case Protocol.ICMP:
      case Protocol.ICMPV6:
        int type = service >>> 8;
        return type == 8 || type == 128 ? "ping" : "icmp/" + type + "/" + (service & 0xff);
      default:
        return "proto/" + Math.max(0, protocol);
    }
  }

  /** Whether {@code why} can be asked about it: errors and answers to pings start nothing. */
  public boolean canBeAsked() {
    return !isIcmp() || serviceWord().equals("ping");
  }

  @Override
  public String toString() {
    return source + " → " + destination + " " + serviceWord();
  }
}
