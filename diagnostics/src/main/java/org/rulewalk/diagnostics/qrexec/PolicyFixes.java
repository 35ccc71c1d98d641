package org.rulewalk.diagnostics.qrexec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.rulewalk.parsers.qrexec.Policy;
import org.rulewalk.parsers.qrexec.PolicyError;
import org.rulewalk.parsers.qrexec.PolicyFiles;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.value.Source;

/**
 * Changes of the policy after which a call is allowed. Each is made in a copy of the files, and the
 * policy is read and asked again.
 */
final class PolicyFixes {
  private static final int MOST = 20;
  private static final String NEW_FILE = "/etc/PedOS/policy.d/30-user-networking.policy";
  private static final String OLD_FILE = "/etc/PedOS-rpc/policy/" + Call.SERVICE;
  private static final String PLAIN_SIGNS = " _.+=@:,-*";

  private final Call call;
  private final Function<PolicyFiles, Policy> reading;
  private final Function<Policy, Ruling> asking;
  private final Optional<String> target;
  private final List<PolicyChange> changes = new ArrayList<>();
  private PolicyFiles files;

  PolicyFixes(
      Call call,
      PolicyFiles files,
      Function<PolicyFiles, Policy> reading,
      Function<Policy, Ruling> asking,
      Optional<String> target) {
    this.call = call;
    this.files = files;
    this.reading = reading;
    this.asking = asking;
    this.target = target;
  }

  /** The changes, and what the policy says with them. */
  record Found(List<PolicyChange> changes, Ruling ruling) {}

  Found find() {
    boolean added = false;
    for (int round = 0; round < MOST; round++) {
      Policy policy = reading.apply(files);
      Ruling ruling = asking.apply(policy);
      boolean stuck =
          ruling.reason() == Ruling.Reason.ERROR
              ? !repair(policy, policy.errors().get(0))
              : added || !isForALine(ruling) || !add(policy, ruling);
      if (stuck) {
        return new Found(changes, ruling);
      }
      added = ruling.reason() != Ruling.Reason.ERROR;
    }
    return new Found(changes, asking.apply(reading.apply(files)));
  }

  /** Whether a further line of the policy helps. */
  private static boolean isForALine(Ruling ruling) {
    return ruling.verdict() == Ruling.Verdict.DENIED
        && (ruling.reason() == Ruling.Reason.LINE
            || ruling.reason() == Ruling.Reason.NO_LINE
            || ruling.reason() == Ruling.Reason.NO_TARGET
            || ruling.reason() == Ruling.Reason.NO_SUCH_TARGET
            || ruling.reason() == Ruling.Reason.NO_CHOICE);
  }

  private boolean repair(Policy policy, PolicyError error) {
    Optional<String> path = path(policy, error.where());
    if (path.isEmpty() || error.where().line() == 0) {
      return false;
    }
    boolean better = error.corrected().isPresent();
    String text = error.corrected().orElse("");
    change(
        better ? PolicyChange.Kind.REPLACE : PolicyChange.Kind.COMMENT,
        path.get(),
        error.where().line(),
        text);
    return true;
  }

  private static Optional<String> path(Policy policy, Source where) {
    return policy.files().stream()
        .filter(file -> file.file().equals(where.file()))
        .map(Policy.Taken::path)
        .findFirst();
  }

  /** Adds a line at the usual place, or right before the line that decides. */
  private boolean add(Policy policy, Ruling ruling) {
    if (target.isEmpty() && call.isDefault() || target.equals(Optional.of(call.from()))) {
      return false;
    }
    boolean old = policy.form() == Policy.Form.FILE_PER_SERVICE;
    String line = line(old);
    PolicyFiles before = files;
    if (!old) {
      change(PolicyChange.Kind.APPEND, NEW_FILE, 0, line);
      if (asking.apply(reading.apply(files)).verdict() == Ruling.Verdict.ALLOWED) {
        return true;
      }
      files = before;
      changes.remove(changes.size() - 1);
    }
    Optional<Source> where = ruling.line().map(l -> l.where()).filter(w -> w.line() > 0);
    Optional<String> path = where.flatMap(w -> path(policy, w));
    if (path.isPresent()) {
      change(PolicyChange.Kind.BEFORE, path.get(), where.get().line(), line);
      return true;
    }
    if (!old) {
      return false;
    }
    String exact = OLD_FILE + call.argument();
    change(PolicyChange.Kind.APPEND, files.file(exact).isPresent() ? exact : OLD_FILE, 0, line);
    return true;
  }

  private String line(boolean old) {
    String to = call.isDefault() ? Call.DEFAULT : call.target();
    String redirect = call.isDefault() ? "target=" + target.orElse("") : "";
    if (old) {
      return call.from() + " " + to + " allow" + (redirect.isEmpty() ? "" : "," + redirect);
    }
    return (files.spelled(Call.SERVICE)
            + " "
            + call.argument()
            + " "
            + call.from()
            + " "
            + to
            + " allow "
            + redirect)
        .strip();
  }

  private void change(PolicyChange.Kind kind, String path, int line, String text) {
    Optional<SourceText> file = files.file(path);
    String content = file.map(SourceText::text).orElse("");
    boolean open = !content.isEmpty() && !content.endsWith("\n");
    String shown = files.spelled(path);
    changes.add(new PolicyChange(kind, shown, line, text, commands(kind, shown, line, text, open)));
    files = files.with(path, changed(kind, content + (open ? "\n" : ""), line, text));
  }

  private static String changed(PolicyChange.Kind kind, String content, int line, String text) {
    if (kind == PolicyChange.Kind.APPEND) {
      return content + text + "\n";
    }
    List<String> lines = new ArrayList<>(List.of(content.split("\n", -1)));
    switch (kind) {
      case BEFORE:
        lines.add(line - 1, text);
        break;
      case REPLACE:
        lines.set(line - 1, text);
        break;
      default:
        lines.set(line - 1, "# " + lines.get(line - 1));
    }
    return String.join("\n", lines);
  }

  private static List<String> commands(
      PolicyChange.Kind kind, String path, int line, String text, boolean open) {
    if (!isPlain(text) || !isPlain(path.replace("/", ""))) {
      return List.of();
    }
    switch (kind) {
      case APPEND:
        return List.of(
            open
                ? "printf '\\n%s\\n' '" + text + "' | sudo tee -a " + path
                : "echo '" + text + "' | sudo tee -a " + path);
      case BEFORE:
        return List.of("sudo sed -i '" + line + "i " + text + "' " + path);
      case REPLACE:
        return List.of("sudo sed -i '" + line + "c " + text + "' " + path);
      default:
        return List.of("sudo sed -i '" + line + "s/^/# /' " + path);
    }
  }

  private static boolean isPlain(String text) {
    return text.chars()
        .allMatch(
            c ->
                c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || PLAIN_SIGNS.indexOf(c) >= 0);
  }
}
