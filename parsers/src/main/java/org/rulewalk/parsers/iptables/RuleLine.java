package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
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

  private static final int SHORT = 2;
  private static final Set<String> VALUELESS = Set.of("-f", "-4", "-6", "-w");
  private static final int FRAGMENT_OFFSET = 0x1fff;

  private final List<Words.Word> words;
  private final IpVersion version;
  private final boolean nativePorts;
  private final List<Fault> faults = new ArrayList<>();

  /** What was read, in order: statements, and matches whose options may still come. */
  private final List<Object> parts = new ArrayList<>();

  /** The options that need no extension, for {@link RuleText}. */
  private final List<Basic> basics = new ArrayList<>();

  /** The matches and the target among them: a line may have many other parts. */
  private final List<Open> opened = new ArrayList<>();

  private String comment = "";
  private int at;
  private String protocol = "";
  private Optional<Open> implied = Optional.empty();

  /** A match or the target, with the options that were found for it. */
  record Open(boolean target, String name, Words.Word word, List<Words.Word> options) {}

  /** An option that needs no extension. */
  record Basic(String option, boolean negated, String value) {}

  /** Something that was not understood. */
  record Fault(String message, Words.Word word) {}

  /**
   * Of a rule.
   *
   * @param nativePorts whether the tool that loads it writes tests of ports as nftables' own
   */
  RuleLine(List<Words.Word> words, IpVersion version, boolean nativePorts) {
    this.words = words;
    this.version = version;
    this.nativePorts = nativePorts;
  }

  List<Fault> faults() {
    return faults;
  }

  String comment() {
    return comment;
  }

  List<Basic> basics() {
    return basics;
  }

  List<Open> opened() {
    return opened;
  }

  List<Statement> read() {
    while (at < words.size()) {
      int start = at;
      boolean negated = words.get(at).text().equals("!") && !words.get(at).quoted();
      at += negated ? 1 : 0;
      Words.Word word = words.get(Math.min(at, words.size() - 1));
      String option = isBasicWord(word) ? BASIC.get(word.text()) : "";
      try {
        if (at >= words.size()) {
          throw new Misread("`!` negates nothing");
        }
        if (option.isEmpty()) {
          extension(start);
        } else {
          at++;
          basic(option, negated);
        }
      } catch (Misread e) {
        fault(e.getMessage(), word);
        at = Math.max(at, start + 1);
      }
    }
    return finished();
  }

  /** Reads the options of all matches and of the target, now that all are found. */
  private List<Statement> finished() {
    List<Object> found = List.copyOf(parts);
    parts.clear();
    for (Object part : found) {
      if (part instanceof Open) {
        Open open = (Open) part;
        try {
          read(open);
        } catch (Misread e) {
          fault(e.getMessage(), open.word());
        }
      } else {
        parts.add(part);
      }
    }
    return parts.stream().map(Statement.class::cast).toList();
  }

  private void read(Open open) {
    if (open.target()) {
      target(open);
      return;
    }
    Optional<Matches.Reader> reader = Matches.find(open.name());
    if (reader.isEmpty()) {
      String text = text(open);
      faults.add(new Fault("the match `" + open.name() + "` is not understood", open.word()));
      parts.add(
          new Match.Unknown(
              text, new Doubt(Doubt.Kind.NOT_UNDERSTOOD, "-m " + text, true, Source.NONE)));
      return;
    }
    Arguments arguments = Arguments.of(open.options());
    if (open.name().equals("comment")) {
      comment = arguments.take("comment").map(Arguments.Option::value).orElse("");
    }
    NeededHeaders.of(open.name(), version, arguments, nativePorts).ifPresent(parts::add);
    List<Statement> read = reader.get().read(arguments, version);
    arguments.complete();
    parts.addAll(read);
  }

  /** An option of an extension, with its values and the exclamation mark before it. */
  private void extension(int start) {
    int end = at + 1;
    while (end < words.size() && !isBasic(end) && !startsOption(end)) {
      end++;
    }
    Words.Word word = words.get(at);
    List<Words.Word> group = new ArrayList<>(words.subList(start, end));
    int place = at - start;
    at = end;
    Open owner = owner(word, group, place);
    owner.options().addAll(group);
  }

  private boolean startsOption(int index) {
    return Arguments.isOption(words.get(index)) || Arguments.beginsNegation(words, index);
  }

  /** The match that has such an option: the latest, else that of the protocol. */
  private Open owner(Words.Word word, List<Words.Word> group, int place) {
    String name = optionName(word.text());
    return latest(open -> takesAll(open) || MatchOptions.has(open.name(), name))
        .or(() -> abbreviated(word, group, place))
        .or(() -> impliedBy(name))
        .orElseThrow(() -> stray(word));
  }

  private static boolean takesAll(Open open) {
    return open.target() || Matches.find(open.name()).isEmpty();
  }

  private Optional<Open> latest(Predicate<Open> wanted) {
    for (int i = opened.size() - 1; i >= 0; i--) {
      if (wanted.test(opened.get(i))) {
        return Optional.of(opened.get(i));
      }
    }
    return Optional.empty();
  }

  private void opened(Open open) {
    parts.add(open);
    opened.add(open);
  }

  /** The tools take the beginning of an option's name for the whole. */
  private Optional<Open> abbreviated(Words.Word word, List<Words.Word> group, int place) {
    String name = optionName(word.text());
    Optional<Open> owner = latest(open -> MatchOptions.abbreviated(open.name(), name).isPresent());
    owner.ifPresent(
        open -> {
          String whole = MatchOptions.abbreviated(open.name(), name).orElseThrow();
          String text = word.text().replaceFirst(name, whole);
          group.set(place, new Words.Word(text, word.column(), false));
        });
    return owner;
  }

  private Misread stray(Words.Word word) {
    String what = latest(open -> true).isPresent() ? "the option `" : "`";
    return new Misread(what + word.text() + "` is not known here");
  }

  private static String optionName(String text) {
    String bare = text.startsWith("--") ? text.substring(2) : text;
    int sign = bare.indexOf('=');
    return sign > 0 ? bare.substring(0, sign) : bare;
  }

  /** Options without -m belong to the protocol's match: {@code -p tcp --dport 80}. */
  private Optional<Open> impliedBy(String option) {
    if (implied.isEmpty() && MatchOptions.has(protocol, option)) {
      Open open = new Open(false, protocol, words.get(at - 1), new ArrayList<>());
      opened(open);
      implied = Optional.of(open);
    }
    return implied.filter(open -> MatchOptions.has(open.name(), option));
  }

  private void fault(String message, Words.Word word) {
    faults.add(new Fault(message, word));
    parts.add(
        new Match.Unknown(
            word.text(), new Doubt(Doubt.Kind.NOT_UNDERSTOOD, word.text(), true, Source.NONE)));
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

  /** An option of every rule, unless a match that is open has one of this very name: policy. */
  private boolean isBasicWord(Words.Word word) {
    return !word.quoted()
        && BASIC.containsKey(word.text())
        && (word.text().length() <= SHORT
            || latest(o -> MatchOptions.has(o.name(), optionName(word.text()))).isEmpty());
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
    basics.add(
        new Basic(
            option,
            not,
            VALUELESS.contains(option) || at >= words.size() ? "" : words.get(at).text()));
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
        parts.add(Match.equal(field, !not, Bits.ZERO, DataType.INTEGER));
        break;
      case "-m":
        open(false, value(option));
        break;
      case "-j":
        open(true, value(option));
        break;
      case "-g":
        parts.add(new Statement.Decide(new Verdict.Goto(value(option))));
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
      parts.add(Basics.protocol(version, number, negated));
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
    parts.add(
        matches.size() == 1
            ? matches.get(0)
            : negated ? new Match.AllOf(matches) : new Match.AnyOf(matches));
  }

  private void device(MetaKey key, String name, boolean negated) {
    if (!name.equals("+") || negated) {
      parts.add(Basics.device(key, name, negated));
    }
  }

  private void open(boolean target, String name) {
    opened(new Open(target, name, words.get(at - 1), new ArrayList<>()));
  }

  private static String text(Open open) {
    StringBuilder text = new StringBuilder(open.name());
    open.options().forEach(word -> text.append(' ').append(word.text()));
    return text.toString();
  }

  private void target(Open open) {
    Optional<Targets.Reader> reader = Targets.find(open.name());
    if (reader.isPresent()) {
      Arguments arguments = Arguments.of(open.options());
      Statement read = reader.get().read(arguments, version);
      arguments.complete();
      parts.add(read);
    } else if (open.options().isEmpty()) {
      parts.add(new Statement.Decide(new Verdict.Jump(open.name())));
    } else {
      faults.add(new Fault("the target `" + open.name() + "` is not understood", open.word()));
      parts.add(Targets.opaque("-j " + text(open), Doubt.Kind.NOT_UNDERSTOOD));
    }
  }
}
