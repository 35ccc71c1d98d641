package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.rulewalk.parsers.nft.Lexer.Kind;
import org.rulewalk.parsers.source.Pool;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Chain;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.MergedTests;
import org.rulewalk.simulator.rules.Rule;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.Source;

/** Reads one rule of the text language: statements up to the line's end. */
final class RuleReader {
  /** Words at which reading goes on behind something that was not understood. */
  private static final Set<String> RESUME =
      Set.of(
          "accept",
          "drop",
          "return",
          "continue",
          "jump",
          "goto",
          "counter",
          "log",
          "reject",
          "masquerade",
          "snat",
          "dnat",
          "redirect",
          "queue",
          "notrack");

  private static final int MAX_DEPTH = 16;

  private final Source outer;
  private final SourceText source;
  private final Lexer lexer;
  private final TermReader terms;
  private final Problems problems;
  private final Pool<Statement> pool = new Pool<>();
  private int depth;
  private int read;
  private int understood;

  RuleReader(SourceText source, Lexer lexer, TermReader terms, Problems problems) {
    this(source, lexer, terms, problems, Source.NONE);
  }

  /** Reads a text that stands at a place of another file. */
  RuleReader(SourceText source, Lexer lexer, TermReader terms, Problems problems, Source outer) {
    this.outer = outer;
    this.source = source;
    this.lexer = lexer;
    this.terms = terms;
    this.problems = problems;
  }

  int rulesRead() {
    return read;
  }

  int rulesUnderstood() {
    return understood;
  }

  /** The rule that begins here. */
  Rule rule(Scope scope, int number) {
    Source where = at(lexer.start());
    StatementReader reader = new StatementReader(lexer, terms, scope);
    List<Statement> statements = new ArrayList<>();
    String comment = "";
    boolean complete = true;
    while (!isAtEnd()) {
      if (terms.takeWord("comment")) {
        comment = terms.name();
        continue;
      }
      int start = lexer.start();
      try {
        Optional<Statement> block = block(scope);
        statements.addAll(block.isPresent() ? List.of(block.get()) : pool.all(reader.read()));
        if (isTargetLost(statements, scope)) {
          statements.add(Actions.lostTarget());
        }
      } catch (Misread e) {
        complete = false;
        statements.add(skipped(start, e));
      }
    }
    read++;
    understood += complete ? 1 : 0;
    long handle = lexer.takeHandle();
    return new Rule(
        number,
        pool.all(MergedTests.ofNft(statements, scope.loaded())),
        handle < 0 ? OptionalLong.empty() : OptionalLong.of(handle),
        comment,
        counter(statements),
        where,
        Optional.empty());
  }

  /** {@code jump { … }}: rules in place of a chain's name. */
  Optional<Statement> block(Scope scope) {
    boolean jump = terms.isWord("jump");
    if (!jump && !terms.isWord("goto")) {
      return Optional.empty();
    }
    int start = lexer.start();
    lexer.next();
    if (!terms.isSign("{")) {
      lexer.back(start);
      return Optional.empty();
    }
    if (depth >= MAX_DEPTH) {
      throw new Misread("nested too deeply");
    }
    lexer.next();
    depth++;
    List<Rule> rules = new ArrayList<>();
    terms.skipLines();
    while (!terms.isSign("}") && lexer.kind() != Kind.END) {
      rules.add(rule(scope, rules.size() + 1));
      terms.skipLines();
    }
    depth--;
    terms.expectSign("}");
    String name = scope.block(rules, at(start));
    return Optional.of(
        new Statement.Decide(jump ? new Verdict.Jump(name) : new Verdict.Goto(name)));
  }

  private Source at(int offset) {
    Source inner = source.at(offset);
    return outer.isKnown()
        ? new Source(outer.file(), outer.line(), outer.column(), inner.text())
        : inner;
  }

  private boolean isAtEnd() {
    return lexer.kind() == Kind.END_OF_STATEMENT || lexer.kind() == Kind.END || terms.isSign("}");
  }

  /**
   * An iptables rule ends with its counter and target; where nft can't translate the target it
   * prints nothing for it.
   */
  private boolean isTargetLost(List<Statement> statements, Scope scope) {
    Statement last = statements.get(statements.size() - 1);
    return last instanceof Statement.Note
        && ((Statement.Note) last).kind() == Statement.Note.Kind.COUNTER
        && scope.isTableOfIptables()
        && (isAtEnd() || terms.isWord("comment"))
        && lexer.isEmptyWordBehind();
  }

  static Optional<Chain.Counter> counter(List<Statement> statements) {
    for (Statement statement : statements) {
      if (statement instanceof Statement.Note) {
        Statement.Note note = (Statement.Note) statement;
        if (note.kind() == Statement.Note.Kind.COUNTER) {
          return Optional.of(new Chain.Counter(note.packets(), note.bytes()));
        }
      }
    }
    return Optional.empty();
  }

  private Match skipped(int start, Misread reason) {
    Source where = at(start);
    lexer.back(start);
    int depth = 0;
    boolean first = true;
    while (lexer.kind() != Kind.END && (depth > 0 || !isAtEnd())) {
      if (!first && depth == 0 && lexer.kind() == Kind.WORD && RESUME.contains(lexer.word())) {
        break;
      }
      depth += terms.isSign("{") ? 1 : terms.isSign("}") ? -1 : 0;
      lexer.next();
      first = false;
    }
    String text = lexer.textFrom(start);
    problems.warn(
        "not-understood",
        reason.getMessage(),
        where,
        text.length(),
        "answers that depend on it say so");
    return Actions.notUnderstood(text);
  }
}
