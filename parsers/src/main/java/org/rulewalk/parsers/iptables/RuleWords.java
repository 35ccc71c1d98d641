package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.value.IpVersion;

/** Writes what stands behind {@code -A CHAIN}; the counterpart of {@link RuleLine}. */
final class RuleWords {
  /** Matches of which one {@code -m} has several options, in the order of their ranks. */
  private static final Set<String> GROUPED =
      Set.of(
          "tcp",
          "udp",
          "udplite",
          "sctp",
          "dccp",
          "iprange",
          "owner",
          "devgroup",
          "ecn",
          "ipcomp",
          "mh");

  private RuleWords() {}

  /**
   * Some words of a rule.
   *
   * @param extension the match or target that they belong to; empty for options of every rule
   * @param target whether it is a target
   * @param words its options; may be empty
   * @param rank place among the options of the match
   */
  record Part(String extension, boolean target, String words, int rank) {
    static Part basic(String words) {
      return new Part("", false, words, 0);
    }

    static Part match(String extension, String words) {
      return new Part(extension, false, words, 0);
    }

    static Part match(String extension, String words, int rank) {
      return new Part(extension, false, words, rank);
    }

    static Part target(String extension, String words) {
      return new Part(extension, true, words, 0);
    }

    private boolean continues(Part before) {
      return !target
          && !before.target
          && extension.equals(before.extension)
          && GROUPED.contains(extension)
          && rank > before.rank;
    }

    /** Whether it is the bare name of a match whose options follow. */
    private boolean isHeadOf(Part next) {
      return !target && !next.target && words.isEmpty() && extension.equals(next.extension);
    }

    private String text() {
      String head = extension.isEmpty() ? "" : (target ? "-j " : "-m ") + Words.quoted(extension);
      return words.isEmpty() || head.isEmpty() ? head + words : head + " " + words;
    }
  }

  private static List<Part> parts(Rule rule, IpVersion version) {
    List<Part> parts = new ArrayList<>();
    StatementWords writer = new StatementWords(version, parts);
    for (Statement statement : rule.statements()) {
      parts.addAll(statement.fold(writer));
    }
    return parts;
  }

  /** The names of the rule's extensions, as nft lists what it has no words for. */
  static String listed(Rule rule, String counter) {
    List<String> words = new ArrayList<>();
    List<String> last = new ArrayList<>();
    for (Part part : parts(rule, IpVersion.IPV4)) {
      if (part.target()) {
        last.add(listedTarget(part.extension()));
      } else if (part.words().startsWith("-g ")) {
        last.add("goto " + part.words().substring(3));
      } else if (!part.extension().isEmpty()) {
        words.add("xt match \"" + part.extension() + "\"");
      }
    }
    words.add(counter);
    words.addAll(last);
    return String.join(" ", words);
  }

  private static String listedTarget(String name) {
    if (Set.of("ACCEPT", "DROP", "RETURN").contains(name)) {
      return name.toLowerCase(java.util.Locale.ROOT);
    }
    return Targets.find(name).isPresent() ? "xt target \"" + name + "\"" : "jump " + name;
  }

  static String of(Rule rule, IpVersion version) {
    List<Part> parts = parts(rule, version);
    List<String> words = new ArrayList<>();
    Part before = Part.basic("");
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      if (i + 1 < parts.size() && part.isHeadOf(parts.get(i + 1))) {
        continue;
      }
      String text = part.continues(before) ? part.words() : part.text();
      if (!text.isEmpty()) {
        words.add(text);
      }
      before = part;
    }
    return String.join(" ", words);
  }
}
