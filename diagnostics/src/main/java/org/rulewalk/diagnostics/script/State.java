package org.rulewalk.diagnostics.script;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.rulewalk.parsers.shell.Node;
import org.rulewalk.simulator.network.Machine;

/** A shell at one moment; copied where a script's way parts. */
final class State {
  /** How a script goes on. */
  enum Flow {
    ON,
    BREAK,
    CONTINUE,
    RETURN,
    EXIT
  }

  Machine machine;
  final Map<String, Value> variables;
  final Map<String, Node> functions;
  final Set<String> written;
  List<String> arguments = List.of();

  /** How many scripts called one another to come here. */
  int calls;

  OptionalInt last = OptionalInt.of(0);
  boolean stopsAtFailure;
  Flow flow = Flow.ON;

  /** Why it isn't certain that the script comes here; empty where it is. */
  String doubt = "";

  State(Machine machine) {
    this(machine, new HashMap<>(), new HashMap<>(), new HashSet<>());
  }

  private State(
      Machine machine,
      Map<String, Value> variables,
      Map<String, Node> functions,
      Set<String> written) {
    this.machine = machine;
    this.variables = variables;
    this.functions = functions;
    this.written = written;
  }

  State copy() {
    State copy =
        new State(
            machine, new HashMap<>(variables), new HashMap<>(functions), new HashSet<>(written));
    copy.arguments = arguments;
    copy.last = last;
    copy.calls = calls;
    copy.stopsAtFailure = stopsAtFailure;
    copy.flow = flow;
    copy.doubt = doubt;
    return copy;
  }

  boolean isCertain() {
    return doubt.isEmpty();
  }

  boolean goesOn() {
    return flow == Flow.ON;
  }

  /** What is known whichever of the two ways was gone; rules are those of this one. */
  void mergeWith(State other) {
    for (String name : Set.copyOf(other.variables.keySet())) {
      if (!other.variables.get(name).equals(variables.get(name))) {
        variables.put(name, Value.UNKNOWN);
      }
    }
    for (String name : Set.copyOf(variables.keySet())) {
      if (!other.variables.containsKey(name)) {
        variables.put(name, Value.UNKNOWN);
      }
    }
    functions.putAll(other.functions);
    written.addAll(other.written);
    last = last.equals(other.last) ? last : OptionalInt.empty();
    stopsAtFailure |= other.stopsAtFailure;
  }
}
