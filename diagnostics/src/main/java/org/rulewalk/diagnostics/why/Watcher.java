package org.rulewalk.diagnostics.why;

import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.trace.Trace;

/** Watches every run that a question takes, those of its assumptions among them. */
public interface Watcher {
  /** Watches nothing. */
  Watcher NONE =
      new Watcher() {
        @Override
        public Choices hearing(Choices choices) {
          return choices;
        }

        @Override
        public void ran(Network network, Trace trace) {}
      };

  /** The same choices, heard by the watcher; called before each run. */
  Choices hearing(Choices choices);

  /** A run of a network has ended. */
  void ran(Network network, Trace trace);
}
