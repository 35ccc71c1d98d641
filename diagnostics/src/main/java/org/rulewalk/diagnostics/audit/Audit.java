package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;

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

  private static final List<CaptureFile> NEEDED =
      List.of(CaptureFile.ADDRESSES, CaptureFile.ROUTES, CaptureFile.SETTINGS);

  private static final Comparator<Finding> WORST_FIRST =
      Comparator.comparing(Finding::severity)
          .thenComparing(Finding::machine)
          .thenComparing(finding -> finding.source().file())
          .thenComparingInt(finding -> finding.source().line())
          .thenComparing(Finding::id);

  private Audit() {}

  /** All findings, worst first. */
  public static List<Finding> of(Subject subject) {
    return of(subject, share -> {});
  }

  /**
   * The same, telling how far it is.
   *
   * @param progress gets the share that is done, from 0 to 1
   */
  public static List<Finding> of(Subject subject, DoubleConsumer progress) {
    List<Finding> found = new ArrayList<>();
    double count = CHECKS.size();
    for (int i = 0; i < CHECKS.size(); i++) {
      int done = i;
      found.addAll(CHECKS.get(i).of(subject, share -> progress.accept((done + share) / count)));
      progress.accept((done + 1) / count);
    }
    return sorted(found);
  }

  /** Each once, worst first. */
  public static List<Finding> sorted(List<Finding> findings) {
    return findings.stream().distinct().sorted(WORST_FIRST).toList();
  }

  /** What was looked for and is proven not to be, in words. */
  public static List<String> proofs(Subject subject) {
    return TunnelLeak.proofs(subject);
  }

  /** Machines of which files are missing that some checks need, with those files. */
  public static Map<String, List<String>> notChecked(Subject subject) {
    Map<String, List<String>> missing = new LinkedHashMap<>();
    for (Machine machine : subject.machines()) {
      List<String> files =
          NEEDED.stream().filter(machine.missing()::contains).map(CaptureFile::fileName).toList();
      if (!files.isEmpty()) {
        missing.put(machine.name(), files);
      }
    }
    return missing;
  }
}
