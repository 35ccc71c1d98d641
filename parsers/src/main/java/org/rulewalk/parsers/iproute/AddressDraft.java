package org.rulewalk.parsers.iproute;

import java.util.Optional;
import org.rulewalk.simulator.network.Interface.Address;
import org.rulewalk.simulator.network.Interface.Scope;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Prefix;

/** An address while its line or object is read. */
final class AddressDraft {
  private final Prefix own;
  Optional<Prefix> peer = Optional.empty();
  Optional<IpAddress> broadcast = Optional.empty();
  Scope scope = Scope.GLOBAL;
  private boolean secondary;
  private boolean usable = true;

  AddressDraft(Prefix own) {
    this.own = own;
  }

  /** A flag as iproute2 prints it; those that change nothing here are passed over. */
  void flag(String word) {
    switch (word) {
      case "secondary":
        secondary = true;
        break;
      case "tentative":
      case "dadfailed":
      case "deprecated":
        usable = false;
        break;
      case "optimistic":
        usable = true;
        break;
      default:
        break;
    }
  }

  Address finished() {
    return new Address(own, peer, broadcast, scope, secondary, usable);
  }
}
