package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;

/** What iptables-save prints, as far as a search in it needs. */
final class SaveTool {
  private SaveTool() {}

  static Outcome run(Machine machine, Invocation invocation) {
    IpVersion version = invocation.program().startsWith("ip6") ? IpVersion.IPV6 : IpVersion.IPV4;
    Table.Tool tool = IptablesTool.tool(machine, invocation.program());
    Family family = version == IpVersion.IPV4 ? Family.IP : Family.IP6;
    Optional<String> only = IpTool.after(invocation.arguments(), "-t");
    boolean counted = invocation.arguments().contains("-c");
    List<Listing.Line> lines = new ArrayList<>();
    for (Table table : machine.ruleset().tables()) {
      boolean wanted =
          table.family() == family
              && table.tool() == tool
              && only.map(table.name()::equals).orElse(true);
      if (wanted) {
        lines.add(new Listing.Line("*" + table.name(), true));
        table.chains().forEach(chain -> lines.add(declaration(chain)));
        table.chains().forEach(chain -> rules(chain, counted, lines));
        lines.add(new Listing.Line("COMMIT", true));
      }
    }
    return Outcome.printed(machine, new Listing(lines, true));
  }

  private static Listing.Line declaration(Chain chain) {
    String policy = chain instanceof Chain.Base ? ((Chain.Base) chain).policy().name() : "-";
    return new Listing.Line(":" + chain.name() + " " + policy + " [0:0]", false);
  }

  private static void rules(Chain chain, boolean counted, List<Listing.Line> lines) {
    for (Rule rule : chain.rules()) {
      Optional<String> words = SavedText.words(rule);
      String text = ("-A " + chain.name() + " " + words.orElse(rule.source().text())).strip();
      lines.add(new Listing.Line(text, words.isPresent() && !counted));
    }
  }
}
