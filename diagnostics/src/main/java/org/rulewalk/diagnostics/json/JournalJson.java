package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.rulewalk.diagnostics.journal.Found;
import org.rulewalk.diagnostics.journal.Logged;
import org.rulewalk.diagnostics.journal.Report;
import org.rulewalk.diagnostics.journal.Unknown;
import org.rulewalk.diagnostics.text.CauseWords;
import org.rulewalk.diagnostics.text.JournalWords;
import org.rulewalk.diagnostics.text.LoggedWords;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.parsers.journal.JournalEntry;
import org.rulewalk.parsers.journal.LoggedPacket;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.value.Source;

/** What journals say, as {@code rulewalk-journal/1}. */
public final class JournalJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JournalJson() {}

  /** The whole report. */
  public static ObjectNode of(Report report, Network network) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("format", "rulewalk-journal/1");
    ArrayNode journals = node.putArray("journals");
    for (Report.Journal journal : report.journals()) {
      ObjectNode one = journals.addObject();
      one.put("machine", journal.machine()).put("file", journal.file());
      one.put("messages", journal.summary().entries()).put("broken", journal.summary().broken());
      one.put("firstBroken", journal.summary().firstBroken());
    }
    ArrayNode found = node.putArray("findings");
    report.found().forEach(each -> found.add(found(each)));
    ArrayNode logged = node.putArray("logged");
    report.logged().forEach(each -> logged.add(logged(each, network)));
    ArrayNode unknown = node.putArray("unexplained");
    for (Unknown each : report.unknown()) {
      ObjectNode one = unknown.addObject();
      one.put("machine", each.machine()).put("identifier", each.first().identifier());
      repeats(one, each.count(), each.first(), each.lastTime());
    }
    return node.put("uncounted", report.uncounted());
  }

  private static void repeats(ObjectNode node, long count, JournalEntry first, String lastTime) {
    node.put("count", count).put("first", first.time()).put("last", lastTime);
    node.set("source", source(first.source()));
  }

  private static ObjectNode source(Source source) {
    ObjectNode node = MAPPER.createObjectNode();
    return node.put("file", source.file()).put("line", source.line()).put("text", source.text());
  }

  private static ObjectNode found(Found found) {
    ObjectNode node = MAPPER.createObjectNode();
    JournalWords.Explanation words = JournalWords.of(found);
    node.put("id", found.message().word()).put("severity", found.severity().word());
    node.put("machine", found.machine());
    found.vm().ifPresent(vm -> node.put("vm", vm));
    repeats(node, found.count(), found.first(), found.lastTime());
    ObjectNode names = node.putObject("names");
    found.names().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(name -> names.put(name.getKey(), name.getValue()));
    node.put("happened", words.happened()).put("effect", words.effect());
    node.put("advice", words.advice()).put("detail", found.detail());
    found.cause().ifPresent(cause -> node.set("because", source(cause)));
    return node;
  }

  private static ObjectNode logged(Logged logged, Network network) {
    ObjectNode node = MAPPER.createObjectNode();
    LoggedPacket packet = logged.packet();
    node.put("machine", logged.machine()).put("prefix", packet.prefix());
    node.put("in", packet.in().orElse("")).put("out", packet.out().orElse(""));
    node.put("packet", packet.packet().toHex()).put("shown", LoggedWords.packet(packet));
    node.put("mark", packet.mark());
    repeats(node, logged.count(), logged.first(), logged.lastTime());
    ArrayNode rules = node.putArray("rules");
    for (Logged.LogRule rule : logged.rules()) {
      ObjectNode one = rules.addObject();
      one.put("table", rule.table().title()).put("chain", rule.chain().name());
      one.put("rule", rule.rule().number()).set("source", source(rule.rule().source()));
      ArrayNode hooks = one.putArray("hooks");
      rule.hooks().stream().map(Hook::word).forEach(hooks::add);
    }
    node.put("verdict", verdict(logged.fate()));
    node.put("text", LoggedWords.fate(logged.fate(), CauseWords::sentence));
    if (logged.fate() instanceof Logged.Fate.Stopped) {
      Cause cause = ((Logged.Fate.Stopped) logged.fate()).cause();
      ObjectNode one = node.putObject("cause");
      one.put("kind", cause.kind().word()).put("machine", cause.machine());
      cause.source().ifPresent(source -> one.set("source", source(source)));
    }
    LoggedWords.trace(logged.fate())
        .ifPresent(trace -> node.set("trace", new TraceJson(network).answer("logged", trace)));
    ArrayNode remarks = node.putArray("remarks");
    logged.remarks().forEach(r -> remarks.add(r.name().toLowerCase(Locale.ROOT).replace('_', '-')));
    return node;
  }

  private static String verdict(Logged.Fate fate) {
    if (fate instanceof Logged.Fate.Stopped) {
      return "blocked";
    }
    return fate instanceof Logged.Fate.Passes ? "passes" : "undecided";
  }
}
