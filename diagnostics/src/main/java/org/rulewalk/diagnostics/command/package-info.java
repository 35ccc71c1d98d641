/**
 * Commands carried out on the model, never for real: iptables, nft, ipset, ip, sysctl, conntrack,
 * with the tools' own semantics, messages and exit statuses (iptables 1.8.9, nftables 1.0.6,
 * iproute2 6.1).
 *
 * <p>Start with {@link org.rulewalk.diagnostics.command.Tools}. What a shell makes of a script is
 * in {@code diagnostics.script}.
 */
package org.rulewalk.diagnostics.command;
