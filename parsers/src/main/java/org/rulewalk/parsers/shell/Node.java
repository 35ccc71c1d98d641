package org.rulewalk.parsers.shell;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/** A command of a script, or several that belong together. */
public sealed interface Node {
  /** Where it starts. */
  Source source();

  /** The only operation: one case a kind. */
  <R> R fold(Cases<R> cases);

  /** One method a kind of node. */
  interface Cases<R> {
    R simple(Simple node);

    R pipeline(Pipeline node);

    R andOr(AndOr node);

    R sequence(Sequence node);

    R background(Background node);

    R condition(If node);

    R each(For node);

    R loop(Loop node);

    R select(Case node);

    R group(Group node);

    R function(Function node);

    R notUnderstood(NotUnderstood node);
  }

  /**
   * One command with its words.
   *
   * @param text as it stands in the script, without what follows
   */
  record Simple(
      List<Assignment> assignments,
      List<Word> words,
      List<Redirection> redirections,
      String text,
      Source source)
      implements Node {
    /** Keeps copies. */
    public Simple {
      assignments = List.copyOf(assignments);
      words = List.copyOf(words);
      redirections = List.copyOf(redirections);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.simple(this);
    }
  }

  /** {@code NAME=value} before a command, or alone. */
  record Assignment(String name, Word value) {}

  /**
   * Where input comes from or output goes.
   *
   * @param descriptor 0 input, 1 output, 2 errors
   * @param operator {@code < > >> >& <& << <<-}
   * @param target the file, or the text of a here-document
   */
  record Redirection(int descriptor, String operator, Word target) {}

  /** Commands that feed each other; of one command too, where {@code !} stands before it. */
  record Pipeline(boolean negated, List<Node> parts, Source source) implements Node {
    /** Keeps a copy. */
    public Pipeline {
      parts = List.copyOf(parts);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.pipeline(this);
    }
  }

  /** Commands with {@code &&} and {@code ||} between them. */
  record AndOr(Node first, List<Next> rest, Source source) implements Node {
    /** Keeps a copy. */
    public AndOr {
      rest = List.copyOf(rest);
    }

    /**
     * A command that runs only if the one before succeeded, or failed.
     *
     * @param and whether it waits for success
     */
    public record Next(boolean and, Node node) {}

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.andOr(this);
    }
  }

  /** One after the other. */
  record Sequence(List<Node> nodes, Source source) implements Node {
    /** Keeps a copy. */
    public Sequence {
      nodes = List.copyOf(nodes);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.sequence(this);
    }
  }

  /** {@code command &}. */
  record Background(Node node, Source source) implements Node {
    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.background(this);
    }
  }

  /** {@code if … then … elif … else … fi}. */
  record If(List<Branch> branches, Optional<Node> otherwise, Source source) implements Node {
    /** Keeps a copy. */
    public If {
      branches = List.copyOf(branches);
    }

    /** A condition and what is done where it holds. */
    public record Branch(Node condition, Node body) {}

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.condition(this);
    }
  }

  /** {@code for x in words; do … done}; without words over the script's arguments. */
  record For(String variable, Optional<List<Word>> words, Node body, Source source)
      implements Node {
    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.each(this);
    }
  }

  /** {@code while} or {@code until}. */
  record Loop(boolean until, Node condition, Node body, Source source) implements Node {
    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.loop(this);
    }
  }

  /** {@code case word in … esac}. */
  record Case(Word subject, List<Clause> clauses, Source source) implements Node {
    /** Keeps a copy. */
    public Case {
      clauses = List.copyOf(clauses);
    }

    /** Patterns, and what is done where one fits. */
    public record Clause(List<Word> patterns, Node body) {
      /** Keeps a copy. */
      public Clause {
        patterns = List.copyOf(patterns);
      }
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.select(this);
    }
  }

  /** {@code { …; }} or {@code ( … )}, or any compound command with redirections. */
  record Group(Node body, boolean subshell, List<Redirection> redirections, Source source)
      implements Node {
    /** Keeps a copy. */
    public Group {
      redirections = List.copyOf(redirections);
    }

    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.group(this);
    }
  }

  /** {@code name() { … }}. */
  record Function(String name, Node body, Source source) implements Node {
    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.function(this);
    }
  }

  /**
   * The rest of a script from a place on that can't be read.
   *
   * @param reason one sentence part
   */
  record NotUnderstood(String reason, Source source) implements Node {
    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.notUnderstood(this);
    }
  }
}
