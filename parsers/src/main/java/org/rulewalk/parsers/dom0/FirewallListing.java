package org.rulewalk.parsers.dom0;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;

/**
 * The rules that {@code qvm-firewall VM} prints. Release 4: as table or with {@code --raw}
 * (qubes-core-admin-client, qubesadmin/tools/qvm_firewall.py); columns are told by their heads,
 * older releases have fewer, and the last rule of all, a drop, is in neither. Release 3: policy,
 * ICMP and DNS in words, then a ruled table (qubes-core-admin, release3.2, qvm-tools/qvm-firewall).
 */
public final class FirewallListing {
  private static final Map<String, String> KEYS =
      Map.of(
          "NO", "no",
          "ACTION", "action",
          "HOST", "dsthost",
          "PROTOCOL", "proto",
          "PORT(S)", "dstports",
          "SPECIAL TARGET", "specialtarget",
          "ICMP TYPE", "icmptype",
          "EXPIRE", "expire",
          "COMMENT", "comment");

  private final SourceText text;
  private final Problems problems;
  private final List<FirewallRule> rules = new ArrayList<>();
  private Optional<List<Column>> columns = Optional.empty();
  private Optional<OldListing> old = Optional.empty();

  private FirewallListing(SourceText text, Problems problems) {
    this.text = text;
    this.problems = problems;
  }

  /** A column's key and the offset at which its cells start. */
  private record Column(String key, int start) {}

  /** The rules of a listing, as release 4 reads them; lines that are none are reported. */
  public static List<FirewallRule> parse(SourceText text, Problems problems) {
    return read(text, problems).map(VmRules::rules).orElse(List.of());
  }

  /**
   * The same with what release 3 makes of its own listing. Empty where the text is no listing,
   * which is not the same as one without rules.
   */
  public static Optional<VmRules> read(SourceText text, Problems problems) {
    FirewallListing listing = new FirewallListing(text, problems);
    for (int line = 1; line <= text.lineCount(); line++) {
      listing.line(line);
    }
    if (listing.old.isPresent()) {
      return listing.old.map(OldListing::finished);
    }
    return listing.rules.isEmpty() && listing.columns.isEmpty()
        ? Optional.empty()
        : Optional.of(new VmRules(listing.rules, text.whole()));
  }

  private void line(int line) {
    String content = text.line(line);
    if (content.isBlank()) {
      return;
    }
    if (old.isEmpty() && OldListing.begins(content)) {
      old = Optional.of(new OldListing(text, line, problems));
      return;
    }
    if (old.isPresent()) {
      old.get().line(line);
      return;
    }
    if (OldListing.isNotice(content)) {
      return;
    }
    if (content.startsWith("NO ") && content.contains("ACTION")) {
      columns = Optional.of(heads(content));
      return;
    }
    Map<String, String> values =
        columns.map(known -> cells(content, known)).orElseGet(() -> raw(content));
    String action = values.getOrDefault("action", "").toLowerCase(Locale.ROOT);
    String number = values.getOrDefault("no", String.valueOf(rules.size()));
    boolean known = action.equals("accept") || action.equals("drop");
    if (!known || !number.equals(String.valueOf(rules.size()))) {
      problems.warn(
          "dom0-firewall-line",
          known ? "rule `" + number + "` is out of order" : "no rule with an action",
          text.atLine(line),
          0,
          "capture with `qvm-firewall VM` or `qvm-firewall VM --raw`");
      return;
    }
    values.remove("no");
    RuleCheck.of(values)
        .ifPresent(
            fault ->
                problems.warn(
                    "dom0-firewall-line",
                    fault,
                    text.atLine(line),
                    0,
                    "capture `qvm-firewall VM` again"));
    rules.add(new FirewallRule(rules.size(), values, text.atLine(line)));
  }

  /** Heads hold single blanks; two or more part them. */
  private static List<Column> heads(String line) {
    List<Column> found = new ArrayList<>();
    int start = 0;
    while (start < line.length()) {
      int end = line.indexOf("  ", start);
      end = end < 0 ? line.length() : end;
      String head = line.substring(start, end).strip();
      found.add(new Column(KEYS.getOrDefault(head, head.toLowerCase(Locale.ROOT)), start));
      start = end;
      while (start < line.length() && line.charAt(start) == ' ') {
        start++;
      }
    }
    return found;
  }

  private static Map<String, String> cells(String line, List<Column> columns) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      int start = Math.min(line.length(), columns.get(i).start());
      boolean last = i + 1 == columns.size();
      int end = last ? line.length() : Math.min(line.length(), columns.get(i + 1).start());
      String cell = line.substring(start, end).strip();
      if (!cell.isEmpty() && !cell.equals("-")) {
        values.put(columns.get(i).key(), cell);
      }
    }
    return values;
  }

  /** {@code key=value} words; a comment reaches to the end of the line. */
  private static Map<String, String> raw(String line) {
    Map<String, String> values = new LinkedHashMap<>();
    String rest = line.strip();
    while (!rest.isEmpty()) {
      boolean comment = rest.startsWith("comment=");
      int blank = comment ? -1 : rest.indexOf(' ');
      String word = blank < 0 ? rest : rest.substring(0, blank);
      int equals = word.indexOf('=');
      if (equals > 0) {
        values.put(word.substring(0, equals), word.substring(equals + 1));
      }
      rest = blank < 0 ? "" : rest.substring(blank).strip();
    }
    return values;
  }
}
