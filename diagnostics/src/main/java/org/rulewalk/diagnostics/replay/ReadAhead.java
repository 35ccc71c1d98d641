package org.rulewalk.diagnostics.replay;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Reads traffic on a thread of its own, some pieces ahead: taking frames apart and summing them up
 * needs nothing of what machines remember. The order of packets stays. Of files, pieces are large;
 * of streams, where a packet may be the last for long, each has one.
 */
final class ReadAhead implements Closeable {
  private static final int PACKETS = 2048;
  private static final int FILE_PIECE = 512;
  private static final long PATIENCE_MILLIS = 100;
  private static final long FAREWELL_MILLIS = 1000;
  private static final Piece NOTHING = new Piece(0);

  private final Traffic traffic;
  private final BooleanSupplier stop;
  private final BlockingQueue<Piece> empty = new LinkedBlockingQueue<>();
  private final BlockingQueue<Piece> full = new LinkedBlockingQueue<>();
  private final Thread reader = new Thread(this::read, "reader");
  private volatile Throwable failure;
  private boolean over;

  /**
   * Begins to read.
   *
   * @param stop says that nobody waits for packets any more
   */
  ReadAhead(Traffic traffic, BooleanSupplier stop) {
    this.traffic = traffic;
    this.stop = stop;
    int size = traffic.isOnDisk() ? FILE_PIECE : 1;
    for (int i = 0; i < PACKETS / size; i++) {
      empty.add(new Piece(size));
    }
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try {
      Piece piece;
      do {
        piece = empty.take();
        fill(piece);
        full.add(piece);
      } while (piece.size > 0);
    } catch (InterruptedException e) {
      // nobody wants the rest
    }
  }

  /** What was read before a failure comes first. */
  private void fill(Piece piece) {
    if (failure != null) {
      piece.size = 0;
      return;
    }
    try {
      piece.read(traffic);
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
  }

  /**
   * The next piece; an empty one at the end.
   *
   * @param used one that is needed no more
   */
  Piece next(Piece used) throws IOException {
    empty.add(used);
    Piece next = over ? NOTHING : await();
    over = next.size == 0;
    if (over) {
      fail();
    }
    return next;
  }

  private Piece await() throws IOException {
    try {
      Piece next = null;
      while (next == null && !stop.getAsBoolean()) {
        next = full.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      }
      return next == null ? NOTHING : next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while it was read");
    }
  }

  private void fail() throws IOException {
    if (failure instanceof IOException) {
      throw (IOException) failure;
    }
    if (failure instanceof RuntimeException) {
      throw (RuntimeException) failure;
    }
    if (failure instanceof Error) {
      throw (Error) failure;
    }
  }

  @Override
  public void close() {
    reader.interrupt();
    try {
      reader.join(FAREWELL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
