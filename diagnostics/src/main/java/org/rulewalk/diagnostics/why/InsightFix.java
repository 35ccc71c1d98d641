package org.rulewalk.diagnostics.why;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.rulewalk.diagnostics.insight.Attachment;
import org.rulewalk.diagnostics.insight.Cures;
import org.rulewalk.diagnostics.insight.Insight;
import org.rulewalk.diagnostics.insight.Masquerade;
import org.rulewalk.diagnostics.insight.ResolverFile;
import org.rulewalk.parsers.nft.NftTextParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Ruleset;
import org.rulewalk.simulator.rules.Table;

/**
 * What mends a cause that is known for what it is, where a rule would only get round it. Names are
 * those of PedOS; a capture of Qubes OS is told in its own when it is printed.
 */
final class InsightFix implements Insight.Cases<Optional<Fix>> {
  private static final String DOM0 = "dom0";
  private static final String SCRIPT = "/rw/config/PedOS-firewall-user-script";
  private static final String RC_LOCAL = "/rw/config/rc.local";
  private static final String SETUP_NAMES = "/usr/lib/PedOS/PedOS-setup-dnat-to-ns";

  private final Cause cause;
  private final Network network;
  private final Optional<Fix> rule;

  private InsightFix(Cause cause, Network network, Optional<Fix> rule) {
    this.cause = cause;
    this.network = network;
    this.rule = rule;
  }

  /**
   * The fix; nothing where no command mends it.
   *
   * @param rules that would let the packet pass, for what that does to the model
   */
  static List<Fix> candidates(Cause cause, Network network, List<Fix> rules) {
    Optional<Fix> own = of(cause, network, Optional.empty());
    return own.isPresent()
        ? List.of(own.get())
        : rules.stream().flatMap(rule -> of(cause, network, Optional.of(rule)).stream()).toList();
  }

  private static Optional<Fix> of(Cause cause, Network network, Optional<Fix> rule) {
    return cause.insight().flatMap(insight -> insight.fold(new InsightFix(cause, network, rule)));
  }

  private static Fix unkept(
      String machine, List<String> now, String why, String allows, UnaryOperator<Network> change) {
    return new Fix(machine, now, "", List.of(), false, why, allows, change);
  }

  private static UnaryOperator<Network> cure(Insight insight) {
    return Cures.of(insight).orElse(UnaryOperator.identity());
  }

  @Override
  public Optional<Fix> staleNetvm(Insight.StaleNetvm insight) {
    Attachment attachment = insight.attachment();
    String command = "qvm-prefs " + attachment.vm() + " netvm ";
    return Optional.of(
        unkept(
            DOM0,
            List.of(command + "''", command + attachment.provider()),
            "joins " + attachment.vm() + " to " + attachment.provider() + " anew",
            "what the rules of both let through",
            cure(insight)));
  }

  @Override
  public Optional<Fix> notRunning(Insight.NotRunning insight) {
    String command = insight.state().equals("Paused") ? "qvm-unpause " : "qvm-start ";
    return Optional.of(
        unkept(
            DOM0,
            List.of(command + insight.vm()),
            "makes " + insight.vm() + " run",
            "what the rules on the way let through",
            cure(insight)));
  }

  @Override
  public Optional<Fix> spoofed(Insight.Spoofed insight) {
    if (insight.vm().flatMap(network::machine).isEmpty()) {
      return Optional.empty();
    }
    Machine vm = network.machine(insight.vm().get()).get();
    if (insight.passedOn()) {
      List<String> commands = Masquerade.of(vm).commands();
      return Optional.of(
          new Fix(
              vm.name(),
              commands,
              RC_LOCAL,
              true,
              "lets " + vm.name() + " send with its own address what it passes on",
              "whatever the rules let " + vm.name() + " do, for what is behind it",
              cure(insight)));
    }
    List<String> commands = new ArrayList<>();
    String device =
        vm.interfaces().stream()
            .filter(each -> each.has(insight.source()))
            .findFirst()
            .map(each -> each.name())
            .orElse("eth0");
    commands.add("ip addr add " + insight.given().address() + "/32 dev " + device);
    vm.interfaces().stream()
        .flatMap(each -> each.addresses().stream())
        .filter(each -> each.prefix().address().equals(insight.source()))
        .findFirst()
        .map(each -> each.prefix().address() + "/" + each.prefix().length())
        .ifPresent(prefix -> commands.add("ip addr del " + prefix + " dev " + device));
    return Optional.of(
        unkept(
            vm.name(),
            commands,
            "gives " + vm.name() + " back the address that PedOS knows it by",
            "",
            cure(insight)));
  }

  @Override
  public Optional<Fix> impersonated(Insight.Impersonated insight) {
    return Optional.empty();
  }

  private static Fix names(String provider, Insight insight) {
    return unkept(
        provider,
        List.of(SETUP_NAMES),
        "writes the translations of questions to resolvers anew",
        "questions to resolvers",
        cure(insight));
  }

  @Override
  public Optional<Fix> namesNotTranslated(Insight.NamesNotTranslated insight) {
    return Optional.of(names(insight.provider(), insight));
  }

  @Override
  public Optional<Fix> oldResolver(Insight.OldResolver insight) {
    return Optional.of(names(insight.provider(), insight));
  }

  @Override
  public Optional<Fix> noResolver(Insight.NoResolver insight) {
    return Optional.of(names(insight.provider(), insight));
  }

  @Override
  public Optional<Fix> resolverNotListed(Insight.ResolverNotListed insight) {
    String written = ResolverFile.written(insight.targets());
    return rule.map(
        pass ->
            new Fix(
                insight.provider(),
                List.of(written, "systemctl reload PedOS-firewall"),
                SCRIPT,
                List.of(written),
                true,
                "makes the firewall agent list the resolver that questions go to",
                "questions to its resolvers",
                pass.change()));
  }

  @Override
  public Optional<Fix> acceptedBefore(Insight.AcceptedBefore insight) {
    String file = insight.chain().endsWith("forward") ? SCRIPT : RC_LOCAL;
    boolean forwards =
        network
            .machine(cause.machine())
            .orElseThrow()
            .settings()
            .flag("net.ipv4.ip_forward", false);
    return Optional.of(
        new Fix(
            cause.machine(),
            List.of(
                "nft add rule "
                    + insight.table()
                    + " "
                    + insight.chain()
                    + " "
                    + insight.translation()),
            forwards ? SCRIPT : file,
            true,
            "says the same to the chain that PedOS asks",
            "all that the rule of iptables was written for",
            before -> added(before, insight)));
  }

  @Override
  public Optional<Fix> rulesDiscarded(Insight.RulesDiscarded insight) {
    String command = "qvm-firewall " + insight.vm() + " ";
    List<String> now = new ArrayList<>();
    if (insight.listed().isPresent()) {
      now.add(command + "del --rule-no " + insight.listed().get().number());
      if (!insight.others()) {
        Dom0Command.adding(insight.vm(), cause.journey().last()).ifPresent(now::add);
      }
    } else {
      now.add(command + "list");
      now.add(command + "--reload");
    }
    String why =
        insight.listed().isPresent()
            ? "takes the rule away whose name has no address, so that the others are used again"
            : "between the two, correct the rule that the journal names; checked as if the rules then"
                + " allow the packet";
    Optional<UnaryOperator<Network>> anew =
        insight.listed().flatMap(deleted -> AgentChain.without(cause, deleted, !insight.others()));
    return rule.map(
        pass -> unkept(DOM0, now, why, pass.allows(), anew.orElseGet(() -> pass.change())));
  }

  private Network added(Network before, Insight.AcceptedBefore insight) {
    Machine machine = before.machine(cause.machine()).orElseThrow();
    List<Table> tables = new ArrayList<>();
    for (Table table : machine.ruleset().tables()) {
      boolean meant = table.tool() == Table.Tool.NFT && table.title().equals(insight.table());
      List<Chain> chains = new ArrayList<>();
      for (Chain chain : table.chains()) {
        boolean people = meant && chain.name().equals(insight.chain());
        chains.add(people ? chain.with(plus(chain, insight.translation())) : chain);
      }
      tables.add(meant ? table.with(chains) : table);
    }
    return before.with(machine.with(new Ruleset(tables)));
  }

  private static List<Rule> plus(Chain chain, String text) {
    List<Rule> rules = new ArrayList<>(chain.rules());
    String table = "table ip t {\n chain c {\n  " + text + "\n }\n}\n";
    NftTextParser.parse(SourceText.of("fix", table), new Problems())
        .tables()
        .get(0)
        .chains()
        .get(0)
        .rules()
        .forEach(rule -> rules.add(rule.numbered(rules.size() + 1)));
    return rules;
  }
}
