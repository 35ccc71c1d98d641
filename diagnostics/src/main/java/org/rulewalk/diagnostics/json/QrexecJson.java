package org.rulewalk.diagnostics.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.rulewalk.diagnostics.qrexec.Bind;
import org.rulewalk.diagnostics.qrexec.Landing;
import org.rulewalk.diagnostics.qrexec.NearMiss;
import org.rulewalk.diagnostics.qrexec.PolicyChange;
import org.rulewalk.diagnostics.qrexec.Reply;
import org.rulewalk.diagnostics.qrexec.Ruling;
import org.rulewalk.diagnostics.text.QrexecWords;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.diagnostics.why.Fix;
import org.rulewalk.parsers.qrexec.Policy;
import org.rulewalk.parsers.qrexec.PolicyError;
import org.rulewalk.parsers.qrexec.PolicyLine;
import org.rulewalk.simulator.value.Source;

/** An answer about PedOS.ConnectTCP as {@code rulewalk-qrexec/1}. */
public final class QrexecJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Reply reply;
  private final ObjectNode node = MAPPER.createObjectNode();

  private QrexecJson(Reply reply) {
    this.reply = reply;
  }

  /** All members of the contract. */
  public static ObjectNode of(Reply reply) {
    QrexecJson json = new QrexecJson(reply);
    json.answer();
    json.causes();
    json.nearest();
    json.caller();
    json.fixes();
    json.rest();
    return json.node;
  }

  private void answer() {
    Ruling ruling = reply.ruling();
    node.put("format", "rulewalk-qrexec/1");
    ObjectNode question = node.putObject("question");
    question.put("from", reply.call().from()).put("target", reply.call().target());
    question.put("port", reply.call().port());
    if (reply.call().localPort().isPresent()) {
      question.put("localPort", reply.call().localPort().getAsInt());
    }
    node.put("verdict", ruling.verdict().name().toLowerCase(Locale.ROOT));
    node.put("outcome", reply.outcome().name().toLowerCase(Locale.ROOT));
    boolean open =
        ruling.verdict() == Ruling.Verdict.UNDECIDED || ruling.verdict() == Ruling.Verdict.ASK;
    node.put("allowed", open ? null : Boolean.valueOf(ruling.verdict() == Ruling.Verdict.ALLOWED));
    node.put("reason", ruling.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    node.put("target", ruling.target().orElse(null));
    ArrayNode choices = node.putArray("choices");
    ruling.choices().forEach(choices::add);
    boolean decided = ruling.line().isPresent() && ruling.verdict() != Ruling.Verdict.UNDECIDED;
    if (decided) {
      node.set("decidedBy", line(ruling.line().get()));
    } else {
      node.putNull("decidedBy");
    }
    Boolean listens = reply.landing().map(QrexecJson::listens).orElse(null);
    node.put("listens", listens).put("listening", listens);
  }

  private static Boolean listens(Landing landing) {
    switch (landing.listens()) {
      case YES:
        return true;
      case UNKNOWN:
      case ONLY_IPV6:
        return null;
      default:
        return false;
    }
  }

  private static ObjectNode line(PolicyLine line) {
    ObjectNode node = place(line.where());
    TraceJson.source(node, line.where());
    return node.put("text", QrexecWords.text(line));
  }

  private static ObjectNode place(Source source) {
    return MAPPER.createObjectNode().put("file", source.file()).put("line", source.line());
  }

  private void causes() {
    ArrayNode causes = node.putArray("causes");
    Ruling ruling = reply.ruling();
    if (ruling.reason() == Ruling.Reason.ERROR) {
      reply.policy().errors().forEach(error -> causes.add(error(error)));
    } else if (ruling.verdict() == Ruling.Verdict.DENIED) {
      boolean stopped = ruling.reason() == Ruling.Reason.NOT_STARTED;
      ObjectNode cause =
          cause(stopped ? "not-running" : "qrexec-policy", "dom0", QrexecWords.ruling(reply));
      ruling.line().ifPresent(line -> TraceJson.source(cause, line.where()));
      causes.add(cause);
    }
    reply.landing().ifPresent(landing -> landed(landing, causes));
    if (reply.caller().isTaken()) {
      ObjectNode cause =
          cause(
              "local-port-busy",
              reply.call().from(),
              QrexecWords.busy(reply.caller(), reply.call()));
      TraceJson.source(cause, reply.caller().busy().orElseThrow().source());
      causes.add(cause);
    }
  }

  private static ObjectNode cause(String kind, String machine, String text) {
    return MAPPER.createObjectNode().put("kind", kind).put("machine", machine).put("text", text);
  }

  private static ObjectNode error(PolicyError error) {
    ObjectNode node = cause("qrexec-policy", "dom0", QrexecWords.error(error));
    TraceJson.source(node, error.where());
    return node.put("line", error.where().text());
  }

  private void landed(Landing landing, ArrayNode causes) {
    String text = QrexecWords.landing(landing, reply.call().port());
    switch (landing.listens()) {
      case BLOCKED:
        landing
            .loopback()
            .map(Answer::causes)
            .ifPresent(all -> all.forEach(c -> causes.add(cause(c))));
        break;
      case NOTHING:
      case NOT_IN_DOM0:
        causes.add(cause("no-listener", landing.machine(), text));
        break;
      case ELSEWHERE:
      case ONLY_IPV6:
        ObjectNode cause = cause("listens-elsewhere", landing.machine(), text);
        landing.socket().ifPresent(socket -> TraceJson.source(cause, socket.source()));
        causes.add(cause);
        break;
      default:
        if (!landing.isRunning()) {
          causes.add(cause("not-running", landing.machine(), text));
        }
    }
  }

  private static ObjectNode cause(Cause cause) {
    ObjectNode node = cause(cause.kind().word(), cause.machine(), QrexecWords.cause(cause));
    cause.source().ifPresent(source -> TraceJson.source(node, source));
    return node;
  }

  private void nearest() {
    ArrayNode nearest = node.putArray("nearest");
    for (NearMiss miss : reply.misses()) {
      nearest.add(line(miss.line()).put("differs", QrexecWords.difference(miss, reply.call())));
    }
  }

  private void caller() {
    ObjectNode caller = node.putObject("caller");
    caller.put("command", reply.call().command());
    caller.put("localPortBusy", reply.caller().busy().isPresent());
    ArrayNode binds = caller.putArray("permanentBinds");
    for (Bind bind : reply.caller().binds()) {
      ObjectNode one = binds.addObject().put("name", bind.name()).put("listens", bind.listensAt());
      one.put("target", bind.target().orElse(null));
      bind.port().ifPresent(port -> one.put("port", port));
      TraceJson.source(one, bind.source());
      ArrayNode faults = one.putArray("faults");
      bind.faults()
          .forEach(
              fault -> {
                ObjectNode entry = faults.addObject().put("text", QrexecWords.fault(bind, fault));
                TraceJson.source(entry, fault.where());
              });
    }
  }

  private void fixes() {
    ArrayNode fixes = node.putArray("fixes");
    for (PolicyChange change : reply.changes()) {
      ObjectNode fix = fixes.addObject().put("machine", "dom0");
      ArrayNode now = fix.putArray("now");
      change.now().forEach(now::add);
      ObjectNode persist = fix.putObject("persist").put("file", change.path());
      ArrayNode lines = persist.putArray("lines");
      if (!change.text().isEmpty()) {
        lines.add(change.text());
      }
      persist.put("executable", false).put("place", change.kind().name().toLowerCase(Locale.ROOT));
      persist.put("line", change.line());
      fix.put("why", QrexecWords.change(change));
    }
    for (Fix loopback : reply.loopback()) {
      fixes.add(WhyJson.fix(loopback));
    }
    node.put("fixesChecked", reply.isCured());
  }

  private void rest() {
    ArrayNode assumptions = node.putArray("assumptions");
    for (Answer.Assumed assumed : reply.assumptions()) {
      ObjectNode one = assumptions.addObject().put("text", assumed.text());
      one.put("missing", assumed.missing().isEmpty() ? null : assumed.missing());
      one.put("decides", assumed.decides());
    }
    ArrayNode files = node.putArray("policyFiles");
    for (Policy.Taken file : reply.policy().files()) {
      files.addObject().put("file", file.file()).put("takenFor", file.path());
    }
    ArrayNode ignored = node.putArray("policyFilesNotRead");
    for (Policy.Ignored file : reply.policy().ignored()) {
      ignored.addObject().put("file", file.file()).put("reason", file.reason());
    }
    ArrayNode warnings = node.putArray("warnings");
    if (reply.caller().busy().isPresent() && !reply.caller().isTaken()) {
      warnings.add(QrexecWords.busy(reply.caller(), reply.call()));
    }
  }
}
