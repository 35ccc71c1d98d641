package org.rulewalk.diagnostics.replay;

import org.rulewalk.simulator.kernel.Follower;

/** An interface of a machine; each is one object. */
final class Place {
  final String machine;
  final String device;

  /** Its own, so that it can be a part of keys. */
  final int number;

  /** Follows the machine's connections. */
  final Follower follower;

  /** Whether the machine's rules treat packets of one kind alike. */
  final boolean steady;

  Place(String machine, String device, int number, Follower follower, boolean steady) {
    this.machine = machine;
    this.device = device;
    this.number = number;
    this.follower = follower;
    this.steady = steady;
  }
}
