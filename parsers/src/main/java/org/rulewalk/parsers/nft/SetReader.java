package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.nft.Lexer.Kind;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.DataType;
import org.rulewalk.simulator.rules.ElementSet;
import org.rulewalk.simulator.rules.NamedSet;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.value.Source;

/** Reads the declaration of a named set or map with its elements. */
final class SetReader {
  private final SourceText source;
  private final Lexer lexer;
  private final TermReader terms;
  private final Problems problems;
  private final List<DataType> types = new ArrayList<>();
  private final List<Integer> widths = new ArrayList<>();
  private final List<DataType> data = new ArrayList<>();
  private final Set<String> flags = new HashSet<>();
  private String keyText = "";
  private String dataText = "";
  private final List<Statement> statements = new ArrayList<>();
  private boolean autoMerge;
  private long gcInterval;
  private String policy = "";
  private long timeout;
  private long size;
  private String comment = "";
  private List<Term.Item> items = List.of();

  SetReader(SourceText source, Lexer lexer, TermReader terms, Problems problems) {
    this.source = source;
    this.lexer = lexer;
    this.terms = terms;
    this.problems = problems;
  }

  void read(TableDraft draft) {
    Source where = source.atLine(source.lineAt(lexer.start()));
    boolean map = lexer.word().equals("map");
    lexer.next();
    String name = terms.name();
    terms.expectSign("{");
    Lowering lowering = new Lowering(draft.scope());
    while (!terms.isSign("}") && lexer.kind() != Kind.END) {
      if (lexer.kind() == Kind.END_OF_STATEMENT) {
        lexer.next();
      } else {
        member(lowering);
      }
    }
    terms.takeSign("}");
    draft.scope().declare(name, new Scope.Shape(types, widths, data));
    ElementSet elements = ElementSet.EMPTY;
    try {
      elements = lowering.elements(items, types, widths, data);
    } catch (Misread e) {
      problems.warn("not-understood", e.getMessage(), where, 0, "the set is taken to be empty");
    }
    Optional<NamedSet.Data> held =
        map ? Optional.of(new NamedSet.Data(data, dataText)) : Optional.empty();
    draft.add(
        new NamedSet(
            name,
            types,
            keyText,
            held,
            flags,
            timeout,
            size,
            elements,
            new NamedSet.Upkeep(autoMerge, gcInterval, policy, statements),
            comment,
            where));
  }

  private void member(Lowering lowering) {
    if (terms.takeWord("type")) {
      int start = lexer.start();
      types.addAll(types(widths));
      keyText = lexer.textFrom(start);
      dataType();
    } else if (terms.takeWord("typeof")) {
      int start = lexer.start();
      Lowering.Typed key = lowering.selector(terms.left());
      types.addAll(key.types());
      widths.addAll(key.widths());
      keyText = "typeof " + lexer.textFrom(start);
      typeofData(lowering);
    } else if (terms.takeWord("flags")) {
      do {
        flags.add(terms.name());
      } while (terms.takeSign(","));
    } else if (terms.takeWord("timeout")) {
      timeout = Durations.millis(terms.name());
    } else if (terms.takeWord("size")) {
      size = terms.number();
    } else if (terms.takeWord("comment")) {
      comment = terms.name();
    } else if (terms.takeWord("elements")) {
      terms.expectSign("=");
      items = terms.elements().items();
    } else if (terms.takeWord("auto-merge")) {
      autoMerge = true;
    } else if (terms.takeWord("gc-interval")) {
      gcInterval = terms.duration();
    } else if (terms.takeWord("policy")) {
      policy = terms.name();
    } else {
      ElementStatements.read(terms, lexer).ifPresentOrElse(statements::add, this::skipLine);
    }
  }

  private void skipLine() {
    while (lexer.kind() != Kind.END
        && lexer.kind() != Kind.END_OF_STATEMENT
        && !terms.isSign("}")) {
      lexer.next();
    }
  }

  private List<DataType> types(List<Integer> sizes) {
    List<DataType> found = new ArrayList<>();
    do {
      String word = terms.name();
      DataType type =
          DataType.ofWord(word).orElseThrow(() -> new Misread("`" + word + "` is no known type"));
      found.add(type);
      sizes.add(Scope.width(type));
    } while (terms.takeSign("."));
    return found;
  }

  private void dataType() {
    if (!terms.takeSign(":")) {
      return;
    }
    int start = lexer.start();
    terms.takeWord("interval");
    if (isObject()) {
      lexer.next();
      if (lexer.kind() == Kind.WORD) {
        lexer.next();
      }
    } else if (!terms.takeWord("verdict")) {
      data.addAll(types(new ArrayList<>()));
    }
    dataText = lexer.textFrom(start);
  }

  private boolean isObject() {
    return Set.of("counter", "quota", "limit", "ct", "secmark", "synproxy").contains(lexer.word());
  }

  private void typeofData(Lowering lowering) {
    if (!terms.takeSign(":")) {
      return;
    }
    int start = lexer.start();
    terms.takeWord("interval");
    if (isObject() && !lexer.word().equals("ct")) {
      lexer.next();
    } else if (terms.takeWord("queue")) {
      data.add(DataType.INTEGER);
    } else if (!terms.takeWord("verdict")) {
      data.addAll(lowering.selector(terms.left()).types());
    }
    dataText = lexer.textFrom(start);
  }
}
