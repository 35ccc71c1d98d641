package org.rulewalk.diagnostics.whatif;

import org.rulewalk.parsers.source.SourceText;

/**
 * Something to carry out on a machine.
 *
 * @param text a command line or a script, with the name that its places go by
 * @param script whether it is a whole script
 */
public record Order(String machine, SourceText text, boolean script) {}
