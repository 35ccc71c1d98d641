package org.rulewalk.diagnostics.script;

import java.util.OptionalInt;
import org.rulewalk.diagnostics.command.Listing;

/** What a command gives to what stands around it. */
record Result(OptionalInt status, Listing out) {
  static final Result DONE = of(0);

  static Result of(int status) {
    return new Result(OptionalInt.of(status), Listing.EMPTY);
  }

  static Result unknown() {
    return new Result(OptionalInt.empty(), Listing.UNKNOWN);
  }

  boolean isKnown() {
    return status.isPresent();
  }

  boolean succeeded() {
    return status.isPresent() && status.getAsInt() == 0;
  }

  Result with(Listing other) {
    return new Result(status, other);
  }

  Result with(OptionalInt other) {
    return new Result(other, out);
  }
}
