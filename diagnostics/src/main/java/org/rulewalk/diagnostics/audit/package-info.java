/**
 * What is wrong, or will be, in a capture without any question about a packet: each {@link
 * org.rulewalk.diagnostics.audit.Check} looks for one sort of thing and tells it as {@link
 * org.rulewalk.diagnostics.audit.Finding}s; {@link org.rulewalk.diagnostics.audit.Audit} runs all
 * of them. It does not say whether A reaches B: {@code why} does.
 */
package org.rulewalk.diagnostics.audit;
