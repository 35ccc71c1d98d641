package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.TrackedConnection;
import org.rulewalk.simulator.value.Prefix;

/** {@code conntrack -D} and {@code -F} (conntrack 1.4.7). */
final class ConntrackTool {
  private static final String TITLE = "conntrack v1.4.7 (conntrack-tools): ";

  private ConntrackTool() {}

  static Outcome run(Machine before, Invocation invocation) {
    List<String> words = invocation.arguments();
    if (words.contains("-F") || words.contains("--flush")) {
      Outcome outcome = Outcome.changed(before.withConnections(List.of()));
      return new Outcome(
          outcome.kind(),
          outcome.machine(),
          outcome.status(),
          Listing.EMPTY,
          TITLE + "connection tracking table has been emptied.");
    }
    if (!words.contains("-D") && !words.contains("--delete")) {
      boolean lists = words.contains("-L") || words.contains("-E") || words.contains("-C");
      return lists
          ? Outcome.printed(before, Listing.UNKNOWN)
          : Outcome.notUnderstood(
              before, "`conntrack " + String.join(" ", words) + "` is not known");
    }
    List<TrackedConnection> left = new ArrayList<>();
    for (TrackedConnection connection : before.connections()) {
      Optional<Boolean> meant = isMeant(connection, words);
      if (meant.isEmpty()) {
        return Outcome.notUnderstood(before, "which connections are meant is not understood");
      }
      if (!meant.get()) {
        left.add(connection);
      }
    }
    int gone = before.connections().size() - left.size();
    String message = TITLE + gone + " flow entries have been deleted.";
    return gone == 0
        ? Outcome.refused(before, 1, message)
        : new Outcome(
            Outcome.Kind.CHANGED,
            before.withConnections(left),
            java.util.OptionalInt.of(0),
            Listing.EMPTY,
            message);
  }

  /** Whether the options name this connection; empty where an option isn't known here. */
  private static Optional<Boolean> isMeant(TrackedConnection connection, List<String> words) {
    boolean meant = true;
    for (int i = 0; i < words.size(); i++) {
      String option = words.get(i);
      if (option.equals("-D") || option.equals("--delete")) {
        continue;
      }
      String value = i + 1 < words.size() ? words.get(++i) : "";
      switch (option) {
        case "-s":
        case "--src":
        case "--orig-src":
          meant &= holds(value, connection.original().source().toString());
          break;
        case "-d":
        case "--dst":
        case "--orig-dst":
          meant &= holds(value, connection.original().destination().toString());
          break;
        case "-r":
        case "--reply-src":
          meant &= holds(value, connection.reply().source().toString());
          break;
        case "-q":
        case "--reply-dst":
          meant &= holds(value, connection.reply().destination().toString());
          break;
        case "-p":
        case "--proto":
          meant &= protocol(value) == connection.protocol();
          break;
        case "--sport":
        case "--orig-port-src":
          meant &= value.equals(String.valueOf(connection.original().sourcePort()));
          break;
        case "--dport":
        case "--orig-port-dst":
          meant &= value.equals(String.valueOf(connection.original().destinationPort()));
          break;
        case "-f":
        case "--family":
          break;
        default:
          return Optional.empty();
      }
    }
    return Optional.of(meant);
  }

  private static boolean holds(String prefix, String address) {
    Optional<Prefix> wanted = Prefix.parse(prefix);
    Optional<Prefix> single = Prefix.parse(address);
    return wanted.isPresent()
        && single.isPresent()
        && wanted.get().version() == single.get().version()
        && wanted.get().contains(single.get().address());
  }

  private static int protocol(String name) {
    switch (name.toLowerCase(Locale.ROOT)) {
      case "tcp":
        return 6;
      case "udp":
        return 17;
      case "icmp":
        return 1;
      case "icmpv6":
        return 58;
      default:
        return name.matches("\\d{1,3}") ? Integer.parseInt(name) : -1;
    }
  }
}
