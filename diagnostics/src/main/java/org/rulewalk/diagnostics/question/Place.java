package org.rulewalk.diagnostics.question;

import java.util.Optional;
import org.rulewalk.simulator.value.IpAddress;

/**
 * One end of a question.
 *
 * @param machine the machine there; empty for an address that no known machine holds
 * @param device the interface that the user named
 * @param address the address there; empty for the asking end where routing picks it
 */
public record Place(
    Optional<String> machine, Optional<String> device, Optional<IpAddress> address) {
  /** The machine's name, or the address. */
  public String shown() {
    return machine.orElseGet(() -> address.map(Object::toString).orElse("?"));
  }
}
