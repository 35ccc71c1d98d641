package org.rulewalk.diagnostics.fixes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.diagnostics.why.CauseKind;
import org.rulewalk.simulator.packet.Packet;
import org.rulewalk.simulator.packet.Protocol;

/**
 * One claim of an answer, for a lab to try: that with these commands the connection comes about;
 * or, where nothing listens, that it does with the other commands and a service started.
 *
 * @param line what {@code fixtures/try-fixes} reads
 * @param sort trials of one sort have the same kinds of cause and of command
 */
record Trial(BlockedQuestion question, ObjectNode line, String sort, boolean isFix) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int FTP_CONTROL = 21;

  /** What the kernel said. */
  record Outcome(Trial trial, String after, String errors) {
    boolean isSuccess() {
      return BlockedQuestion.isSuccess(after);
    }
  }

  static Optional<Trial> of(BlockedQuestion question) {
    Answer answer = question.answer();
    ObjectNode line = FixLines.line(question);
    String sort = line.path("kinds").asText().replaceAll("[\\w-]+:", "") + shapes(line);
    if (answer.fixesChecked()) {
      announcing(answer).ifPresent(server -> line.set("announcing", server));
      return Optional.of(new Trial(question, line, sort, true));
    }
    Optional<ArrayNode> services = services(answer);
    if (services.isEmpty()) {
      return Optional.empty();
    }
    line.set("services", services.get());
    line.set("fixes", LabCommands.of(answer, answer.open().afterwards()));
    return Optional.of(new Trial(question, line, "service " + sort, false));
  }

  /**
   * Where the fix reads FTP: its server, which names the port before the connection is asked for.
   */
  private static Optional<ObjectNode> announcing(Answer answer) {
    boolean reads =
        answer.fixes().stream()
            .flatMap(fix -> fix.now().stream())
            .anyMatch(command -> command.contains("type \"ftp\""));
    return answer
        .endsAt()
        .filter(end -> reads)
        .map(
            end ->
                MAPPER.createObjectNode().put("machine", end.machine()).put("port", FTP_CONTROL));
  }

  /** The services that the answer says are missing; empty if it is about anything else. */
  private static Optional<ArrayNode> services(Answer answer) {
    ArrayNode services = MAPPER.createArrayNode();
    for (Cause cause : answer.open().causes()) {
      Packet packet = cause.journey().last();
      boolean tcp = packet.protocol() == Protocol.TCP;
      boolean service =
          cause.kind() == CauseKind.NO_LISTENER
              || cause.kind() == CauseKind.LISTENS_ELSEWHERE
              || cause.kind() == CauseKind.NO_NAT;
      boolean played = tcp || packet.protocol() == Protocol.UDP;
      boolean silent =
          answer
              .network()
              .machine(cause.machine())
              .flatMap(machine -> machine.external())
              .map(external -> external.silent())
              .orElse(false);
      if (!service || !played || silent) {
        return Optional.empty();
      }
      ObjectNode socket = MAPPER.createObjectNode();
      socket.put("proto", tcp ? "tcp" : "udp").put("port", packet.destinationPort());
      socket.put("address", packet.destination().toString());
      services.addArray().add(cause.machine()).add(socket);
    }
    return services.isEmpty() ? Optional.empty() : Optional.of(services);
  }

  private static String shapes(ObjectNode line) {
    List<String> shapes = new ArrayList<>();
    line.path("fixes")
        .forEach(
            fix ->
                fix.path("now")
                    .forEach(
                        command ->
                            shapes.add(command.asText().replaceAll("\\d[\\d.:a-f/]*", "N"))));
    return shapes.toString();
  }

  /** Round by round one of each sort, so that a bounded run sees as many sorts as it can. */
  static List<Trial> oneOfEachSortFirst(List<BlockedQuestion> questions) {
    Map<String, List<Trial>> sorts = new LinkedHashMap<>();
    for (BlockedQuestion question : questions) {
      of(question)
          .ifPresent(
              trial -> sorts.computeIfAbsent(trial.sort(), sort -> new ArrayList<>()).add(trial));
    }
    List<Trial> ordered = new ArrayList<>();
    for (int round = 0;
        ordered.size() < sorts.values().stream().mapToInt(List::size).sum();
        round++) {
      for (List<Trial> sort : sorts.values()) {
        if (round < sort.size()) {
          ordered.add(sort.get(round));
        }
      }
    }
    return ordered;
  }

  static String report(List<Trial> trials, List<Outcome> outcomes) {
    StringBuilder text = new StringBuilder();
    for (boolean fix : new boolean[] {true, false}) {
      List<Outcome> some = outcomes.stream().filter(o -> o.trial().isFix() == fix).toList();
      long good = some.stream().filter(Outcome::isSuccess).count();
      long known = trials.stream().filter(trial -> trial.isFix() == fix).count();
      text.append(fix ? "fixes: " : "with a service started, as the answer says: ")
          .append(good + " of " + some.size() + " tried (" + known + " known)\n");
    }
    outcomes.stream()
        .filter(outcome -> !outcome.isSuccess())
        .forEach(
            outcome ->
                text.append(outcome.trial().question() + ": " + outcome.after() + outcome.errors())
                    .append('\n'));
    return text.toString();
  }
}
