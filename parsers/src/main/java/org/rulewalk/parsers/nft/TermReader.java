package org.rulewalk.parsers.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.nft.Lexer.Kind;
import org.rulewalk.simulator.rules.CtKey;
import org.rulewalk.simulator.rules.Expression.Binary.Operator;
import org.rulewalk.simulator.rules.Statement;
import org.rulewalk.simulator.rules.Verdict;
import org.rulewalk.simulator.value.IpAddress;

/** Reads expressions of the text language (nftables: src/parser_bison.y). */
final class TermReader {
  private static final int MAX_DEPTH = 32;
  private static final Set<String> VERDICTS =
      Set.of("accept", "drop", "continue", "return", "jump", "goto", "queue");

  private final Lexer lexer;
  private int depth;

  TermReader(Lexer lexer) {
    this.lexer = lexer;
  }

  boolean isWord(String word) {
    return lexer.kind() == Kind.WORD && lexer.word().equals(word);
  }

  boolean isSign(String sign) {
    return lexer.kind() == Kind.SIGN && lexer.word().equals(sign);
  }

  boolean takeWord(String word) {
    boolean found = isWord(word);
    if (found) {
      lexer.next();
    }
    return found;
  }

  boolean takeSign(String sign) {
    boolean found = isSign(sign);
    if (found) {
      lexer.next();
    }
    return found;
  }

  void expectWord(String word) {
    if (!takeWord(word)) {
      throw new Misread("`" + word + "` is expected here");
    }
  }

  void expectSign(String sign) {
    if (!takeSign(sign)) {
      throw new Misread("`" + sign + "` is expected before `" + shown() + "`");
    }
  }

  private String shown() {
    return lexer.kind() == Kind.END
        ? "end of file"
        : lexer.word().equals("\n") ? "end of line" : lexer.word();
  }

  /** Any word, number or string. */
  String name() {
    boolean named =
        lexer.kind() == Kind.WORD
            || lexer.kind() == Kind.NUMBER
            || lexer.kind() == Kind.STRING
            || lexer.kind() == Kind.ADDRESS;
    if (!named) {
      throw new Misread("a name is expected before `" + shown() + "`");
    }
    String word = lexer.word();
    lexer.next();
    return word;
  }

  long number() {
    String text = name();
    return Literals.number(text).orElseThrow(() -> new Misread("`" + text + "` is no number"));
  }

  void skipLines() {
    while (lexer.kind() == Kind.END_OF_STATEMENT) {
      lexer.next();
    }
  }

  private <T> T deeper(java.util.function.Supplier<T> reader) {
    if (depth >= MAX_DEPTH) {
      throw new Misread("nested too deeply");
    }
    depth++;
    try {
      return reader.get();
    } finally {
      depth--;
    }
  }

  /** A field, or several with dots or operators between them; the left side of a match. */
  Term left() {
    return deeper(this::concatenated);
  }

  private Term concatenated() {
    Term first = combined();
    if (!isSign(".")) {
      return first;
    }
    List<Term> parts = new ArrayList<>(List.of(first));
    while (takeSign(".")) {
      parts.add(combined());
    }
    return new Term.Concat(parts);
  }

  private Optional<Operator> operator() {
    Operator found;
    switch (lexer.word()) {
      case "&":
      case "and":
        found = Operator.AND;
        break;
      case "|":
      case "or":
        found = Operator.OR;
        break;
      case "^":
      case "xor":
        found = Operator.XOR;
        break;
      case "<<":
      case "lshift":
        found = Operator.SHIFT_LEFT;
        break;
      case ">>":
      case "rshift":
        found = Operator.SHIFT_RIGHT;
        break;
      default:
        return Optional.empty();
    }
    return lexer.kind() == Kind.SIGN || lexer.kind() == Kind.WORD
        ? Optional.of(found)
        : Optional.empty();
  }

  /** Shifts bind before {@code &}, that before {@code ^}, and that before {@code |}. */
  private Term combined() {
    return combined(0);
  }

  private Term combined(int lowest) {
    Term term = primary();
    for (Optional<Operator> operator = operator();
        operator.isPresent() && rank(operator.get()) >= lowest;
        operator = operator()) {
      lexer.next();
      term = new Term.Binary(operator.get(), term, combined(rank(operator.get()) + 1));
    }
    return term;
  }

  private static int rank(Operator operator) {
    switch (operator) {
      case OR:
        return 0;
      case XOR:
        return 1;
      case AND:
        return 2;
      default:
        return 3;
    }
  }

  /** A field, a constant, or something in parentheses. */
  private Term primary() {
    if (takeSign("(")) {
      Term inner = deeper(this::flags);
      expectSign(")");
      return inner;
    }
    if (takeSign("@")) {
      return atSign();
    }
    if (lexer.kind() == Kind.WORD) {
      Optional<Term> field = field();
      if (field.isPresent()) {
        return field.get();
      }
    }
    return constant();
  }

  private Term atSign() {
    String name = name();
    boolean raw = name.equals("ll") || name.equals("nh") || name.equals("th") || name.equals("ih");
    if (raw && takeSign(",")) {
      int offset = (int) number();
      expectSign(",");
      return Fields.raw(name, offset, (int) number());
    }
    return new Term.SetName(name);
  }

  private Term constant() {
    if (lexer.kind() == Kind.STRING) {
      return new Term.Quoted(name());
    }
    if (takeSign("*")) {
      return new Term.Rest();
    }
    if (takeSign("[")) {
      Term address = new Term.Word(name());
      expectSign("]");
      return address;
    }
    return new Term.Word(name());
  }

  private Optional<Term> field() {
    String word = lexer.word();
    if (Fields.HEADERS.contains(word)) {
      return headerField(word);
    }
    int start = lexer.start();
    switch (word) {
      case "meta":
        lexer.next();
        return Optional.of(Fields.meta(name()));
      case "ct":
        lexer.next();
        return Optional.of(connection());
      case "fib":
        lexer.next();
        return Optional.of(routing());
      case "numgen":
      case "jhash":
      case "symhash":
      case "socket":
      case "osf":
      case "ipsec":
      case "tunnel":
        lexer.next();
        return Optional.of(unknowable(word, start));
      case "exthdr":
        lexer.next();
        return Optional.of(Fields.extension(name(), ""));
      default:
        break;
    }
    if (Fields.BARE_META.contains(word)) {
      lexer.next();
      return Optional.of(Fields.meta(word));
    }
    return extension(word, start);
  }

  private Optional<Term> extension(String word, int start) {
    boolean route = word.equals("rt");
    if (!route && !Fields.isExtension(word)) {
      return Optional.empty();
    }
    lexer.next();
    if (lexer.kind() != Kind.WORD) {
      lexer.back(start);
      return Optional.empty();
    }
    String name = name();
    if (takeSign("[")) {
      name += "[" + name() + "]";
      expectSign("]");
    }
    if (!route) {
      return Optional.of(Fields.extension(word, name));
    }
    if (name.equals("ip") || name.equals("ip6")) {
      return Optional.of(Fields.route(name(), Optional.of(name)));
    }
    boolean header =
        name.equals("nexthdr")
            || name.equals("hdrlength")
            || name.equals("type")
            || name.equals("seg-left");
    return Optional.of(
        header ? Fields.extension(word, name) : Fields.route(name, Optional.empty()));
  }

  private Optional<Term> headerField(String header) {
    int start = lexer.start();
    lexer.next();
    if (lexer.kind() != Kind.WORD) {
      // a protocol's name as a constant: meta l4proto tcp
      lexer.back(start);
      return Optional.empty();
    }
    String field = lexer.word();
    if (header.equals("tcp") && field.equals("option")) {
      lexer.next();
      return Optional.of(tcpOption());
    }
    if (header.equals("ip") && field.equals("option")) {
      lexer.next();
      String option = name();
      return Optional.of(IpOptions.field(option, isFieldNamed() ? name() : ""));
    }
    if (header.equals("sctp") && field.equals("chunk")) {
      lexer.next();
      String chunk = name();
      return Optional.of(SctpChunks.field(chunk, isFieldNamed() ? name() : ""));
    }
    if (header.equals("arp") && (field.equals("saddr") || field.equals("daddr"))) {
      lexer.next();
      return Optional.of(Fields.header(header, field + " " + name()));
    }
    if (org.rulewalk.simulator.rules.HeaderField.ofNftName(header + " " + field).isEmpty()
        && !field.equals("seq")) {
      lexer.back(start);
      return Optional.empty();
    }
    lexer.next();
    return Optional.of(Fields.header(header, field));
  }

  /** Behind the name of an option or chunk: a field of it, or nothing, which asks for presence. */
  private boolean isFieldNamed() {
    return lexer.kind() == Kind.WORD
        && !lexer.word().equals("exists")
        && !lexer.word().equals("missing");
  }

  private Term tcpOption() {
    if (takeSign("@")) {
      int kind = (int) number();
      expectSign(",");
      int offset = (int) number();
      expectSign(",");
      return Fields.rawTcpOption(kind, offset, (int) number());
    }
    String option = name();
    return Fields.tcpOption(option, isFieldNamed() ? name() : "");
  }

  private Term connection() {
    Optional<CtKey.Direction> direction = Optional.empty();
    if (isWord("original") || isWord("reply")) {
      direction = Optional.of(isWord("reply") ? CtKey.Direction.REPLY : CtKey.Direction.ORIGINAL);
      lexer.next();
    }
    String key = name();
    if ((key.equals("ip") || key.equals("ip6")) && (isWord("saddr") || isWord("daddr"))) {
      key = key + " " + name();
    }
    return Fields.ct(key, direction);
  }

  private Term routing() {
    List<String> flags = new ArrayList<>(List.of(name()));
    while (takeSign(".")) {
      flags.add(name());
    }
    return Fields.fib(flags, name());
  }

  /** numgen, hashes, sockets …: read, but no capture tells their value. */
  private Term unknowable(String word, int start) {
    switch (word) {
      case "numgen":
        name();
        modulus();
        break;
      case "jhash":
        left();
        modulus();
        break;
      case "symhash":
        modulus();
        break;
      case "osf":
        if (takeWord("ttl")) {
          name();
        }
        name();
        break;
      case "ipsec":
        name();
        if (takeWord("spnum")) {
          number();
        }
        if (takeWord("ip") || takeWord("ip6")) {
          name();
        } else {
          name();
        }
        break;
      default:
        if (name().equals("cgroupv2") && takeWord("level")) {
          number();
        }
    }
    return Fields.unknowable(word, lexer.textFrom(start));
  }

  private void modulus() {
    if (takeWord("mod")) {
      number();
    }
    if (takeWord("seed")) {
      name();
    }
    if (takeWord("offset")) {
      number();
    }
  }

  /** The right side of a match. */
  Term right() {
    if (isSign("{")) {
      return elements();
    }
    return deeper(this::flags);
  }

  /** {@code a,b,c} or a single constant, with ranges, prefixes and dots. */
  private Term flags() {
    Term first = dotted();
    if (!isSign(",")) {
      return first;
    }
    List<Term> parts = new ArrayList<>(List.of(first));
    while (takeSign(",")) {
      parts.add(dotted());
    }
    return new Term.Flags(parts);
  }

  private Term dotted() {
    Term first = spanned();
    if (!isSign(".")) {
      return first;
    }
    List<Term> parts = new ArrayList<>(List.of(first));
    while (takeSign(".")) {
      parts.add(spanned());
    }
    return new Term.Concat(parts);
  }

  private Term spanned() {
    Term low = combined();
    if (takeSign("-")) {
      return new Term.Span(low, combined());
    }
    int slash = lexer.start();
    if (isConstant(low) && takeSign("/")) {
      if (lexer.kind() == Kind.NUMBER) {
        return new Term.Prefixed(low, (int) number());
      }
      // a mask of flags, which is the caller's business
      lexer.back(slash);
    }
    return low;
  }

  private static boolean isConstant(Term term) {
    if (!(term instanceof Term.Word)) {
      return false;
    }
    String text = ((Term.Word) term).text();
    return IpAddress.parse(text).isPresent() || Literals.number(text).isPresent();
  }

  /** {@code { element, element : data, … }}. */
  Term.Elements elements() {
    expectSign("{");
    List<Term.Item> items = new ArrayList<>();
    skipLines();
    while (!isSign("}")) {
      items.add(item());
      skipLines();
      if (!takeSign(",") && !isSign("}")) {
        throw new Misread("`,` or `}` is expected before `" + shown() + "`");
      }
      skipLines();
    }
    lexer.next();
    return new Term.Elements(items);
  }

  private Term.Item item() {
    Term key = dotted();
    long timeout = 0;
    long expires = 0;
    String comment = "";
    List<Statement> statements = new ArrayList<>();
    boolean more = true;
    while (more) {
      if (takeWord("timeout")) {
        timeout = duration();
      } else if (takeWord("expires")) {
        expires = duration();
      } else if (takeWord("comment")) {
        comment = name();
      } else {
        Optional<Statement> statement = ElementStatements.read(this, lexer);
        statement.ifPresent(statements::add);
        more = statement.isPresent();
      }
    }
    Term.Item item =
        new Term.Item(
            key, Optional.empty(), Optional.empty(), timeout, expires, comment, statements);
    skipLines();
    if (!takeSign(":")) {
      return item;
    }
    skipLines();
    return isVerdict() ? item.withVerdict(verdict()) : item.withData(dotted());
  }

  /** A span of time in milliseconds. */
  long duration() {
    StringBuilder text = new StringBuilder(name());
    while (lexer.kind() == Kind.NUMBER) {
      text.append(name());
    }
    return text.toString().equals("never") ? 0 : Durations.millis(text.toString());
  }

  boolean isVerdict() {
    return lexer.kind() == Kind.WORD && VERDICTS.contains(lexer.word());
  }

  Verdict verdict() {
    String word = name();
    switch (word) {
      case "accept":
        return Verdict.Simple.ACCEPT;
      case "drop":
        return Verdict.Simple.DROP;
      case "continue":
        return Verdict.Simple.CONTINUE;
      case "return":
        return Verdict.Simple.RETURN;
      case "jump":
        return new Verdict.Jump(name());
      case "goto":
        return new Verdict.Goto(name());
      default:
        throw new Misread("`" + word + "` is no verdict of a map");
    }
  }
}
