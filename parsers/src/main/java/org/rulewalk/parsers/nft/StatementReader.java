package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.nft.Lexer.Kind;
import org.rulewalk.parsers.nft.Lowering.Relation;
import org.rulewalk.simulator.rules.Doubt;
import org.rulewalk.simulator.rules.Expression;
import org.rulewalk.simulator.rules.Expression.Binary.Operator;
import org.rulewalk.simulator.rules.Match;
import org.rulewalk.simulator.rules.StatefulObject;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;

/**
 * Reads one statement of the text language after the other (nftables: src/parser_bison.y, stmt).
 */
final class StatementReader {
  private static final Set<String> LOG_OPTIONS =
      Set.of("prefix", "group", "snaplen", "queue-threshold", "level", "flags");

  private final Lexer lexer;
  private final TermReader terms;
  private final Lowering lowering;
  private final Actions actions;

  StatementReader(Lexer lexer, TermReader terms, Scope scope) {
    this.lexer = lexer;
    this.terms = terms;
    this.lowering = new Lowering(scope);
    this.actions = new Actions(lowering);
  }

  /**
   * The statement that begins here, with its words before it where it would not keep them. Throws
   * {@link Misread} for what is none.
   */
  List<Statement> read() {
    int start = lexer.start();
    if (terms.takeWord("queue")) {
      return queue(start);
    }
    return List.of(one(start));
  }

  private Statement one(int start) {
    if (terms.isVerdict()) {
      return new Statement.Decide(terms.verdict());
    }
    Optional<Statement> plain =
        lexer.kind() == Kind.WORD ? keyword(lexer.word(), start) : Optional.empty();
    return plain.orElseGet(this::match);
  }

  private Optional<Statement> keyword(String word, int start) {
    switch (word) {
      case "counter":
        return taken(this::counter);
      case "limit":
        return taken(this::limit);
      case "quota":
        return taken(this::quota);
      case "log":
        return taken(this::log);
      case "reject":
        return taken(this::reject);
      case "snat":
      case "dnat":
      case "masquerade":
      case "redirect":
        return taken(() -> nat(word));
      case "notrack":
        return taken(Statement.Notrack::new);
      case "meta":
        return securityMark();
      case "xt":
        return taken(this::extension);
      case "add":
      case "update":
      case "delete":
      case "set":
        return taken(() -> setUpdate(word));
      case "meter":
      case "flow":
        return taken(
            () -> word.equals("meter") || !terms.isWord("add") ? meter(start) : offload(start));
      case "dup":
        return taken(this::duplicate);
      case "fwd":
        return taken(this::passOn);
      case "tproxy":
      case "synproxy":
      case "reset":
      case "last":
        return taken(() -> other(word, start));
      case "ct":
        return connectionStatement(start);
      default:
        return Optional.empty();
    }
  }

  private Optional<Statement> taken(java.util.function.Supplier<Statement> reader) {
    lexer.next();
    return Optional.of(reader.get());
  }

  private Statement counter() {
    if (terms.takeWord("name")) {
      return objectOrMap(StatefulObject.Kind.COUNTER);
    }
    return lexer.kind() == Kind.STRING
        ? Actions.use(StatefulObject.Kind.COUNTER, terms.name())
        : ElementStatements.counter(terms);
  }

  /** {@code meta secmark set "NAME"}: an object; empty where anything else follows. */
  private Optional<Statement> securityMark() {
    int start = lexer.start();
    lexer.next();
    if (terms.takeWord("secmark") && terms.takeWord("set") && lexer.kind() == Kind.STRING) {
      return Optional.of(Actions.use(StatefulObject.Kind.SECMARK, terms.name()));
    }
    lexer.back(start);
    return Optional.empty();
  }

  /** A named object, or a map that names one for each packet. */
  private Statement objectOrMap(StatefulObject.Kind kind) {
    if (lexer.kind() == Kind.STRING) {
      return Actions.use(kind, terms.name());
    }
    int start = lexer.start();
    Term key = terms.left();
    if (!terms.takeWord("map")) {
      lexer.back(start);
      return Actions.use(kind, terms.name());
    }
    Term map = terms.right();
    Statement.DecideByMap byMap = (Statement.DecideByMap) lowering.verdictMap(key, map);
    return new Statement.UseObject(kind, "", Optional.of(byMap));
  }

  private Statement limit() {
    if (terms.takeWord("name")) {
      return objectOrMap(StatefulObject.Kind.LIMIT);
    }
    return LimitReader.limit(terms);
  }

  private Statement quota() {
    if (terms.takeWord("name")) {
      return objectOrMap(StatefulObject.Kind.QUOTA);
    }
    return LimitReader.quota(terms);
  }

  private Statement log() {
    Map<String, String> options = new LinkedHashMap<>();
    while (lexer.kind() == Kind.WORD && LOG_OPTIONS.contains(lexer.word())) {
      String word = terms.name();
      StringBuilder value = new StringBuilder(terms.name());
      while (word.equals("flags")
          && (terms.isWord("sequence") || terms.isWord("options") || terms.isSign(","))) {
        value.append(lexer.word().equals(",") ? "," : " " + lexer.word());
        lexer.next();
      }
      options.merge(word, value.toString(), (one, other) -> one + "," + other);
    }
    return Actions.log(options);
  }

  private String text(int start) {
    return lexer.textFrom(start);
  }

  private Statement reject() {
    if (!terms.takeWord("with")) {
      return actions.reject("", "");
    }
    String kind = terms.name();
    if (kind.equals("tcp")) {
      terms.takeWord("reset");
      return actions.reject("tcp reset", "");
    }
    terms.takeWord("type");
    terms.takeWord("code");
    return actions.reject(kind, terms.name());
  }

  private Statement nat(String kind) {
    String family = "";
    if (terms.isWord("ip") || terms.isWord("ip6")) {
      // the family stands before "to"; a field of that name would not
      family = terms.name();
    }
    boolean prefix = terms.takeWord("prefix");
    Optional<Term> address = Optional.empty();
    Optional<Term> port = Optional.empty();
    if (terms.takeWord("to")) {
      boolean portOnly = terms.isSign(":");
      if (!portOnly) {
        terms.takeWord("interval");
        prefix |= terms.takeWord("prefix");
        address = Optional.of(target());
      }
      if (terms.takeSign(":")) {
        port = Optional.of(target());
      }
    }
    List<String> flags = new ArrayList<>();
    if (prefix) {
      flags.add("prefix");
    }
    while (terms.isWord("random")
        || terms.isWord("fully-random")
        || terms.isWord("persistent")
        || terms.isSign(",")) {
      if (!terms.takeSign(",")) {
        flags.add(terms.name());
      }
    }
    return actions.nat(kind, family, address, port, flags);
  }

  /** An address or port, a range of them, or what a map gives. */
  private Term target() {
    int start = lexer.start();
    if (lexer.kind() == Kind.WORD) {
      Term key = terms.left();
      if (terms.takeWord("map")) {
        return new Term.Lookup(key, terms.right());
      }
      if (!(key instanceof Term.Word)) {
        return key;
      }
      lexer.back(start);
    }
    return terms.right();
  }

  private List<Statement> queue(int start) {
    boolean computed = false;
    int first = 0;
    int last = 0;
    boolean bypass = false;
    boolean fanout = false;
    boolean more = true;
    while (more) {
      if (terms.takeWord("num") || terms.takeWord("to")) {
        if (lexer.kind() == Kind.NUMBER) {
          first = (int) terms.number();
          last = terms.takeSign("-") ? (int) terms.number() : first;
        } else {
          // computed for each packet: any queue
          target();
          computed = true;
        }
      } else if (terms.takeWord("flags") || terms.takeSign(",")) {
        continue;
      } else if (terms.takeWord("bypass")) {
        bypass = true;
      } else if (terms.takeWord("fanout")) {
        fanout = true;
      } else {
        more = false;
      }
    }
    return computed
        ? Actions.anyQueue(text(start), bypass, fanout)
        : List.of(new Statement.Decide(new Verdict.Queue(first, last, bypass, fanout)));
  }

  private Statement extension() {
    boolean target = terms.isWord("target") || terms.isWord("watcher");
    lexer.next();
    return Actions.extension(target, terms.name());
  }

  private static Statement.SetUpdate.Operation operation(String word) {
    for (Statement.SetUpdate.Operation operation : Statement.SetUpdate.Operation.values()) {
      if (operation.name().toLowerCase(java.util.Locale.ROOT).equals(word)) {
        return operation;
      }
    }
    throw new Misread("`" + word + "` is nothing that is done to a set");
  }

  private Statement setUpdate(String word) {
    boolean old = word.equals("set");
    Statement.SetUpdate.Operation operation = operation(old ? terms.name() : word);
    if (old) {
      Term key = terms.left();
      String set = setName();
      return new Statement.SetUpdate(
          operation, set, lowering.key(key, set).expression(), 0, List.of(), Optional.empty());
    }
    return setUpdate(operation, setName());
  }

  private Statement setUpdate(Statement.SetUpdate.Operation operation, String set) {
    terms.expectSign("{");
    Term key = terms.left();
    long timeout = terms.takeWord("timeout") ? Durations.millis(terms.name()) : 0;
    List<Statement> inner = new ArrayList<>();
    while (!terms.isSign("}") && !terms.isSign(":")) {
      inner.addAll(read());
    }
    Optional<Expression> data =
        terms.takeSign(":") ? Optional.of(lowering.data(assigned(), set)) : Optional.empty();
    terms.expectSign("}");
    return new Statement.SetUpdate(
        operation, set, lowering.key(key, set).expression(), timeout, inner, data);
  }

  private String setName() {
    terms.expectSign("@");
    return terms.name();
  }

  /** {@code meter NAME [size N] { KEY STATEMENTS }}: a set that keeps something for each key. */
  private Statement meter(int whole) {
    String name = terms.name();
    if (terms.takeWord("size")) {
      terms.number();
    }
    int start = lexer.start();
    try {
      return setUpdate(Statement.SetUpdate.Operation.UPDATE, name);
    } catch (Misread e) {
      // nft prints (null) for what it can't say of hashlimit's keys
      lexer.back(start);
      skipBlock();
      if (!lexer.textFrom(start).contains("(null)")) {
        throw e;
      }
      return Actions.unknown(text(whole), "meter " + name, Doubt.Kind.LOST_ARGUMENTS, true);
    }
  }

  private void skipBlock() {
    while (!isRuleAtEnd() && !terms.isSign("}")) {
      lexer.next();
    }
    terms.takeSign("}");
  }

  /** Later packets of the connection go past the rules; the first ones don't. */
  private Statement offload(int start) {
    lexer.next();
    setName();
    return Actions.note(text(start));
  }

  private Statement other(String word, int start) {
    if (word.equals("reset")) {
      return Actions.reset(terms.left());
    }
    arguments(word);
    String text = text(start);
    switch (word) {
      case "last":
        return Actions.note(word);
      case "tproxy":
        return Actions.proxied(text);
      default:
        return Actions.outside(text);
    }
  }

  /** Reads over what these statements say: it has no part in the packet's way. */
  private void arguments(String word) {
    if (word.equals("last")) {
      if (terms.takeWord("used")) {
        terms.duration();
      }
    } else if (word.equals("synproxy")) {
      synproxy();
    } else {
      proxy();
    }
  }

  private void synproxy() {
    boolean more = true;
    while (more) {
      if (terms.takeWord("mss") || terms.takeWord("wscale")) {
        terms.number();
      } else if (terms.takeWord("name")) {
        target();
      } else {
        more = terms.takeWord("timestamp") || terms.takeWord("sack-perm");
      }
    }
    if (lexer.kind() == Kind.STRING) {
      terms.name();
    }
  }

  /** {@code [ip|ip6] to [ADDRESS][:PORT]}. */
  private void proxy() {
    if (terms.isWord("ip") || terms.isWord("ip6")) {
      lexer.next();
    }
    if (terms.takeWord("to")) {
      if (!terms.isSign(":")) {
        target();
      }
      if (terms.takeSign(":")) {
        target();
      }
    }
  }

  private Statement duplicate() {
    terms.expectWord("to");
    return actions.duplicate(target(), device());
  }

  private Statement passOn() {
    String family = terms.isWord("ip") || terms.isWord("ip6") ? terms.name() : "";
    terms.expectWord("to");
    return actions.passOn(family, target(), device());
  }

  private Optional<Term> device() {
    return terms.takeWord("device") ? Optional.of(target()) : Optional.empty();
  }

  /** {@code ct count}, {@code ct helper set} …; empty where a match or assignment follows. */
  private Optional<Statement> connectionStatement(int start) {
    lexer.next();
    if (terms.takeWord("count")) {
      return Optional.of(ElementStatements.connectionCount(terms, lexer, start));
    }
    for (StatefulObject.Kind kind :
        List.of(
            StatefulObject.Kind.CT_HELPER,
            StatefulObject.Kind.CT_TIMEOUT,
            StatefulObject.Kind.CT_EXPECTATION)) {
      int word = lexer.start();
      if (terms.takeWord(kind.words().substring(3)) && terms.takeWord("set")) {
        return Optional.of(objectOrMap(kind));
      }
      lexer.back(word);
    }
    lexer.back(start);
    return Optional.empty();
  }

  private Statement match() {
    int start = lexer.start();
    Term left = terms.left();
    if (terms.takeWord("vmap")) {
      return lowering.verdictMap(left, terms.right());
    }
    if (terms.takeWord("set")) {
      return actions.mangle(left, assigned());
    }
    Relation relation = relation();
    if (relation == Relation.IMPLICIT && (terms.isWord("counter") || isRuleAtEnd())) {
      return valueLost(left, text(start));
    }
    Term right = terms.right();
    if (terms.takeSign("/")) {
      // tcp flags syn / syn,ack: those bits, and of these no others
      Term masked = new Term.Binary(Operator.AND, left, terms.right());
      Relation exact = relation == Relation.NOT_EQUAL ? Relation.NOT_EQUAL : Relation.EQUAL;
      return lowering.match(masked, exact, right, () -> text(start));
    }
    return lowering.match(left, relation, right, () -> text(start));
  }

  private boolean isRuleAtEnd() {
    return lexer.kind() == Kind.END_OF_STATEMENT || lexer.kind() == Kind.END;
  }

  /** Of some matches of iptables, nft prints the field alone: {@code ct status counter …}. */
  private static Match valueLost(Term left, String text) {
    if (!(left instanceof Term.Field)) {
      throw new Misread("a value is expected here");
    }
    return Actions.unknown(
        text, "a match whose value the listing does not print", Doubt.Kind.LOST_ARGUMENTS, true);
  }

  private Term assigned() {
    int start = lexer.start();
    if (lexer.kind() == Kind.WORD || terms.isSign("(")) {
      Term value = terms.left();
      if (terms.takeWord("map")) {
        return new Term.Lookup(value, terms.right());
      }
      if (!(value instanceof Term.Word)) {
        return value;
      }
      lexer.back(start);
    }
    return terms.right();
  }

  private Relation relation() {
    Relation found;
    switch (lexer.word()) {
      case "==":
      case "eq":
        found = Relation.EQUAL;
        break;
      case "!=":
      case "ne":
        found = Relation.NOT_EQUAL;
        break;
      case "<":
      case "lt":
        found = Relation.LESS;
        break;
      case "<=":
      case "le":
        found = Relation.LESS_OR_EQUAL;
        break;
      case ">":
      case "gt":
        found = Relation.GREATER;
        break;
      case ">=":
      case "ge":
        found = Relation.GREATER_OR_EQUAL;
        break;
      case "!":
        found = Relation.NONE_OF;
        break;
      default:
        return Relation.IMPLICIT;
    }
    lexer.next();
    return found;
  }
}
