package org.rulewalk.diagnostics.audit;

import java.util.List;
import java.util.function.DoubleConsumer;

/** Looks for one sort of thing. Has no state; the same subject gives the same findings. */
public interface Check {
  /** What it finds, in the order of the capture. */
  List<Finding> of(Subject subject);

  /**
   * The same, telling how far it is; for checks that take long.
   *
   * @param progress gets the share that is done, from 0 to 1
   */
  default List<Finding> of(Subject subject, DoubleConsumer progress) {
    return of(subject);
  }
}
