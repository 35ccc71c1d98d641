/**
 * What happened to a packet: facts in order, without words.
 *
 * <p>Start with {@link org.rulewalk.simulator.trace.Trace}. Renderers and the search for causes
 * read these records; nothing here decides anything.
 */
package org.rulewalk.simulator.trace;
