package org.rulewalk.parsers.nft;

import java.util.List;
import java.util.stream.Collectors;
import org.rulewalk.parsers.nft.Lexer.Kind;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.value.Source;

/** Reads named counters, quotas, limits and the like. */
final class ObjectReader {
  private final SourceText source;
  private final Lexer lexer;
  private final TermReader terms;

  ObjectReader(SourceText source, Lexer lexer, TermReader terms) {
    this.source = source;
    this.lexer = lexer;
    this.terms = terms;
  }

  void read(TableDraft draft) {
    Source where = source.atLine(source.lineAt(lexer.start()));
    String word = terms.name();
    String words = word.equals("ct") ? "ct " + terms.name() : word;
    StatefulObject.Kind kind = kind(words);
    String name = terms.name();
    terms.expectSign("{");
    terms.skipLines();
    int start = lexer.start();
    if (terms.takeWord("comment")) {
      terms.name();
      terms.skipLines();
    }
    List<Match> matches = List.of();
    if (kind == StatefulObject.Kind.LIMIT) {
      terms.takeWord("limit");
      matches = List.of(LimitReader.limit(terms));
    } else if (kind == StatefulObject.Kind.QUOTA) {
      terms.takeWord("quota");
      matches = List.of(LimitReader.quota(terms));
    }
    int depth = 1;
    while (lexer.kind() != Kind.END) {
      depth += terms.isSign("{") ? 1 : terms.isSign("}") ? -1 : 0;
      if (depth == 0) {
        break;
      }
      lexer.next();
    }
    String text = joined(lexer.textFrom(start));
    terms.takeSign("}");
    draft.add(new StatefulObject(kind, name, matches, text, where));
  }

  /** The lines of a body as one. */
  private static String joined(String body) {
    return body.lines()
        .map(line -> line.strip().replaceAll("[ \t]+", " "))
        .map(line -> line.endsWith(";") ? line.substring(0, line.length() - 1) : line)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private static StatefulObject.Kind kind(String words) {
    for (StatefulObject.Kind kind : StatefulObject.Kind.values()) {
      if (kind.words().equals(words)) {
        return kind;
      }
    }
    throw new Misread("`" + words + "` is no known object");
  }
}
