package org.rulewalk.diagnostics.fixes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rulewalk.diagnostics.insight.Insight;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.diagnostics.why.Cause;
import org.rulewalk.diagnostics.why.Fix;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.trace.Step;

/**
 * An answer's fixes as commands that a lab of network namespaces can run.
 *
 * <p>Commands of firewalled machines are left as they are. A lab has no dom0 and no firewall
 * service: in the place of commands for these stand the rules that the service would write because
 * of them, in the form of the agent's own (docs of the capture formats, section 6).
 */
final class LabCommands {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern ADDED =
      Pattern.compile(
          "qvm-firewall \\S+ add --before \\d+ accept dst([46])=(\\S+) proto=(\\S+?)(?: dstports=(\\d+)| icmptype=(\\d+))?");

  private static final Pattern OLD =
      Pattern.compile("qvm-firewall \\S+ -a (\\S+) (tcp|udp) (\\d+)");

  private LabCommands() {}

  static ArrayNode of(Answer answer) {
    return of(answer, answer.fixes());
  }

  static ArrayNode of(Answer answer, List<Fix> proposed) {
    ArrayNode fixes = MAPPER.createArrayNode();
    for (Fix fix : proposed) {
      Optional<Map<String, List<String>>> standIn = StandIns.of(answer, fix);
      if (standIn.isPresent()) {
        standIn.get().forEach((machine, commands) -> add(fixes, machine, commands));
        continue;
      }
      boolean service = fix.now().stream().anyMatch(command -> command.startsWith("systemctl "));
      if (fix.machine().equals("dom0") || service) {
        Cause cause =
            agentsCause(answer)
                .orElseThrow(() -> new IllegalStateException("no stand-in for " + fix.now()));
        add(fixes, cause.machine(), agentsRules(fix, cause));
      } else {
        add(fixes, fix.machine(), fix.now());
      }
    }
    return fixes;
  }

  private static void add(ArrayNode fixes, String machine, List<String> commands) {
    ObjectNode one = fixes.addObject();
    one.put("machine", machine);
    ArrayNode now = one.putArray("now");
    commands.forEach(now::add);
  }

  /** The cause that stands in the agent's table. */
  private static Optional<Cause> agentsCause(Answer answer) {
    return answer.causes().stream()
        .filter(cause -> cause.step().isPresent())
        .filter(
            cause ->
                PedosNames.isAgentTable(table(cause).name())
                    || isClients(cause)
                    || cause.dom0().isPresent())
        .findFirst();
  }

  private static boolean isClients(Cause cause) {
    return PedosNames.isChainOf(chain(cause).name(), cause.journey().last().source().toString());
  }

  private static Table table(Cause cause) {
    Step step = cause.step().orElseThrow();
    return step instanceof Step.OfRule
        ? ((Step.OfRule) step).table()
        : ((Step.OfPolicy) step).table();
  }

  private static Chain chain(Cause cause) {
    Step step = cause.step().orElseThrow();
    return step instanceof Step.OfRule
        ? ((Step.OfRule) step).chain()
        : ((Step.OfPolicy) step).chain();
  }

  private static List<String> agentsRules(Fix fix, Cause cause) {
    Table table = table(cause);
    String place = table.family().word() + " " + table.name() + " ";
    Matcher added = ADDED.matcher(fix.now().get(0));
    if (added.matches()) {
      boolean iptables = table.tool() != Table.Tool.NFT;
      return List.of(
          iptables
              ? "iptables -I " + chain(cause).name() + " 1 " + iptables(added)
              : "nft insert rule " + place + chain(cause).name() + " " + nft(added));
    }
    Matcher old = OLD.matcher(fix.now().get(0));
    if (old.matches()) {
      // release 3 puts rules of all clients into one chain
      Step.OfRule of = (Step.OfRule) cause.step().orElseThrow();
      return List.of(
          "iptables -I %s %d -s %s -d %s -p %s --dport %s -j ACCEPT"
              .formatted(
                  of.chain().name(),
                  of.rule().number(),
                  cause.journey().last().source(),
                  old.group(1),
                  old.group(2),
                  old.group(3)));
    }
    Optional<FirewallRule> discarding = discarding(cause);
    if (discarding.isPresent()) {
      return written(fix, cause, discarding.get());
    }
    if (fix.now().get(0).contains(" del --rule-no ")) {
      Step.OfRule of = (Step.OfRule) cause.step().orElseThrow();
      return List.of(
          "nft delete rule "
              + place
              + of.chain().name()
              + " handle "
              + of.rule().handle().orElseThrow());
    }
    String client = cause.journey().last().source().toString();
    List<String> commands = new ArrayList<>();
    if (cause.step().orElseThrow() instanceof Step.OfRule) {
      // the client's chain is there, with a rule that blocks all
      commands.add("nft flush chain " + place + chain(cause).name());
      commands.add("nft add rule " + place + chain(cause).name() + " accept");
      return commands;
    }
    String own = "pbs-" + client.replace('.', '-');
    String jumps =
        table.chains().stream()
            .map(Chain::name)
            .filter(name -> PedosNames.isSame(name, "PedOS-forward"))
            .findFirst()
            .orElse(chain(cause).name());
    commands.add("nft add chain " + place + own);
    commands.add("nft flush chain " + place + own);
    commands.add("nft add rule " + place + own + " accept");
    commands.add("nft add rule " + place + jumps + " ip saddr " + client + " jump " + own);
    return commands;
  }

  /** The rule of dom0 whose name has no address, so that one reject stands for all. */
  private static Optional<FirewallRule> discarding(Cause cause) {
    return cause
        .insight()
        .filter(Insight.RulesDiscarded.class::isInstance)
        .flatMap(insight -> ((Insight.RulesDiscarded) insight).listed());
  }

  /** The client's chain without that rule, which the agent writes anew as a whole. */
  private static List<String> written(Fix fix, Cause cause, FirewallRule discarding) {
    String place = table(cause).family().word() + " " + table(cause).name() + " ";
    String add = "nft add rule " + place + chain(cause).name() + " ";
    List<String> commands = new ArrayList<>();
    commands.add("nft flush chain " + place + chain(cause).name());
    for (String command : fix.now()) {
      Matcher added = ADDED.matcher(command);
      if (added.matches()) {
        commands.add(add + nft(added));
      }
    }
    cause.dom0().orElseThrow().standing().writtenWithout(discarding).orElseThrow().stream()
        .map(add::concat)
        .forEach(commands::add);
    return commands;
  }

  private static String nft(Matcher rule) {
    String daddr = (rule.group(1).equals("4") ? "ip daddr " : "ip6 daddr ") + rule.group(2);
    String proto = rule.group(3);
    String type = rule.group(5) == null ? "" : " icmp type " + rule.group(5);
    String what =
        proto.equals("icmp") ? " ip protocol icmp" + type : " " + proto + " dport " + rule.group(4);
    return daddr + what + " accept";
  }

  private static String iptables(Matcher rule) {
    String ports = rule.group(4) == null ? "" : " --dport " + rule.group(4);
    return Map.of("tcp", "-p tcp", "udp", "-p udp", "icmp", "-p icmp").get(rule.group(3))
        + " -d "
        + rule.group(2)
        + ports
        + " -j ACCEPT";
  }
}
