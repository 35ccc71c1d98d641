package org.rulewalk.parsers.nft;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Family;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Table;

/**
 * What the bodies of commands mean: they are read as they would stand in a listing, in a table that
 * has the sets of the one they are for.
 */
public final class NftBodies {
  private static final Pattern PLACEHOLDER =
      Pattern.compile(
          "(?<![\\w.\"-])(\\d{1,3}|[a-z])\\.(\\d{1,3}|[a-z])\\.(\\d{1,3}|[a-z])\\.(\\d{1,3}|[a-z])"
              + "(?![\\w.-])");

  private static final Pattern SET_NAME = Pattern.compile("@([A-Za-z_][A-Za-z0-9_.\\\\-]*)");
  private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");

  /** Behind a dot it is a part of a key, or of what {@code fib} looks up. */
  private static final Pattern DEVICE =
      Pattern.compile("(?<!\\. )\\b[io]if (?:!= |== )?\"?(\\w[\\w.-]*)");

  private NftBodies() {}

  /**
   * Something that was read.
   *
   * @param unknown what in it is not understood; empty if nothing
   */
  public record Read<T>(Optional<T> value, String unknown) {}

  /** The rule in a command. */
  public static Read<Rule> rule(NftCommand command, Optional<Table> table) {
    StringBuilder text = head(command);
    table.ifPresent(t -> t.sets().values().forEach(set -> declare(set, "", text)));
    text.append("chain c {\n").append(command.body()).append("\n}\n}\n");
    Problems problems = new Problems();
    Optional<Rule> rule =
        tables(text, problems).stream()
            .flatMap(t -> t.chain("c").stream())
            .flatMap(chain -> chain.rules().stream())
            .findFirst();
    return new Read<>(rule, first(problems));
  }

  /** The chain that a command declares. */
  public static Read<Chain> chain(NftCommand command) {
    StringBuilder text = head(command);
    String body = command.body().isEmpty() ? "{ }" : command.body();
    text.append("chain \"").append(command.name().text()).append("\" ").append(body).append("\n}");
    Problems problems = new Problems();
    Optional<Chain> chain =
        tables(text, problems).stream().flatMap(t -> t.chains().stream()).findFirst();
    return new Read<>(chain, first(problems));
  }

  /** The set or map that a command declares. */
  public static Read<NamedSet> set(NftCommand command) {
    StringBuilder text = head(command);
    text.append(command.thing() == NftCommand.Thing.MAP ? "map \"" : "set \"")
        .append(command.name().text())
        .append("\" ")
        .append(command.body().isEmpty() ? "{ }" : command.body())
        .append("\n}");
    Problems problems = new Problems();
    Optional<NamedSet> set =
        tables(text, problems).stream().flatMap(t -> t.sets().values().stream()).findFirst();
    return new Read<>(set, first(problems));
  }

  /** The elements that a command names, in a copy of the set that holds nothing else. */
  public static Read<NamedSet> elements(NftCommand command, NamedSet set) {
    StringBuilder text = head(command);
    declare(set, "elements = " + command.body(), text);
    text.append("}\n");
    Problems problems = new Problems();
    Optional<NamedSet> read =
        tables(text, problems).stream().flatMap(t -> t.sets().values().stream()).findFirst();
    return new Read<>(read, first(problems));
  }

  /** A table with an object, flowtable or block that a command gives it. */
  public static Read<Table> table(NftCommand command) {
    StringBuilder text = head(command);
    if (command.thing() == NftCommand.Thing.OBJECT) {
      String kind = command.objectKind();
      String body = command.body().substring(kind.length()).strip();
      text.append(kind)
          .append(" \"")
          .append(command.name().text())
          .append("\" ")
          .append(body.startsWith("{") ? body : "{ " + body + " }")
          .append("\n");
    } else if (command.body().startsWith("{")) {
      text.append(command.body(), 1, command.body().lastIndexOf('}')).append("\n");
    }
    text.append("}\n");
    Problems problems = new Problems();
    return new Read<>(tables(text, problems).stream().findFirst(), first(problems));
  }

  private static StringBuilder head(NftCommand command) {
    Family family = command.family();
    return new StringBuilder("table ")
        .append(family.word())
        .append(" \"")
        .append(command.table().text())
        .append("\" {\n");
  }

  private static List<Table> tables(StringBuilder text, Problems problems) {
    return NftTextParser.parse(SourceText.of("", text.toString()), problems).tables();
  }

  private static String first(Problems problems) {
    return problems.list().stream().findFirst().map(p -> p.message()).orElse("");
  }

  private static void declare(NamedSet set, String elements, StringBuilder text) {
    text.append(set.data().isPresent() ? "map \"" : "set \"").append(set.name()).append("\" {\n");
    text.append(set.keyText().startsWith("typeof ") ? "" : "type ").append(set.keyText());
    set.data().ifPresent(data -> text.append(" : ").append(data.text()));
    text.append('\n');
    if (!set.flags().isEmpty()) {
      text.append("flags ").append(String.join(",", set.flags())).append('\n');
    }
    text.append(elements).append("\n}\n");
  }

  /** An address with a letter in the place of a number, as instructions print them. */
  public static Optional<String> placeholder(String body) {
    Matcher matcher = PLACEHOLDER.matcher(STRING.matcher(body).replaceAll("\"\""));
    while (matcher.find()) {
      if (matcher.group().chars().anyMatch(Character::isLetter)
          && matcher.group().chars().anyMatch(Character::isDigit)) {
        return Optional.of(matcher.group());
      }
    }
    return Optional.empty();
  }

  /** The sets that a rule names. */
  public static List<String> setNames(String body) {
    Matcher matcher = SET_NAME.matcher(STRING.matcher(body).replaceAll("\"\""));
    List<String> names = new java.util.ArrayList<>();
    while (matcher.find()) {
      boolean raw =
          matcher.group(1).matches("ll|nh|th|ih")
              && matcher.end() < body.length()
              && body.charAt(matcher.end()) == ',';
      if (!raw) {
        names.add(matcher.group(1));
      }
    }
    return names;
  }

  /** The interfaces that must exist when the rule is loaded: those named by {@code iif}. */
  public static List<String> devices(String body) {
    Matcher matcher = DEVICE.matcher(body);
    List<String> names = new java.util.ArrayList<>();
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }
}
