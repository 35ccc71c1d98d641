package org.rulewalk.diagnostics.qrexec;

import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpVersion;

/**
 * What the caller has on its own side.
 *
 * @param busy a socket on the port that {@code qvm-connect-tcp} would listen on
 * @param binds ports that systemd keeps bound
 */
public record CallerSide(Optional<Listener> busy, List<Bind> binds) {
  /** Keeps a copy. */
  public CallerSide {
    binds = List.copyOf(binds);
  }

  static CallerSide of(Capture capture, Call call) {
    Optional<Machine> machine = capture.network().machine(call.from());
    Optional<Listener> busy =
        machine.flatMap(
            own ->
                own.listeners().orElse(List.of()).stream()
                    .filter(l -> isInTheWay(l, call))
                    .findFirst());
    return new CallerSide(busy, Binds.of(capture, call.from(), call));
  }

  /** socat listens on all IPv4 addresses: any other IPv4 listener on the port is in its way. */
  private static boolean isInTheWay(Listener listener, Call call) {
    boolean v4 =
        listener
            .address()
            .map(address -> address.version() == IpVersion.IPV4)
            .orElse(listener.bothVersions() || listener.version() == IpVersion.IPV4);
    return call.localPort().isPresent()
        && listener.protocol() == Protocol.TCP
        && listener.port() == call.localPort().getAsInt()
        && v4;
  }

  /** Whether another program surely has the port: not qvm-connect-tcp's own socat, nor systemd. */
  public boolean isTaken() {
    return busy.map(Listener::program)
        .map(p -> !p.isEmpty() && !p.startsWith("socat") && !p.startsWith("systemd"))
        .orElse(false);
  }
}
