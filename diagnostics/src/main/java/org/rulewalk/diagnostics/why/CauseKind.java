package org.rulewalk.diagnostics.why;

import java.util.Locale;

/** What sort of thing stops a packet. */
public enum CauseKind {
  RULE,
  POLICY,
  NO_ROUTE,
  BLACKHOLE,
  NOT_FORWARDING,
  RP_FILTER,
  MARTIAN,
  TTL,
  NO_LISTENER,
  LISTENS_ELSEWHERE,
  LINK_DOWN,
  NO_NEIGHBOUR,
  NO_NAT,
  NAT_FAILED,
  NOTRACK,
  QREXEC_POLICY,
  NOT_RUNNING,
  STALE_NETVM,
  FIREWALL_SERVICE_FAILED,
  UNKNOWN_DESTINATION,
  MTU;

  /** The word of the JSON contract. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
