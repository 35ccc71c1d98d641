/**
 * Whether one VM may open a TCP connection to another by PedOS.ConnectTCP, where it lands, and
 * whether something listens there.
 *
 * <p>Start with {@link org.rulewalk.diagnostics.qrexec.Inquiry}. No firewall between the VMs is
 * asked on this way: dom0's policy decides, and in the called VM qrexec itself connects to
 * 127.0.0.1 (qubes-core-agent-linux {@code network/qvm-connect-tcp}, {@code qubes-rpc/Makefile};
 * qubes-core-qrexec {@code qrexec/policy/parser.py}).
 */
package org.rulewalk.diagnostics.qrexec;
