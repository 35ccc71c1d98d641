package org.rulewalk.parsers.qrexec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.source.Spelling;
import org.rulewalk.simulator.value.Source;

/** Reads single lines of policies, and says what is wrong with them in qrexec's own words. */
final class LineReader {
  private static final Map<String, PolicyLine.Action> ACTIONS =
      Map.of(
          "allow", PolicyLine.Action.ALLOW,
          "ask", PolicyLine.Action.ASK,
          "deny", PolicyLine.Action.DENY);
  private static final Set<String> ALLOW_KEYS = Set.of("target", "user", "notify", "autostart");
  private static final Set<String> ASK_KEYS =
      Set.of("target", "user", "notify", "autostart", "default_target");
  private static final Set<String> DENY_KEYS = Set.of("notify");
  private static final String FEW_FIELDS = "wrong number of fields";

  private LineReader() {}

  /** A service and its argument, each empty for any. */
  record Service(Optional<String> name, Optional<String> argument) {}

  /** {@code SERVICE ARGUMENT SOURCE TARGET ACTION [KEY=VALUE …]}: {@code Rule.from_line}. */
  static PolicyLine listed(String line, Source where) throws Misread {
    List<String> words = Fields.split(line);
    if (words.size() < 5) {
      throw new Misread(FEW_FIELDS, fewFields(words));
    }
    Service service = service(words.get(0), words.get(1));
    return line(
        service, words.get(2), words.get(3), words.get(4), words.subList(5, words.size()), where);
  }

  private static String fewFields(List<String> words) {
    boolean old = words.size() > 2 && ACTIONS.containsKey(words.get(2).split(",", 2)[0]);
    return old
        ? "this is a line of R4.0 (SOURCE TARGET ACTION); here the service and its argument come first"
        : "a line is SERVICE ARGUMENT SOURCE TARGET ACTION [KEY=VALUE …]";
  }

  /** {@code SOURCE TARGET ACTION…} in a file that {@code policy.d} includes for one service. */
  static PolicyLine included(String line, Service service, Source where) throws Misread {
    List<String> words = Fields.split(line.replace('$', '@').replace(',', ' '));
    if (words.size() < 3) {
      throw new Misread(FEW_FIELDS, "a line is SOURCE TARGET ACTION [KEY=VALUE …]");
    }
    return line(
        service, words.get(0), words.get(1), words.get(2), words.subList(3, words.size()), where);
  }

  /** Checks service and argument: {@code validate_service_and_argument}. */
  static Service service(String name, String argument) throws Misread {
    boolean any = name.equals("*");
    String wrong = any ? "" : strange(name, "-._");
    if (!wrong.isEmpty()) {
      throw new Misread(
          "service '" + name + "' contains invalid characters: " + wrong,
          name.indexOf('+') > 0 ? "the argument (+…) is a column of its own" : "");
    }
    if (argument.equals("*")) {
      return new Service(
          any ? Optional.empty() : Optional.of(Spelling.pedOs(name)), Optional.empty());
    }
    String odd = strange(argument, "+-._");
    if (!odd.isEmpty()) {
      throw new Misread("argument '" + argument + "' contains invalid characters: " + odd, "");
    }
    if (!argument.startsWith("+")) {
      throw new Misread(
          "argument '" + argument + "' does not start with +",
          "write +" + argument + ", or * for any");
    }
    if (any) {
      throw new Misread("only * argument allowed for * service", "");
    }
    return new Service(Optional.of(Spelling.pedOs(name)), Optional.of(argument));
  }

  /** The characters that are neither letters and digits of ASCII nor among the signs. */
  static String strange(String text, String signs) {
    StringBuilder found = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean fine =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || signs.indexOf(c) >= 0;
      if (!fine && found.indexOf("'" + c + "'") < 0) {
        found.append(found.length() > 0 ? ", " : "").append('\'').append(c).append('\'');
      }
    }
    return found.toString();
  }

  private static PolicyLine line(
      Service service, String source, String target, String word, List<String> words, Source where)
      throws Misread {
    Tokens.check(source, Tokens.Place.SOURCE);
    Tokens.check(target, Tokens.Place.TARGET);
    PolicyLine.Action action = action(word);
    Map<String, String> keys = keys(words);
    for (String key : List.of("notify", "autostart")) {
      String value = keys.getOrDefault(key, "yes");
      if (!value.equals("yes") && !value.equals("no")) {
        throw new Misread("'" + key + "' is '" + value + "', but can be only 'yes' or 'no'", "");
      }
    }
    Set<String> known =
        action == PolicyLine.Action.ALLOW
            ? ALLOW_KEYS
            : action == PolicyLine.Action.ASK ? ASK_KEYS : DENY_KEYS;
    for (String key : keys.keySet()) {
      if (!known.contains(key)) {
        throw new Misread(
            "invalid parameters for action " + word + ": " + words,
            "`"
                + key
                + "=` is no key of "
                + word
                + "; it takes "
                + String.join(", ", known.stream().sorted().toList()));
      }
    }
    for (String key : List.of("target", "default_target")) {
      if (keys.containsKey(key)) {
        Tokens.check(keys.get(key), Tokens.Place.REDIRECT);
      }
    }
    if (target.equals("@default")
        && action == PolicyLine.Action.ALLOW
        && !keys.containsKey("target")) {
      throw new Misread(
          "allow action for @default rule must specify target= option",
          "add target=VM: whoever calls names none");
    }
    return made(service, source, target, action, keys, where);
  }

  private static PolicyLine made(
      Service service,
      String source,
      String target,
      PolicyLine.Action action,
      Map<String, String> keys,
      Source where) {
    return new PolicyLine(
        service.name(),
        service.argument(),
        source,
        target,
        action,
        Optional.ofNullable(keys.get("target")),
        Optional.ofNullable(keys.get("default_target")),
        Optional.ofNullable(keys.get("user")),
        !keys.getOrDefault("autostart", "yes").equals("no"),
        where,
        false);
  }

  private static PolicyLine.Action action(String word) throws Misread {
    PolicyLine.Action action = ACTIONS.get(word);
    if (action == null) {
      int comma = word.indexOf(',');
      boolean old = comma > 0 && ACTIONS.containsKey(word.substring(0, comma));
      throw new Misread(
          "invalid action: " + word,
          old
              ? "the comma is R4.0's form; in policy.d a blank stands there: "
                  + word.replace(',', ' ')
              : "an action is allow, ask or deny, in lower case");
    }
    return action;
  }

  private static Map<String, String> keys(List<String> words) throws Misread {
    Map<String, String> keys = new LinkedHashMap<>();
    for (String word : words) {
      int sign = word.indexOf('=');
      if (sign < 0) {
        throw new Misread(
            "invalid action parameter syntax: '" + word + "'",
            word.startsWith("#")
                ? "a comment may only stand on a line of its own"
                : "behind the action come KEY=VALUE alone");
      }
      if (keys.put(word.substring(0, sign), word.substring(sign + 1)) != null) {
        throw new Misread("parameter given twice: '" + word.substring(0, sign) + "'", "");
      }
    }
    return keys;
  }

  /** A line of R4.0: {@code PolicyRule}. */
  static PolicyLine old(String line, Service service, Source where) throws Misread {
    List<String> words = Fields.split(line, 3);
    if (words.size() < 3) {
      throw new Misread(FEW_FIELDS, "a line is SOURCE TARGET ACTION[,KEY=VALUE]…");
    }
    List<String> rest = new ArrayList<>(Fields.split(words.get(2).replace(',', ' ')));
    String word = rest.isEmpty() ? "" : rest.remove(0);
    PolicyLine.Action action = action(word);
    Map<String, String> keys = new LinkedHashMap<>();
    for (String parameter : rest) {
      oldKey(parameter, word, action, keys);
    }
    String source = words.get(0);
    String target = words.get(1);
    Tokens.checkOld(source, Tokens.Place.SOURCE, "invalid source specification: " + source);
    Tokens.checkOld(target, Tokens.Place.TARGET, "invalid target specification: " + target);
    if (target.equals("@default")
        && action == PolicyLine.Action.ALLOW
        && !keys.containsKey("target")) {
      throw new Misread(
          "allow action for @default rule must specify target= option", "add target=VM");
    }
    for (String key : List.of("target", "default_target")) {
      if (keys.containsKey(key)) {
        Tokens.checkOld(
            keys.get(key), Tokens.Place.REDIRECT, "target= option needs to name specific target");
      }
    }
    return made(service, source, target, action, keys, where);
  }

  private static void oldKey(
      String parameter, String word, PolicyLine.Action action, Map<String, String> keys)
      throws Misread {
    int sign = parameter.indexOf('=');
    if (sign < 0 || parameter.indexOf('=', sign + 1) >= 0) {
      throw new Misread(
          "invalid action parameter syntax: " + parameter,
          parameter.startsWith("#")
              ? "a comment may only stand on a line of its own"
              : "behind the action come KEY=VALUE alone");
    }
    String key = parameter.substring(0, sign);
    boolean redirects = key.equals("target") || key.equals("user");
    if (redirects && action == PolicyLine.Action.DENY) {
      throw new Misread(key + "= option not allowed for deny action", "");
    }
    if (key.equals("default_target") && action != PolicyLine.Action.ASK) {
      throw new Misread("default_target= option allowed only for ask action", "");
    }
    if (!redirects && !key.equals("default_target")) {
      throw new Misread(
          "invalid option " + parameter + " for " + word + " action",
          "R4.0 knows target=, user= and default_target=");
    }
    keys.put(key, parameter.substring(sign + 1));
  }

  /** The line as it would be right, where its fault is one that people make. */
  static Optional<String> corrected(String line) {
    String text = Fields.strip(line);
    int comment = text.indexOf(" #");
    String bare = comment > 0 ? Fields.strip(text.substring(0, comment)) : text;
    String blanks = bare.replace(',', ' ');
    if (blanks.equals(text)) {
      return Optional.empty();
    }
    try {
      listed(blanks, Source.NONE);
      return Optional.of(blanks);
    } catch (Misread e) {
      return Optional.empty();
    }
  }
}
