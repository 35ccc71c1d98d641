package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.rulewalk.diagnostics.question.Place;
import org.rulewalk.diagnostics.question.Question;
import org.rulewalk.diagnostics.question.Service;
import org.rulewalk.parsers.nft.NftTextParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.conntrack.Tuple;
import org.rulewalk.simulator.kernel.Choices;
import org.rulewalk.simulator.kernel.State;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.packet.Protocol;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Hook;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.trace.Journey;
import org.rulewalk.simulator.trace.Step;
import org.rulewalk.simulator.trace.Trace;

/**
 * A connection that may belong to another one: the data of FTP, TFTP or SIP. It is RELATED where a
 * helper reads the control connection and announces it, else NEW. Kernels assign no helper by
 * themselves since 6.0 (net/netfilter/nf_conntrack_helper.c).
 *
 * @param helper the one that would read it
 * @param control the question whose connection announces this one
 */
record DataConnection(Helper helper, Question control) {
  private static final int FIRST_UNPRIVILEGED = 1024;
  private static final int FIRST_EPHEMERAL = 32768;
  private static final int ACTIVE_FTP = 20;
  private static final String AUTOMATIC = "net.netfilter.nf_conntrack_helper";
  private static final int MOST_MACHINES = 8;

  /** Protocols whose control connection names ports of others. */
  enum Helper {
    FTP("ftp", Protocol.TCP, 21),
    TFTP("tftp", Protocol.UDP, 69),
    SIP("sip", Protocol.UDP, 5060);

    private final String word;
    private final int protocol;
    private final int port;

    Helper(String word, int protocol, int port) {
      this.word = word;
      this.protocol = protocol;
      this.port = port;
    }

    String service() {
      return protocolWord() + "/" + port;
    }

    private String protocolWord() {
      return protocol == Protocol.TCP ? "tcp" : "udp";
    }
  }

  /**
   * That of a question, if its control connection, either way, gets through and its port may be one
   * that is agreed on there.
   */
  static Optional<DataConnection> of(Network network, Question question) {
    Service service = question.service();
    boolean possible =
        (service.protocol() == Protocol.TCP || service.protocol() == Protocol.UDP)
            && service.port() >= FIRST_UNPRIVILEGED
            && question.manner().equals(org.rulewalk.diagnostics.question.Manner.PLAIN);
    for (Helper helper : possible ? Helper.values() : new Helper[0]) {
      boolean same = helper.protocol == service.protocol() && helper.port == service.port();
      boolean fits = helper == Helper.SIP || helper.protocol == service.protocol();
      if (!same && fits) {
        for (Question control : controls(network, question, helper)) {
          if (new Asking(control).ask(network, Choices.LIKELY).isSuccess()) {
            return Optional.of(new DataConnection(helper, control));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** From the same side, and from the other: FTP has data connections of both kinds. */
  private static List<Question> controls(Network network, Question question, Helper helper) {
    Service service =
        new Service(helper.protocol, helper.port, OptionalInt.empty(), -1, 0, helper.service());
    List<Question> controls = new ArrayList<>();
    boolean both = helper != Helper.TFTP;
    if (both) {
      controls.add(new Question(question.from(), question.to(), service));
    }
    boolean known =
        question.to().machine().flatMap(network::machine).isPresent()
            && question.from().address().isPresent();
    if (known) {
      Place asking = question.to();
      controls.add(new Question(asking, question.from(), service));
    }
    return controls;
  }

  /** Whether a machine assigns a helper to the control connection, by a rule or by itself. */
  boolean isAssigned(Network network, String machine) {
    boolean automatic =
        network.machine(machine).map(m -> m.settings().flag(AUTOMATIC, false)).orElse(false);
    Trace trace = new Asking(control).ask(network, Choices.LIKELY).trace();
    return automatic || assigning(trace).contains(machine);
  }

  private static Set<String> assigning(Trace trace) {
    Set<String> machines = new HashSet<>();
    for (Journey journey : trace.requestPath()) {
      boolean assigned =
          journey.steps().stream()
              .filter(Step.OfRule.class::isInstance)
              .flatMap(step -> ((Step.OfRule) step).rule().statements().stream())
              .anyMatch(DataConnection::assigns);
      if (assigned) {
        machines.add(journey.machine());
      }
    }
    return machines;
  }

  private static boolean assigns(Statement statement) {
    if (statement instanceof Statement.UseObject) {
      return ((Statement.UseObject) statement).kind() == StatefulObject.Kind.CT_HELPER;
    }
    // the target CT of iptables is read as a remark: it does not change the packet's way
    return statement instanceof Statement.Note
        && ((Statement.Note) statement).text().startsWith("CT ")
        && ((Statement.Note) statement).text().contains("--helper");
  }

  /** Whether the data gets through once the control connection has announced it. */
  static boolean passesAnnounced(Network network, Question question, Asking asking) {
    Optional<DataConnection> data = of(network, question);
    if (data.isEmpty()) {
      return false;
    }
    Set<String> reading =
        assigning(new Asking(data.get().control).ask(network, Choices.LIKELY).trace());
    State state = State.EMPTY;
    for (int turn = 0; turn <= reading.size() && turn < MOST_MACHINES; turn++) {
      Asking.Seen seen = asking.ask(network, Choices.LIKELY, state);
      if (seen.isSuccess()) {
        return true;
      }
      for (Journey journey : seen.trace().requestPath()) {
        Optional<Tuple> tuple = Tuple.of(journey.packet());
        if (reading.contains(journey.machine()) && tuple.isPresent()) {
          state = state.expecting(journey.machine(), tuple.get());
        }
      }
    }
    return false;
  }

  /** Whether the port is one that is agreed on rather than one that is known to all. */
  static boolean isLikely(Question question) {
    Service service = question.service();
    return service.port() >= FIRST_EPHEMERAL
        || service.sourcePort().isPresent() && service.sourcePort().getAsInt() == ACTIVE_FTP;
  }

  /**
   * What assigns helpers where a port is likely to be a data connection's; none where that is not
   * enough.
   */
  static List<Fix> fixes(Network network, Question question, List<Cause> causes, Asking asking) {
    Optional<DataConnection> data = isLikely(question) ? of(network, question) : Optional.empty();
    if (data.isEmpty()) {
      return List.of();
    }
    List<Fix> fixes =
        causes.stream()
            .filter(cause -> cause.insight().isEmpty())
            .flatMap(cause -> data.get().fix(cause, network).stream())
            .toList();
    Network changed = network;
    for (Fix fix : fixes) {
      changed = fix.change().apply(changed);
    }
    return passesAnnounced(changed, question, asking) ? fixes : List.of();
  }

  /** What assigns the helper; empty where one is assigned, or the tables are not nftables'. */
  Optional<Fix> fix(Cause cause, Network network) {
    String file = Kept.script(network.machine(cause.machine()).orElseThrow());
    boolean executable = !file.isEmpty();
    Optional<Step> step = cause.step().filter(s -> isAsked(cause));
    if (step.isEmpty() || isAssigned(network, cause.machine())) {
      return Optional.empty();
    }
    Table table = ((Step.OfChain) step.get()).table();
    Optional<Chain.Base> base =
        table.chains().stream()
            .filter(Chain.Base.class::isInstance)
            .map(Chain.Base.class::cast)
            .filter(chain -> Causes.hook(cause).filter(chain.hook()::equals).isPresent())
            .findFirst();
    if (base.isEmpty() || table.tool() != Table.Tool.NFT) {
      return Optional.empty();
    }
    String object = helper.word + "-standard";
    String target = table.family().word() + " " + table.name();
    String body = "{ type \"" + helper.word + "\" protocol " + helper.protocolWord() + "; }";
    String rule =
        helper.protocolWord() + " dport " + helper.port + " ct helper set \"" + object + "\"";
    return Optional.of(
        new Fix(
            cause.machine(),
            List.of(
                "nft 'add ct helper " + target + " " + object + " " + body + "'",
                "nft insert rule " + target + " " + base.get().name() + " '" + rule + "'"),
            file,
            executable,
            "lets the kernel read "
                + helper.service()
                + " and take the connections announced there for RELATED; for control connections that"
                + " begin after it",
            "connections that " + helper.service() + " announces, through " + cause.machine(),
            net -> changed(net, cause.machine(), table, base.get().name(), object, body, rule)));
  }

  private static boolean isAsked(Cause cause) {
    return cause.request()
        && Causes.hook(cause)
            .filter(hook -> hook == Hook.FORWARD || hook == Hook.INPUT)
            .isPresent();
  }

  private static Network changed(
      Network before,
      String name,
      Table table,
      String chain,
      String object,
      String body,
      String rule) {
    Machine machine = before.machine(name).orElseThrow();
    String text =
        "table "
            + table.family().word()
            + " t {\n ct helper "
            + object
            + " "
            + body.replace("; }", "\n}").replace("{ ", "{\n")
            + "\n chain c {\n  "
            + rule
            + "\n }\n}\n";
    Table parsed = NftTextParser.parse(SourceText.of("fix", text), new Problems()).tables().get(0);
    List<Table> tables = new ArrayList<>();
    for (Table each : machine.ruleset().tables()) {
      boolean meant =
          each.family() == table.family()
              && each.name().equals(table.name())
              && each.tool() == table.tool();
      tables.add(meant ? with(each, chain, parsed) : each);
    }
    return before.with(machine.with(new Ruleset(tables)));
  }

  private static Table with(Table table, String chain, Table parsed) {
    List<Chain> chains = new ArrayList<>();
    for (Chain each : table.chains()) {
      List<Rule> rules = new ArrayList<>(each.rules());
      if (each.name().equals(chain)) {
        rules.add(0, parsed.chains().get(0).rules().get(0));
      }
      List<Rule> numbered = new ArrayList<>();
      rules.forEach(rule -> numbered.add(rule.numbered(numbered.size() + 1)));
      chains.add(each.name().equals(chain) ? each.with(numbered) : each);
    }
    List<StatefulObject> objects = new ArrayList<>(table.objects());
    objects.addAll(parsed.objects());
    return new Table(
        table.family(),
        table.name(),
        table.tool(),
        chains,
        Map.copyOf(table.sets()),
        objects,
        table.dormant(),
        table.comment(),
        table.source());
  }

  /** What is so, in whole sentences. */
  String sentence(Network network, Question question, String machine) {
    String port = question.service().text();
    String start =
        port
            + " may be a data connection of "
            + helper.word.toUpperCase(java.util.Locale.ROOT)
            + ", whose control connection ("
            + helper.service()
            + ") gets through. ";
    return isAssigned(network, machine)
        ? start
            + machine
            + " assigns a helper to the control connection: a port that is announced there is RELATED; this"
            + " answer is for one that is not."
        : start
            + "To "
            + machine
            + " it is a NEW connection and no RELATED one: no rule there assigns a helper (ct helper), and kernels"
            + " since 6.0 assign none by themselves.";
  }
}
