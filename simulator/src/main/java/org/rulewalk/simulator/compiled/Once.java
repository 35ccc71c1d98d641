package org.rulewalk.simulator.compiled;

import java.util.Optional;
import java.util.function.Supplier;

/** What is worked out when it is first asked for. Any number of threads. */
final class Once<T> implements Supplier<T> {
  private final Supplier<T> how;
  private volatile Optional<T> known = Optional.empty();

  Once(Supplier<T> how) {
    this.how = how;
  }

  @Override
  public T get() {
    if (known.isEmpty()) {
      synchronized (this) {
        known = known.or(() -> Optional.of(how.get()));
      }
    }
    return known.get();
  }
}
