package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rulewalk.diagnostics.replay.Against;
import org.rulewalk.diagnostics.replay.CounterCheck;
import org.rulewalk.diagnostics.replay.Disagreements;
import org.rulewalk.diagnostics.replay.Drops;
import org.rulewalk.diagnostics.replay.Replay;
import org.rulewalk.diagnostics.replay.ReplayReport;
import org.rulewalk.diagnostics.replay.RuleCounts;
import org.rulewalk.diagnostics.replay.Totals;
import org.rulewalk.diagnostics.text.CauseWords;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.parsers.recording.Troubles;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.Source;

/** What recorded traffic met, as {@code rulewalk-replay/1}. */
public final class ReplayJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final Map<String, List<String>> BUILT_IN =
      Map.of(
          "raw", List.of("PREROUTING", "OUTPUT"),
          "mangle", List.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
          "nat", List.of("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
          "filter", List.of("INPUT", "FORWARD", "OUTPUT"),
          "security", List.of("INPUT", "FORWARD", "OUTPUT"));

  private ReplayJson() {}

  /** The whole report. */
  public static ObjectNode of(ReplayReport report) {
    Replay replay = report.replay();
    ObjectNode node = MAPPER.createObjectNode();
    node.put("format", "rulewalk-replay/1");
    totals(node, replay.totals());
    node.put("complete", report.complete());
    node.set("counters", counters(replay));
    ArrayNode drops = node.putArray("drops");
    replay.drops().all().forEach(drop -> drops.add(drop(drop)));
    node.put("dropsNotListed", replay.drops().ungrouped());
    ArrayNode disagreements = node.putArray("disagreements");
    replay.disagreements().all().forEach(each -> disagreements.add(disagreement(each)));
    node.set("rules", rules(replay));
    report.counterCheck().ifPresent(check -> node.set("counterCheck", counterCheck(check)));
    report.against().ifPresent(against -> node.set("against", against(against)));
    ArrayNode troubles = node.putArray("troubles");
    for (Troubles.Trouble each : report.troubles()) {
      ObjectNode one = troubles.addObject();
      one.put("kind", each.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
      one.put("file", each.file()).put("packets", each.count()).put("firstPacket", each.first());
      one.put("text", each.kind().words());
    }
    ArrayNode assumptions = node.putArray("assumptions");
    replay.assumptions().forEach(text -> assumptions.addObject().put("text", text));
    return node;
  }

  private static void totals(ObjectNode node, Totals totals) {
    node.put("packets", totals.packets()).put("bytes", totals.bytes());
    node.put("delivered", totals.delivered()).put("forwarded", totals.forwarded());
    node.put("dropped", totals.dropped()).put("incompleteFragments", totals.waiting());
    node.put("arrived", totals.arrived()).put("left", totals.left());
    node.put("own", totals.own()).put("answers", totals.answers());
    node.put("carriedOn", totals.carriedOn()).put("inferred", totals.inferred());
    node.put("agreed", totals.agreed()).put("learnt", totals.learnt());
    node.put("unjudged", totals.unjudged()).put("joined", totals.joined());
    if (totals.packets() > 0) {
      node.put("first", time(totals.firstNanos())).put("last", time(totals.lastNanos()));
    }
  }

  private static String time(long nanos) {
    return Instant.ofEpochSecond(
            Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L))
        .toString();
  }

  private static ObjectNode counters(Replay replay) {
    ObjectNode machines = MAPPER.createObjectNode();
    for (Machine machine : replay.network().machines().values()) {
      if (machine.isExternal()) {
        continue;
      }
      ObjectNode tables = machines.putObject(machine.name());
      for (Table table : machine.ruleset().tables()) {
        ObjectNode chains = tables.putObject(table.title());
        for (Chain chain : table.chains()) {
          ObjectNode one = chains.putObject(chain.name());
          ArrayNode rules = one.putArray("rules");
          for (Rule rule : chain.rules()) {
            pair(rules.addArray(), replay.counts().of(rule));
          }
          if (chain instanceof Chain.Base) {
            pair(one.putArray("policy"), replay.counts().of(chain));
          }
        }
        unused(table, chains);
      }
    }
    return machines;
  }

  /**
   * iptables-save lists chains that the kernel does not have until a rule is put in: they count
   * nothing.
   */
  private static void unused(Table table, ObjectNode chains) {
    if (table.tool() != Table.Tool.IPTABLES_NFT) {
      return;
    }
    for (String name : BUILT_IN.getOrDefault(table.name(), List.of())) {
      if (!chains.has(name)) {
        ObjectNode one = chains.putObject(name);
        one.putArray("rules");
        one.putArray("policy").add(0).add(0);
      }
    }
  }

  private static void pair(ArrayNode array, RuleCounts.Count count) {
    array.add(count.packets()).add(count.bytes());
  }

  private static ArrayNode rules(Replay replay) {
    ArrayNode rules = MAPPER.createArrayNode();
    for (Machine machine : replay.network().machines().values()) {
      for (Table table : machine.ruleset().tables()) {
        for (Chain chain : table.chains()) {
          for (Rule rule : chain.rules()) {
            ObjectNode one = rules.addObject();
            one.put("machine", machine.name()).put("table", table.title());
            one.put("chain", chain.name()).put("rule", rule.number());
            one.set("source", source(rule.source()));
            RuleCounts.Count count = replay.counts().of(rule);
            one.put("packets", count.packets()).put("bytes", count.bytes());
            one.put("matched", count.matched());
            if (count.packets() > 0) {
              one.put("first", time(count.firstNanos())).put("last", time(count.lastNanos()));
            }
          }
        }
      }
    }
    return rules;
  }

  private static ObjectNode source(Source source) {
    ObjectNode node = MAPPER.createObjectNode();
    return node.put("file", source.file()).put("line", source.line()).put("text", source.text());
  }

  private static ObjectNode drop(Drops.Drop drop) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("flow", drop.flow().toString()).put("machine", drop.machine());
    node.put("packets", drop.packets()).put("bytes", drop.bytes());
    node.put("first", time(drop.firstNanos())).put("last", time(drop.lastNanos()));
    drop.cause().ifPresent(cause -> node.set("cause", cause(cause)));
    return node;
  }

  private static ObjectNode cause(Cause cause) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("kind", cause.kind().word()).put("text", CauseWords.sentence(cause));
    cause.source().ifPresent(source -> node.set("source", source(source)));
    return node;
  }

  private static ObjectNode disagreement(Disagreements.Disagreement each) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("kind", each.kind().word()).put("machine", each.machine());
    node.put("interface", each.device()).put("flow", each.flow().toString());
    node.put("packets", each.packets());
    node.put("file", each.file()).put("packet", each.number());
    each.cause().ifPresent(cause -> node.set("cause", cause(cause)));
    return node;
  }

  private static ObjectNode counterCheck(CounterCheck check) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("compared", check.compared()).put("agree", check.agree());
    ArrayNode differences = node.putArray("differences");
    for (CounterCheck.Difference each : check.differences()) {
      ObjectNode one = differences.addObject();
      one.put("machine", each.machine()).put("table", each.table()).put("chain", each.chain());
      one.put("rule", each.rule())
          .put("captured", each.captured())
          .put("replayed", each.replayed());
      one.set("source", source(each.source()));
    }
    return node;
  }

  private static ArrayNode against(Against against) {
    ArrayNode changes = MAPPER.createArrayNode();
    for (Against.Change change : against.changes()) {
      ObjectNode one = changes.addObject();
      one.put("flow", change.flow().toString()).put("machine", change.machine());
      one.put("packets", change.packets()).put("before", change.before().word());
      one.put("after", change.after().word());
      change.cause().ifPresent(cause -> one.set("cause", cause(cause)));
    }
    return changes;
  }
}
