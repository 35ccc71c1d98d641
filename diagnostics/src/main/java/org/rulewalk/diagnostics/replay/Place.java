package org.rulewalk.diagnostics.replay;

/**
 * An interface of a machine.
 *
 * @param number its own, so that it can be a part of keys
 */
record Place(String machine, String device, int number) {}
