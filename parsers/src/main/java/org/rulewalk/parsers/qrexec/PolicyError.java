package org.rulewalk.parsers.qrexec;

import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/**
 * Something in the policy that makes qrexec refuse every call, of any service.
 *
 * @param message what qrexec writes to dom0's journal behind {@code PATH:LINE:}
 * @param hint what is probably meant; empty if nothing can be said
 * @param corrected the line as it would be right; empty if that can't be told
 */
public record PolicyError(Source where, String message, String hint, Optional<String> corrected) {}
