package org.rulewalk.diagnostics.qrexec;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.parsers.qrexec.Domains;
import org.rulewalk.parsers.qrexec.Policy;
import org.rulewalk.parsers.qrexec.PolicyLine;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;

/**
 * Whether a line of the policy is about a call: {@code VMToken.match} and its overrides
 * (qrexec/policy/parser.py), for R4.0 {@code PolicyRule.is_match} (qubespolicy).
 */
final class Matching {
  private static final String LIST = "dom0/qvm-ls.txt";

  private final Domains domains;
  private final Network network;
  private final boolean old;
  private final String from;

  Matching(Domains domains, Network network, Policy.Form form, String from) {
    this.domains = domains;
    this.network = network;
    this.old = form == Policy.Form.FILE_PER_SERVICE;
    this.from = from;
  }

  /** Whether a line decides a call that names this target. */
  Fit line(PolicyLine line, Call call, String target) {
    return line.isAbout(Call.SERVICE, call.argument())
        ? source(line).and(target(line, target))
        : Fit.NO;
  }

  Fit source(PolicyLine line) {
    return token(line.source(), from);
  }

  Fit target(PolicyLine line, String target) {
    return token(line.target(), target);
  }

  static boolean isDom0(String name) {
    return name.equals("dom0")
        || name.equals("@adminvm")
        || name.equals("uuid:00000000-0000-0000-0000-000000000000");
  }

  private Fit token(String token, String name) {
    boolean special = name.startsWith("@");
    if (token.equals("*")) {
      return Fit.of(!old);
    }
    if (isDom0(token)) {
      return Fit.of(isDom0(name));
    }
    if (token.equals("@anyvm")) {
      return Fit.of(!isDom0(name));
    }
    if (token.startsWith("@type:")) {
      return special || old && isDom0(name) ? Fit.NO : type(token.substring(6), name);
    }
    if (token.startsWith("@tag:")) {
      return special || old && isDom0(name) ? Fit.NO : tag(token.substring(5), name);
    }
    if (token.startsWith("@dispvm:")) {
      return disposable(token.substring(8), name);
    }
    if (token.startsWith("uuid:") && !old) {
      return special
          ? Fit.NO
          : new Fit.Open(LIST + " with UUIDs (qvm-ls -O name,state,class,uuid)");
    }
    return Fit.of(token.equals(name));
  }

  private Fit type(String wanted, String name) {
    return domains
        .type(name)
        .map(type -> Fit.of(type.equals(wanted)))
        .orElse(new Fit.Open("dom0/qvm-prefs/" + name + ".txt"));
  }

  private Fit tag(String wanted, String name) {
    return domains
        .tags(name)
        .map(tags -> Fit.of(tags.contains(wanted)))
        .orElse(new Fit.Open("dom0/qvm-tags/" + name + ".txt"));
  }

  private Fit disposable(String wanted, String name) {
    if (name.equals("@dispvm")) {
      Optional<String> base = domains.preference(from, "default_dispvm");
      return base.map(own -> own.equals("None") ? Fit.NO : base(wanted, own))
          .orElse(new Fit.Open("dom0/qvm-prefs/" + from + ".txt"));
    }
    return name.startsWith("@dispvm:") ? base(wanted, name.substring(8)) : Fit.NO;
  }

  private Fit base(String wanted, String base) {
    return wanted.startsWith("@tag:")
        ? tag(wanted.substring(5), base)
        : Fit.of(wanted.equals(base));
  }

  /** Whether there is a VM of this name. */
  Fit exists(String name) {
    if (isDom0(name)) {
      return Fit.YES;
    }
    if (domains.isListed()) {
      return Fit.of(domains.names().contains(name));
    }
    boolean captured = network.machine(name).map(machine -> !machine.isExternal()).orElse(false);
    return captured ? Fit.YES : new Fit.Open(LIST);
  }

  /** All VMs that are known, without dom0. */
  Set<String> names() {
    Set<String> names = new TreeSet<>(domains.names());
    if (!domains.isListed()) {
      network.machines().values().stream()
          .filter(machine -> !machine.isExternal())
          .map(Machine::name)
          .forEach(names::add);
    }
    names.remove("dom0");
    return names;
  }

  Domains domains() {
    return domains;
  }
}
