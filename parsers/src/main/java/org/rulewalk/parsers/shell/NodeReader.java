package org.rulewalk.parsers.shell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.value.Source;

/** Reads commands by recursive descent, one character ahead. */
final class NodeReader {
  private static final Set<String> CLOSING =
      Set.of("then", "elif", "else", "fi", "do", "done", "esac", "}");
  private static final int MAX_DEPTH = 48;

  private final SourceText source;
  private final String text;
  private final int limit;
  private final WordReader words;

  /** Where reading goes on behind a line that has here-documents. */
  private final Map<Integer, Integer> behind = new HashMap<>();

  private int at;
  private int depth;

  NodeReader(SourceText source, int from, int limit, int depth) {
    this.source = source;
    this.text = source.text();
    this.at = from;
    this.limit = limit;
    this.depth = depth;
    this.words = new WordReader(source);
  }

  /** The commands between two places. */
  static Node inner(SourceText source, int from, int to, int depth) {
    NodeReader reader = new NodeReader(source, from, to, depth + 1);
    Node list = reader.list(Set.of(), false);
    if (reader.at < to) {
      throw new Misread("`" + reader.text.charAt(reader.at) + "` is not expected here");
    }
    return list;
  }

  /** The commands up to the closing parenthesis, which is taken. */
  Node untilClosed() {
    Node list = list(Set.of(), false);
    if (at >= limit || text.charAt(at) != ')') {
      throw new Misread("a parenthesis is opened here and never closed");
    }
    at++;
    return list;
  }

  int position() {
    return at;
  }

  /** All of the text; where it can't be read on, the last node says so. */
  Node script() {
    List<Node> nodes = new ArrayList<>();
    Source start = source.at(0);
    while (true) {
      int from = at;
      try {
        skipEmpty();
        if (at >= limit) {
          return new Node.Sequence(nodes, start);
        }
        from = at;
        nodes.add(statement());
      } catch (Misread e) {
        nodes.add(new Node.NotUnderstood(e.getMessage(), source.at(from)));
        return new Node.Sequence(nodes, start);
      }
    }
  }

  /** One statement with what ends it. */
  private Node statement() {
    Node node = andOr();
    skipBlanks();
    if (at >= limit) {
      return node;
    }
    char c = text.charAt(at);
    if (c == '&') {
      at++;
      return new Node.Background(node, node.source());
    }
    if (c == ';' && !text.startsWith(";;", at)) {
      at++;
    } else if (c == '\n') {
      newline();
    } else if (c != ')' && c != ';') {
      throw new Misread("`" + c + "` is not expected here");
    } else if (depth == 0) {
      throw new Misread("`" + c + "` is not expected here");
    }
    return node;
  }

  /** Statements up to one of the words, which stays, or a closing sign. */
  private Node list(Set<String> ends, boolean needed) {
    if (++depth > MAX_DEPTH) {
      throw new Misread("nested too deeply");
    }
    Source start = source.at(Math.min(at, text.length()));
    List<Node> nodes = new ArrayList<>();
    while (true) {
      skipEmpty();
      boolean closed =
          at >= limit || text.charAt(at) == ')' || text.startsWith(";;", at) || isKeyword(ends);
      if (closed) {
        depth--;
        if (needed && nodes.isEmpty()) {
          throw new Misread("a command is missing here");
        }
        return new Node.Sequence(nodes, start);
      }
      nodes.add(statement());
    }
  }

  private boolean isKeyword(Set<String> ends) {
    return !ends.isEmpty() && ends.contains(peekWord());
  }

  /** The word that begins here, if it is only letters and braces. */
  private String peekWord() {
    int end = at;
    while (end < limit
        && (Character.isLetter(text.charAt(end)) || "{}!".indexOf(text.charAt(end)) >= 0)) {
      end++;
    }
    boolean whole = end >= limit || " \t\n;&|<>()".indexOf(text.charAt(end)) >= 0;
    return whole ? text.substring(at, end) : "";
  }

  private boolean takeKeyword(String word) {
    skipEmpty();
    if (!peekWord().equals(word)) {
      return false;
    }
    at += word.length();
    return true;
  }

  private void expectKeyword(String word) {
    if (!takeKeyword(word)) {
      throw new Misread("`" + word + "` is expected here");
    }
  }

  private void skipBlanks() {
    while (at < limit) {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < limit && text.charAt(at + 1) == '\n') {
        if (behind.containsKey(at + 1)) {
          throw new Misread("a here-document before a continued line is not known here");
        }
        at += 2;
      } else if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 || end > limit ? limit : end;
      } else if (c == ' ' || c == '\t') {
        at++;
      } else {
        return;
      }
    }
  }

  private void skipEmpty() {
    skipBlanks();
    while (at < limit && text.charAt(at) == '\n') {
      newline();
      skipBlanks();
    }
  }

  /** A line's end, and the here-documents that begin behind it. */
  private void newline() {
    at = behind.getOrDefault(at, at + 1);
  }

  /** Reads the here-document that an operator on this line announces. */
  private Word document(String end, boolean tabs, boolean expands) {
    int lineEnd = text.indexOf('\n', at);
    if (lineEnd < 0 || lineEnd >= limit) {
      throw new Misread("the here-document does not begin");
    }
    int from = behind.getOrDefault(lineEnd, lineEnd + 1);
    int next = from;
    StringBuilder body = new StringBuilder();
    while (next < limit) {
      int stop = text.indexOf('\n', next);
      stop = stop < 0 || stop > limit ? limit : stop;
      String line = text.substring(next, stop);
      String shown = tabs ? line.replaceFirst("^\t+", "") : line;
      next = Math.min(limit, stop + 1);
      if (shown.equals(end)) {
        behind.put(lineEnd, next);
        List<Word.Part> parts =
            expands
                ? WordReader.document(source.file(), body.toString())
                : List.of(new Word.Literal(body.toString(), true));
        return new Word(parts, source.at(from));
      }
      body.append(shown).append('\n');
    }
    throw new Misread("the here-document does not end: no line `" + end + "`");
  }

  private Node andOr() {
    Node first = pipeline();
    List<Node.AndOr.Next> rest = new ArrayList<>();
    while (true) {
      skipBlanks();
      boolean and = text.startsWith("&&", at);
      if (at >= limit || !and && !text.startsWith("||", at)) {
        return rest.isEmpty() ? first : new Node.AndOr(first, rest, first.source());
      }
      at += 2;
      skipEmpty();
      rest.add(new Node.AndOr.Next(and, pipeline()));
    }
  }

  private Node pipeline() {
    skipBlanks();
    Source start = source.at(at);
    boolean negated = false;
    while (peekWord().equals("!")) {
      negated = !negated;
      at++;
      skipBlanks();
    }
    List<Node> parts = new ArrayList<>(List.of(command()));
    while (true) {
      skipBlanks();
      if (at >= limit || text.charAt(at) != '|' || text.startsWith("||", at)) {
        break;
      }
      at++;
      if (at < limit && text.charAt(at) == '&') {
        throw new Misread("`|&` is not known here");
      }
      skipEmpty();
      parts.add(command());
    }
    return parts.size() == 1 && !negated ? parts.get(0) : new Node.Pipeline(negated, parts, start);
  }

  private Node command() {
    skipBlanks();
    if (at >= limit) {
      throw new Misread("a command is missing here");
    }
    Source start = source.at(at);
    String word = peekWord();
    switch (word) {
      case "if":
        return redirected(condition(start), start);
      case "for":
        return redirected(each(start), start);
      case "while":
      case "until":
        return redirected(loop(start, word.equals("until")), start);
      case "case":
        return redirected(select(start), start);
      case "{":
        at++;
        Node body = list(Set.of("}"), true);
        expectKeyword("}");
        return redirected(new Node.Group(body, false, List.of(), start), start);
      case "function":
      case "select":
      case "time":
      case "coproc":
        throw new Misread("`" + word + "` is not known here");
      default:
        break;
    }
    if (CLOSING.contains(word)) {
      throw new Misread("`" + word + "` is not expected here");
    }
    if (text.startsWith("((", at) || text.startsWith("[[", at)) {
      throw new Misread("`" + text.substring(at, at + 2) + "` is not known here");
    }
    if (text.charAt(at) == '(') {
      at++;
      Node body = untilClosed();
      return redirected(new Node.Group(body, true, List.of(), start), start);
    }
    return simple(start);
  }

  private Node redirected(Node node, Source start) {
    List<Node.Redirection> redirections = new ArrayList<>();
    skipBlanks();
    while (redirection(redirections)) {
      skipBlanks();
    }
    return redirections.isEmpty() ? node : new Node.Group(node, false, redirections, start);
  }

  private Node condition(Source start) {
    List<Node.If.Branch> branches = new ArrayList<>();
    at += 2;
    Optional<Node> otherwise = Optional.empty();
    do {
      Node test = list(Set.of("then"), true);
      expectKeyword("then");
      Node body = list(Set.of("elif", "else", "fi"), true);
      branches.add(new Node.If.Branch(test, body));
    } while (takeKeyword("elif"));
    if (takeKeyword("else")) {
      otherwise = Optional.of(list(Set.of("fi"), true));
    }
    expectKeyword("fi");
    return new Node.If(branches, otherwise, start);
  }

  private Node each(Source start) {
    at += 3;
    skipBlanks();
    String name = word().plain().orElse("");
    if (!isName(name)) {
      throw new Misread("a name is expected behind `for`");
    }
    skipEmpty();
    Optional<List<Word>> over = Optional.empty();
    if (takeKeyword("in")) {
      List<Word> listed = new ArrayList<>();
      skipBlanks();
      while (at < limit && text.charAt(at) != ';' && text.charAt(at) != '\n') {
        listed.add(word());
        skipBlanks();
      }
      over = Optional.of(listed);
    }
    skipBlanks();
    if (at < limit && text.charAt(at) == ';') {
      at++;
    }
    return new Node.For(name, over, body(), start);
  }

  private Node body() {
    expectKeyword("do");
    Node body = list(Set.of("done"), true);
    expectKeyword("done");
    return body;
  }

  private Node loop(Source start, boolean until) {
    at += 5;
    Node test = list(Set.of("do"), true);
    return new Node.Loop(until, test, body(), start);
  }

  private Node select(Source start) {
    at += 4;
    skipBlanks();
    Word subject = word();
    expectKeyword("in");
    List<Node.Case.Clause> clauses = new ArrayList<>();
    while (!takeKeyword("esac")) {
      skipEmpty();
      if (at < limit && text.charAt(at) == '(') {
        at++;
      }
      List<Word> patterns = new ArrayList<>();
      do {
        skipBlanks();
        patterns.add(word());
        skipBlanks();
      } while (takeSign('|'));
      if (!takeSign(')')) {
        throw new Misread("`)` is expected behind a pattern");
      }
      Node body = list(Set.of("esac"), false);
      clauses.add(new Node.Case.Clause(patterns, body));
      if (text.startsWith(";;", at)) {
        at += 2;
      }
    }
    return new Node.Case(subject, clauses, start);
  }

  private boolean takeSign(char sign) {
    boolean found = at < limit && text.charAt(at) == sign;
    at += found ? 1 : 0;
    return found;
  }

  private Word word() {
    Word word = words.read(at, depth);
    if (words.end() == at) {
      throw new Misread(
          at < limit && text.charAt(at) != '\n'
              ? "`" + text.charAt(at) + "` is not expected here"
              : "a word is missing here");
    }
    at = words.end();
    return word;
  }

  static boolean isName(String text) {
    return text.matches("[A-Za-z_][A-Za-z0-9_]*");
  }

  private Node simple(Source start) {
    int from = at;
    List<Node.Assignment> assignments = new ArrayList<>();
    List<Word> found = new ArrayList<>();
    List<Node.Redirection> redirections = new ArrayList<>();
    int end = at;
    while (true) {
      skipBlanks();
      if (at >= limit || "\n;&|)".indexOf(text.charAt(at)) >= 0) {
        break;
      }
      if (redirection(redirections)) {
        end = at;
        continue;
      }
      if (text.charAt(at) == '(') {
        return function(found, start);
      }
      int wordStart = at;
      Word word = word();
      Optional<Node.Assignment> assignment =
          found.isEmpty() ? assignment(word, wordStart) : Optional.empty();
      assignment.ifPresentOrElse(assignments::add, () -> found.add(word));
      end = at;
    }
    if (found.isEmpty() && assignments.isEmpty() && redirections.isEmpty()) {
      throw new Misread("a command is missing here");
    }
    String shown = text.substring(from, Math.min(end, limit)).replace("\\\n", " ").strip();
    return new Node.Simple(assignments, found, redirections, shown, start);
  }

  private Node function(List<Word> found, Source start) {
    String name = found.size() == 1 ? found.get(0).plain().orElse("") : "";
    int close = at + 1;
    while (close < limit && " \t".indexOf(text.charAt(close)) >= 0) {
      close++;
    }
    if (!isName(name.replace('-', '_')) || close >= limit || text.charAt(close) != ')') {
      throw new Misread("`(` is not expected here");
    }
    at = close + 1;
    skipEmpty();
    return new Node.Function(name, command(), start);
  }

  private Optional<Node.Assignment> assignment(Word word, int from) {
    if (word.parts().isEmpty() || !(word.parts().get(0) instanceof Word.Literal)) {
      return Optional.empty();
    }
    Word.Literal first = (Word.Literal) word.parts().get(0);
    int sign = first.text().indexOf('=');
    if (first.quoted() || sign <= 0 || !isName(first.text().substring(0, sign))) {
      return Optional.empty();
    }
    if (at < limit && text.charAt(at) == '(') {
      throw new Misread("lists in variables are not known here");
    }
    List<Word.Part> parts = new ArrayList<>();
    String value = first.text().substring(sign + 1);
    if (!value.isEmpty()) {
      parts.add(new Word.Literal(value, false));
    }
    parts.addAll(word.parts().subList(1, word.parts().size()));
    return Optional.of(
        new Node.Assignment(
            first.text().substring(0, sign), new Word(parts, source.at(from + sign + 1))));
  }

  /** {@code 2>file} and the like; whether there was one. */
  private boolean redirection(List<Node.Redirection> into) {
    int start = at;
    int digits = at;
    while (digits < limit && Character.isDigit(text.charAt(digits))) {
      digits++;
    }
    boolean both = text.startsWith("&>", at);
    int sign = both ? at + 1 : digits;
    if (sign >= limit || text.charAt(sign) != '<' && text.charAt(sign) != '>' || digits - at > 2) {
      return false;
    }
    int descriptor =
        digits > at
            ? Integer.parseInt(text.substring(at, digits))
            : text.charAt(sign) == '<' ? 0 : 1;
    String operator = operator(sign);
    at = sign + operator.length();
    if (operator.equals("<<<") || operator.equals("<(") || operator.equals(">(")) {
      at = start;
      throw new Misread("`" + operator + "` is not known here");
    }
    skipBlanks();
    Word target = word();
    boolean document = operator.startsWith("<<");
    boolean expands = target.plain().isPresent();
    into.add(
        new Node.Redirection(
            descriptor,
            operator,
            document ? document(end(target), operator.equals("<<-"), expands) : target));
    return true;
  }

  /** The line that ends a here-document. */
  private static String end(Word target) {
    StringBuilder end = new StringBuilder();
    for (Word.Part part : target.parts()) {
      if (!(part instanceof Word.Literal)) {
        throw new Misread("the here-document's end is not known");
      }
      end.append(((Word.Literal) part).text());
    }
    return end.toString();
  }

  private String operator(int sign) {
    for (String known : List.of("<<<", "<<-", "<<", ">>", ">&", "<&", ">|", "<>", "<(", ">(")) {
      if (text.startsWith(known, sign)) {
        return known;
      }
    }
    return text.substring(sign, sign + 1);
  }
}
