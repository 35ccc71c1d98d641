package org.rulewalk.parsers.shell;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/**
 * A word of a command before anything in it is expanded.
 *
 * @param parts side by side, without blanks between
 * @param source where it starts
 */
public record Word(List<Part> parts, Source source) {
  /** Keeps a copy. */
  public Word {
    parts = List.copyOf(parts);
  }

  /** A word that stands for itself. */
  public static Word literal(String text, Source source) {
    return new Word(List.of(new Literal(text, false)), source);
  }

  /** The word where nothing in it is quoted or expanded: what keywords and names must be. */
  public Optional<String> plain() {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      Optional<String> bare =
          part.fold(
              new Cases<>() {
                @Override
                public Optional<String> literal(Literal literal) {
                  return literal.quoted() ? Optional.empty() : Optional.of(literal.text());
                }

                @Override
                public Optional<String> parameter(Parameter parameter) {
                  return Optional.empty();
                }

                @Override
                public Optional<String> substitution(Substitution substitution) {
                  return Optional.empty();
                }

                @Override
                public Optional<String> unknown(Unknown unknown) {
                  return Optional.empty();
                }
              });
      if (bare.isEmpty()) {
        return Optional.empty();
      }
      text.append(bare.get());
    }
    return Optional.of(text.toString());
  }

  /** A piece of a word. */
  public sealed interface Part {
    /** Whether it stands between quotes. */
    boolean quoted();

    /** One case a kind. */
    <R> R fold(Cases<R> cases);
  }

  /** One method a kind of part. */
  public interface Cases<R> {
    R literal(Literal literal);

    R parameter(Parameter parameter);

    R substitution(Substitution substitution);

    R unknown(Unknown unknown);
  }

  /** Text that stands for itself. */
  public record Literal(String text, boolean quoted) implements Part {
    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.literal(this);
    }
  }

  /**
   * {@code $name}, {@code ${name}} or {@code ${name:-word}}.
   *
   * @param operator empty, or one of {@code - :- = := + :+ ? :? # ## % %%}, or {@code length}
   */
  public record Parameter(String name, String operator, Optional<Word> operand, boolean quoted)
      implements Part {
    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.parameter(this);
    }
  }

  /** {@code $(…)} or backticks. */
  public record Substitution(Node script, boolean quoted) implements Part {
    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.substitution(this);
    }
  }

  /** Something whose value isn't worked out here, such as arithmetic. */
  public record Unknown(String text, boolean quoted) implements Part {
    @Override
    public <R> R fold(Cases<R> cases) {
      return cases.unknown(this);
    }
  }
}
