package org.rulewalk.diagnostics.why;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.trace.Journey;

/**
 * A socket that was reached and is only the near end of a call to another VM: dom0's policy
 * decides, and if it refuses, the connection is closed at once.
 */
record BoundPort(Journey journey, Calls.Bound bound) {
  /** The one that a packet reached, if it did. */
  static Optional<BoundPort> of(Asking.Seen seen, Calls calls) {
    return seen.trace().requestPath().stream()
        .filter(journey -> journey.isDelivered() && journey.last().protocol() == Protocol.TCP)
        .reduce((a, b) -> b)
        .flatMap(
            journey ->
                calls
                    .to(journey.machine(), journey.last().destinationPort())
                    .map(bound -> new BoundPort(journey, bound)));
  }

  /** Why no connection comes to be; empty if one does, or it is not known. */
  Optional<Cause> cause() {
    return bound.allowed() || !bound.missing().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Cause(
                CauseKind.QREXEC_POLICY,
                true,
                journey,
                journey.end(),
                Optional.empty(),
                bound.line(),
                Optional.empty(),
                Optional.empty()));
  }

  /** Files without which it can't be told. */
  List<Answer.Assumed> missing() {
    return bound.missing().stream()
        .map(
            file ->
                new Answer.Assumed(
                    "The port is bound to another VM by PedOS.ConnectTCP; "
                        + file
                        + ", which tells whether that works, is not in the capture.",
                    file,
                    true))
        .toList();
  }

  /** The change of dom0's policy. */
  Optional<Fix> fix() {
    return bound.now().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Fix(
                "dom0",
                bound.now(),
                "",
                false,
                "lets dom0's policy allow the call",
                "what that line of the policy says",
                network -> network));
  }
}
