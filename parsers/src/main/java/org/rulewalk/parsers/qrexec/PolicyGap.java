package org.rulewalk.parsers.qrexec;

import org.rulewalk.simulator.value.Source;

/**
 * Lines of the policy that the capture lacks.
 *
 * @param before how many lines of {@link Policy#lines} stand before them
 * @param where the line that includes them, or the file as a whole
 * @param missing the file's or directory's path in dom0
 */
public record PolicyGap(int before, Source where, String missing) {}
