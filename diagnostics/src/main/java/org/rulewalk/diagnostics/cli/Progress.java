package org.rulewalk.diagnostics.cli;

import java.util.Locale;

/** A bar on standard error, on terminals alone, once something takes longer than a second. */
final class Progress {
  private static final long QUIET_NANOS = 1_000_000_000L;
  private static final long STEP_NANOS = 100_000_000L;
  private static final int WIDTH = 30;

  private final Terminal terminal;
  private final String what;
  private final long begin = System.nanoTime();
  private long shown = begin;
  private boolean visible;
  private double most;

  Progress(Terminal terminal, String what) {
    this.terminal = terminal;
    this.what = what;
  }

  /** So much is done, from 0 to 1; what was more before counts. */
  void at(double share) {
    at(share, "");
  }

  /**
   * The same, with the rate and the time that is left.
   *
   * @param count how many things were done
   */
  void at(double share, long count) {
    if (!isDue(System.nanoTime())) {
      return;
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    String rate = String.format(Locale.ROOT, "%,d/s", (long) (count / seconds));
    String left =
        share > 0 ? String.format(Locale.ROOT, ", %.0f s left", seconds / share - seconds) : "";
    at(share, rate + left + "   ");
  }

  private boolean isDue(long now) {
    return terminal.progress() && now - begin >= QUIET_NANOS && now - shown >= STEP_NANOS;
  }

  private void at(double share, String words) {
    most = Math.max(most, Math.min(1, share));
    long now = System.nanoTime();
    if (!isDue(now)) {
      return;
    }
    shown = now;
    visible = true;
    int full = (int) Math.round(most * WIDTH);
    terminal
        .err()
        .print(
            "\r"
                + what
                + " ["
                + "#".repeat(full)
                + "-".repeat(WIDTH - full)
                + "] "
                + (int) (most * 100)
                + "% "
                + words);
    terminal.err().flush();
  }

  /** Takes the bar away. */
  void done() {
    if (visible) {
      terminal.err().print("\r" + " ".repeat(WIDTH + what.length() + 50) + "\r");
      terminal.err().flush();
    }
  }
}
