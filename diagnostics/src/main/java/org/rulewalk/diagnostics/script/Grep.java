package org.rulewalk.diagnostics.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.rulewalk.diagnostics.command.Listing;

/** {@code grep} in a text that is known, perhaps not to the letter (POSIX grep, GNU options). */
final class Grep {
  private static final int LONGEST_PATTERN = 500;
  private static final int MOST_STEPS = 2_000_000;

  private static final Pattern WORD = Pattern.compile("[A-Za-z]{3,}");

  /** Signs by which a word in a pattern may be left out, or be part of a list. */
  private static final Pattern OPTIONAL = Pattern.compile("[\\[\\]|*?{}\\\\]");

  private final List<String> patterns = new ArrayList<>();
  private final List<String> files = new ArrayList<>();
  private boolean fixed;
  private boolean extended;
  private boolean ignoresCase;
  private boolean inverted;
  private boolean counts;
  private boolean quiet;
  private boolean words;
  private boolean whole;
  private boolean unknownOption;

  /** A search asks too much of the pattern. */
  private static final class TooLong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLong() {
      super("", null, false, false);
    }
  }

  Grep(String program, List<String> arguments) {
    fixed = program.equals("fgrep");
    extended = program.equals("egrep");
    boolean options = true;
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (options && word.equals("--")) {
        options = false;
      } else if (options && word.startsWith("--")) {
        longOption(word);
      } else if (options && word.length() > 1 && word.startsWith("-")) {
        boolean pattern = letters(word.substring(1));
        if (pattern && i + 1 < arguments.size()) {
          patterns.add(arguments.get(++i));
        }
      } else if (patterns.isEmpty()) {
        patterns.add(word);
      } else {
        files.add(word);
      }
    }
  }

  private void longOption(String word) {
    switch (word) {
      case "--quiet":
      case "--silent":
        quiet = true;
        break;
      case "--fixed-strings":
        fixed = true;
        break;
      case "--extended-regexp":
        extended = true;
        break;
      case "--ignore-case":
        ignoresCase = true;
        break;
      case "--invert-match":
        inverted = true;
        break;
      case "--count":
        counts = true;
        break;
      case "--word-regexp":
        words = true;
        break;
      case "--line-regexp":
        whole = true;
        break;
      case "--no-messages":
      case "--color=never":
      case "--color=auto":
        break;
      default:
        if (word.startsWith("--regexp=")) {
          patterns.add(word.substring("--regexp=".length()));
        } else {
          unknownOption = true;
        }
    }
  }

  /** Letters of one word; whether the next word is a pattern. */
  private boolean letters(String letters) {
    for (char letter : letters.toCharArray()) {
      switch (letter) {
        case 'q':
          quiet = true;
          break;
        case 'F':
          fixed = true;
          break;
        case 'E':
          extended = true;
          break;
        case 'i':
        case 'y':
          ignoresCase = true;
          break;
        case 'v':
          inverted = true;
          break;
        case 'c':
          counts = true;
          break;
        case 'w':
          words = true;
          break;
        case 'x':
          whole = true;
          break;
        case 's':
        case 'G':
        case 'h':
        case 'a':
          break;
        case 'e':
          return true;
        default:
          unknownOption = true;
      }
    }
    return false;
  }

  /** The files that are searched; none where it is the input. */
  List<String> files() {
    return files;
  }

  String pattern() {
    return String.join("|", patterns);
  }

  /** Status and output; unknown where the text isn't known well enough. */
  Result search(Listing text) {
    if (patterns.isEmpty()) {
      return Result.of(2);
    }
    if (unknownOption || patterns.stream().anyMatch(p -> p.length() > LONGEST_PATTERN)) {
      return Result.unknown();
    }
    List<Listing.Line> found = new ArrayList<>();
    boolean sure = false;
    boolean perhaps = !text.complete();
    try {
      List<Pattern> compiled = patterns.stream().map(this::compile).toList();
      for (Listing.Line line : text.lines()) {
        boolean matches = compiled.stream().anyMatch(p -> matches(p, line.text())) != inverted;
        if (matches) {
          found.add(line);
        }
        sure |= matches && line.exact();
        perhaps |= !line.exact() && !(line.words() && isStrange(line.text()));
      }
    } catch (PatternSyntaxException | TooLong e) {
      return Result.unknown();
    }
    OptionalInt status =
        sure ? OptionalInt.of(0) : perhaps ? OptionalInt.empty() : OptionalInt.of(1);
    if (quiet) {
      return new Result(status, Listing.EMPTY);
    }
    Listing out = new Listing(found, !perhaps);
    return new Result(
        status,
        counts ? (perhaps ? Listing.UNKNOWN : Listing.of(String.valueOf(found.size()))) : out);
  }

  /**
   * Whether each pattern has a word that the text hasn't: then it can't be found, however the text
   * is laid out.
   */
  private boolean isStrange(String text) {
    if (inverted || patterns.stream().anyMatch(p -> OPTIONAL.matcher(p).find())) {
      return false;
    }
    for (String pattern : patterns) {
      boolean strange =
          WORD.matcher(pattern).results().anyMatch(found -> !text.contains(found.group()));
      if (!strange) {
        return false;
      }
    }
    return !ignoresCase;
  }

  Optional<Boolean> found(Result result) {
    return result.isKnown() ? Optional.of(result.succeeded()) : Optional.empty();
  }

  private boolean matches(Pattern pattern, String line) {
    java.util.regex.Matcher matcher = pattern.matcher(new Counted(line));
    return whole ? matcher.matches() : matcher.find();
  }

  private Pattern compile(String written) {
    String source = fixed ? Pattern.quote(written) : extended ? written : basic(written);
    source = words ? "(?<!\\w)(?:" + source + ")(?!\\w)" : source;
    return Pattern.compile(source, ignoresCase ? Pattern.CASE_INSENSITIVE : 0);
  }

  /** A basic regular expression in the words of Java's. */
  private static String basic(String written) {
    StringBuilder java = new StringBuilder();
    boolean list = false;
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      if (list) {
        list = c != ']';
        java.append(c == '[' && !written.startsWith("[:", i) ? "\\[" : String.valueOf(c));
      } else if (c == '\\' && i + 1 < written.length()) {
        char next = written.charAt(++i);
        java.append("(){}|+?".indexOf(next) >= 0 ? String.valueOf(next) : "\\" + next);
      } else if ("(){}|+?".indexOf(c) >= 0 || c == '*' && i == 0) {
        java.append('\\').append(c);
      } else {
        list = c == '[';
        java.append(c);
      }
    }
    return java.toString()
        .replace("[:space:]", "\\s")
        .replace("[:digit:]", "0-9")
        .replace("[:alpha:]", "a-zA-Z")
        .replace("[:alnum:]", "a-zA-Z0-9");
  }

  /** A text that stops a search which looks at it too often. */
  private static final class Counted implements CharSequence {
    private final String text;
    private int steps;

    Counted(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps > MOST_STEPS) {
        throw new TooLong();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
