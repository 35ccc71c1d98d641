package org.rulewalk.diagnostics.startup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.diagnostics.script.Executed;
import org.rulewalk.parsers.shell.Node;
import org.rulewalk.parsers.shell.Script;
import org.rulewalk.parsers.shell.ScriptReader;
import org.rulewalk.parsers.source.SourceText;

/** Conditions that ask whether a rule is there before it is added. */
final class Guards {
  private Guards() {}

  /** A command that only asks: it may well fail. */
  static boolean isAsking(Executed command) {
    List<String> words = command.words();
    return words.contains("-C")
        || words.contains("--check")
        || words.contains("-L")
        || words.contains("-S")
        || words.contains("list")
        || words.contains("-D")
        || words.contains("-X")
        || words.contains("-F")
        || words.contains("delete")
        || command.message().contains("Chain already exists");
  }

  /**
   * Conditions {@code if list | grep PATTERN; then add …} without {@code !}, where the rule that is
   * added is one that the search would find: it is added only if it is there.
   */
  static List<Start.Inverted> inverted(SourceText text) {
    Script script = ScriptReader.read(text);
    List<Start.Inverted> found = new ArrayList<>();
    look(script.body(), found);
    return found;
  }

  private static void look(Node node, List<Start.Inverted> found) {
    if (node instanceof Node.Sequence) {
      ((Node.Sequence) node).nodes().forEach(each -> look(each, found));
    } else if (node instanceof Node.Group) {
      look(((Node.Group) node).body(), found);
    } else if (node instanceof Node.Function) {
      look(((Node.Function) node).body(), found);
    } else if (node instanceof Node.For) {
      look(((Node.For) node).body(), found);
    } else if (node instanceof Node.If) {
      for (Node.If.Branch branch : ((Node.If) node).branches()) {
        check(branch.condition(), branch.body(), found);
        look(branch.body(), found);
      }
    } else if (node instanceof Node.AndOr) {
      Node.AndOr both = (Node.AndOr) node;
      if (both.rest().size() == 1 && both.rest().get(0).and()) {
        check(both.first(), both.rest().get(0).node(), found);
      }
    }
  }

  private static void check(Node condition, Node body, List<Start.Inverted> found) {
    Node bare = bare(condition);
    if (!(bare instanceof Node.Pipeline)) {
      return;
    }
    Node.Pipeline pipeline = (Node.Pipeline) bare;
    Node last = pipeline.parts().get(pipeline.parts().size() - 1);
    boolean searches =
        !pipeline.negated()
            && pipeline.parts().size() > 1
            && words(pipeline.parts().get(0)).stream().anyMatch(Guards::isLister)
            && words(last).stream().findFirst().filter(w -> w.endsWith("grep")).isPresent();
    if (!searches) {
      return;
    }
    Optional<String> pattern =
        words(last).stream().skip(1).filter(word -> !word.startsWith("-")).findFirst();
    Optional<Node.Simple> adding = pattern.flatMap(wanted -> adding(body, wanted));
    adding.ifPresent(
        command ->
            found.add(new Start.Inverted(bare.source(), pattern.orElseThrow(), command.text())));
  }

  private static Node bare(Node condition) {
    boolean single =
        condition instanceof Node.Sequence && ((Node.Sequence) condition).nodes().size() == 1;
    return single ? bare(((Node.Sequence) condition).nodes().get(0)) : condition;
  }

  private static boolean isLister(String word) {
    return word.endsWith("nft") || word.contains("iptables") || word.contains("ip6tables");
  }

  private static List<String> words(Node node) {
    return node instanceof Node.Simple ? ScriptCommands.words((Node.Simple) node) : List.of();
  }

  /** A command that adds a rule which has the words of the search. */
  private static Optional<Node.Simple> adding(Node body, String pattern) {
    if (body instanceof Node.Sequence) {
      for (Node each : ((Node.Sequence) body).nodes()) {
        Optional<Node.Simple> found = adding(each, pattern);
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    }
    List<String> words = words(body);
    boolean adds =
        words.stream().anyMatch(Guards::isLister)
            && (words.contains("-A")
                || words.contains("-I")
                || words.contains("-N")
                || words.contains("add")
                || words.contains("insert"));
    return adds && String.join(" ", words).contains(pattern)
        ? Optional.of((Node.Simple) body)
        : Optional.empty();
  }
}
