/**
 * One machine's part of a packet's way, whatever happens before and behind it: what each chain of a
 * hook decides, and how far rules that were meant for a packet are from matching it.
 */
package org.rulewalk.diagnostics.hops;
