/**
 * Which other packets would have gone the same way: a run of the simulator, widened from one packet
 * to all that pass every test of that run with the same outcome. Start with {@link
 * org.rulewalk.simulator.region.Widening}.
 *
 * <p>Nothing here decides about packets. Tests are asked again by the one evaluator of {@code
 * rules}, at one value of each stretch between the numbers that the test compares with.
 */
package org.rulewalk.simulator.region;
