package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.rulewalk.parsers.source.Pool;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Table;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/**
 * Reads what iptables-save, ip6tables-save and their legacy and nft kin print, with or without
 * {@code -c}, and what people write for iptables-restore.
 */
public final class IptablesSaveParser {
  private final SourceText source;
  private final IpVersion version;
  private final Table.Tool tool;
  private final Problems problems;
  private final Map<String, TableDraft> tables = new LinkedHashMap<>();
  private final Pool<Statement> pool = new Pool<>();
  private Optional<TableDraft> current = Optional.empty();
  private int rules;
  private int understood;
  private boolean legacyHint;

  private IptablesSaveParser(
      SourceText source, IpVersion version, Table.Tool tool, Problems problems) {
    this.source = source;
    this.version = version;
    this.tool = tool;
    this.problems = problems;
  }

  /** Reads a dump; what can't be read goes to {@code problems}. */
  public static IptablesDump parse(
      SourceText source, IpVersion version, Table.Tool tool, Problems problems) {
    IptablesSaveParser parser = new IptablesSaveParser(source, version, tool, problems);
    parser.file();
    List<Table> tables = new ArrayList<>();
    parser.tables.values().forEach(draft -> tables.add(draft.toTable(tool)));
    parser.tables.values().forEach(draft -> draft.checkJumps(problems));
    return new IptablesDump(tables, parser.rules, parser.understood, parser.legacyHint);
  }

  private Family family() {
    return version == IpVersion.IPV4 ? Family.IP : Family.IP6;
  }

  private void file() {
    for (int number = 1; number <= source.lineCount(); number++) {
      line(source.line(number), number);
    }
    if (current.isPresent()) {
      problems.warn(
          "missing-commit",
          "the table `" + current.get().name() + "` has no COMMIT: the dump is cut off",
          source.at(source.text().length()),
          0,
          "capture it again");
    }
  }

  private void line(String line, int number) {
    String content = line.strip();
    if (content.isEmpty() || content.startsWith("#")) {
      legacyHint |=
          content.contains("iptables-legacy tables present")
              || content.contains("ip6tables-legacy tables present");
      return;
    }
    if (content.startsWith("*")) {
      table(content.substring(1).strip(), number);
    } else if (content.equals("COMMIT")) {
      current = Optional.empty();
    } else if (current.isEmpty()) {
      problems.warn(
          "outside-table",
          "`" + first(content) + "` stands outside of any table",
          source.atLine(number),
          0,
          "a dump has tables from `*name` to COMMIT");
    } else if (content.startsWith(":")) {
      chain(content.substring(1), number);
    } else {
      rule(line, number);
    }
  }

  private static String first(String content) {
    int blank = content.indexOf(' ');
    String word = blank < 0 ? content : content.substring(0, blank);
    return word.length() > 40 ? word.substring(0, 40) + "…" : word;
  }

  private void table(String name, int number) {
    if (current.isPresent()) {
      problems.warn(
          "missing-commit",
          "the table `" + current.get().name() + "` has no COMMIT before the next one",
          source.atLine(number),
          0,
          "");
    }
    if (!Builtin.isTable(name)) {
      problems.warn(
          "unknown-table", "`" + name + "` is no table of iptables", source.atLine(number), 0, "");
    }
    Source where = source.atLine(number);
    current = Optional.of(tables.computeIfAbsent(name, n -> new TableDraft(family(), n, where)));
  }

  private void chain(String content, int number) {
    List<Words.Word> words = Words.split(content);
    Source where = source.atLine(number);
    if (words.size() < 2) {
      problems.warn("chain-syntax", "a chain needs a name and a policy", where, 0, "");
      return;
    }
    String policy = words.get(1).text();
    Optional<Chain.Counter> counter =
        words.size() > 2 ? counter(words.get(2).text()) : Optional.empty();
    Verdict.Simple verdict = Verdict.Simple.ACCEPT;
    if (policy.equals("DROP")) {
      verdict = Verdict.Simple.DROP;
    } else if (!policy.equals("ACCEPT") && !policy.equals("-")) {
      problems.warn(
          "chain-policy",
          "`" + policy + "` is no policy",
          where,
          0,
          "the policy is taken to be ACCEPT");
    }
    current.orElseThrow().declare(words.get(0).text(), verdict, counter, where);
  }

  /** {@code [packets:bytes]}. */
  private static Optional<Chain.Counter> counter(String text) {
    int colon = text.indexOf(':');
    if (!text.startsWith("[") || !text.endsWith("]") || colon < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Chain.Counter(
              Long.parseLong(text.substring(1, colon)),
              Long.parseLong(text.substring(colon + 1, text.length() - 1))));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private void rule(String line, int number) {
    List<Words.Word> words = Words.split(line);
    int at = 0;
    Optional<Chain.Counter> counter = counter(words.get(0).text());
    at += words.get(0).text().startsWith("[") ? 1 : 0;
    Source where =
        source.at(source.lineStart(number) + (at < words.size() ? words.get(at).column() : 0));
    if (at + 1 >= words.size()) {
      unknownLine(where, first(line.strip()));
      return;
    }
    TableDraft table = current.orElseThrow();
    String command = words.get(at).text();
    String chain = words.get(at + 1).text();
    int next = at + 2;
    switch (command) {
      case "-A":
      case "--append":
        table.append(
            chain, read(words.subList(next, words.size()), number, where, counter), problems);
        break;
      case "-I":
      case "--insert":
        int place = 1;
        if (next < words.size() && isNumber(words.get(next).text())) {
          place = (int) Values.number(words.get(next).text());
          next++;
        }
        table.insert(
            chain,
            place,
            read(words.subList(next, words.size()), number, where, counter),
            problems);
        break;
      case "-N":
      case "--new-chain":
        table.declare(chain, Verdict.Simple.ACCEPT, Optional.empty(), where);
        break;
      case "-P":
      case "--policy":
        boolean drop = next < words.size() && words.get(next).text().equals("DROP");
        table.declare(
            chain, drop ? Verdict.Simple.DROP : Verdict.Simple.ACCEPT, Optional.empty(), where);
        break;
      case "-F":
      case "--flush":
        table.flush(chain);
        break;
      default:
        unknownLine(where, command);
    }
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.length() < 9 && text.chars().allMatch(Character::isDigit);
  }

  private void unknownLine(Source where, String word) {
    problems.warn(
        "iptables-syntax",
        "`" + word + "` begins no line of a dump",
        where,
        0,
        "the line is left out");
  }

  private Rule read(
      List<Words.Word> words, int number, Source where, Optional<Chain.Counter> counter) {
    RuleLine line = new RuleLine(words, version);
    List<Statement> statements = pool.all(line.read());
    rules++;
    understood += line.faults().isEmpty() ? 1 : 0;
    for (RuleLine.Fault fault : line.faults()) {
      problems.warn(
          "not-understood",
          fault.message(),
          source.at(source.lineStart(number) + fault.word().column()),
          fault.word().text().length(),
          "answers that depend on it say so");
    }
    return new Rule(
        0, statements, OptionalLong.empty(), line.comment(), counter, where, Optional.empty());
  }
}
