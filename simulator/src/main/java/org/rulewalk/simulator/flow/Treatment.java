package org.rulewalk.simulator.flow;

import java.util.Optional;
import org.rulewalk.simulator.route.Arrival;
import org.rulewalk.simulator.route.Lookup;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpAddress;

/** What a machine does with a packet in the end. Equal ones are the same to whoever sent it. */
public sealed interface Treatment {
  /** Whether the packet gets through, to this machine or another. */
  default boolean passes() {
    return false;
  }

  /** The same without what its sender can't see: all that is dropped in silence is alike. */
  default Treatment seen() {
    return this;
  }

  /** As much of it as counts beside another: where only one gets through, not by which way. */
  default Treatment beside(Treatment other) {
    return passes() && !other.passes() ? new Passed() : seen();
  }

  /** It gets through, to this machine or by any way. */
  record Passed() implements Treatment {
    @Override
    public boolean passes() {
      return true;
    }
  }

  /** A rule or a policy drops it in silence. */
  record Dropped() implements Treatment {}

  /** A rule drops it and tells the sender. */
  record Rejected(Statement.Reject how) implements Treatment {}

  /** A program gets it. */
  record Queued(Verdict.Queue queue) implements Treatment {}

  /** Something else takes it over. */
  record Stolen() implements Treatment {}

  /** Routing drops it in silence. */
  record Refused(Arrival.Reason reason) implements Treatment {
    @Override
    public Treatment seen() {
      return new Dropped();
    }
  }

  /** No route leads on. */
  record NoRoute(Lookup.Failure failure) implements Treatment {
    @Override
    public Treatment seen() {
      return failure == Lookup.Failure.BLACKHOLE ? new Dropped() : this;
    }
  }

  /** Its time to live ran out: the sender is told. */
  record Expired() implements Treatment {}

  /** A fragment that waits for the rest of its packet: what becomes of that is its own class. */
  record Awaited() implements Treatment {}

  /** It gets to this machine's programs. */
  record Delivered() implements Treatment {
    @Override
    public boolean passes() {
      return true;
    }
  }

  /**
   * It leaves.
   *
   * @param device the interface; empty where the capture tells no routes
   */
  record Sent(Optional<String> device, Optional<IpAddress> gateway) implements Treatment {
    @Override
    public boolean passes() {
      return true;
    }
  }
}
