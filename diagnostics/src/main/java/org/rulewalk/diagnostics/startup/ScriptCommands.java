package org.rulewalk.diagnostics.startup;

import java.util.ArrayList;
import java.util.List;
import org.rulewalk.parsers.shell.Node;
import org.rulewalk.parsers.shell.Script;
import org.rulewalk.parsers.shell.Word;
import org.rulewalk.simulator.value.Source;

/** All simple commands of a script in the order of its text, whether it comes to them or not. */
final class ScriptCommands implements Node.Cases<Void> {
  private final List<Written> found = new ArrayList<>();

  /**
   * A command.
   *
   * @param words with nothing for what only running it would tell
   */
  record Written(List<String> words, Source source) {
    String text() {
      return String.join(" ", words);
    }
  }

  static List<Written> of(Script script) {
    ScriptCommands commands = new ScriptCommands();
    script.body().fold(commands);
    return commands.found;
  }

  /** The words of one command. */
  static List<String> words(Node.Simple node) {
    List<String> words = new ArrayList<>();
    for (Word word : node.words()) {
      StringBuilder text = new StringBuilder();
      for (Word.Part part : word.parts()) {
        text.append(part instanceof Word.Literal ? ((Word.Literal) part).text() : "");
      }
      words.add(text.toString());
    }
    return words;
  }

  @Override
  public Void simple(Node.Simple node) {
    found.add(new Written(words(node), node.source()));
    return null;
  }

  @Override
  public Void pipeline(Node.Pipeline node) {
    node.parts().forEach(each -> each.fold(this));
    return null;
  }

  @Override
  public Void andOr(Node.AndOr node) {
    node.first().fold(this);
    node.rest().forEach(each -> each.node().fold(this));
    return null;
  }

  @Override
  public Void sequence(Node.Sequence node) {
    node.nodes().forEach(each -> each.fold(this));
    return null;
  }

  @Override
  public Void background(Node.Background node) {
    return node.node().fold(this);
  }

  @Override
  public Void condition(Node.If node) {
    for (Node.If.Branch branch : node.branches()) {
      branch.condition().fold(this);
      branch.body().fold(this);
    }
    node.otherwise().ifPresent(each -> each.fold(this));
    return null;
  }

  @Override
  public Void each(Node.For node) {
    return node.body().fold(this);
  }

  @Override
  public Void loop(Node.Loop node) {
    node.condition().fold(this);
    return node.body().fold(this);
  }

  @Override
  public Void select(Node.Case node) {
    node.clauses().forEach(clause -> clause.body().fold(this));
    return null;
  }

  @Override
  public Void group(Node.Group node) {
    return node.body().fold(this);
  }

  @Override
  public Void function(Node.Function node) {
    return node.body().fold(this);
  }

  @Override
  public Void notUnderstood(Node.NotUnderstood node) {
    return null;
  }
}
