package org.rulewalk.diagnostics.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.diagnostics.command.Listing;
import org.rulewalk.diagnostics.command.Outcome;
import org.rulewalk.diagnostics.script.State.Flow;
import org.rulewalk.parsers.shell.Node;
import org.rulewalk.parsers.shell.Word;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.value.Source;

/**
 * Walks a script's tree. Where a condition can't be decided, the commands behind it are carried out
 * on a copy, so that they can be told as possible; the machine goes on without them.
 */
final class Interpreter implements Node.Cases<Result> {
  private static final int MOST_STEPS = 10_000;
  private static final int MOST_TURNS = 1000;
  private static final int MOST_DEPTH = 40;
  private static final int MOST_POSSIBLE = 16;

  private final Invocation.Files files;
  private final List<Executed> commands = new ArrayList<>();
  private final List<Machine> possible = new ArrayList<>();
  private final List<ScriptRun.Search> searches = new ArrayList<>();
  private State state;
  private Optional<Listing> input = Optional.empty();
  private int steps;
  private int depth;
  private boolean inCondition;
  private boolean negated;
  private boolean exhausted;

  Interpreter(Machine machine, Invocation.Files files) {
    this.state = new State(machine);
    this.files = files;
  }

  ScriptRun finished() {
    List<Machine> others =
        possible.stream().filter(each -> !each.equals(state.machine)).distinct().toList();
    return new ScriptRun(state.machine, others, commands, searches, state.last);
  }

  State state() {
    return state;
  }

  Optional<Listing> input() {
    return input;
  }

  /** The text of a file, unless the script may have changed it. */
  Optional<String> file(String path) {
    return state.written.contains(path) ? Optional.empty() : files.text(path);
  }

  Invocation.Files files() {
    return this::file;
  }

  Result run(Node node) {
    if (!state.goesOn()) {
      return new Result(state.last, Listing.EMPTY);
    }
    if (++steps > MOST_STEPS || depth > MOST_DEPTH) {
      exhaust(node);
      return Result.unknown();
    }
    depth++;
    Result result = node.fold(this);
    depth--;
    state.last = result.status();
    return result;
  }

  private void exhaust(Node node) {
    if (!exhausted) {
      exhausted = true;
      notFollowed(node.source(), "no end is found here: neither this nor what follows is followed");
    }
    state.flow = Flow.EXIT;
  }

  private void notFollowed(Source source, String why) {
    note(source, List.of(), source.text(), Outcome.Kind.NOT_UNDERSTOOD, OptionalInt.empty(), why);
  }

  /** Writes down what was done. */
  void note(
      Source source,
      List<String> words,
      String text,
      Outcome.Kind kind,
      OptionalInt status,
      String message) {
    commands.add(
        new Executed(
            source,
            words,
            text,
            kind,
            status,
            message,
            state.isCertain(),
            state.doubt,
            inCondition));
  }

  void search(Source source, List<String> searched, String pattern, Optional<Boolean> found) {
    searches.add(new ScriptRun.Search(source, searched, pattern, found, negated, inCondition));
  }

  /** Does one thing on a copy of the state and another on the state, and joins what is known. */
  private OptionalInt either(Runnable maybe, Runnable otherwise, String why) {
    State before = state.copy();
    String doubt = before.doubt.isEmpty() ? why : before.doubt;
    state.doubt = doubt;
    maybe.run();
    State one = state;
    state = before.copy();
    state.doubt = doubt;
    otherwise.run();
    boolean same = one.machine.equals(state.machine);
    if (!same && possible.size() < MOST_POSSIBLE) {
      possible.add(one.machine);
    }
    boolean stops = one.flow != state.flow;
    state.mergeWith(one);
    // both ways lead on, and rules are told apart: what follows happens either way
    state.doubt = stops ? doubt : before.doubt;
    return state.last;
  }

  @Override
  public Result simple(Node.Simple node) {
    Result result = new SimpleCommand(this, node).run();
    boolean fails = !result.succeeded() && state.stopsAtFailure && !inCondition;
    if (fails && state.goesOn()) {
      if (result.isKnown()) {
        state.flow = Flow.EXIT;
      } else if (state.isCertain()) {
        state.doubt = "whether `" + shortened(node.text()) + "` succeeds, at " + node.source();
      }
    }
    return result;
  }

  static String shortened(String text) {
    String line = text.replace('\n', ' ');
    return line.length() > 60 ? line.substring(0, 60) + "…" : line;
  }

  @Override
  public Result pipeline(Node.Pipeline node) {
    boolean before = negated;
    boolean condition = inCondition;
    negated = node.negated();
    inCondition |= node.negated();
    Optional<Listing> outer = input;
    Result result = Result.DONE;
    for (Node part : node.parts()) {
      boolean last = part == node.parts().get(node.parts().size() - 1);
      boolean wasCondition = inCondition;
      inCondition |= !last;
      result = run(part);
      inCondition = wasCondition;
      input = Optional.of(result.out());
    }
    input = outer;
    negated = before;
    inCondition = condition;
    if (node.negated() && result.isKnown()) {
      result = result.with(OptionalInt.of(result.succeeded() ? 1 : 0));
    }
    return result;
  }

  /** The command that feeds the one at hand, if it was a single one. */
  List<String> feeding() {
    return commands.isEmpty() ? List.of() : commands.get(commands.size() - 1).words();
  }

  private Result condition(Node node) {
    boolean before = inCondition;
    inCondition = true;
    Result result = run(node);
    inCondition = before;
    return result;
  }

  @Override
  public Result andOr(Node.AndOr node) {
    Result result = condition(node.first());
    Listing out = result.out();
    for (Node.AndOr.Next next : node.rest()) {
      boolean last = next == node.rest().get(node.rest().size() - 1);
      if (!state.goesOn()) {
        break;
      }
      if (result.isKnown()) {
        if (result.succeeded() == next.and()) {
          result = last ? run(next.node()) : condition(next.node());
          out = out.and(result.out());
        }
        continue;
      }
      OptionalInt[] statuses = {OptionalInt.empty()};
      either(
          () -> statuses[0] = (last ? run(next.node()) : condition(next.node())).status(),
          () -> {},
          doubtOf(node.first()));
      // `|| true`: the status is 0 either way
      boolean good = !next.and() && statuses[0].isPresent() && statuses[0].getAsInt() == 0;
      result = new Result(good ? OptionalInt.of(0) : OptionalInt.empty(), Listing.UNKNOWN);
      out = Listing.UNKNOWN;
    }
    return result.with(out);
  }

  private String doubtOf(Node node) {
    return "whether `" + shortened(textOf(node)) + "` succeeds, at " + node.source();
  }

  private static String textOf(Node node) {
    return node instanceof Node.Simple ? ((Node.Simple) node).text() : node.source().text();
  }

  @Override
  public Result sequence(Node.Sequence node) {
    Result result = Result.DONE;
    Listing out = Listing.EMPTY;
    for (Node each : node.nodes()) {
      if (!state.goesOn()) {
        break;
      }
      result = run(each);
      out = out.and(result.out());
    }
    return result.with(out);
  }

  @Override
  public Result background(Node.Background node) {
    run(node.node());
    return Result.DONE;
  }

  @Override
  public Result condition(Node.If node) {
    return branch(node, 0);
  }

  private Result branch(Node.If node, int index) {
    if (index == node.branches().size()) {
      return node.otherwise().map(this::run).orElse(Result.DONE);
    }
    Node.If.Branch branch = node.branches().get(index);
    Result test = condition(branch.condition());
    if (!state.goesOn()) {
      return test;
    }
    if (test.isKnown()) {
      return test.succeeded() ? run(branch.body()) : branch(node, index + 1);
    }
    OptionalInt status =
        either(
            () -> run(branch.body()),
            () -> state.last = branch(node, index + 1).status(),
            doubtOf(branch.condition()));
    return new Result(status, Listing.UNKNOWN);
  }

  @Override
  public Result each(Node.For node) {
    Expander.Fields fields =
        node.words()
            .map(words -> new Expander(state, this::substituted).fields(words))
            .orElseGet(() -> new Expander.Fields(state.arguments, ""));
    if (!fields.isKnown()) {
      String doubt = "what `for " + node.variable() + "` goes over, at " + node.source();
      state.variables.put(node.variable(), Value.UNKNOWN);
      return new Result(either(() -> run(node.body()), () -> {}, doubt), Listing.UNKNOWN);
    }
    Result result = Result.DONE;
    Listing out = Listing.EMPTY;
    for (String word : fields.words()) {
      state.variables.put(node.variable(), Value.of(word));
      result = run(node.body());
      out = out.and(result.out());
      if (leavesLoop()) {
        break;
      }
    }
    return result.with(out);
  }

  /** Whether {@code break} or something stronger came; takes note of {@code continue}. */
  private boolean leavesLoop() {
    if (state.flow == Flow.CONTINUE) {
      state.flow = Flow.ON;
    } else if (state.flow == Flow.BREAK) {
      state.flow = Flow.ON;
      return true;
    }
    return !state.goesOn();
  }

  @Override
  public Result loop(Node.Loop node) {
    Machine before = state.machine;
    Result result = Result.DONE;
    for (int turn = 0; state.goesOn(); turn++) {
      if (turn == MOST_TURNS) {
        exhaust(node);
      }
      Result test = condition(node.condition());
      if (exhausted) {
        // what an endless loop piles up is no answer
        state.machine = before;
        return Result.unknown();
      }
      if (!test.isKnown()) {
        return new Result(
            either(
                () -> {
                  run(node.body());
                  leavesLoop();
                },
                () -> {},
                doubtOf(node.condition())),
            Listing.UNKNOWN);
      }
      if (test.succeeded() == node.until()) {
        return result;
      }
      result = run(node.body());
      if (leavesLoop()) {
        break;
      }
    }
    if (exhausted) {
      state.machine = before;
    }
    return result;
  }

  @Override
  public Result select(Node.Case node) {
    Expander expander = new Expander(state, this::substituted);
    Value subject = expander.text(node.subject());
    if (subject.text().isEmpty()) {
      String doubt = "which case holds, at " + node.source();
      for (Node.Case.Clause clause : node.clauses()) {
        either(() -> run(clause.body()), () -> {}, doubt);
      }
      return Result.unknown();
    }
    for (Node.Case.Clause clause : node.clauses()) {
      for (Word pattern : clause.patterns()) {
        Value text = expander.text(pattern);
        if (text.text().isEmpty()) {
          return Result.unknown();
        }
        if (new Glob(text.text().get()).matches(subject.text().get())) {
          return run(clause.body());
        }
      }
    }
    return Result.DONE;
  }

  @Override
  public Result group(Node.Group node) {
    Optional<Listing> outer = input;
    Redirections redirections = new Redirections(this, node.redirections());
    redirections.input().ifPresent(text -> input = Optional.of(text));
    Result result;
    if (node.subshell()) {
      State before = state.copy();
      result = run(node.body());
      before.machine = state.machine;
      before.written.addAll(state.written);
      before.doubt = state.doubt;
      state = before;
    } else {
      result = run(node.body());
    }
    input = outer;
    return result.with(redirections.output(result.out(), "", node.source()));
  }

  /** What stands in {@code $(…)}: a shell of its own that shares the machine. */
  Result substituted(Node script) {
    return group(new Node.Group(script, true, List.of(), script.source()));
  }

  @Override
  public Result function(Node.Function node) {
    state.functions.put(node.name(), node.body());
    return Result.DONE;
  }

  /** Calls a function with arguments of its own. */
  Result call(Node body, List<String> arguments) {
    List<String> outer = state.arguments;
    state.arguments = arguments;
    Result result = run(body);
    state.arguments = outer;
    if (state.flow == Flow.RETURN) {
      state.flow = Flow.ON;
    }
    return result;
  }

  /** Runs a script of its own, which shares only the machine. */
  Result called(Node script, List<String> arguments) {
    State outer = state;
    state = new State(outer.machine);
    state.arguments = arguments;
    state.doubt = outer.doubt;
    state.written.addAll(outer.written);
    state.calls = outer.calls;
    Result result = run(script);
    outer.machine = state.machine;
    outer.written.addAll(state.written);
    state = outer;
    return result;
  }

  @Override
  public Result notUnderstood(Node.NotUnderstood node) {
    notFollowed(node.source(), node.reason() + ": this line and what follows are not followed");
    state.flow = Flow.EXIT;
    return Result.unknown();
  }
}
