/**
 * One model for the rules of iptables, ip6tables, iptables-legacy and nftables, and what each of
 * them means for a packet.
 *
 * <p>A {@link org.rulewalk.simulator.rules.Ruleset} holds tables, chains and rules; a rule is a
 * list of {@link org.rulewalk.simulator.rules.Statement}s; a {@link
 * org.rulewalk.simulator.rules.Match} compares an {@link org.rulewalk.simulator.rules.Expression}
 * with a value, a range or a set. Each of these evaluates itself against a {@link
 * org.rulewalk.simulator.rules.PacketContext}; {@link org.rulewalk.simulator.rules.ChainWalk} walks
 * a base chain (kernel: nft_do_chain in net/netfilter/nf_tables_core.c).
 *
 * <p>Not here: the order of hooks, routing, connection tracking and what NAT does to a packet; they
 * are asked through the context.
 */
package org.rulewalk.simulator.rules;
