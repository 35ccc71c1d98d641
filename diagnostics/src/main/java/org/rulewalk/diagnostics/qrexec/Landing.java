package org.rulewalk.diagnostics.qrexec;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.diagnostics.question.Place;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Investigation;
import org.rulewalk.parsers.qrexec.Domains;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * Where a call lands: in the called VM, qrexec connects to 127.0.0.1 through {@code lo}, so that
 * VM's own rules for {@code lo} are asked, and none of another VM.
 *
 * @param machine the VM that is called
 * @param listens whether the connection finds a program
 * @param state dom0's word for the VM's state; empty if not captured
 * @param loopback the connection as simulated; empty if the VM was not captured
 * @param socket the socket on that port: the one that answers, or one that listens elsewhere
 * @param missing files that would tell
 */
public record Landing(
    String machine,
    Listens listens,
    Optional<String> state,
    Optional<Answer> loopback,
    Optional<Listener> socket,
    List<String> missing) {
  private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1").orElseThrow();
  private static final IpAddress LOOPBACK6 = IpAddress.parse("::1").orElseThrow();

  /** Keeps a copy. */
  public Landing {
    missing = List.copyOf(missing);
  }

  /** Whether something takes the connection. */
  public enum Listens {
    /** A program listens, and the rules let the connection through. */
    YES,
    /** No program listens on that port. */
    NOTHING,
    /** One listens, but not on 127.0.0.1. */
    ELSEWHERE,
    /** One listens on ::1 alone: reached by old agents, not by newer ones. */
    ONLY_IPV6,
    /** A rule of the VM itself stops the connection. */
    BLOCKED,
    /** There is no such service in dom0. */
    NOT_IN_DOM0,
    /** The capture does not tell. */
    UNKNOWN
  }

  /** Whether the VM runs, as far as dom0's list tells. */
  public boolean isRunning() {
    return state.map("Running"::equals).orElse(true);
  }

  static Landing of(Network network, Domains domains, String vm, int port) {
    if (vm.equals("dom0")) {
      return new Landing(
          vm,
          Listens.NOT_IN_DOM0,
          Optional.of("Running"),
          Optional.empty(),
          Optional.empty(),
          List.of());
    }
    Optional<String> state = domains.state(vm);
    Optional<Machine> machine = network.machine(vm).filter(m -> !m.isExternal());
    String sockets = "vms/" + vm + "/ss.txt";
    boolean runs = state.map("Running"::equals).orElse(true);
    if (machine.isEmpty() || !runs) {
      // what a VM that is started anew will listen on, no capture tells
      List<String> missing = vm.startsWith("@") || !runs ? List.of() : List.of(sockets);
      return new Landing(vm, Listens.UNKNOWN, state, Optional.empty(), Optional.empty(), missing);
    }
    return captured(network, machine.get(), state, port, sockets);
  }

  private static Landing captured(
      Network network, Machine machine, Optional<String> state, int port, String sockets) {
    boolean listed = machine.listeners().isPresent();
    Network asked = listed ? network : network.with(machine.withListeners(List.of(anywhere(port))));
    Answer answer = Investigation.of(asked, question(machine.name(), port));
    Optional<Listener> socket = socket(machine, port);
    Listens listens;
    if (answer.verdict() == Answer.Verdict.UNDECIDED) {
      listens = Listens.UNKNOWN;
    } else if (answer.verdict() == Answer.Verdict.REACHABLE) {
      listens = listed ? Listens.YES : Listens.UNKNOWN;
    } else {
      listens = stopped(answer, socket);
    }
    List<String> missing = listed ? List.of() : List.of(sockets);
    return new Landing(machine.name(), listens, state, Optional.of(answer), socket, missing);
  }

  private static Listens stopped(Answer answer, Optional<Listener> socket) {
    boolean refused =
        answer.causes().stream()
            .findFirst()
            .map(cause -> cause.step().isEmpty() && cause.journey().isDelivered())
            .orElse(false);
    if (!refused) {
      return Listens.BLOCKED;
    }
    if (socket.isEmpty()) {
      return Listens.NOTHING;
    }
    return socket.get().takes(Protocol.TCP, LOOPBACK6, socket.get().port())
        ? Listens.ONLY_IPV6
        : Listens.ELSEWHERE;
  }

  /** The socket that takes the connection, else one on ::1, else any on that port. */
  private static Optional<Listener> socket(Machine machine, int port) {
    List<Listener> on =
        machine.listeners().orElse(List.of()).stream()
            .filter(l -> l.protocol() == Protocol.TCP && l.port() == port)
            .toList();
    return on.stream()
        .filter(l -> l.takes(Protocol.TCP, LOOPBACK, port))
        .findFirst()
        .or(() -> on.stream().filter(l -> l.takes(Protocol.TCP, LOOPBACK6, port)).findFirst())
        .or(() -> on.stream().findFirst());
  }

  /** Whether a program of the VM would take a connection from the VM itself. */
  static boolean isServed(Machine machine, int port) {
    return machine.listeners().orElse(List.of()).stream()
        .anyMatch(l -> l.takes(Protocol.TCP, LOOPBACK, port));
  }

  private static Question question(String machine, int port) {
    Place from = new Place(Optional.of(machine), Optional.empty(), Optional.empty());
    Place to = new Place(Optional.of(machine), Optional.empty(), Optional.of(LOOPBACK));
    Service service = new Service(Protocol.TCP, port, OptionalInt.empty(), -1, 0, "tcp/" + port);
    return new Question(from, to, service);
  }

  private static Listener anywhere(int port) {
    return new Listener(
        Protocol.TCP,
        Optional.empty(),
        true,
        IpVersion.IPV6,
        port,
        Optional.empty(),
        "",
        Source.NONE);
  }
}
