package org.rulewalk.parsers.dom0;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;

/** What {@code qvm-firewall} of release 3 prints, from the line that says the policy on. */
final class OldListing {
  private static final String POLICY = "Firewall policy: ";

  private final SourceText text;
  private final Problems problems;
  private final OldRules rules;

  OldListing(SourceText text, int line, Problems problems) {
    this.text = text;
    this.problems = problems;
    this.rules = new OldRules(text.line(line).contains("ALLOW"), text.atLine(line));
  }

  static boolean begins(String line) {
    return line.startsWith(POLICY);
  }

  /** What may stand before it. */
  static boolean isNotice(String line) {
    return line.startsWith("INFO: ");
  }

  void line(int number) {
    String line = text.line(number).strip();
    boolean allow = line.endsWith("ALLOW");
    if (line.startsWith("---") || line.startsWith("num ")) {
      return;
    }
    if (line.startsWith("ICMP: ")) {
      rules.icmp(allow);
    } else if (line.startsWith("DNS: ")) {
      rules.dns(allow);
    } else if (line.toLowerCase(Locale.ROOT).contains("yum proxy: ")) {
      rules.yumProxy(allow);
    } else {
      row(number, line);
    }
  }

  private void row(int number, String line) {
    List<String> cells = new ArrayList<>();
    int start = 0;
    for (int bar = line.indexOf('|'); bar >= 0; bar = line.indexOf('|', start)) {
      cells.add(line.substring(start, bar).strip());
      start = bar + 1;
    }
    boolean fits = cells.size() == 4 && cells.get(0).equals(String.valueOf(rules.size() + 1));
    if (!fits) {
      problems.warn(
          "dom0-firewall-line",
          "no row with number, address, protocol and port",
          text.atLine(number),
          0,
          "capture with `qvm-firewall -n VM`");
      return;
    }
    Map<String, String> values = new LinkedHashMap<>();
    put(values, "dsthost", cells.get(1));
    put(values, "proto", cells.get(2).equals("any") ? "" : cells.get(2));
    put(
        values,
        "dstports",
        cells.get(3).equals("0") || cells.get(3).equals("None") ? "" : cells.get(3));
    // a date of dom0's own time zone: only that there is one is kept
    int expires = line.indexOf("<-- expires at ", start);
    if (expires >= 0) {
      values.put("expire", line.substring(expires + 15).strip());
    }
    rules.rule(values, text.atLine(number));
  }

  private static void put(Map<String, String> values, String key, String value) {
    if (!value.isEmpty() && !value.equals("None")) {
      values.put(key, value);
    }
  }

  VmRules finished() {
    return rules.finished(text.whole());
  }
}
