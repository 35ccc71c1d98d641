package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.insight.ResolverFile;
import org.rulewalk.diagnostics.insight.ResolverList;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.value.Source;

/**
 * Clients whose rules allow resolvers, but not the one that their questions are translated to: the
 * agent lists what resolv.conf names, the translation asks systemd-resolved.
 */
final class ResolversNotListed implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Machine machine : subject.machines()) {
      for (ResolverList.Gap gap : ResolverList.gaps(machine)) {
        found.add(finding(machine, gap));
      }
    }
    return found;
  }

  private static Finding finding(Machine machine, ResolverList.Gap gap) {
    String listed = String.join(", ", gap.list().texts());
    String written = ResolverFile.written(gap.targets());
    return new Finding(
            "resolver-not-listed",
            Finding.Severity.ERROR,
            machine.name(),
            gap.list().source(),
            "Questions to resolvers are translated to "
                + ResolverFile.list(gap.lacking())
                + ", but chain "
                + gap.chain()
                + " allows questions only to "
                + listed
                + ": that client resolves no names."
                + (gap.list().isStub()
                    ? " /etc/resolv.conf names the local stub of systemd-resolved, which no client reaches."
                    : ""))
        .because(gap.translation().isKnown() ? List.of(gap.translation()) : List.<Source>of())
        .mendedBy(
            new Finding.Repair(
                machine.name(),
                List.of(written, "systemctl reload PedOS-firewall"),
                "/rw/config/PedOS-firewall-user-script",
                List.of(written),
                "Make /etc/resolv.conf name the resolver that questions go to, and have the agent read it"
                    + " again."));
  }
}
