package org.rulewalk.diagnostics.startup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rulewalk.parsers.nft.NftBodies;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.value.Prefix;
import org.rulewalk.simulator.value.Source;

/** What a script's addresses show: ones that were never filled in, and two for one machine. */
final class Addresses {
  private static final Pattern BRACKETS = Pattern.compile("<[A-Za-z][A-Za-z ]{2,40}>");
  private static final Pattern TARGET =
      Pattern.compile("(?:--to-destination|dnat to|dnat) ([0-9a-z.]+)(?::\\d+)?");
  private static final Pattern DESTINATION = Pattern.compile("(?:-d|daddr) ([0-9a-z./]+)");
  private static final Pattern PORT = Pattern.compile("(?:--dport|dport) (\\S+)");

  private Addresses() {}

  /** Placeholders outside of remarks. */
  static List<Start.Placeholder> placeholders(SourceText text) {
    List<Start.Placeholder> found = new ArrayList<>();
    for (int number = 1; number <= Math.min(text.lineCount(), 5000); number++) {
      String line = text.line(number);
      if (line.strip().startsWith("#") || line.length() > 2000) {
        continue;
      }
      Matcher brackets = BRACKETS.matcher(line);
      Optional<String> letters = NftBodies.placeholder(line.replace('/', ' '));
      if (letters.isPresent()) {
        found.add(new Start.Placeholder(text.atLine(number), letters.get()));
      } else if (brackets.find()) {
        found.add(new Start.Placeholder(text.atLine(number), brackets.group()));
      }
    }
    return found;
  }

  /** Rules for another address than the one to which the script translates the same port. */
  static List<Start.Mismatch> mismatches(List<ScriptCommands.Written> commands) {
    Map<String, Source> targets = new LinkedHashMap<>();
    Set<String> ports = new TreeSet<>();
    for (ScriptCommands.Written command : commands) {
      String text = command.text();
      Matcher target = TARGET.matcher(text);
      if (target.find()) {
        targets.putIfAbsent(target.group(1), command.source());
      }
      if (text.contains("PREROUTING") || target.find(0)) {
        first(PORT, text).ifPresent(ports::add);
      }
    }
    List<Start.Mismatch> found = new ArrayList<>();
    if (targets.isEmpty()) {
      return found;
    }
    Map.Entry<String, Source> one = targets.entrySet().iterator().next();
    for (ScriptCommands.Written command : commands) {
      Optional<String> allowed = first(DESTINATION, command.text());
      boolean samePort =
          first(PORT, command.text()).filter(p -> ports.isEmpty() || ports.contains(p)).isPresent();
      if (isForward(command) && samePort && allowed.isPresent()) {
        String plain = allowed.get().replaceFirst("/32$", "");
        if (targets.keySet().stream().noneMatch(target -> holds(plain, target))) {
          found.add(new Start.Mismatch(command.source(), plain, one.getValue(), one.getKey()));
        }
      }
    }
    return found;
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static boolean holds(String allowed, String target) {
    if (allowed.equals(target)) {
      return true;
    }
    Optional<Prefix> wide = Prefix.parse(allowed);
    Optional<Prefix> single = Prefix.parse(target);
    return wide.isPresent()
        && single.isPresent()
        && wide.get().version() == single.get().version()
        && wide.get().contains(single.get().address());
  }

  /** Whether it adds a rule for packets that pass. */
  private static boolean isForward(ScriptCommands.Written command) {
    List<String> words = command.words();
    boolean adds =
        words.contains("-A")
            || words.contains("-I")
            || words.contains("add")
            || words.contains("insert");
    return adds
        && words.stream()
            .anyMatch(
                word ->
                    word.equals("FORWARD")
                        || word.equals("forward")
                        || word.equals("custom-forward")
                        || word.endsWith("-FORWARD"));
  }
}
