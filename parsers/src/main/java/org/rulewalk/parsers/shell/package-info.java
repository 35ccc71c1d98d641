/**
 * Shell scripts as trees, as far as the small scripts of a firewall need them (POSIX 1003.1,
 * chapter 2, Shell Command Language). Nothing is run here, and nothing of a capture is ever run.
 *
 * <p>Start with {@link org.rulewalk.parsers.shell.ScriptReader}. What a tree means is decided
 * elsewhere; what can't be read is a {@link org.rulewalk.parsers.shell.Node.NotUnderstood} with its
 * place.
 */
package org.rulewalk.parsers.shell;
