package org.rulewalk.diagnostics.reach;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Carries out independent work on all processors. */
final class Threads {
  private Threads() {}

  /**
   * The results, in order. What the first of the failing ones throws is thrown.
   *
   * @param work must throw no checked exceptions
   */
  static <T> List<T> all(List<Callable<T>> work) {
    int processors = Runtime.getRuntime().availableProcessors();
    ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, processors));
    try {
      List<Future<T>> waiting = new ArrayList<>();
      work.forEach(each -> waiting.add(threads.submit(each)));
      List<T> results = new ArrayList<>();
      for (Future<T> each : waiting) {
        results.add(each.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error) {
        throw (Error) e.getCause();
      }
      if (e.getCause() instanceof RuntimeException) {
        throw (RuntimeException) e.getCause();
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }
}
