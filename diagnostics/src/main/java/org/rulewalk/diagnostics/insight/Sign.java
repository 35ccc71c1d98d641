package org.rulewalk.diagnostics.insight;

import org.rulewalk.simulator.value.Source;

/**
 * One thing that shows that a VM's connection to its provider is not the one of now.
 *
 * @param machine where it shows
 * @param device the interface that it is about; empty if it is about none
 * @param other an interface or number that it has instead; empty if none
 * @param stops whether it alone stops packets; others only show what happened
 */
public record Sign(
    Kind kind, String machine, String device, String other, boolean stops, Source source) {
  /** Kinds of sign. */
  public enum Kind {
    /** The provider has no interface for the VM. */
    NO_VIF,
    /** The provider's interface for the VM is down. */
    VIF_DOWN,
    /** The provider has no route to the VM by its interface. */
    NO_ROUTE,
    /** The provider lets nobody in by the VM's interface. */
    NOT_ALLOWED,
    /** The provider lets the VM in by another interface, one of before. */
    ALLOWED_AT_OLD_VIF,
    /** Two interfaces of the provider have a route to the VM: one is of before. */
    TWO_ROUTES,
    /** The VM's uplink is down. */
    UPLINK_DOWN,
    /** The VM has no default route. */
    NO_DEFAULT_ROUTE,
    /** The VM's domain has another number than its interface. */
    OTHER_DOMAIN
  }
}
