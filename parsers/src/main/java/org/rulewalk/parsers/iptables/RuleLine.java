package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.HeaderField;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MetaKey;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Bits;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** Reads the words of one rule behind {@code -A CHAIN}: matches in order, then the target. */
final class RuleLine {
  /** Short and long names of the options that need no extension. */
  private static final Map<String, String> BASIC =
      Map.ofEntries(
          Map.entry("-p", "-p"),
          Map.entry("--protocol", "-p"),
          Map.entry("--proto", "-p"),
          Map.entry("-s", "-s"),
          Map.entry("--source", "-s"),
          Map.entry("--src", "-s"),
          Map.entry("-d", "-d"),
          Map.entry("--destination", "-d"),
          Map.entry("--dst", "-d"),
          Map.entry("-i", "-i"),
          Map.entry("--in-interface", "-i"),
          Map.entry("-o", "-o"),
          Map.entry("--out-interface", "-o"),
          Map.entry("-f", "-f"),
          Map.entry("--fragment", "-f"),
          Map.entry("-m", "-m"),
          Map.entry("--match", "-m"),
          Map.entry("-j", "-j"),
          Map.entry("--jump", "-j"),
          Map.entry("-g", "-g"),
          Map.entry("--goto", "-g"),
          Map.entry("-c", "-c"),
          Map.entry("--set-counters", "-c"),
          Map.entry("-4", "-4"),
          Map.entry("-6", "-6"),
          Map.entry("--ipv4", "-4"),
          Map.entry("--ipv6", "-6"),
          Map.entry("-w", "-w"));

  private static final Set<String> VALUELESS = Set.of("-f", "-4", "-6", "-w");
  private static final int FRAGMENT_OFFSET = 0x1fff;

  private final List<Words.Word> words;
  private final IpVersion version;
  private final List<Fault> faults = new ArrayList<>();
  private final List<Statement> statements = new ArrayList<>();
  private String comment = "";
  private int at;
  private String protocol = "";

  /** Something that was not understood. */
  record Fault(String message, Words.Word word) {}

  RuleLine(List<Words.Word> words, IpVersion version) {
    this.words = words;
    this.version = version;
  }

  List<Fault> faults() {
    return faults;
  }

  String comment() {
    return comment;
  }

  List<Statement> read() {
    while (at < words.size()) {
      int start = at;
      boolean negated = words.get(at).text().equals("!") && !words.get(at).quoted();
      at += negated ? 1 : 0;
      Words.Word word = words.get(Math.min(at, words.size() - 1));
      String option = word.quoted() ? "" : BASIC.getOrDefault(word.text(), "");
      try {
        if (at >= words.size()) {
          throw new Misread("`!` negates nothing");
        }
        if (option.isEmpty()) {
          implied(start);
        } else {
          at++;
          basic(option, negated);
        }
      } catch (Misread e) {
        fault(e.getMessage(), word);
        at = Math.max(at, start + 1);
        skipToNextOption();
      }
    }
    return statements;
  }

  private void fault(String message, Words.Word word) {
    faults.add(new Fault(message, word));
    statements.add(
        new Match.Unknown(
            word.text(), new Doubt(Doubt.Kind.NOT_UNDERSTOOD, word.text(), true, Source.NONE)));
  }

  private void skipToNextOption() {
    while (at < words.size() && !isBasic(at)) {
      at++;
    }
  }

  private boolean isBasic(int index) {
    Words.Word word = words.get(index);
    boolean negation =
        word.text().equals("!")
            && !word.quoted()
            && index + 1 < words.size()
            && isBasicWord(words.get(index + 1));
    return negation || isBasicWord(word);
  }

  private static boolean isBasicWord(Words.Word word) {
    return !word.quoted() && BASIC.containsKey(word.text());
  }

  private String value(String option) {
    if (at >= words.size()) {
      throw new Misread("`" + option + "` lacks its value");
    }
    return words.get(at++).text();
  }

  private void basic(String option, boolean negated) {
    boolean inner =
        !VALUELESS.contains(option) && at < words.size() && words.get(at).text().equals("!");
    at += inner ? 1 : 0;
    boolean not = negated || inner;
    switch (option) {
      case "-p":
        protocol(value(option), not);
        break;
      case "-s":
        addresses(Basics.source(version), value(option), not);
        break;
      case "-d":
        addresses(Basics.destination(version), value(option), not);
        break;
      case "-i":
        device(MetaKey.IIFNAME, value(option), not);
        break;
      case "-o":
        device(MetaKey.OIFNAME, value(option), not);
        break;
      case "-f":
        Expression field =
            Expression.of(HeaderField.IP_FRAG_OFF)
                .masked(Bits.of(FRAGMENT_OFFSET), DataType.INTEGER);
        statements.add(Match.equal(field, !not, Bits.ZERO, DataType.INTEGER));
        break;
      case "-m":
        match(value(option), at);
        break;
      case "-j":
        target(value(option));
        break;
      case "-g":
        statements.add(new Statement.Decide(new Verdict.Goto(value(option))));
        break;
      case "-c":
        at = Math.min(words.size(), at + 2);
        break;
      default:
        break;
    }
  }

  private void protocol(String name, boolean negated) {
    int number = Values.protocol(name);
    protocol = negated ? "" : name;
    if (number != 0) {
      statements.add(Basics.protocol(version, number, negated));
    }
  }

  /** Several addresses with commas would be several rules; together they say the same. */
  private void addresses(Expression field, String list, boolean negated) {
    List<Match> matches = new ArrayList<>();
    for (String item : list.split(",")) {
      Values.Masked wanted = Values.address(item, version);
      if (wanted.isEverything() && !negated) {
        return;
      }
      matches.add(Basics.address(field, version, wanted, negated));
    }
    statements.add(
        matches.size() == 1
            ? matches.get(0)
            : negated ? new Match.AllOf(matches) : new Match.AnyOf(matches));
  }

  private void device(MetaKey key, String name, boolean negated) {
    if (!name.equals("+") || negated) {
      statements.add(Basics.device(key, name, negated));
    }
  }

  /** Options behind -m or -j, up to the next basic one. */
  private Arguments arguments(int from) {
    int end = from;
    while (end < words.size() && !isBasic(end)) {
      end++;
    }
    at = end;
    return Arguments.of(words.subList(from, end));
  }

  private void match(String name, int from) {
    Words.Word word = words.get(Math.max(0, from - 1));
    Optional<Matches.Reader> reader = Matches.find(name);
    if (reader.isEmpty()) {
      skipToNextOption();
      String text = text(from - 1, at);
      faults.add(new Fault("the match `" + name + "` is not understood", word));
      statements.add(
          new Match.Unknown(
              text, new Doubt(Doubt.Kind.NOT_UNDERSTOOD, "-m " + text, true, Source.NONE)));
      return;
    }
    Arguments arguments = arguments(from);
    if (name.equals("comment")) {
      comment = arguments.take("comment").map(Arguments.Option::value).orElse("");
    }
    List<Statement> read = reader.get().read(arguments, version);
    arguments.complete();
    statements.addAll(read);
  }

  private String text(int from, int to) {
    List<String> parts =
        words.subList(Math.max(0, from), to).stream().map(Words.Word::text).toList();
    return String.join(" ", parts);
  }

  /** Options without -m belong to the protocol's match: {@code -p tcp --dport 80}. */
  private void implied(int from) {
    if (protocol.isEmpty() || Matches.find(protocol).isEmpty()) {
      at = from + 1;
      throw new Misread("`" + words.get(from).text() + "` is not known here");
    }
    match(protocol, from);
  }

  private void target(String name) {
    int from = at;
    Words.Word word = words.get(from - 1);
    Optional<Targets.Reader> reader = Targets.find(name);
    if (reader.isPresent()) {
      Arguments arguments = arguments(from);
      Statement read = reader.get().read(arguments, version);
      arguments.complete();
      statements.add(read);
      return;
    }
    skipToNextOption();
    boolean chain = at == from;
    if (chain) {
      statements.add(new Statement.Decide(new Verdict.Jump(name)));
      return;
    }
    faults.add(new Fault("the target `" + name + "` is not understood", word));
    statements.add(Targets.opaque("-j " + text(from - 1, at), Doubt.Kind.NOT_UNDERSTOOD));
  }
}
