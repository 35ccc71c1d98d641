package org.rulewalk.diagnostics.dom0;

import java.util.Optional;

/**
 * What in dom0 is behind a rule or policy that decided about a VM's packet.
 *
 * @param standing how the VM's rules stand
 * @param origin the rule of dom0 that the deciding one was made from; empty if it was made from
 *     none
 */
public record Behind(Standing standing, Optional<Origin> origin) {
  /** The rule's number as {@code qvm-firewall} counts; empty for the end of the list. */
  public Optional<Integer> number() {
    return origin.flatMap(Origin::rule).flatMap(standing::number);
  }
}
