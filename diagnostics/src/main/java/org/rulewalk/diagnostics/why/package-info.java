/**
 * Why a packet does not arrive: every blocker in order, the rule that came closest, what the answer
 * depends on, and commands that change it. Facts only; words are made in {@link
 * org.rulewalk.diagnostics.text} and {@link org.rulewalk.diagnostics.json}.
 *
 * <p>Start with {@link org.rulewalk.diagnostics.why.Investigation}.
 */
package org.rulewalk.diagnostics.why;
