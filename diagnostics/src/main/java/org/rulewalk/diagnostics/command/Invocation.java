package org.rulewalk.diagnostics.command;

import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.value.Source;

/**
 * A command with its words as the program gets them.
 *
 * @param words the program first
 * @param input what comes in; empty where nothing does
 * @param files the texts of files that are known
 * @param source where it stands
 */
public record Invocation(List<String> words, Optional<Listing> input, Files files, Source source) {
  /** Keeps a copy. */
  public Invocation {
    words = List.copyOf(words);
  }

  /** Files of the machine that the capture holds. */
  public interface Files {
    /** None are known. */
    Files NONE = path -> Optional.empty();

    /** The text of the file with this absolute path. */
    Optional<String> text(String path);
  }

  /** The program's name without its folder. */
  public String program() {
    String first = words.get(0);
    return first.substring(first.lastIndexOf('/') + 1);
  }

  /** The words behind the program. */
  public List<String> arguments() {
    return words.subList(1, words.size());
  }

  /** The same with other words. */
  Invocation with(List<String> other) {
    return new Invocation(other, input, files, source);
  }

  /** A place for something that this command makes. */
  Source made(String text) {
    return new Source(source.file(), source.line(), source.column(), text);
  }
}
