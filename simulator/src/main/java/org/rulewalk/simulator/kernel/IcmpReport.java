package org.rulewalk.simulator.kernel;

import java.util.Optional;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.trace.ConnectResult;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What a program is told when an ICMP error about its packet comes in (icmp_err_convert in
 * net/ipv4/icmp.c, icmpv6_err_convert in net/ipv6/icmp.c; ping's own words).
 */
record IcmpReport(int protocol, Packet error) {
  /** Empty where it is told nothing, or goes on waiting. */
  Optional<ConnectResult> result() {
    return error.version() == IpVersion.IPV4 ? ofIpv4() : ofIpv6();
  }

  private boolean isPing() {
    return protocol == Protocol.ICMP || protocol == Protocol.ICMPV6;
  }

  private Optional<ConnectResult> ofIpv4() {
    int type = error.icmpType();
    int code = error.icmpCode();
    if (type == IcmpErrors.TIME_EXCEEDED) {
      return Optional.of(ConnectResult.UNREACHABLE);
    }
    if (type != IcmpErrors.UNREACHABLE || code == 4) {
      return Optional.empty();
    }
    return Optional.of(code == 3 && !isPing() ? ConnectResult.REFUSED : ConnectResult.UNREACHABLE);
  }

  private Optional<ConnectResult> ofIpv6() {
    int type = error.icmpType();
    int code = error.icmpCode();
    if (type == IcmpErrors.TIME_EXCEEDED6) {
      return protocol == Protocol.TCP ? Optional.of(ConnectResult.UNREACHABLE) : Optional.empty();
    }
    if (type != IcmpErrors.UNREACHABLE6) {
      return Optional.empty();
    }
    if (isPing()) {
      return Optional.of(ConnectResult.UNREACHABLE);
    }
    if (code == 4) {
      return Optional.of(ConnectResult.REFUSED);
    }
    // without being asked to, UDP reports only what is final
    boolean isFinal = code == 1 || code == 5 || code == 6;
    return protocol == Protocol.TCP || isFinal
        ? Optional.of(ConnectResult.UNREACHABLE)
        : Optional.empty();
  }
}
