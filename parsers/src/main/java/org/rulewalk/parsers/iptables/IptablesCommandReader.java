package org.rulewalk.parsers.iptables;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.rulewalk.parsers.iptables.IptablesCommand.Action;
import org.rulewalk.simulator.value.IpVersion;

/** Reads the words behind {@code iptables} or {@code ip6tables}. */
public final class IptablesCommandReader {
  private static final Set<String> SWITCHES =
      Set.of(
          "-n",
          "--numeric",
          "-v",
          "--verbose",
          "-x",
          "--exact",
          "--line-numbers",
          "-4",
          "-6",
          "--ipv4",
          "--ipv6");
  private static final int LONGEST_NAME = 28;

  private final List<String> words;
  private final List<String> rest = new ArrayList<>();
  private final IpVersion version;
  private final boolean nativePorts;
  private String table = "filter";
  private Optional<Action> action = Optional.empty();
  private String chain = "";
  private String argument = "";
  private OptionalInt number = OptionalInt.empty();
  private boolean numeric;
  private boolean verbose;
  private boolean numbered;
  private int at;

  private IptablesCommandReader(List<String> words, IpVersion version, boolean nativePorts) {
    this.words = separated(words);
    this.version = version;
    this.nativePorts = nativePorts;
  }

  /** The words are refused as a whole, in the tool's words. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * What the words ask for.
   *
   * @param nativePorts whether the tool writes tests of ports as nftables' own
   * @throws Refused where the tool would only print its usage or an error
   */
  public static IptablesCommand read(List<String> words, IpVersion version, boolean nativePorts)
      throws Refused {
    return new IptablesCommandReader(words, version, nativePorts).read();
  }

  /** The words of a line for iptables-restore. */
  public static List<String> words(String line) {
    return Words.split(line).stream().map(Words.Word::text).toList();
  }

  /** {@code -nvL} is {@code -n -v -L}, {@code -tnat} is {@code -t nat}. */
  private static List<String> separated(List<String> words) {
    List<String> result = new ArrayList<>();
    for (String word : words) {
      String left = word;
      boolean cluster = word.length() > 2 && word.charAt(0) == '-' && word.charAt(1) != '-';
      while (cluster && left.length() > 2 && "nvx46".indexOf(left.charAt(1)) >= 0) {
        result.add(left.substring(0, 2));
        left = "-" + left.substring(2);
      }
      boolean valued =
          cluster && left.length() > 2 && "tspdiojgmwADILSFNPRXZCEW".indexOf(left.charAt(1)) >= 0;
      if (valued) {
        result.add(left.substring(0, 2));
        result.add(left.substring(2));
      } else {
        int sign = word.startsWith("--table=") ? word.indexOf('=') : -1;
        if (sign > 0) {
          result.add("--table");
          result.add(word.substring(sign + 1));
        } else {
          result.add(left);
        }
      }
    }
    return result;
  }

  private IptablesCommand read() throws Refused {
    while (at < words.size()) {
      String word = words.get(at++);
      if (SWITCHES.contains(word)) {
        onOff(word);
      } else if (word.equals("-t") || word.equals("--table")) {
        table = value(word);
      } else if (word.equals("-w")
          || word.equals("--wait")
          || word.equals("-W")
          || word.equals("--wait-interval")) {
        at += at < words.size() && isNumber(words.get(at)) ? 1 : 0;
      } else if (!action(word)) {
        rest.add(word);
      }
    }
    Action asked = action.orElseThrow(() -> new Refused(noCommand()));
    if (asked.takesRule()) {
      check();
      boolean byNumber = asked == Action.DELETE && number.isPresent();
      return command(asked, byNumber ? List.of() : RuleSpec.read(rest, version, nativePorts));
    }
    if (!rest.isEmpty()) {
      throw new Refused("Bad argument `" + rest.get(0) + "'");
    }
    check();
    return command(asked, List.of());
  }

  private String noCommand() {
    return rest.isEmpty() ? "no command specified" : "Bad argument `" + rest.get(0) + "'";
  }

  private void check() throws Refused {
    if (chain.length() > LONGEST_NAME) {
      throw new Refused("chain name `" + chain + "' too long (must be under 29 chars)");
    }
    if (number.isPresent() && number.getAsInt() < 1) {
      throw new Refused("Invalid rule number `" + argument + "'");
    }
    if (!Builtin.isTable(table)) {
      throw new Refused(
          "table '"
              + table
              + "' does not exist\nPerhaps iptables or your kernel needs to be upgraded.");
    }
  }

  private IptablesCommand command(Action asked, List<RuleSpec> rules) {
    return new IptablesCommand(
        version, table, asked, chain, number, argument, rules, numeric, verbose, numbered);
  }

  private void onOff(String word) {
    numeric |= word.equals("-n") || word.equals("--numeric");
    verbose |= word.equals("-v") || word.equals("--verbose");
    numbered |= word.equals("--line-numbers");
  }

  private String value(String option) throws Refused {
    if (at >= words.size()) {
      throw new Refused("option \"" + option + "\" requires an argument");
    }
    return words.get(at++);
  }

  private boolean action(String word) throws Refused {
    for (Action candidate : Action.values()) {
      if (candidate.isCalled(word)) {
        if (action.isPresent() && action.get() != candidate && !isBoth(action.get(), candidate)) {
          throw new Refused("Cannot use " + word + " with another command");
        }
        action = Optional.of(action.filter(a -> a == Action.LIST).orElse(candidate));
        operands(candidate, word);
        return true;
      }
    }
    return false;
  }

  /** {@code -L -Z} is allowed. */
  private static boolean isBoth(Action one, Action other) {
    return one == Action.LIST && other == Action.ZERO || one == Action.ZERO && other == Action.LIST;
  }

  private void operands(Action asked, String word) throws Refused {
    if (asked.needsChain()) {
      chain = value(word);
    } else if (hasOperand()) {
      chain = words.get(at++);
    }
    boolean counts =
        asked == Action.INSERT
            || asked == Action.DELETE
            || asked == Action.REPLACE
            || asked == Action.LIST
            || asked == Action.SAVE
            || asked == Action.ZERO;
    if (counts && hasOperand() && !chain.isEmpty()) {
      argument = words.get(at++);
      number = OptionalInt.of(isNumber(argument) ? Integer.parseInt(argument) : -1);
    } else if (asked == Action.REPLACE) {
      throw new Refused("-R requires a rule number");
    } else if (asked == Action.POLICY || asked == Action.RENAME) {
      argument = value(word);
    }
  }

  private boolean hasOperand() {
    return at < words.size() && !words.get(at).startsWith("-") && !words.get(at).equals("!");
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.length() < 9 && text.chars().allMatch(Character::isDigit);
  }
}
