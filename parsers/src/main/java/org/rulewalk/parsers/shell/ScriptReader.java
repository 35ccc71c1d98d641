package org.rulewalk.parsers.shell;

import java.util.List;
import java.util.Optional;
import org.rulewalk.parsers.source.SourceText;

/** Reads a script; never fails and never runs anything. */
public final class ScriptReader {
  /** Longer texts are no firewall scripts. */
  static final int MOST_CHARACTERS = 1 << 20;

  private ScriptReader() {}

  /** The script in a file. */
  public static Script read(SourceText text) {
    String content = text.text();
    Optional<String> interpreter =
        content.startsWith("#!")
            ? Optional.of(text.line(1).substring(2).strip())
            : Optional.empty();
    Optional<String> refusal = refusal(text, content);
    if (refusal.isPresent()) {
      return new Script(
          text,
          interpreter,
          new Node.Sequence(
              List.of(new Node.NotUnderstood(refusal.get(), text.at(0))), text.at(0)));
    }
    Script script =
        new Script(text, interpreter, new NodeReader(text, 0, content.length(), 0).script());
    return script;
  }

  private static Optional<String> refusal(SourceText text, String content) {
    if (content.length() > MOST_CHARACTERS) {
      return Optional.of("the file is too large for a script: not read");
    }
    if (text.hadBadBytes() || content.indexOf(0) >= 0) {
      return Optional.of("the file is no text");
    }
    return Optional.empty();
  }
}
