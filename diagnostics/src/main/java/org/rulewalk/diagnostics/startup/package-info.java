/**
 * What the scripts of {@code /rw/config} make of a machine when it starts: which of them run at all
 * (QubesOS/qubes-core-agent-linux, vm-systemd/misc-post.sh and qubesagent/firewall.py), which rules
 * they bring back, and what in them can't do what it is meant to.
 *
 * <p>Start with {@link org.rulewalk.diagnostics.startup.Start}. Facts only: the sentences are in
 * {@code diagnostics.audit}.
 */
package org.rulewalk.diagnostics.startup;
