package org.rulewalk.diagnostics.why;

import java.util.Optional;
import org.rulewalk.diagnostics.dom0.Dom0Rules;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/** What the journals of a capture know of the firewall service; asked only where it matters. */
public interface Evidence {
  /** No journal. */
  Evidence NONE =
      new Evidence() {
        @Override
        public Optional<Source> serviceFailed(String machine) {
          return Optional.empty();
        }

        @Override
        public Optional<Source> rulesDiscarded(String machine, IpAddress client) {
          return Optional.empty();
        }
      };

  /** The message that says why a machine's firewall service ended before it made VMs' rules. */
  Optional<Source> serviceFailed(String machine);

  /** dom0's firewall rules of VMs, and how they stand. */
  default Dom0Rules dom0() {
    return Dom0Rules.NONE;
  }

  /** The message that says why the rules of a client were discarded and its traffic blocked. */
  Optional<Source> rulesDiscarded(String machine, IpAddress client);
}
