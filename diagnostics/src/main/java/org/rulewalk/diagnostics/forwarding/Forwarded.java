package org.rulewalk.diagnostics.forwarding;

import java.util.List;

/**
 * A port that is, or was meant to be, forwarded.
 *
 * @param to the VM that is meant; empty where nothing tells, and the steps end before it
 * @param asked whether that was the question, and not just a question about the VM behind
 * @param steps all that is needed, in the order of the packet's way
 */
public record Forwarded(String to, boolean asked, List<ForwardStep> steps) {
  /** No forwarded port. */
  public static final Forwarded NONE = new Forwarded("", false, List.of());

  /** Keeps a copy. */
  public Forwarded {
    steps = List.copyOf(steps);
  }
}
