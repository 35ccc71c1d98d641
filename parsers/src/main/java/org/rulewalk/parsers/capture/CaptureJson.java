package org.rulewalk.parsers.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Link;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/** Reads capture.json: the links between machines, and machines that were not captured. */
final class CaptureJson {
  private static final String FORMAT = "rulewalk-capture/1";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final SourceText text;
  private final Set<String> captured;
  private final Problems problems;

  private CaptureJson(SourceText text, Set<String> captured, Problems problems) {
    this.text = text;
    this.captured = captured;
    this.problems = problems;
  }

  /** What it declares; {@code captured} are the machines with a folder. */
  static Declared parse(SourceText text, Set<String> captured, Problems problems) {
    try {
      return new CaptureJson(text, captured, problems).read(MAPPER.readTree(text.text()));
    } catch (JsonProcessingException e) {
      int line =
          e.getLocation() == null ? 0 : Math.min(e.getLocation().getLineNr(), text.lineCount());
      problems.error(
          "json-broken",
          "the JSON is broken: " + e.getOriginalMessage(),
          line < 1 ? text.whole() : text.atLine(line),
          0,
          "links are worked out as if there were no capture.json");
      return Declared.NOTHING;
    }
  }

  private Declared read(JsonNode root) {
    String format = root.path("format").asText();
    if (!format.equals(FORMAT)) {
      warn("format", format, "`format` is `" + format + "`, expected `" + FORMAT + "`");
    }
    noteUnknown(root, Set.of("format", "links", "external"));
    Map<String, Declared.External> externals = new LinkedHashMap<>();
    Iterator<Map.Entry<String, JsonNode>> members = root.path("external").fields();
    while (members.hasNext()) {
      Map.Entry<String, JsonNode> member = members.next();
      if (captured.contains(member.getKey())) {
        warn(
            "external",
            member.getKey(),
            "`" + member.getKey() + "` is captured: its folder counts");
      } else {
        externals.put(member.getKey(), external(member.getValue()));
      }
    }
    List<Link> links = new ArrayList<>();
    for (JsonNode link : root.path("links")) {
      noteUnknown(link, Set.of("ends"));
      link(link.path("ends"), externals).ifPresent(links::add);
    }
    return new Declared(links, externals);
  }

  private Optional<Link> link(JsonNode ends, Map<String, Declared.External> externals) {
    List<Link.End> read = new ArrayList<>();
    for (JsonNode end : ends) {
      String words = end.asText();
      int colon = words.indexOf(':');
      String machine = colon < 0 ? words : words.substring(0, colon);
      boolean known = captured.contains(machine) || externals.containsKey(machine);
      if (!known || colon == words.length() - 1 || colon < 0 && captured.contains(machine)) {
        warn("link-end", words, "`" + words + "` is no `machine:interface` of this capture");
      } else {
        read.add(new Link.End(machine, colon < 0 ? "eth0" : words.substring(colon + 1)));
      }
    }
    if (read.size() < 2) {
      warn("link", "links", "a link needs two ends that are known");
      return Optional.empty();
    }
    return Optional.of(new Link(read, Link.Origin.DECLARED));
  }

  private Declared.External external(JsonNode object) {
    noteUnknown(object, Set.of("addresses", "services", "answersPing", "silent", "gateways"));
    List<Prefix> addresses = new ArrayList<>();
    for (JsonNode word : object.path("addresses")) {
      Prefix.parse(word.asText())
          .ifPresentOrElse(
              addresses::add,
              () -> warn("address", word.asText(), "`" + word.asText() + "` is no address"));
    }
    List<IpAddress> gateways = new ArrayList<>();
    for (JsonNode word : object.path("gateways")) {
      IpAddress.parse(word.asText())
          .ifPresentOrElse(
              gateways::add,
              () -> warn("address", word.asText(), "`" + word.asText() + "` is no address"));
    }
    List<Declared.Service> services = new ArrayList<>();
    object.path("services").forEach(word -> service(word.asText()).ifPresent(services::add));
    return new Declared.External(
        addresses,
        object.has("services") ? Optional.of(services) : Optional.empty(),
        object.path("answersPing").asBoolean(true),
        object.path("silent").asBoolean(false),
        gateways);
  }

  private Optional<Declared.Service> service(String word) {
    int slash = word.indexOf('/');
    String protocol = slash < 0 ? "" : word.substring(0, slash);
    String digits = word.substring(slash + 1);
    boolean number =
        !digits.isEmpty()
            && digits.length() < 6
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    boolean known = protocol.equals("tcp") || protocol.equals("udp");
    if (!number || !known || Integer.parseInt(digits) > 0xffff) {
      warn("service", word, "`" + word + "` is no service such as `tcp/443`");
      return Optional.empty();
    }
    return Optional.of(
        new Declared.Service(
            protocol.equals("tcp") ? Protocol.TCP : Protocol.UDP, Integer.parseInt(digits)));
  }

  private void noteUnknown(JsonNode object, Set<String> known) {
    Iterator<String> names = object.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      if (!known.contains(name)) {
        problems.note(
            "capture-json-member",
            "`" + name + "` has no meaning here",
            place(name),
            name.length(),
            "");
      }
    }
  }

  private void warn(String what, String word, String message) {
    problems.warn("capture-json-" + what, message, place(word), word.length(), "");
  }

  /** The first place where the word stands in quotes. */
  private Source place(String word) {
    int found = text.text().indexOf("\"" + word + "\"");
    return found < 0 ? text.whole() : text.at(found + 1);
  }
}
