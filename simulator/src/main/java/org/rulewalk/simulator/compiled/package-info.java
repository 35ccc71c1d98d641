/**
 * Chains of rules in a form in which the rules that can match a packet are found at once. It gives
 * the same steps and verdicts as {@link org.rulewalk.simulator.rules.ChainWalk}, which stays the
 * judge. Start with {@link org.rulewalk.simulator.compiled.CompiledTable}.
 */
package org.rulewalk.simulator.compiled;
