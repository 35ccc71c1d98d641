/**
 * What a machine tells of itself beside interfaces and rules: kernel settings, sockets, tracked
 * connections.
 *
 * <p>Start with {@link org.rulewalk.parsers.host.SysctlListing}. Forms: procps' sysctl, iproute2's
 * ss, net-tools' netstat, conntrack-tools' conntrack.
 */
package org.rulewalk.parsers.host;
