/**
 * Shell scripts carried out on the model: what {@code rc.local} or {@code
 * PedOS-firewall-user-script} would make of a machine's rules. Nothing is run for real; whatever
 * can't be known is listed with its place, and what depends on it is marked as not certain.
 *
 * <p>Start with {@link org.rulewalk.diagnostics.script.ScriptRunner}. The trees come from {@code
 * parsers.shell}, the tools from {@code diagnostics.command}.
 */
package org.rulewalk.diagnostics.script;
