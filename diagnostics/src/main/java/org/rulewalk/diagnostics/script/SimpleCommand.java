package org.rulewalk.diagnostics.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.command.Listing;
import org.rulewalk.diagnostics.command.Outcome;
import org.rulewalk.diagnostics.command.Tools;
import org.rulewalk.diagnostics.script.State.Flow;
import org.rulewalk.parsers.shell.Node;
import org.rulewalk.parsers.shell.Script;
import org.rulewalk.parsers.shell.ScriptReader;
import org.rulewalk.parsers.source.SourceText;

/** One command: the shell's own, a tool, or something without effect on rules. */
final class SimpleCommand {
  /** Succeed whatever happens. */
  private static final Set<String> SURE =
      Set.of(
          "echo",
          "printf",
          "logger",
          "sleep",
          "true",
          ":",
          "sync",
          "date",
          "umask",
          "ulimit",
          "wait",
          "trap",
          "export",
          "readonly",
          "local",
          "declare",
          "typeset",
          "unset",
          "alias",
          "hash",
          "shopt");

  /** Change nothing that packets meet; their success isn't known. */
  private static final Set<String> HARMLESS =
      Set.of(
          "cp",
          "mv",
          "mkdir",
          "rmdir",
          "chmod",
          "chown",
          "ln",
          "touch",
          "rm",
          "install",
          "cd",
          "cat",
          "tee",
          "head",
          "tail",
          "cut",
          "tr",
          "sort",
          "uniq",
          "wc",
          "sed",
          "awk",
          "ls",
          "find",
          "stat",
          "id",
          "whoami",
          "hostname",
          "uname",
          "dirname",
          "basename",
          "readlink",
          "realpath",
          "pidof",
          "pgrep",
          "ps",
          "seq",
          "expr",
          "mktemp",
          "modprobe",
          "ifconfig",
          "netstat",
          "ss",
          "ping",
          "nslookup",
          "dig",
          "host",
          "getent",
          "notify-send",
          "qubesdb-read",
          "qubesdb-list",
          "ping6",
          "journalctl",
          "dmesg",
          "lsmod",
          "which",
          "type",
          "command",
          "resolvectl",
          "mount",
          "read",
          "pkill",
          "kill",
          "killall",
          "ldconfig",
          "usermod",
          "useradd",
          "passwd",
          "gpg",
          "xset",
          "setxkbmap",
          "update-ca-certificates",
          "nano",
          "vi");

  private static final Set<String> PREFIXES =
      Set.of("sudo", "nice", "ionice", "nohup", "setsid", "exec", "time", "builtin", "busybox");

  private static final int MOST_NESTED = 8;

  private final Interpreter shell;
  private final Node.Simple node;
  private List<String> words = List.of();

  SimpleCommand(Interpreter shell, Node.Simple node) {
    this.shell = shell;
    this.node = node;
  }

  private State state() {
    return shell.state();
  }

  Result run() {
    Expander expander = new Expander(state(), shell::substituted);
    Expander.Fields fields = expander.fields(node.words());
    words = new ArrayList<>(fields.words());
    for (Node.Assignment assignment : node.assignments()) {
      Value value = expander.text(assignment.value());
      if (node.words().isEmpty()) {
        state().variables.put(assignment.name(), value);
      }
    }
    Redirections redirections = new Redirections(shell, node.redirections());
    Optional<Listing> input = redirections.input().or(shell::input);
    if (words.isEmpty() && fields.isKnown()) {
      redirections.output(Listing.EMPTY, "", node.source());
      return Result.DONE;
    }
    boolean harmless =
        !words.isEmpty() && (SURE.contains(words.get(0)) || HARMLESS.contains(words.get(0)));
    if (!fields.isKnown() && !harmless) {
      log(
          Outcome.Kind.NOT_UNDERSTOOD,
          OptionalInt.empty(),
          "it depends on " + fields.unknown() + ", which isn't known");
      redirections.output(Listing.UNKNOWN, "", node.source());
      return Result.unknown();
    }
    Optional<String> absent = redirections.unknownInput();
    if (absent.isPresent() && !harmless) {
      log(
          Outcome.Kind.NOT_UNDERSTOOD,
          OptionalInt.empty(),
          "`" + absent.get() + "` is not in the capture: what it holds isn't known");
      return Result.unknown();
    }
    String[] errors = {""};
    Result result = perform(input, fields.isKnown(), errors);
    return result.with(redirections.output(result.out(), errors[0], node.source()));
  }

  private void log(Outcome.Kind kind, OptionalInt status, String message) {
    shell.note(node.source(), words, node.text(), kind, status, message);
  }

  private Result perform(Optional<Listing> input, boolean known, String[] errors) {
    boolean leaves = words.get(0).equals("exec");
    stripPrefixes();
    if (words.isEmpty()) {
      return Result.DONE;
    }
    String program = words.get(0).substring(words.get(0).lastIndexOf('/') + 1);
    Node function = state().functions.get(words.get(0));
    if (function != null) {
      return shell.call(function, words.subList(1, words.size()));
    }
    Optional<Result> own = new Builtins(shell, node, words).run(program, input, known);
    if (own.isPresent()) {
      return own.get();
    }
    Optional<Outcome> outcome =
        Tools.run(state().machine, new Invocation(words, input, shell.files(), node.source()));
    Result result;
    if (outcome.isPresent()) {
      Outcome done = outcome.get();
      state().machine = done.machine();
      log(done.kind(), done.status(), done.message());
      errors[0] = done.message();
      result = new Result(done.status(), done.out());
    } else {
      result = other(program, known);
    }
    if (leaves && state().goesOn()) {
      state().flow = Flow.EXIT;
    }
    return result;
  }

  /** {@code sudo -n env A=b nice iptables …}: what stands before the program itself. */
  private void stripPrefixes() {
    boolean more = true;
    while (more && !words.isEmpty()) {
      String first = words.get(0);
      if (PREFIXES.contains(first)) {
        words = words.subList(1, words.size());
        while (!words.isEmpty() && words.get(0).matches("-[A-Za-z0-9-]+")) {
          words = words.subList(1, words.size());
        }
      } else if (first.equals("timeout") && words.size() > 2) {
        words = words.subList(2, words.size());
      } else if (first.equals("env")
          && words.size() > 1
          && words.get(1).matches("[A-Za-z_]\\w*=.*")) {
        words = new ArrayList<>(words.subList(1, words.size()));
        while (!words.isEmpty() && words.get(0).matches("[A-Za-z_]\\w*=.*")) {
          words = words.subList(1, words.size());
        }
      } else if (first.equals("command") && words.size() > 1 && !words.get(1).startsWith("-")) {
        words = words.subList(1, words.size());
      } else {
        more = false;
      }
    }
  }

  private Result other(String program, boolean known) {
    if (SURE.contains(program)) {
      log(Outcome.Kind.NOTHING, OptionalInt.of(0), "");
      return new Result(OptionalInt.of(0), known ? Listing.EMPTY : Listing.UNKNOWN);
    }
    if (HARMLESS.contains(program)) {
      log(Outcome.Kind.NOTHING, OptionalInt.empty(), "");
      return Result.unknown();
    }
    if (program.equals("systemctl") || program.equals("service")) {
      boolean reloads = words.contains("daemon-reload");
      log(
          reloads ? Outcome.Kind.NOTHING : Outcome.Kind.NOT_FOLLOWED,
          OptionalInt.empty(),
          reloads ? "" : "what that service does is not followed here");
      return Result.unknown();
    }
    Optional<String> script = script();
    if (script.isPresent()) {
      return nested(words.get(0), script.get(), words.subList(1, words.size()), false);
    }
    boolean path = words.get(0).startsWith("/rw/") || words.get(0).startsWith("./");
    log(
        Outcome.Kind.NOT_UNDERSTOOD,
        OptionalInt.empty(),
        path
            ? "`" + words.get(0) + "` is not in the capture: what it does isn't known"
            : "`" + program + "` is not known here");
    return Result.unknown();
  }

  /** A script of the capture that is called by its path. */
  private Optional<String> script() {
    if (words.get(0).startsWith("/")) {
      return shell.file(words.get(0));
    }
    return Optional.empty();
  }

  /** Runs another script: one that is called, or one that is read into this shell. */
  Result nested(String name, String text, List<String> arguments, boolean within) {
    if (state().calls >= MOST_NESTED) {
      log(Outcome.Kind.NOT_UNDERSTOOD, OptionalInt.empty(), "scripts that call each other");
      return Result.unknown();
    }
    Script script = ScriptReader.read(SourceText.of(name, text));
    if (!script.isForShell()) {
      log(
          Outcome.Kind.NOT_UNDERSTOOD,
          OptionalInt.empty(),
          "`" + script.interpreter().orElse("") + "` runs that file, not a shell");
      return Result.unknown();
    }
    state().calls++;
    Result result =
        within
            ? shell.call(script.body(), arguments.isEmpty() ? state().arguments : arguments)
            : shell.called(script.body(), arguments);
    state().calls--;
    return result;
  }
}
