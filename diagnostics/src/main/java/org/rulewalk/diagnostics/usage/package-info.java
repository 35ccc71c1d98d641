/**
 * What rules name: chains, sets, objects, ipsets, interfaces, ports. It says nothing of whether a
 * packet gets to a rule. Start with {@link org.rulewalk.diagnostics.usage.Parts}, which goes
 * through the parts of a rule.
 */
package org.rulewalk.diagnostics.usage;
