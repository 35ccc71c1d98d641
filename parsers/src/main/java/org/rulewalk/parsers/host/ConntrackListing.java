package org.rulewalk.parsers.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.TrackedConnection;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.Source;

/**
 * Reads {@code conntrack -L}, plain, with {@code -o extended} or {@code -o id}, and
 * /proc/net/nf_conntrack (libnetfilter_conntrack, src/conntrack/snprintf_default.c).
 *
 * <p>A table may hold a million entries: addresses and flags are shared among them, and the places
 * of entries have no text.
 */
public final class ConntrackListing {
  private static final int SHARED_ADDRESSES = 20_000;

  private final SourceText text;
  private final Problems problems;
  private final Map<String, Optional<IpAddress>> addresses = new HashMap<>();
  private final Map<Set<String>, Set<String>> flags = new HashMap<>();
  private final Map<String, String> states = new HashMap<>();

  private ConntrackListing(SourceText text, Problems problems) {
    this.text = text;
    this.problems = problems;
  }

  /** The connections of a text. */
  public static List<TrackedConnection> parse(SourceText text, Problems problems) {
    ConntrackListing listing = new ConntrackListing(text, problems);
    List<TrackedConnection> connections = new ArrayList<>();
    for (int line = 1; line <= text.lineCount(); line++) {
      String content = text.line(line).strip();
      // the tool's last words go to stderr, which captures often hold too
      if (!content.isEmpty() && !content.startsWith("conntrack v")) {
        listing.connection(content, line).ifPresent(connections::add);
      }
    }
    return connections;
  }

  private Optional<TrackedConnection> connection(String content, int line) {
    ConntrackDraft draft = new ConntrackDraft(this::address);
    int start = 0;
    while (start < content.length()) {
      int end = content.indexOf(' ', start);
      end = end < 0 ? content.length() : end;
      if (end > start) {
        draft.word(content.substring(start, end));
      }
      start = end + 1;
    }
    if (!draft.isComplete()) {
      problems.warn(
          "conntrack-line", "no connection as `conntrack -L` lists it", text.atLine(line), 0, "");
      return Optional.empty();
    }
    Set<String> shared = flags.computeIfAbsent(draft.flags(), set -> Set.copyOf(set));
    String state = states.computeIfAbsent(draft.state(), word -> word);
    return Optional.of(draft.finished(state, shared, new Source(text.file(), line, 1, "")));
  }

  private Optional<IpAddress> address(String word) {
    if (addresses.size() >= SHARED_ADDRESSES) {
      addresses.clear();
    }
    return addresses.computeIfAbsent(word, IpAddress::parse);
  }
}
