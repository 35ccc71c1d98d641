package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.rulewalk.simulator.rules.MergedTests;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.value.IpVersion;

/**
 * A rule as the words of a command give it, behind {@code -A CHAIN}.
 *
 * @param statements what it means
 * @param text as {@code iptables-save} would write it behind {@code -A CHAIN}
 * @param comment the remark in it
 * @param jump the chain that it leads to, if its target is none of the tool's own
 * @param refusal what the tool would say instead of taking it; empty if it takes it
 * @param unknown what in it isn't understood here though the tool may know it; empty if nothing
 */
public record RuleSpec(
    List<Statement> statements,
    String text,
    String comment,
    Optional<String> jump,
    String refusal,
    String unknown) {
  private static final Set<String> SOURCE = Set.of("-s", "--source", "--src");
  private static final Set<String> DESTINATION = Set.of("-d", "--destination", "--dst");

  /** A name that no resolver knows, such as {@code 10.137.1.x}: its last label is no domain. */
  private static final Pattern NO_HOST = Pattern.compile("(.*\\.)?([0-9]+|[0-9]*[a-z]|)");

  /** Keeps a copy. */
  public RuleSpec {
    statements = List.copyOf(statements);
  }

  /**
   * The rules that the words stand for: one for each pair of addresses in their lists.
   *
   * @param nativePorts whether the tool writes tests of ports as nftables' own
   */
  public static List<RuleSpec> read(List<String> words, IpVersion version, boolean nativePorts) {
    List<RuleSpec> rules = new ArrayList<>();
    for (List<String> one : split(split(List.of(words), SOURCE), DESTINATION)) {
      rules.add(one(one, version, nativePorts));
    }
    return rules;
  }

  private static List<List<String>> split(List<List<String>> rules, Set<String> options) {
    List<List<String>> result = new ArrayList<>();
    for (List<String> words : rules) {
      int place = place(words, options);
      if (place < 0 || !words.get(place).contains(",")) {
        result.add(words);
        continue;
      }
      for (String address : words.get(place).split(",")) {
        List<String> copy = new ArrayList<>(words);
        copy.set(place, address);
        result.add(copy);
      }
    }
    return result;
  }

  private static int place(List<String> words, Set<String> options) {
    for (int i = 0; i + 1 < words.size(); i++) {
      if (options.contains(words.get(i))) {
        return words.get(i + 1).equals("!") && i + 2 < words.size() ? i + 2 : i + 1;
      }
    }
    return -1;
  }

  private static RuleSpec one(List<String> words, IpVersion version, boolean nativePorts) {
    List<Words.Word> listed = new ArrayList<>();
    for (String word : words) {
      listed.add(new Words.Word(word, 0, false));
    }
    RuleLine line = new RuleLine(listed, version, nativePorts);
    List<Statement> statements = MergedTests.ofIptables(line.read(), MergedTests.Loaded.UNKNOWN);
    String refusal = refusal(line, version);
    String unknown = line.faults().stream().findFirst().map(RuleLine.Fault::message).orElse("");
    Optional<String> jump =
        line.opened().stream()
            .filter(open -> open.target() && Targets.find(open.name()).isEmpty())
            .map(RuleLine.Open::name)
            .findFirst()
            .or(
                () ->
                    line.basics().stream()
                        .filter(basic -> basic.option().equals("-g"))
                        .map(RuleLine.Basic::value)
                        .findFirst());
    String text = new RuleText(line, version).write();
    return new RuleSpec(
        line.faults().isEmpty()
            ? inSavedOrder(text, version, nativePorts).orElse(statements)
            : statements,
        text,
        line.comment(),
        jump,
        refusal,
        refusal.isEmpty() ? hostName(line, version).orElse(unknown) : "");
  }

  /** The kernel keeps a rule as the tool writes it, whatever the order of the words was. */
  private static Optional<List<Statement>> inSavedOrder(
      String text, IpVersion version, boolean nativePorts) {
    RuleLine line = new RuleLine(Words.split(text), version, nativePorts);
    List<Statement> statements = MergedTests.ofIptables(line.read(), MergedTests.Loaded.UNKNOWN);
    return line.faults().isEmpty() ? Optional.of(statements) : Optional.empty();
  }

  private static Optional<String> hostName(RuleLine line, IpVersion version) {
    for (RuleLine.Basic basic : line.basics()) {
      if (isAddressOption(basic) && !isAddress(basic.value(), version)) {
        return Optional.of(
            "`" + basic.value() + "` is looked up when the command runs, and isn't known here");
      }
    }
    return Optional.empty();
  }

  private static boolean isAddressOption(RuleLine.Basic basic) {
    return basic.option().equals("-s") || basic.option().equals("-d");
  }

  private static boolean isAddress(String text, IpVersion version) {
    try {
      Values.address(text, version);
      return true;
    } catch (Misread e) {
      return false;
    }
  }

  /** The tool's own words for what it refuses (iptables 1.8.9). */
  private static String refusal(RuleLine line, IpVersion version) {
    Set<String> seen = new HashSet<>();
    for (RuleLine.Basic basic : line.basics()) {
      if (isAddressOption(basic) && !isAddress(basic.value(), version)) {
        String host = basic.value().replaceFirst("/.*", "");
        if (NO_HOST.matcher(host).matches()) {
          return "host/network `" + host + "' not found";
        }
      }
      boolean named = basic.option().equals("-i") || basic.option().equals("-o");
      if (named && basic.value().length() > 15) {
        return "interface name `" + basic.value() + "' must be shorter than IFNAMSIZ (15)";
      }
      if (Set.of("-s", "-d", "-i", "-o", "-p", "-j").contains(basic.option())
          && !seen.add(basic.option())) {
        return "multiple " + basic.option() + " flags not allowed";
      }
    }
    for (RuleLine.Fault fault : line.faults()) {
      String found = refusal(fault);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return "";
  }

  private static String refusal(RuleLine.Fault fault) {
    String word = fault.message().replaceFirst("^[^`]*`", "").replaceFirst("`.*$", "");
    boolean port =
        fault.message().endsWith("` is no port")
            || fault.message().endsWith("` is no number") && word.matches("\\d+[A-Za-z]\\w*");
    if (port) {
      return "invalid port/service `" + word + "' specified";
    }
    boolean option = fault.message().startsWith("the option `") || fault.message().startsWith("`-");
    if (option && fault.message().endsWith("` is not known here")) {
      return "unknown option \"" + word + "\"";
    }
    if (fault.message().endsWith(" address") && fault.word().text().equals("DNAT")
        || fault.message().endsWith(" address") && fault.word().text().equals("SNAT")) {
      return "Bad IP address \"" + word + "\"";
    }
    if (fault.message().endsWith("lacks its value")) {
      return "option \"" + word + "\" requires an argument";
    }
    return "";
  }
}
