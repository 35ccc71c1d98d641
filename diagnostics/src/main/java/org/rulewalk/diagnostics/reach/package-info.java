/**
 * Who reaches whom on what, for all packets at once. Start with {@link
 * org.rulewalk.diagnostics.reach.Search}.
 *
 * <p>One question is answered as {@code why} answers it, and the answer is widened to all questions
 * that would have gone the same way ({@link org.rulewalk.simulator.region}); then one of those that
 * are left is asked, until none is. So every class has an example that was run, and holds nothing
 * that {@code why} would answer in another way.
 */
package org.rulewalk.diagnostics.reach;
