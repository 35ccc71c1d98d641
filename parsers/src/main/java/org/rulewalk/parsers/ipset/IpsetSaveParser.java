package org.rulewalk.parsers.ipset;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.IpSet;

/** Reads the output of {@code ipset save}: {@code create} and {@code add} lines. */
public final class IpsetSaveParser {
  private final SourceText source;
  private final Problems problems;
  private final Map<String, SetDraft> sets = new LinkedHashMap<>();

  private IpsetSaveParser(SourceText source, Problems problems) {
    this.source = source;
    this.problems = problems;
  }

  /** The sets by name; what can't be read goes to {@code problems}. */
  public static Map<String, IpSet> parse(SourceText source, Problems problems) {
    IpsetSaveParser parser = new IpsetSaveParser(source, problems);
    for (int number = 1; number <= source.lineCount(); number++) {
      parser.line(number);
    }
    Map<String, IpSet> found = new LinkedHashMap<>();
    parser.sets.forEach((name, draft) -> found.put(name, draft.toSet()));
    return found;
  }

  private void line(int number) {
    String content = source.line(number).strip();
    if (content.isEmpty() || content.startsWith("#")) {
      return;
    }
    List<String> words = List.of(content.split("[ \t]+"));
    try {
      command(words);
    } catch (Misread e) {
      problems.warn(
          "ipset-syntax", e.getMessage(), source.atLine(number), 0, "the line is left out");
    }
  }

  private void command(List<String> words) {
    String command = words.get(0);
    if (words.size() < 3) {
      throw new Misread("`" + command + "` lacks a name and what follows it");
    }
    String name = words.get(1);
    switch (command) {
      case "create":
      case "-N":
        sets.putIfAbsent(name, SetDraft.create(name, words.get(2), words.subList(3, words.size())));
        break;
      case "add":
      case "-A":
        SetDraft set = sets.get(name);
        if (set == null) {
          throw new Misread("the set `" + name + "` is not created before its entries");
        }
        set.add(words.get(2), words.subList(3, words.size()));
        break;
      default:
        throw new Misread("`" + command + "` begins no line of a save");
    }
  }
}
