/**
 * Text with places in it, and what is said about text that can't be read.
 *
 * <p>Every parser reads a {@link org.rulewalk.parsers.source.SourceText} and reports to a {@link
 * org.rulewalk.parsers.source.Problems}; none throws for bad input.
 */
package org.rulewalk.parsers.source;
