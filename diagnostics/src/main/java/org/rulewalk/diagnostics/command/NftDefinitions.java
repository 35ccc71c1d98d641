package org.rulewalk.diagnostics.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text of nft commands with its {@code define}s put in.
 *
 * @param text with an empty line for each definition, so that lines keep their numbers
 * @param problem why it can't be told what the text says; empty if it can
 */
record NftDefinitions(String text, String problem) {
  private static final Pattern DEFINE =
      Pattern.compile("^\\s*(?:re)?define\\s+([A-Za-z_][\\w.-]*)\\s*=\\s*(.*?)\\s*;?\\s*$");
  private static final Pattern USE = Pattern.compile("\\$\\{?([A-Za-z_]\\w*)\\}?");
  private static final int MOST = 4 << 20;

  static NftDefinitions of(String written) {
    boolean plain = !written.contains("define ") && !written.contains("include ");
    if (plain && written.indexOf('$') < 0) {
      return new NftDefinitions(written, "");
    }
    Map<String, String> values = new LinkedHashMap<>();
    StringBuilder text = new StringBuilder();
    for (String line : written.split("\n", -1)) {
      Matcher define = DEFINE.matcher(line);
      if (line.strip().startsWith("include ")) {
        return new NftDefinitions("", "`" + line.strip() + "`: what that file holds isn't known");
      }
      if (define.matches()) {
        boolean open = define.group(2).indexOf('{') >= 0 && define.group(2).indexOf('}') < 0;
        if (open) {
          return new NftDefinitions("", "a definition over several lines is not read here");
        }
        values.put(define.group(1), replaced(define.group(2), values));
      } else {
        text.append(replaced(line, values));
      }
      text.append('\n');
      if (text.length() > MOST) {
        return new NftDefinitions("", "its definitions make it too large to be read");
      }
    }
    return new NftDefinitions(text.toString(), "");
  }

  private static String replaced(String line, Map<String, String> values) {
    if (line.indexOf('$') < 0 || line.strip().startsWith("#")) {
      return line;
    }
    return USE.matcher(line)
        .replaceAll(
            found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
  }
}
