package org.rulewalk.diagnostics.audit;

import java.util.List;

/** Looks for one sort of thing. Has no state; the same subject gives the same findings. */
public interface Check {
  /** What it finds, in the order of the capture. */
  List<Finding> of(Subject subject);
}
