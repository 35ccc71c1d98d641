package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.network.Listener;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * What is taken for granted of machines whose ss.txt the capture lacks.
 *
 * <p>A machine that forwards is assumed to serve nothing. Any other is assumed to serve the ports
 * that the capture names as services: those of machines that were not captured, and those that some
 * rule accepts or translates. Answers that rest on this say so.
 */
public final class AssumedSockets {
  /** A protocol and port. */
  private record Port(int protocol, int port) {}

  private AssumedSockets() {}

  /** The network with sockets where the capture lists none. */
  public static Network apply(Network network) {
    Set<Port> named = named(network);
    Network result = network;
    for (Machine machine : network.machines().values()) {
      if (machine.listeners().isEmpty() && !machine.isExternal()) {
        boolean forwards = machine.settings().flag("net.ipv4.ip_forward", false);
        result = result.with(machine.withListeners(forwards ? List.of() : listeners(named)));
      }
    }
    return result;
  }

  /** Whether the capture lacks a machine's sockets. */
  static boolean isAssumed(Network original, String machine) {
    return original
        .machine(machine)
        .map(m -> m.listeners().isEmpty() && !m.isExternal())
        .orElse(false);
  }

  private static List<Listener> listeners(Set<Port> ports) {
    List<Listener> listeners = new ArrayList<>();
    for (Port port : ports) {
      listeners.add(
          new Listener(
              port.protocol(),
              Optional.empty(),
              true,
              IpVersion.IPV6,
              port.port(),
              Optional.empty(),
              "",
              Source.NONE));
    }
    return listeners;
  }

  private static Set<Port> named(Network network) {
    Set<Port> ports = new HashSet<>();
    for (Machine machine : network.machines().values()) {
      if (machine.isExternal()) {
        machine
            .listeners()
            .orElse(List.of())
            .forEach(l -> ports.add(new Port(l.protocol(), l.port())));
      }
      for (Table table : machine.ruleset().tables()) {
        for (Chain chain : table.chains()) {
          chain.rules().forEach(rule -> addNamed(rule, ports));
        }
      }
    }
    return ports;
  }

  private static void addNamed(Rule rule, Set<Port> ports) {
    boolean opens =
        rule.statements().stream()
            .anyMatch(
                s ->
                    s instanceof Statement.Nat
                        || s instanceof Statement.Decide
                            && ((Statement.Decide) s).verdict()
                                == org.rulewalk.simulator.rules.Verdict.Simple.ACCEPT);
    if (!opens) {
      return;
    }
    for (Statement statement : rule.statements()) {
      if (statement instanceof Match.Compare) {
        Match.Compare compare = (Match.Compare) statement;
        port(compare).ifPresent(ports::add);
      }
    }
  }

  private static Optional<Port> port(Match.Compare compare) {
    boolean exact =
        compare.operator() == Match.Operator.EQUAL
            && compare.left() instanceof Expression.Header
            && compare.right() instanceof Expression.Constant;
    if (!exact) {
      return Optional.empty();
    }
    HeaderField field = ((Expression.Header) compare.left()).field();
    Optional<Integer> number =
        ((Expression.Constant) compare.right()).value().asKey().map(parts -> parts.get(0).toInt());
    if (field == HeaderField.TCP_DPORT) {
      return number.map(port -> new Port(Protocol.TCP, port));
    }
    return field == HeaderField.UDP_DPORT
        ? number.map(port -> new Port(Protocol.UDP, port))
        : Optional.empty();
  }
}
