/**
 * The command line. Start with {@link org.rulewalk.diagnostics.cli.Rulewalk}; each command is a
 * class of its own. Only this package prints.
 */
package org.rulewalk.diagnostics.cli;
