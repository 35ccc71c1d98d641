package org.rulewalk.diagnostics.dom0;

import java.util.Optional;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.simulator.value.Source;

/**
 * What in dom0 a generated rule comes from.
 *
 * @param vm whose rules
 * @param rule the rule of the list; empty for what stands behind or beside it
 * @param source where it stands
 * @param words what it says
 */
public record Origin(
    String vm, Part part, Optional<FirewallRule> rule, Source source, String words) {
  /** Which part of a VM's firewall settings. */
  public enum Part {
    /** A rule of the list. */
    RULE,
    /** The end of release 4's list: what no rule names is rejected. */
    END,
    /** Release 3's word on DNS. */
    DNS,
    /** Release 3's word on ICMP. */
    ICMP,
    /** Release 3's word on the proxy for updates. */
    UPDATES,
    /** Release 3's word on all that is not listed. */
    POLICY
  }
}
