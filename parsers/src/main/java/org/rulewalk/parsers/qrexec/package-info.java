/**
 * The qrexec policy of dom0, and what it asks of VMs: which files count and in which order, what
 * each line says, what is wrong with it. Not whether a call is allowed: that is {@code
 * diagnostics.qrexec}.
 *
 * <p>Start with {@link org.rulewalk.parsers.qrexec.PolicyReader}. Sources: qubes-core-qrexec {@code
 * qrexec/policy/parser.py} and {@code parser_compat.py} (R4.1 and later), qubes-core-admin
 * release4.0 {@code qubespolicy/__init__.py}.
 */
package org.rulewalk.parsers.qrexec;
