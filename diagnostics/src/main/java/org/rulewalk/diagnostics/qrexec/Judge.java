package org.rulewalk.diagnostics.qrexec;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.rulewalk.parsers.qrexec.Policy;
import org.rulewalk.parsers.qrexec.PolicyGap;
import org.rulewalk.parsers.qrexec.PolicyLine;

/**
 * Asks a policy about a call: the first line that matches decides ({@code find_matching_rule},
 * {@code Allow.evaluate}, {@code Ask.evaluate}). Where the capture doesn't tell whether a line
 * matches, the lines behind it are asked too, and only what all ways agree on is said.
 */
final class Judge {
  private final Policy policy;
  private final Matching matching;
  private final Call call;

  Judge(Policy policy, Matching matching, Call call) {
    this.policy = policy;
    this.matching = matching;
    this.call = call;
  }

  Ruling ruling() {
    if (policy.form() == Policy.Form.NONE) {
      return Ruling.missing(List.of("dom0/policy/"), Optional.empty());
    }
    if (!policy.errors().isEmpty()) {
      return Ruling.denied(Ruling.Reason.ERROR, Optional.empty());
    }
    String named = call.target();
    Fit exists = named.startsWith("@") ? Fit.YES : matching.exists(named);
    if (exists == Fit.YES) {
      return ruling(named);
    }
    // a VM that does not exist is taken for nobody: IntendedTarget.verify
    Ruling nobody = ruling(Call.DEFAULT);
    if (exists == Fit.NO) {
      return nobody;
    }
    Ruling somebody = ruling(named);
    return somebody.isLike(nobody)
        ? somebody
        : Ruling.missing(List.of(((Fit.Open) exists).missing()), somebody.line());
  }

  private Ruling ruling(String target) {
    List<Ruling> possible = new ArrayList<>();
    Set<String> missing = new LinkedHashSet<>();
    int number = 0;
    for (PolicyLine line : policy.lines()) {
      missing.addAll(gaps(number, number + 1));
      number++;
      Fit fit = matching.line(line, call, target);
      if (fit == Fit.NO) {
        continue;
      }
      possible.add(by(line, target));
      if (fit == Fit.YES) {
        return agreed(possible, missing);
      }
      missing.add(((Fit.Open) fit).missing());
    }
    missing.addAll(gaps(number, Integer.MAX_VALUE));
    possible.add(Ruling.denied(Ruling.Reason.NO_LINE, Optional.empty()));
    return agreed(possible, missing);
  }

  private List<String> gaps(int from, int until) {
    return policy.gaps().stream()
        .filter(gap -> gap.before() >= from && gap.before() < until)
        .map(PolicyGap::missing)
        .map(path -> "dom0/policy" + path)
        .toList();
  }

  /** The last of the possible rulings if the others are like it; what no file hides counts. */
  private Ruling agreed(List<Ruling> possible, Set<String> missing) {
    Ruling last = possible.get(possible.size() - 1);
    boolean hidden = missing.stream().anyMatch(file -> file.startsWith("dom0/policy"));
    boolean same = possible.stream().allMatch(last::isLike);
    return same && !hidden ? last : Ruling.missing(List.copyOf(missing), last.line());
  }

  private Ruling by(PolicyLine line, String target) {
    switch (line.action()) {
      case DENY:
        return Ruling.denied(Ruling.Reason.LINE, Optional.of(line));
      case ALLOW:
        return allowed(line, line.redirect().orElse(target));
      default:
        return asked(line);
    }
  }

  private Ruling allowed(PolicyLine line, String named) {
    if (named.equals(Call.DEFAULT)) {
      return Ruling.denied(Ruling.Reason.NO_TARGET, Optional.of(line));
    }
    Optional<String> base = base(named);
    if (named.equals("@dispvm") && base.equals(Optional.of("None"))) {
      return Ruling.denied(Ruling.Reason.NO_DISPOSABLE, Optional.of(line));
    }
    String target =
        Matching.isDom0(named) ? "dom0" : base.map(own -> "@dispvm:" + own).orElse(named);
    if (!target.startsWith("@") && matching.exists(target) == Fit.NO) {
      return Ruling.denied(Ruling.Reason.NO_SUCH_TARGET, Optional.of(line));
    }
    if (!line.autostart() && !target.equals("dom0")) {
      Optional<String> state =
          target.startsWith("@dispvm") ? Optional.of("none yet") : matching.domains().state(target);
      if (state.isEmpty()) {
        return Ruling.missing(List.of("dom0/qvm-ls.txt"), Optional.of(line));
      }
      if (!state.get().equals("Running")) {
        return Ruling.denied(Ruling.Reason.NOT_STARTED, Optional.of(line));
      }
    }
    return target.equals(call.from())
        ? Ruling.denied(Ruling.Reason.SAME_VM, Optional.of(line))
        : Ruling.of(Ruling.Verdict.ALLOWED, Ruling.Reason.LINE, line, target);
  }

  private Optional<String> base(String named) {
    return named.equals("@dispvm")
        ? matching.domains().preference(call.from(), "default_dispvm")
        : Optional.empty();
  }

  private Ruling asked(PolicyLine line) {
    List<String> choices =
        line.redirect()
            .map(one -> List.of(Matching.isDom0(one) ? "dom0" : one))
            .orElseGet(this::choices);
    if (!line.autostart()) {
      choices =
          choices.stream()
              .filter(one -> matching.domains().state(one).map("Running"::equals).orElse(true))
              .toList();
    }
    if (choices.isEmpty()) {
      List<String> unknown = line.redirect().isPresent() ? List.of() : templatesUnknown();
      return unknown.isEmpty()
          ? Ruling.denied(Ruling.Reason.NO_CHOICE, Optional.of(line))
          : Ruling.missing(unknown, Optional.of(line));
    }
    Optional<String> only = choices.size() == 1 ? Optional.of(choices.get(0)) : Optional.empty();
    if (only.equals(Optional.of(call.from()))) {
      return Ruling.denied(Ruling.Reason.SAME_VM, Optional.of(line));
    }
    return new Ruling(
        Ruling.Verdict.ASK, Ruling.Reason.LINE, Optional.of(line), only, choices, List.of());
  }

  /** {@code collect_targets_for_ask}: what lines for this caller allow, later ones first. */
  private List<String> choices() {
    Set<String> choices = new TreeSet<>();
    for (int i = policy.lines().size() - 1; i >= 0; i--) {
      PolicyLine line = policy.lines().get(i);
      boolean mine = line.isAbout(Call.SERVICE, call.argument()) && matching.source(line) != Fit.NO;
      if (!mine) {
        continue;
      }
      if (line.action() == PolicyLine.Action.DENY) {
        choices.removeAll(expanded(line));
      } else {
        choices.addAll(line.redirect().map(this::redirected).orElseGet(() -> expanded(line)));
      }
    }
    choices.remove(call.from());
    return List.copyOf(choices);
  }

  /** VMs of which the capture does not tell whether disposables are made from them. */
  private List<String> templatesUnknown() {
    return matching.names().stream()
        .filter(vm -> matching.domains().preference(vm, "template_for_dispvms").isEmpty())
        .map(vm -> "dom0/qvm-prefs/" + vm + ".txt")
        .toList();
  }

  private Set<String> redirected(String name) {
    if (Matching.isDom0(name)) {
      return Set.of("dom0");
    }
    if (!name.equals("@dispvm")) {
      return Set.of(name);
    }
    return base(name)
        .filter(own -> !own.equals("None"))
        .map(own -> Set.of("@dispvm:" + own))
        .orElse(Set.of());
  }

  /** The VMs that a line's target stands for, and the disposables that are known. */
  private Set<String> expanded(PolicyLine line) {
    Set<String> names = new TreeSet<>();
    for (String name : matching.names()) {
      add(names, name, matching.target(line, name));
      boolean template =
          matching
              .domains()
              .preference(name, "template_for_dispvms")
              .map("True"::equals)
              .orElse(false);
      boolean disposables = !line.target().equals("@dispvm") && template;
      if (disposables) {
        add(names, "@dispvm:" + name, matching.target(line, "@dispvm:" + name));
      }
    }
    add(names, "dom0", matching.target(line, "dom0"));
    if (List.of("*", "@anyvm", "@dispvm").contains(line.target())) {
      names.addAll(redirected("@dispvm"));
    }
    return names;
  }

  private static void add(Set<String> names, String name, Fit fit) {
    if (fit == Fit.YES) {
      names.add(name);
    }
  }
}
