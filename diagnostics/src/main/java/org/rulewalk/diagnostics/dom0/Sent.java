package org.rulewalk.diagnostics.dom0;

import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.dom0.FirewallRule;
import org.rulewalk.parsers.dom0.QubesDb;
import org.rulewalk.parsers.dom0.VmRules;

/**
 * Whether what dom0 last sent to a provider are a VM's rules as they are now: tells a dom0 that did
 * not send from an agent that did not apply.
 */
public final class Sent {
  private Sent() {}

  /** Empty where the provider's QubesDB was not captured, or has nothing for the VM. */
  public static Optional<Boolean> isCurrent(Standing standing, QubesDb database) {
    Optional<VmRules> sent = database.rules(standing.address().toString());
    List<String> now =
        standing.counted().stream()
            .filter(rule -> AgentText.isFor(rule, standing.address().version()))
            .map(Sent::words)
            .toList();
    return sent.map(rules -> rules.rules().stream().map(Sent::words).toList().equals(now));
  }

  /** A rule without what is written in several ways, or not sent. */
  private static String words(FirewallRule rule) {
    String host =
        rule.host()
            .orElse("")
            .replaceFirst("/(32|128)$", "")
            .replaceFirst("^(0\\.0\\.0\\.0|::)/0$", "");
    String ports = rule.value("dstports").orElse("").replaceFirst("^([0-9]+)-\\1$", "$1");
    return String.join(
        " ",
        rule.value("action").orElse(""),
        rule.value("proto").orElse("-"),
        host,
        ports,
        rule.value("icmptype").orElse("-"),
        rule.value("specialtarget").orElse("-"));
  }
}
