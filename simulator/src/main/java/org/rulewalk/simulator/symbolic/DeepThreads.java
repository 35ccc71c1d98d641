package org.rulewalk.simulator.symbolic;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Threads with room for deep recursion: operations on sets of packets go down a level for each bit
 * that rules look at, of which there may be thousands.
 */
public final class DeepThreads {
  private static final long STACK_BYTES = 256L << 20; // taken from the system as it is used

  private DeepThreads() {}

  /**
   * Lets so many threads do the same work, and waits for all of them. What the first one throws
   * that fails is thrown here.
   */
  public static void run(int threads, Runnable work) {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread = new Thread(null, work, "deep-" + i, STACK_BYTES);
      thread.setUncaughtExceptionHandler((unused, e) -> failure.compareAndSet(null, e));
      thread.start();
      all.add(thread);
    }
    all.forEach(DeepThreads::join);
    if (failure.get() instanceof Error) {
      throw (Error) failure.get();
    }
    if (failure.get() != null) {
      throw (RuntimeException) failure.get();
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
        thread.interrupt();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
