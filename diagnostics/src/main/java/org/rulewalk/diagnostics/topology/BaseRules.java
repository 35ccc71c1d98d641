package org.rulewalk.diagnostics.topology;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.parsers.iptables.IptablesSaveParser;
import org.rulewalk.parsers.nft.NftTextParser;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.parsers.source.Spelling;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.value.IpVersion;

/**
 * The rules that PedOS makes by itself, of all generations: what its network scripts load at the
 * start, and what its firewall agent adds for each client (qubes-core-agent-linux, network/ and
 * qubesagent/firewall.py).
 */
public final class BaseRules {
  private static final BaseRules ALL = read();

  private final Map<String, Set<Shape>> byChain = new HashMap<>();

  private BaseRules() {}

  /** Whether PedOS made the rule, and nobody else. */
  public static boolean isMade(Table table, Chain chain, Rule rule) {
    if (isOfClient(chain) || isAccelerator(table)) {
      return true;
    }
    Set<Shape> made = ALL.byChain.getOrDefault(place(table, chain), Set.of());
    return !made.isEmpty() && made.contains(Shape.of(rule));
  }

  /** Whether a chain holds the rules of one client, which dom0 decides. */
  public static boolean isOfClient(Chain chain) {
    return PedosNames.isClientChain(chain.name());
  }

  private static boolean isAccelerator(Table table) {
    return Spelling.pedOs(table.name()).equals("PedOS-nat-accel");
  }

  private static String place(Table table, Chain chain) {
    String family = table.family().word();
    return family + " " + Spelling.pedOs(table.name()) + " " + Spelling.pedOs(chain.name());
  }

  private static BaseRules read() {
    Problems problems = new Problems();
    List<Table> tables = new ArrayList<>();
    tables.addAll(NftTextParser.parse(text("base-rules.nft"), problems).tables());
    for (Table.Tool tool : List.of(Table.Tool.IPTABLES_NFT, Table.Tool.IPTABLES_LEGACY)) {
      tables.addAll(
          IptablesSaveParser.parse(text("base-rules.iptables"), IpVersion.IPV4, tool, problems)
              .tables());
      tables.addAll(
          IptablesSaveParser.parse(text("base-rules.ip6tables"), IpVersion.IPV6, tool, problems)
              .tables());
    }
    BaseRules all = new BaseRules();
    for (Table table : tables) {
      for (Chain chain : table.chains()) {
        Set<Shape> shapes =
            all.byChain.computeIfAbsent(place(table, chain), unused -> new HashSet<>());
        chain.rules().forEach(rule -> shapes.add(Shape.of(rule)));
      }
    }
    return all;
  }

  private static SourceText text(String name) {
    try (InputStream in = BaseRules.class.getResourceAsStream(name)) {
      return SourceText.decode(name, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
