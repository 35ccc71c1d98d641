package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.value.IpAddress;
import org.rulewalk.simulator.value.IpVersion;

/** {@code ip} (iproute2 6.1): finds the object and the command, and asks the tool for it. */
final class IpTool {
  private static final List<String> SHOWS =
      List.of("show", "list", "lst", "sh", "ls", "s", "l", "get", "help");

  private final Machine before;
  private final Invocation invocation;
  private final List<String> words;
  private IpVersion version = IpVersion.IPV4;
  private boolean versionGiven;

  IpTool(Machine before, Invocation invocation) {
    this.before = before;
    this.invocation = invocation;
    this.words = new ArrayList<>(invocation.arguments());
  }

  Outcome run() {
    while (!words.isEmpty() && words.get(0).startsWith("-")) {
      String option = words.remove(0);
      versionGiven |= option.equals("-6") || option.equals("-4");
      version = option.equals("-6") ? IpVersion.IPV6 : version;
      if (option.equals("-n") || option.equals("-netns")) {
        return notKnown("it is for another network namespace");
      }
      if (option.startsWith("-b")) {
        return notKnown("a batch of commands is not read here");
      }
    }
    if (words.isEmpty()) {
      return Outcome.refused(before, 255, "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }");
    }
    return run(words.remove(0));
  }

  private Outcome run(String object) {
    Optional<String> name = IpObjects.name(object);
    if (name.isEmpty()) {
      return Outcome.refused(before, 1, "Object \"" + object + "\" is unknown, try \"ip help\".");
    }
    String verb = words.isEmpty() ? "show" : words.get(0);
    if (SHOWS.contains(verb) && !name.get().equals("netns")) {
      return Outcome.printed(before, Listing.UNKNOWN);
    }
    List<String> rest = words.isEmpty() ? List.of() : words.subList(1, words.size());
    boolean six = rest.stream().anyMatch(IpTool::isSix);
    IpVersion meant = !versionGiven && six ? IpVersion.IPV6 : version;
    switch (name.get()) {
      case "address":
        return new IpAddressTool(before, invocation, verb, rest).run();
      case "link":
        return new IpLinkTool(before, verb, rest).run();
      case "neighbor":
      case "neighbour":
        return new IpNeighbourTool(before, verb, rest, versionGiven ? version : meant).run();
      case "route":
        return new IpRouteTool(before, invocation, meant, rest).run(verb);
      case "rule":
        return new IpRuleTool(before, invocation, version, rest).run(verb);
      default:
        return notKnown("`ip " + object + "` is not known here");
    }
  }

  private static boolean isSix(String word) {
    int slash = word.indexOf('/');
    return IpAddress.parse(slash < 0 ? word : word.substring(0, slash))
        .filter(address -> address.version() == IpVersion.IPV6)
        .isPresent();
  }

  private Outcome notKnown(String why) {
    return Outcome.notUnderstood(before, why);
  }

  /** Words may be cut short: {@code ip a}, {@code ip ro}. */
  static boolean isCalled(String word, String name, int least) {
    return word.length() >= least && name.startsWith(word);
  }

  static Optional<String> after(List<String> words, String key) {
    int at = words.indexOf(key);
    return at >= 0 && at + 1 < words.size() ? Optional.of(words.get(at + 1)) : Optional.empty();
  }

  static Outcome noDevice(Machine machine, String name) {
    return Outcome.refused(machine, 1, "Cannot find device \"" + name + "\"");
  }

  static Outcome unknownCommand(Machine machine, String object, String verb) {
    return Outcome.refused(
        machine, 255, "Command \"" + verb + "\" is unknown, try \"ip " + object + " help\".");
  }

  static Outcome expected(Machine machine, String what, String word) {
    return Outcome.refused(
        machine, 1, "Error: " + what + " is expected rather than \"" + word + "\".");
  }

  /** What the kernel answered. */
  static Outcome answer(Machine machine, String error) {
    return Outcome.refused(machine, 2, "RTNETLINK answers: " + error);
  }
}
