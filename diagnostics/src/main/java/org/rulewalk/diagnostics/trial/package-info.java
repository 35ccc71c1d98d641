/**
 * Single packets sent through the simulator to show that something is so: a first packet, where it
 * goes, and what becomes of its answer. Nothing here decides what is wrong. Start with {@link
 * org.rulewalk.diagnostics.trial.Exchange}.
 */
package org.rulewalk.diagnostics.trial;
