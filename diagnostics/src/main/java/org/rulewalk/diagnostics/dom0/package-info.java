/**
 * What dom0's firewall rules of a VM should have become in the VM that provides its network, and
 * what they became: the agent's rules are written as it writes them, read by our own parsers, and
 * compared with the captured chain. Start with {@link org.rulewalk.diagnostics.dom0.Dom0Rules}.
 *
 * <p>Sources: qubes-core-agent-linux, qubesagent/firewall.py; qubes-core-admin, qubes/firewall.py,
 * qubes/ext/r3compatibility.py, and core-modules/006QubesProxyVm.py of release3.2.
 */
package org.rulewalk.diagnostics.dom0;
