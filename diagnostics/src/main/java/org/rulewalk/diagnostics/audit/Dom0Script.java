package org.rulewalk.diagnostics.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.dom0.ScriptSize;
import org.rulewalk.diagnostics.dom0.Standing;

/** Before release 4.0 the script of a VM's rules has to fit into one value of QubesDB. */
final class Dom0Script implements Check {
  @Override
  public List<Finding> of(Subject subject) {
    List<Finding> found = new ArrayList<>();
    for (Standing standing : subject.journals().dom0().standings()) {
      Optional<ScriptSize> size = ScriptSize.of(standing);
      size.ifPresent(
          known -> found.add(known.fits() ? fits(standing, known) : tooLong(standing, known)));
    }
    return found;
  }

  private static String start(Standing standing, ScriptSize size) {
    return "The iptables script that dom0 makes of the rules of "
        + standing.vm()
        + " for "
        + standing.provider()
        + " has "
        + (size.estimated() ? "about " : "")
        + size.bytes()
        + " bytes, and must have fewer than "
        + ScriptSize.LIMIT_BYTES;
  }

  private static Finding fits(Standing standing, ScriptSize size) {
    return new Finding(
        "dom0-script-size",
        Finding.Severity.NOTE,
        "dom0",
        standing.rules().source(),
        start(standing, size)
            + ": "
            + size.more()
            + " more rules "
            + (standing.counted().isEmpty() ? "of the usual size" : "of the same size")
            + " fit. With one more than that, the VM does not start.");
  }

  private static Finding tooLong(Standing standing, ScriptSize size) {
    String file = "/rw/config/rc.local";
    return new Finding(
            "dom0-script-too-long",
            Finding.Severity.ERROR,
            "dom0",
            standing.rules().source(),
            start(standing, size)
                + ": it can't be handed over, and the VM does not start. Release 4.0 has no such limit.")
        .mendedBy(
            new Finding.Repair(
                standing.vm(),
                List.of(),
                file,
                List.of("iptables-restore -n < /rw/config/firewall.rules"),
                "Leave few wide rules in dom0, and enforce the rest in the VM itself: its rules in a file below"
                    + " /rw/config, loaded at each start."));
  }
}
