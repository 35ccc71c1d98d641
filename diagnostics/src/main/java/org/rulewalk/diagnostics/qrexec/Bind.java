package org.rulewalk.diagnostics.qrexec;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.simulator.value.Source;

/**
 * A port of the caller that systemd keeps bound to a port of another VM: {@code NAME.socket} and
 * {@code NAME@.service} in /rw/config.
 *
 * @param name of both units, without their endings
 * @param listensAt {@code ListenStream=} as it stands there; empty if there is none
 * @param localPort the port in it
 * @param target whom {@code ExecStart=} calls
 * @param port the port that it asks for
 * @param source the line that says so, or the socket unit
 */
public record Bind(
    String name,
    String listensAt,
    OptionalInt localPort,
    Optional<String> target,
    OptionalInt port,
    Source source,
    List<Fault> faults) {
  /** Keeps a copy. */
  public Bind {
    faults = List.copyOf(faults);
  }

  /** Something that keeps it from working, or from coming back at the next start. */
  public record Fault(Kind kind, Source where) {}

  /** Kinds of faults. */
  public enum Kind {
    /** No {@code NAME@.service} beside the socket. */
    NO_SERVICE,
    /** The service's name has no {@code @}. */
    NO_TEMPLATE,
    /** {@code Accept=} is not on: one service would be handed the listening socket. */
    NOT_ACCEPTING,
    /** {@code StandardInput=socket} is missing: the connection is not handed over. */
    NO_INPUT,
    /** {@code ListenStream=} names no port. */
    NO_LOCAL_PORT,
    /** rc.local is not in the capture. */
    NO_SCRIPT,
    /** rc.local is not executable. */
    NOT_EXECUTABLE,
    /** rc.local does not copy both units to where systemd looks. */
    NOT_COPIED,
    /** rc.local does not start the socket, or does before it is there. */
    NOT_STARTED
  }
}
