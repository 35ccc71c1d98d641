/**
 * What would be if: commands and scripts carried out on the model of a capture, what they change,
 * and the answers before and after.
 *
 * <p>Start with {@link org.rulewalk.diagnostics.whatif.WhatIf}. How a command works is in {@code
 * diagnostics.command}, a shell in {@code diagnostics.script}, questions in {@code
 * diagnostics.why}.
 */
package org.rulewalk.diagnostics.whatif;
