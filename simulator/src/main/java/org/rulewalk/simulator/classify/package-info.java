/**
 * Finds the first of many boxes that holds a key: the core of matching, which knows nothing of
 * rules. Start with {@link org.rulewalk.simulator.classify.Classifier}.
 */
package org.rulewalk.simulator.classify;
