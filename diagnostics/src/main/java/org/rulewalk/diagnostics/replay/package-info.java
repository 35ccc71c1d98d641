/**
 * Recorded traffic through the modelled rules: what they did to it, what they counted, and where
 * the recording says otherwise.
 *
 * <p>Start with {@link org.rulewalk.diagnostics.replay.Replay}. Reads no files itself ({@code
 * parsers.recording} does) and prints nothing.
 */
package org.rulewalk.diagnostics.replay;
