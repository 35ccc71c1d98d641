package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;

/** Writes the declarations of named sets and maps; the counterpart of {@link SetReader}. */
final class SetText {
  private static final List<String> FLAGS = List.of("constant", "interval", "timeout", "dynamic");

  private static final String TYPEOF = "typeof ";

  /** Something of each type, for maps whose key is said by a sample too. */
  private static final Map<DataType, String> SAMPLES =
      Map.of(
          DataType.IPV4_ADDR, "ip daddr",
          DataType.IPV6_ADDR, "ip6 daddr",
          DataType.ETHER_ADDR, "ether daddr",
          DataType.INET_SERVICE, "tcp dport",
          DataType.INET_PROTO, "meta l4proto",
          DataType.MARK, "meta mark",
          DataType.CLASSID, "meta priority",
          DataType.IFNAME, "oifname");

  private SetText() {}

  /** The lines between the braces. */
  static List<String> lines(NamedSet set, Table table, boolean forLoading) {
    List<String> lines = new ArrayList<>();
    lines.add(type(set, table));
    NamedSet.Upkeep upkeep = set.upkeep();
    if (set.size() > 0) {
      lines.add("size " + set.size());
    }
    if (!upkeep.policy().isEmpty()) {
      lines.add("policy " + upkeep.policy());
    }
    if (!set.flags().isEmpty()) {
      lines.add("flags " + flags(set));
    }
    if (set.timeoutMillis() > 0) {
      lines.add("timeout " + Durations.text(set.timeoutMillis()));
    }
    if (upkeep.gcIntervalMillis() > 0) {
      lines.add("gc-interval " + Durations.text(upkeep.gcIntervalMillis()));
    }
    if (upkeep.autoMerge()) {
      lines.add("auto-merge");
    }
    statements(set, forLoading).forEach(s -> lines.add(StatementText.bare(s)));
    if (!set.comment().isEmpty()) {
      lines.add("comment " + LiteralText.quoted(set.comment()));
    }
    elements(set, lines);
    return lines;
  }

  /** What rules have put into elements, nft loads only where the set announces it. */
  private static List<Statement> statements(NamedSet set, boolean forLoading) {
    List<Statement> announced = set.upkeep().statements();
    if (!forLoading || !announced.isEmpty() || set.elements().elements().isEmpty()) {
      return announced;
    }
    return set.elements().elements().get(0).attributes().statements();
  }

  private static String type(NamedSet set, Table table) {
    String key = keyType(set, table);
    boolean typeof = key.startsWith(TYPEOF);
    return set.data().map(data -> key + " : " + data(data, typeof)).orElse(key);
  }

  private static String keyType(NamedSet set, Table table) {
    if (set.keyText().startsWith(TYPEOF)) {
      return set.keyText();
    }
    return Optional.of(set)
        .filter(SetText::isVague)
        .flatMap(vague -> SetKeys.of(table, vague.name()))
        .map(sample -> TYPEOF + ExpressionText.of(sample))
        .orElse("type " + set.keyText());
  }

  /** JSON of some versions says of typeof just what sort of number it is, which nft can't load. */
  private static boolean isVague(NamedSet set) {
    return set.keyTypes().contains(DataType.INTEGER) || set.keyTypes().contains(DataType.STRING);
  }

  private static String data(NamedSet.Data data, boolean typeof) {
    if (data.text().startsWith(TYPEOF)) {
      return data.text().substring(TYPEOF.length());
    }
    boolean sampled =
        typeof && !data.types().isEmpty() && SAMPLES.keySet().containsAll(data.types());
    boolean types = data.text().equals(words(data));
    return sampled && types
        ? data.types().stream().map(SAMPLES::get).collect(Collectors.joining(" . "))
        : data.text();
  }

  private static String words(NamedSet.Data data) {
    return data.types().stream().map(DataType::word).collect(Collectors.joining(" . "));
  }

  private static String flags(NamedSet set) {
    List<String> known = FLAGS.stream().filter(set.flags()::contains).toList();
    List<String> others =
        set.flags().stream().filter(flag -> !FLAGS.contains(flag)).sorted().toList();
    return String.join(",", known)
        + (others.isEmpty() || known.isEmpty() ? "" : ",")
        + String.join(",", others);
  }

  private static void elements(NamedSet set, List<String> lines) {
    if (set.elements().elements().isEmpty()) {
      return;
    }
    List<DataType> data = set.data().map(NamedSet.Data::types).orElse(List.of());
    lines.add(
        set.elements().elements().stream()
            .map(element -> ElementText.of(element, set.keyTypes(), data))
            .collect(Collectors.joining(",\n\t\t\t     ", "elements = { ", " }")));
  }
}
