/**
 * Who provides whom with the network in a PedOS capture, which VMs run the firewall and which a
 * service, and which rules PedOS makes by itself. Start with {@link
 * org.rulewalk.diagnostics.topology.Topology}. It says nothing about packets.
 */
package org.rulewalk.diagnostics.topology;
