/**
 * A port forwarded from outside to a VM, hop by hop: which of the needed rules are there, which are
 * missing, wrong or without effect. Start with {@link
 * org.rulewalk.diagnostics.forwarding.PortForward}.
 */
package org.rulewalk.diagnostics.forwarding;
