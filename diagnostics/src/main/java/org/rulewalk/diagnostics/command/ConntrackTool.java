package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.TrackedConnection;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Prefix;

/** {@code conntrack -D}, {@code -F} and {@code -L} (conntrack 1.4.7). */
final class ConntrackTool {
  private static final String TITLE = "conntrack v1.4.7 (conntrack-tools): ";

  private static final Set<String> COMMANDS = Set.of("-D", "--delete", "-L", "--dump");
  private static final Set<String> ADDRESSES =
      Set.of(
          "-s",
          "--src",
          "--orig-src",
          "-d",
          "--dst",
          "--orig-dst",
          "-r",
          "--reply-src",
          "-q",
          "--reply-dst");

  private ConntrackTool() {}

  static Outcome run(Machine before, Invocation invocation) {
    List<String> words = invocation.arguments();
    Optional<Outcome> wrong = wrong(before, words);
    if (wrong.isPresent()) {
      return wrong.get();
    }
    if (words.contains("-F") || words.contains("--flush")) {
      return Outcome.changed(before.withConnections(List.of()))
          .saying(TITLE + "connection tracking table has been emptied.");
    }
    boolean lists = words.contains("-L") || words.contains("--dump");
    if (!lists && !words.contains("-D") && !words.contains("--delete")) {
      return words.contains("-E") || words.contains("-C") || words.contains("-S")
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
    if (lists) {
      return Outcome.printed(before, Listing.UNKNOWN)
          .saying(TITLE + gone + " flow entries have been shown.");
    }
    String message = TITLE + gone + " flow entries have been deleted.";
    return gone == 0
        ? Outcome.refused(before, 1, message)
        : Outcome.changed(before.withConnections(left)).saying(message);
  }

  /** What the tool refuses before it asks the kernel. */
  private static Optional<Outcome> wrong(Machine before, List<String> words) {
    for (int i = 0; i + 1 < words.size(); i++) {
      if (ADDRESSES.contains(words.get(i)) && Prefix.parse(words.get(i + 1)).isEmpty()) {
        return Optional.of(
            Outcome.refused(before, 2, TITLE + "Invalid IP address `" + words.get(i + 1) + "'"));
      }
    }
    return Optional.empty();
  }

  /** Whether the options name this connection; empty where an option isn't known here. */
  private static Optional<Boolean> isMeant(TrackedConnection connection, List<String> words) {
    boolean meant = true;
    for (int i = 0; i < words.size(); i++) {
      String option = words.get(i);
      if (COMMANDS.contains(option)) {
        continue;
      }
      String value = i + 1 < words.size() ? words.get(++i) : "";
      Optional<Boolean> one = holds(connection, option, value);
      if (one.isEmpty()) {
        return Optional.empty();
      }
      meant &= one.get();
    }
    return Optional.of(meant);
  }

  private static Optional<Boolean> holds(
      TrackedConnection connection, String option, String value) {
    TrackedConnection.Endpoints original = connection.original();
    TrackedConnection.Endpoints reply = connection.reply();
    switch (option) {
      case "-s":
      case "--src":
      case "--orig-src":
        return Optional.of(holds(value, original.source().toString()));
      case "-d":
      case "--dst":
      case "--orig-dst":
        return Optional.of(holds(value, original.destination().toString()));
      case "-r":
      case "--reply-src":
        return Optional.of(holds(value, reply.source().toString()));
      case "-q":
      case "--reply-dst":
        return Optional.of(holds(value, reply.destination().toString()));
      case "-p":
      case "--proto":
        return Optional.of(protocol(value) == connection.protocol());
      case "--sport":
      case "--orig-port-src":
        return Optional.of(value.equals(String.valueOf(original.sourcePort())));
      case "--dport":
      case "--orig-port-dst":
        return Optional.of(value.equals(String.valueOf(original.destinationPort())));
      case "--reply-port-src":
        return Optional.of(value.equals(String.valueOf(reply.sourcePort())));
      case "--reply-port-dst":
        return Optional.of(value.equals(String.valueOf(reply.destinationPort())));
      case "--state":
        return Optional.of(value.equals(connection.state()));
      case "-m":
      case "--mark":
        return value.matches("\\d{1,10}")
            ? Optional.of(Long.parseLong(value) == connection.mark().orElse(0))
            : Optional.empty();
      case "-f":
      case "--family":
        boolean six = original.source().version() == IpVersion.IPV6;
        return Optional.of(six == value.equals("ipv6"));
      default:
        return Optional.empty();
    }
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
