package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Trace;
import org.rulewalk.simulator.trace.Transmission;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** A trace in the shape that kernel answers have: journeys and sent packets a machine. */
public final class TraceJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int HEADER_BYTES = 60;
  private static final int FIRST_DISCOVERY = 130;
  private static final int LAST_DISCOVERY = 143;

  private final Network network;

  /** A writer of traces through this network. */
  public TraceJson(Network network) {
    this.network = network;
  }

  /** The answer to a probe of a file. */
  public ObjectNode answer(String id, Trace trace) {
    ObjectNode answer = MAPPER.createObjectNode();
    answer.put("id", id);
    answer.set("machines", machines(trace, trace.result().isPresent()));
    trace.sendError().ifPresent(error -> answer.put("send_error", error.word()));
    trace.result().ifPresent(result -> answer.put("result", result.word()));
    return answer;
  }

  /**
   * Journeys and sent packets of each captured machine.
   *
   * @param firstOnly whether only the first packet that a machine saw is told
   */
  public ObjectNode machines(Trace trace, boolean firstOnly) {
    Map<String, ObjectNode> found = new LinkedHashMap<>();
    for (Journey journey : trace.journeys()) {
      if (isTold(journey)) {
        ArrayNode journeys = (ArrayNode) machine(found, journey.machine()).path("journeys");
        if (!firstOnly || journeys.isEmpty()) {
          journeys.add(journey(journey));
        }
      }
    }
    for (Transmission sent : trace.transmissions()) {
      if (!firstOnly && isCaptured(sent.machine()) && !isDiscovery(sent.packet())) {
        ObjectNode packet = MAPPER.createObjectNode();
        packet.put("interface", sent.device()).put("packet", sent.packet().toHex());
        ((ArrayNode) machine(found, sent.machine()).path("sent")).add(packet);
      }
    }
    ObjectNode machines = MAPPER.createObjectNode();
    found.forEach(
        (name, record) -> {
          if (firstOnly) {
            record.remove("sent");
          }
          machines.set(name, record);
        });
    return machines;
  }

  private boolean isTold(Journey journey) {
    return journey.isReceived() && isCaptured(journey.machine());
  }

  private boolean isCaptured(String machine) {
    return network.machine(machine).map(m -> !m.isExternal()).orElse(false);
  }

  private static ObjectNode machine(Map<String, ObjectNode> found, String name) {
    return found.computeIfAbsent(
        name,
        unused -> {
          ObjectNode record = MAPPER.createObjectNode();
          record.putArray("journeys");
          record.putArray("sent");
          return record;
        });
  }

  /**
   * Neighbour discovery and multicast listener reports go on all the time and are nobody's answer.
   */
  private static boolean isDiscovery(Packet packet) {
    if (packet.version() != IpVersion.IPV6) {
      return false;
    }
    return packet.icmpType() >= FIRST_DISCOVERY && packet.icmpType() <= LAST_DISCOVERY;
  }

  private static ObjectNode journey(Journey journey) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("in", journey.incoming().orElse(null));
    node.put("header", Packet.hex(journey.packet().slice(0, HEADER_BYTES)));
    ArrayNode steps = node.putArray("steps");
    ArrayNode routes = MAPPER.createArrayNode();
    for (Step step : journey.steps()) {
      if (step instanceof Step.OfRule) {
        steps.add(rule((Step.OfRule) step));
      } else if (step instanceof Step.OfPolicy) {
        steps.add(policy((Step.OfPolicy) step));
      } else if (step instanceof Step.Routed) {
        routes.add(route((Step.Routed) step));
      }
    }
    node.put("delivered", journey.isDelivered());
    node.set("routes", routes);
    return node;
  }

  private static ObjectNode rule(Step.OfRule step) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("table", step.table().title()).put("chain", step.chain().name());
    node.put("rule", step.rule().number()).put("verdict", step.verdict().word());
    if (step.verdict() instanceof Verdict.Jump) {
      node.put("to", ((Verdict.Jump) step.verdict()).chain());
    } else if (step.verdict() instanceof Verdict.Goto) {
      node.put("to", ((Verdict.Goto) step.verdict()).chain());
    }
    source(node, step.rule().source());
    return node;
  }

  private static ObjectNode policy(Step.OfPolicy step) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("table", step.table().title()).put("chain", step.chain().name());
    node.put("policy", step.chain().policy().word());
    source(node, step.chain().policySource());
    return node;
  }

  private static ObjectNode route(Step.Routed step) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("destination", step.destination().toString());
    node.put("interface", step.device().orElse(null));
    node.put("via", step.gateway().map(Object::toString).orElse(null));
    step.lookup().ifPresent(found -> source(node, found.route().source()));
    return node;
  }

  /** Adds the place in the capture, where there is one. */
  public static void source(ObjectNode node, Source source) {
    if (source.isKnown()) {
      node.putObject("source").put("file", source.file()).put("line", source.line());
    }
  }
}
