/**
 * What rules name: chains, sets, objects, ipsets, interfaces, ports. It says nothing of whether a
 * packet gets to a rule. All of it goes through rules by {@link
 * org.rulewalk.simulator.rules.Parts}.
 */
package org.rulewalk.diagnostics.usage;
