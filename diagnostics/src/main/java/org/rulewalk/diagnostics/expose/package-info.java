/**
 * What is needed on each machine so that a service of a VM can be reached from outside, checked on
 * the model: the firewall document's "Port forwarding to a PedOS VM from the outside world".
 *
 * <p>Start with {@link org.rulewalk.diagnostics.expose.Exposing}. {@code Way} finds the machines
 * between, {@code Planner} the rules that each needs, {@code Edits} writes them so that running
 * them twice changes nothing, {@code Checks} tries all of it.
 */
package org.rulewalk.diagnostics.expose;
