package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.rulewalk.parsers.nft.Lexer.Kind;
import org.rulewalk.parsers.nft.NftCommand.Name;
import org.rulewalk.parsers.nft.NftCommand.Place;
import org.rulewalk.parsers.nft.NftCommand.Thing;
import org.rulewalk.parsers.nft.NftCommand.Verb;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.rules.Family;

/** Takes nft commands apart: those on a command line, and those in a file for {@code nft -f}. */
public final class NftCommandReader {
  private static final Map<String, Thing> THINGS =
      Map.ofEntries(
          Map.entry("ruleset", Thing.RULESET),
          Map.entry("table", Thing.TABLE),
          Map.entry("chain", Thing.CHAIN),
          Map.entry("rule", Thing.RULE),
          Map.entry("set", Thing.SET),
          Map.entry("map", Thing.MAP),
          Map.entry("element", Thing.ELEMENT),
          Map.entry("flowtable", Thing.FLOWTABLE),
          Map.entry("counter", Thing.OBJECT),
          Map.entry("quota", Thing.OBJECT),
          Map.entry("limit", Thing.OBJECT),
          Map.entry("ct", Thing.OBJECT),
          Map.entry("synproxy", Thing.OBJECT),
          Map.entry("secmark", Thing.OBJECT),
          Map.entry("tables", Thing.SEVERAL),
          Map.entry("chains", Thing.SEVERAL),
          Map.entry("sets", Thing.SEVERAL),
          Map.entry("maps", Thing.SEVERAL));

  private final SourceText source;
  private final Lexer lexer;
  private final TermReader terms;
  private int lineStart;

  private NftCommandReader(SourceText source) {
    this.source = source;
    this.lexer = new Lexer(source.text());
    this.terms = new TermReader(lexer);
  }

  /** nft would refuse the text: no command of it is carried out. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final int offset;

    Refused(String message, int offset) {
      super(message, null, false, false);
      this.offset = offset;
    }

    /** Where in the text. */
    public int offset() {
      return offset;
    }
  }

  /**
   * All commands of a text, in order.
   *
   * @throws Refused where a command can't be taken apart
   */
  public static List<NftCommand> read(SourceText source) throws Refused {
    NftCommandReader reader = new NftCommandReader(source);
    List<NftCommand> commands = new ArrayList<>();
    while (true) {
      reader.terms.skipLines();
      if (reader.lexer.kind() == Kind.END) {
        return commands;
      }
      int start = reader.lexer.start();
      try {
        commands.add(reader.command(start));
      } catch (Misread e) {
        throw new Refused("syntax error, " + e.getMessage(), reader.lexer.start());
      }
    }
  }

  private NftCommand command(int start) {
    lineStart = source.lineStart(source.lineAt(start));
    Verb verb = verb();
    Thing thing = THINGS.get(lexer.word());
    if (thing == null || lexer.kind() != Kind.WORD) {
      throw new Misread("unexpected " + shown());
    }
    String object = lexer.word();
    lexer.next();
    if (object.equals("ct")) {
      object += " " + terms.name();
    }
    Optional<Family> named =
        lexer.kind() == Kind.WORD ? Family.ofWord(lexer.word()) : Optional.empty();
    if (named.isPresent() && !isTableName()) {
      lexer.next();
    } else {
      named = Optional.empty();
    }
    Name table = isEnd() ? Name.NONE : name();
    Name name = Name.NONE;
    boolean inTable = thing != Thing.RULESET && thing != Thing.TABLE && thing != Thing.SEVERAL;
    if (inTable && !isEnd() && !terms.isWord("handle")) {
      name = name();
    }
    Place place = place();
    String body = body(thing, verb);
    if (thing == Thing.OBJECT) {
      body = object + "\n" + body;
    }
    String line = source.line(source.lineAt(start)).strip();
    int indent = indent(source.line(source.lineAt(start)));
    return new NftCommand(
        verb,
        thing,
        named.orElse(Family.IP),
        named.isPresent(),
        shifted(table, indent),
        shifted(name, indent),
        new Place(place.kind(), place.number(), shifted(place.name(), indent)),
        body,
        line,
        source.at(start));
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  private static Name shifted(Name name, int indent) {
    return name.isGiven() ? new Name(name.text(), Math.max(0, name.column() - indent)) : name;
  }

  private Verb verb() {
    for (Verb verb : Verb.values()) {
      if (terms.takeWord(verb.name().toLowerCase(Locale.ROOT))) {
        return verb;
      }
    }
    return Verb.ADD;
  }

  /** Whether the word that could be a family is the table's name: nothing else follows. */
  private boolean isTableName() {
    int start = lexer.start();
    lexer.next();
    boolean block = terms.isSign("{");
    lexer.back(start);
    return block;
  }

  private boolean isEnd() {
    return lexer.kind() == Kind.END_OF_STATEMENT || lexer.kind() == Kind.END || terms.isSign("{");
  }

  private Name name() {
    int column = lexer.start() - lineStart;
    return new Name(terms.name(), column);
  }

  private String shown() {
    return lexer.kind() == Kind.END || lexer.word().equals("\n") ? "newline" : lexer.word();
  }

  private Place place() {
    boolean handle = terms.isWord("handle") || terms.isWord("position");
    if (!handle && !terms.isWord("index")) {
      return Place.NONE;
    }
    boolean wholeShown = !terms.isWord("handle");
    int start = lexer.start();
    lexer.next();
    int from = wholeShown ? start : lexer.start();
    long number = terms.number();
    Name shown = new Name(lexer.textFrom(from), from - lineStart);
    return new Place(handle ? Place.Kind.HANDLE : Place.Kind.INDEX, number, shown);
  }

  /** The rest of the command: up to its end outside of braces. */
  private String body(Thing thing, Verb verb) {
    int start = lexer.start();
    int depth = 0;
    while (lexer.kind() != Kind.END) {
      boolean end = lexer.kind() == Kind.END_OF_STATEMENT;
      if (depth == 0 && end) {
        break;
      }
      depth += terms.isSign("{") ? 1 : terms.isSign("}") ? -1 : 0;
      if (depth < 0) {
        throw new Misread("unexpected }");
      }
      lexer.next();
    }
    if (depth > 0) {
      throw new Misread("unexpected end of file");
    }
    String body = lexer.textFrom(start);
    boolean needs =
        thing == Thing.RULE && (verb == Verb.ADD || verb == Verb.INSERT || verb == Verb.REPLACE);
    if (needs && body.isEmpty()) {
      throw new Misread("unexpected newline");
    }
    return body;
  }
}
