package org.rulewalk.diagnostics.audit;

import java.util.Comparator;
import java.util.List;

/** Runs every check. */
public final class Audit {
  private static final List<Check> CHECKS =
      List.of(
          new LegacyBesideNft(),
          new UnreachableRules(),
          new ResolversNotListed(),
          new Dom0Standings(),
          new Dom0RuleNotes(),
          new Dom0Script(),
          new Dom0Passers(),
          new RulesInFirewallVm(),
          new ServiceVmWithoutFirewall(),
          new TunnelLeak(),
          new StartScripts(),
          new RulesAtStart(),
          new UnusedNames(),
          new MissingNames(),
          new AbsentDevices(),
          new AbsentAddresses(),
          new DroppedAnswers(),
          new ForwardedPorts(),
          new SourceTranslation(),
          new HiddenClients(),
          new PastTheFirewall(),
          new PastTheRules(),
          new BetweenClients(),
          new OpenInIpv6(),
          new Pitfalls());

  private static final Comparator<Finding> WORST_FIRST =
      Comparator.comparing(Finding::severity)
          .thenComparing(Finding::machine)
          .thenComparing(finding -> finding.source().file())
          .thenComparingInt(finding -> finding.source().line())
          .thenComparing(Finding::id);

  private Audit() {}

  /** All findings, worst first. */
  public static List<Finding> of(Subject subject) {
    return CHECKS.stream()
        .flatMap(check -> check.of(subject).stream())
        .distinct()
        .sorted(WORST_FIRST)
        .toList();
  }

  /** What was looked for and is proven not to be, in words. */
  public static List<String> proofs(Subject subject) {
    return TunnelLeak.proofs(subject);
  }
}
