/**
 * What the journals of a capture say about its firewalls: which messages are known and what they
 * name, and the packets that log rules have shown, traced again. Facts only; words are made in
 * {@link org.rulewalk.diagnostics.text} and {@link org.rulewalk.diagnostics.json}.
 *
 * <p>Start with {@link org.rulewalk.diagnostics.journal.Digest}; {@link
 * org.rulewalk.diagnostics.journal.Message} is the list of known messages.
 */
package org.rulewalk.diagnostics.journal;
