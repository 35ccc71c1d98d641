package org.rulewalk.diagnostics.words;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rulewalk.diagnostics.dom0.Behind;
import org.rulewalk.diagnostics.dom0.Expected;
import org.rulewalk.diagnostics.dom0.Origin;
import org.rulewalk.diagnostics.dom0.Standing;
import org.rulewalk.diagnostics.topology.Generation;
import org.rulewalk.parsers.dom0.FirewallRule;

/** dom0's rules, and how they stand, in words. */
public final class Dom0Words {
  private static final int MOST = 3;

  private Dom0Words() {}

  /** {@code rule 2 of work in dom0 (drop proto=udp …)}. */
  public static String rule(Behind behind) {
    String vm = behind.standing().vm();
    Optional<Origin> origin = behind.origin();
    if (origin.isEmpty()) {
      return "no rule of " + vm + " in dom0";
    }
    String words = origin.get().words();
    return behind
        .number()
        .map(number -> "rule " + number + " of " + vm + " in dom0 (" + words + ")")
        .orElse("dom0's rules of " + vm + " (" + words + ")");
  }

  /** Where a deciding rule comes from; empty if from no rule of dom0. */
  public static Optional<String> line(Behind behind) {
    return behind
        .origin()
        .map(origin -> "It comes from " + rule(behind) + ", " + origin.source() + ".");
  }

  /** What is wrong with how the rules stand, and what follows. */
  public static String standing(Standing standing) {
    String vm = standing.vm() + " (" + standing.address() + ")";
    String provider = standing.provider();
    switch (standing.state()) {
      case STALE:
        return provider
            + " has other rules for "
            + vm
            + " than dom0: "
            + difference(standing)
            + "."
            + (isPerhapsOfTheOtherVersion(standing)
                ? " Or that rule is for ::/0, all of IPv6, which qvm-firewall lists as no host at all:"
                    + " firewall.xml would tell."
                : "");
      case MISSING:
        return missing(standing, vm, provider);
      case BLOCKED:
        return standing
            .refused()
            .map(
                why ->
                    provider
                        + " can't use the rules that dom0 has for "
                        + vm
                        + " ("
                        + why
                        + "), so one reject stands in their place and everything is blocked.")
            .orElse(
                "One reject is all that "
                    + provider
                    + " has for "
                    + vm
                    + ", where dom0 has "
                    + count(standing.counted().size(), "rule")
                    + ". That is what is left when the rules could not be read, a host's name not be resolved, or"
                    + " a rule not be applied; then every rule of the VM is discarded.");
      case NOT_RUNNING:
        return "The firewall service of "
            + provider
            + " does not run: nothing of what dom0 has for "
            + vm
            + " is in force, and everything that the VM sends passes.";
      default:
        return provider + " has the rules that dom0 has for " + vm + ".";
    }
  }

  /** The rules that name hosts, which have to be resolved before anything is applied. */
  public static Optional<String> hosts(Standing standing) {
    List<String> named =
        standing.expected().stream()
            .filter(e -> e.host().isPresent())
            .map(e -> rule(new Behind(standing, Optional.of(e.origin()))))
            .distinct()
            .toList();
    return named.isEmpty()
        ? Optional.empty()
        : Optional.of("Of its rules, a host is named by " + some(named) + ".");
  }

  private static String missing(Standing standing, String vm, String provider) {
    boolean there =
        standing.chain().isPresent() && standing.generation() != Generation.FORWARD_CHAIN;
    String what =
        there
            ? "The chain of " + vm + " in " + provider + " is there, but no rule leads to it"
            : provider + " has no rules for " + vm;
    return what
        + ", so dom0's rules are not asked and whatever is new is dropped. That is how it looks when the firewall"
        + " service has failed or was started anew by hand.";
  }

  /**
   * A rule for all addresses of one version makes none for the other, and is listed as for both.
   */
  private static boolean isPerhapsOfTheOtherVersion(Standing standing) {
    boolean listing = standing.rules().source().file().startsWith("dom0/qvm-firewall");
    return listing
        && standing.strange().isEmpty()
        && standing.lacking().stream()
            .allMatch(
                e ->
                    e.origin().part() == Origin.Part.RULE
                        && e.origin().rule().flatMap(FirewallRule::host).isEmpty());
  }

  private static String difference(Standing standing) {
    List<Expected> lacking = standing.lacking();
    String less =
        lacking.isEmpty()
            ? ""
            : "it lacks what comes of "
                + some(
                    lacking.stream()
                        .map(e -> rule(new Behind(standing, Optional.of(e.origin()))))
                        .distinct()
                        .toList());
    String more =
        standing.strange().isEmpty()
            ? ""
            : "it has what no rule of dom0 makes: "
                + some(
                    standing.strange().stream()
                        .map(r -> "\"" + plain(r.source().text()) + "\"")
                        .toList());
    return less + (less.isEmpty() || more.isEmpty() ? "" : ", and ") + more;
  }

  private static String plain(String text) {
    int handle = text.indexOf(" # handle");
    return handle < 0 ? text : text.substring(0, handle);
  }

  private static String some(List<String> all) {
    String shown = String.join(", ", all.subList(0, Math.min(MOST, all.size())));
    return all.size() > MOST ? shown + " and " + (all.size() - MOST) + " more" : shown;
  }

  /** The same as the start of a sentence. */
  public static String capital(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  /** {@code 1 rule}, {@code 2 rules}. */
  public static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  /** Addresses that a name stood for. */
  public static String addresses(List<String> addresses) {
    return addresses.isEmpty() ? "addresses that no file tells" : String.join(", ", addresses);
  }
}
