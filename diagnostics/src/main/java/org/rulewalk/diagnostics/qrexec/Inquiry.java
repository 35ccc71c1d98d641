package org.rulewalk.diagnostics.qrexec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.diagnostics.why.Answer;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.LoadReport;
import org.rulewalk.parsers.qrexec.Domains;
import org.rulewalk.parsers.qrexec.Policy;
import org.rulewalk.parsers.qrexec.PolicyFiles;
import org.rulewalk.parsers.qrexec.PolicyReader;
import org.rulewalk.simulator.network.Machine;

/** Answers whether a call of PedOS.ConnectTCP is allowed, where it lands, and who listens there. */
public final class Inquiry {
  private static final String DEFAULTS = "/etc/PedOS/policy.d/90-default.policy";
  private static final String COMPATIBLE = "/etc/PedOS/policy.d/35-compat.policy";
  private static final String OLD_FOLDER = "/etc/PedOS-rpc/policy";

  private final Capture capture;
  private final Call call;
  private final Domains domains;
  private final PolicyFiles files;
  private final List<Answer.Assumed> assumptions = new ArrayList<>();

  private Inquiry(Capture capture, Call call) {
    this.capture = capture;
    this.call = call;
    this.domains = Domains.of(capture.texts());
    this.files = PolicyFiles.of(capture.texts());
  }

  /**
   * The answer.
   *
   * @throws IllegalArgumentException if the caller is no VM of the capture
   */
  public static Reply of(Capture capture, Call call) {
    return new Inquiry(capture, call).reply();
  }

  private Reply reply() {
    Policy policy = read(files);
    Matching matching = matching(policy);
    checkCaller(matching);
    Ruling ruling = settled(policy, ask(policy));
    boolean named = !call.target().startsWith("@");
    boolean nonexistent = named && matching.exists(call.target()) == Fit.NO;
    List<NearMiss> misses =
        ruling.verdict() == Ruling.Verdict.DENIED
            ? NearMiss.of(policy, matching, call, ruling.line())
            : List.of();
    Optional<PolicyFixes.Found> found =
        ruling.verdict() == Ruling.Verdict.DENIED && !nonexistent
            ? Optional.of(
                new PolicyFixes(call, files, this::read, this::ask, target(misses, matching))
                    .find())
            : Optional.empty();
    List<PolicyChange> changes = found.map(PolicyFixes.Found::changes).orElse(List.of());
    Optional<Ruling> fixed =
        found.filter(f -> !f.changes().isEmpty()).map(PolicyFixes.Found::ruling);
    // where the policy refuses, what stands behind it is told as well: where the call would land
    Optional<Landing> landing =
        ruling
            .target()
            .or(() -> fixed.flatMap(Ruling::target))
            .map(vm -> Landing.of(capture.network(), domains, vm, call.port()));
    assume(policy, ruling, nonexistent, landing);
    return new Reply(
        call,
        policy,
        ruling,
        nonexistent,
        misses,
        landing,
        CallerSide.of(capture, call),
        changes,
        fixed,
        assumptions);
  }

  private Policy read(PolicyFiles some) {
    return PolicyReader.read(some, Call.SERVICE, String.valueOf(call.port()));
  }

  private Matching matching(Policy policy) {
    return new Matching(domains, capture.network(), policy.form(), call.from());
  }

  private Ruling ask(Policy policy) {
    return new Judge(policy, matching(policy), call).ruling();
  }

  private void checkCaller(Matching matching) {
    if (Matching.isDom0(call.from())) {
      throw new IllegalArgumentException(
          "dom0's own calls are not asked of the policy; name the VM that connects");
    }
    Set<String> known = matching.names();
    if (!known.isEmpty() && !known.contains(call.from())) {
      throw new IllegalArgumentException(
          "there is no VM \""
              + call.from()
              + "\" in the capture; there are: "
              + String.join(", ", known));
    }
  }

  /** The ruling, unless files that are there but could not be read might change it. */
  private Ruling settled(Policy policy, Ruling ruling) {
    List<String> unread =
        capture.report().otherFiles().stream()
            .filter(file -> !file.read() && PolicyFiles.pathOf(file.path()).isPresent())
            .map(LoadReport.FileReport::path)
            .toList();
    if (ruling.reason() == Ruling.Reason.ERROR) {
      return ruling;
    }
    if (!unread.isEmpty()) {
      return Ruling.missing(unread, ruling.line());
    }
    boolean leftOut =
        policy.form() == Policy.Form.ONE_LIST
            && files.has(OLD_FOLDER)
            && !files.has(DEFAULTS)
            && !files.has(COMPATIBLE)
            && policy.files().stream().noneMatch(file -> file.path().startsWith(OLD_FOLDER));
    if (!leftOut) {
      return ruling;
    }
    // the shipped file that has R4.0's policies read may be among those that were not captured
    Ruling with = ask(read(files.with(COMPATIBLE, "!compat-4.0\n")));
    return with.isLike(ruling)
        ? ruling
        : Ruling.missing(List.of("dom0/policy/policy.d/35-compat.policy"), ruling.line());
  }

  /**
   * The VM that is meant where the caller names none: by a line that is nearly right, or by who
   * listens.
   */
  private Optional<String> target(List<NearMiss> misses, Matching matching) {
    if (!call.isDefault()) {
      return Optional.of(call.target());
    }
    Optional<String> meant =
        misses.stream()
            .filter(miss -> !miss.differs().contains(NearMiss.Difference.PORT))
            .map(miss -> miss.line().redirect().orElse(miss.line().target()))
            .filter(name -> !name.startsWith("@") && !name.equals("*") && !name.equals(call.from()))
            .filter(name -> matching.exists(name) != Fit.NO)
            .findFirst();
    if (meant.isPresent()) {
      return meant;
    }
    List<String> serving =
        capture.network().machines().values().stream()
            .filter(machine -> !machine.isExternal() && !machine.name().equals(call.from()))
            .filter(machine -> Landing.isServed(machine, call.port()))
            .map(Machine::name)
            .toList();
    return serving.size() == 1 ? Optional.of(serving.get(0)) : Optional.empty();
  }

  private void assume(
      Policy policy, Ruling ruling, boolean nonexistent, Optional<Landing> landing) {
    boolean undecided = ruling.verdict() == Ruling.Verdict.UNDECIDED;
    ruling
        .missing()
        .forEach(file -> assume(file + " is not in the capture, and may decide.", file, true));
    if (nonexistent && !undecided) {
      assume(
          "dom0's list has no VM \""
              + call.target()
              + "\": the call counts as one that names nobody (before R4.1's"
              + " qrexec 4.1.9 it was refused).",
          "",
          false);
    }
    if (policy.form() == Policy.Form.ONE_LIST && !files.has(DEFAULTS) && !undecided) {
      assume(
          "90-default.policy, which comes with the system, is not in the capture: it is assumed that no other file"
              + " of policy.d is left out.",
          "dom0/policy/policy.d/90-default.policy",
          false);
    }
    if (!undecided && ruling.reason() != Ruling.Reason.ERROR) {
      policy.gaps().stream()
          .map(gap -> gap.missing())
          .distinct()
          .forEach(
              path ->
                  assume(
                      path
                          + " is included by the policy but not captured: it is assumed to exist and to be free of"
                          + " errors, else every call is refused.",
                      "dom0/policy" + path,
                      false));
    }
    landing.ifPresent(this::assume);
  }

  private void assume(Landing landing) {
    if (landing.state().isEmpty() && landing.listens() != Landing.Listens.NOT_IN_DOM0) {
      assume(
          "dom0/qvm-ls.txt does not tell whether " + landing.machine() + " runs: it is assumed to.",
          "dom0/qvm-ls.txt",
          false);
    }
    landing
        .missing()
        .forEach(
            file ->
                assume(
                    file
                        + " is not in the capture: whether something listens in "
                        + landing.machine()
                        + " is not known.",
                    file,
                    true));
    if (landing.listens() == Landing.Listens.ONLY_IPV6) {
      assume(
          "Which agent "
              + landing.machine()
              + " has is not in the capture: those before 4.2.33 connect to \"localhost\","
              + " which may be ::1; newer ones to 127.0.0.1 alone.",
          "",
          true);
    }
    if (!landing.isRunning() || landing.machine().startsWith("@")) {
      assume(
          landing.machine()
              + " does not run: what will listen once it is started, the capture does not tell.",
          "",
          true);
    }
    landing
        .loopback()
        .filter(answer -> landing.listens() == Landing.Listens.UNKNOWN)
        .ifPresent(
            answer ->
                answer.assumptions().stream()
                    .filter(Answer.Assumed::decides)
                    .forEach(assumptions::add));
  }

  private void assume(String text, String missing, boolean decides) {
    assumptions.add(new Answer.Assumed(text, missing, decides));
  }
}
