package org.rulewalk.diagnostics.why;

import java.util.Optional;
import org.rulewalk.diagnostics.dom0.Dom0Rules;
import org.rulewalk.diagnostics.insight.Surroundings;
import org.rulewalk.diagnostics.startup.Persisted;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/**
 * What the journals of a capture know of the firewall service, asked only where it matters, and
 * what else it tells beside its network.
 */
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

  /** The name that could not be resolved, where that is why a client's rules were discarded. */
  default Optional<String> unresolved(String machine, IpAddress client) {
    return Optional.empty();
  }

  /** The journal that the capture lacks of a machine, by its path; empty if it has one. */
  default Optional<String> missingJournal(String machine) {
    return Optional.empty();
  }

  /** What the capture tells beside its network. */
  default Surroundings surroundings() {
    return Surroundings.NONE;
  }

  /** What a machine's start scripts would add to its rules. */
  default Persisted persisted(Machine machine) {
    return Persisted.NONE;
  }

  /** The message that says why the rules of a client were discarded and its traffic blocked. */
  Optional<Source> rulesDiscarded(String machine, IpAddress client);
}
