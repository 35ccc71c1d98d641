package org.rulewalk.parsers.nft;

import java.util.Optional;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Statement;

/** Reads what the elements of a set carry: counters, limits, quotas, connection counts. */
final class ElementStatements {
  private ElementStatements() {}

  /** The statement that begins here; empty if none does. */
  static Optional<Statement> read(TermReader terms, Lexer lexer) {
    int start = lexer.start();
    if (terms.takeWord("counter")) {
      return Optional.of(counter(terms));
    }
    if (terms.takeWord("limit")) {
      return Optional.of(LimitReader.limit(terms));
    }
    if (terms.takeWord("quota")) {
      return Optional.of(LimitReader.quota(terms));
    }
    if (terms.takeWord("last")) {
      if (terms.takeWord("used")) {
        terms.duration();
      }
      return Optional.of(Actions.note("last"));
    }
    if (terms.takeWord("ct")) {
      if (!terms.takeWord("count")) {
        throw new Misread("of connections, an element can carry a count");
      }
      return Optional.of(connectionCount(terms, lexer, start));
    }
    return Optional.empty();
  }

  /** Behind the word counter. */
  static Statement counter(TermReader terms) {
    if (!terms.takeWord("packets")) {
      return Actions.counter(0, 0);
    }
    long packets = terms.number();
    terms.takeWord("bytes");
    return Actions.counter(packets, terms.number());
  }

  /** {@code ct count [over] N}, behind the word count. */
  static Statement connectionCount(TermReader terms, Lexer lexer, int start) {
    boolean over = terms.takeWord("over");
    terms.number();
    return Actions.unknown(lexer.textFrom(start), Doubt.Kind.USED_AMOUNT, !over);
  }
}
