/**
 * iptables' own language: what {@code iptables-save} and its relatives print, and what {@code
 * iptables-restore} takes (man 8 iptables-save, man 8 iptables-extensions).
 *
 * <p>Start with {@link org.rulewalk.parsers.iptables.IptablesSaveParser}. What an extension means
 * is in {@code Matches} and {@code Targets}, one entry a name.
 */
package org.rulewalk.parsers.iptables;
