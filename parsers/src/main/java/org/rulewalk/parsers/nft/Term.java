package org.rulewalk.parsers.nft;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;

/** A part of an expression as it is written, before it is known what its words mean. */
sealed interface Term {
  /** A number, an address or a symbolic constant. */
  record Word(String text) implements Term {}

  /** A quoted string. */
  record Quoted(String text) implements Term {}

  /** Something of the packet, the connection or the routing tables. */
  record Field(Expression expression, DataType type, int width) implements Term {}

  /** {@code address/length}. */
  record Prefixed(Term base, int length) implements Term {}

  /** {@code low-high}. */
  record Span(Term low, Term high) implements Term {}

  /** {@code a . b}. */
  record Concat(List<Term> parts) implements Term {
    public Concat {
      parts = List.copyOf(parts);
    }
  }

  /** {@code a,b}: the bits of all. */
  record Flags(List<Term> parts) implements Term {
    public Flags {
      parts = List.copyOf(parts);
    }
  }

  /** {@code a & b} and the like. */
  record Binary(Expression.Binary.Operator operator, Term left, Term right) implements Term {}

  /** {@code { … }}. */
  record Elements(List<Item> items) implements Term {
    public Elements {
      items = List.copyOf(items);
    }
  }

  /** {@code @name}. */
  record SetName(String name) implements Term {}

  /** {@code key map { … }}. */
  record Lookup(Term key, Term map) implements Term {}

  /** {@code *}: every key that no other element has. */
  record Rest() implements Term {}

  /** true or false of the JSON listing; exists or missing of the text. */
  record Existence(boolean exists) implements Term {}

  /**
   * An element of a set or map.
   *
   * @param data what a map holds for it
   * @param verdict what a verdict map holds for it
   * @param statements counters, limits and the like that it carries
   */
  record Item(
      Term key,
      Optional<Term> data,
      Optional<Verdict> verdict,
      long timeoutMillis,
      long expiresMillis,
      String comment,
      List<Statement> statements) {
    public Item {
      statements = List.copyOf(statements);
    }

    static Item of(Term key) {
      return new Item(key, Optional.empty(), Optional.empty(), 0, 0, "", List.of());
    }

    Item withData(Term value) {
      return new Item(
          key, Optional.of(value), verdict, timeoutMillis, expiresMillis, comment, statements);
    }

    Item withVerdict(Verdict value) {
      return new Item(
          key, data, Optional.of(value), timeoutMillis, expiresMillis, comment, statements);
    }
  }
}
