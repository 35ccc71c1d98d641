package org.rulewalk.parsers.expect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.rulewalk.parsers.source.Problem;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.value.Source;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads expectations: {@code expect:} and a list of {@code allow}, {@code deny} and {@code only},
 * each with {@code from}, {@code to}, {@code service} or {@code services}, and a {@code name}.
 *
 * <p>Tags mean nothing, aliases and deep nesting are refused, and the size is bounded.
 */
public final class ExpectationReader {
  private static final int MOST_CHARACTERS = 1 << 20;
  private static final int DEEPEST = 8;
  private static final Set<String> KEYS = Set.of("from", "to", "service", "services", "name");
  private static final String SHAPE =
      "write: expect: and below it lines like - allow: {from: work, to: 192.0.2.1, service: tcp/443}";

  private final SourceText text;
  private final Problems problems = new Problems();
  private final List<Expectation> found = new ArrayList<>();

  private ExpectationReader(SourceText text) {
    this.text = text;
  }

  /**
   * What a file says.
   *
   * @param problems what could not be read; the rest was
   */
  public record Expectations(List<Expectation> list, List<Problem> problems) {
    /** Keeps copies. */
    public Expectations {
      list = List.copyOf(list);
      problems = List.copyOf(problems);
    }
  }

  /** Reads a file's text. */
  public static Expectations read(SourceText text) {
    ExpectationReader reader = new ExpectationReader(text);
    reader.file();
    return new Expectations(reader.found, reader.problems.list());
  }

  private void file() {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(text.file())
            .setAllowDuplicateKeys(false)
            .setCodePointLimit(MOST_CHARACTERS)
            .build();
    try {
      if (isTame(settings)) {
        new Compose(settings)
            .composeString(text.text())
            .ifPresentOrElse(this::root, () -> error("empty", "nothing is expected", text.whole()));
      }
    } catch (MarkedYamlEngineException e) {
      error("syntax", e.getProblem(), e.getProblemMark().map(this::at).orElse(text.whole()));
    } catch (YamlEngineException e) {
      error("syntax", String.valueOf(e.getMessage()).split("\n", 2)[0], text.whole());
    }
  }

  /** Events come one by one, so that nothing is built of a file that is too deep. */
  private boolean isTame(LoadSettings settings) {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text.text())) {
      depth += event instanceof CollectionStartEvent ? 1 : 0;
      depth -= event instanceof CollectionEndEvent ? 1 : 0;
      if (depth > DEEPEST || event instanceof AliasEvent) {
        Source where = event.getStartMark().map(this::at).orElse(text.whole());
        error("shape", depth > DEEPEST ? "nested too deep" : "aliases are not read", where);
        return false;
      }
    }
    return true;
  }

  private Source at(Mark mark) {
    int line = Math.min(mark.getLine() + 1, text.lineCount());
    return text.at(Math.min(text.lineStart(line) + mark.getColumn(), text.text().length()));
  }

  private Source at(Node node) {
    return node.getStartMark().map(this::at).orElse(text.whole());
  }

  private void error(String id, String message, Source where) {
    problems.error("expect-" + id, message, where, 0, SHAPE);
  }

  private void root(Node node) {
    if (!(node instanceof MappingNode)) {
      error("shape", "`expect:` is missing", at(node));
      return;
    }
    boolean any = false;
    for (NodeTuple entry : ((MappingNode) node).getValue()) {
      Optional<String> key = scalar(entry.getKeyNode());
      if (key.filter("expect"::equals).isEmpty()) {
        error("key", "`" + key.orElse("?") + "` is not known here", at(entry.getKeyNode()));
        continue;
      }
      any = true;
      if (entry.getValueNode() instanceof SequenceNode) {
        ((SequenceNode) entry.getValueNode()).getValue().forEach(this::item);
      } else {
        error("shape", "`expect` has no list", at(entry.getValueNode()));
      }
    }
    if (!any) {
      error("shape", "`expect:` is missing", at(node));
    } else if (found.isEmpty() && problems.list().isEmpty()) {
      error("empty", "nothing is expected", at(node));
    }
  }

  private static Optional<String> scalar(Node node) {
    return node instanceof ScalarNode
        ? Optional.of(((ScalarNode) node).getValue())
        : Optional.empty();
  }

  private void item(Node node) {
    Optional<String> name = Optional.empty();
    Optional<NodeTuple> body = Optional.empty();
    if (!(node instanceof MappingNode)) {
      error("shape", "an expectation begins with `allow`, `deny` or `only`", at(node));
      return;
    }
    for (NodeTuple entry : ((MappingNode) node).getValue()) {
      String key = scalar(entry.getKeyNode()).orElse("?");
      if (key.equals("name")) {
        name = scalar(entry.getValueNode());
      } else if (kind(key).isPresent() && body.isEmpty()) {
        body = Optional.of(entry);
      } else {
        error("key", "`" + key + "` is not known here", at(entry.getKeyNode()));
        return;
      }
    }
    if (body.isEmpty() || !(body.get().getValueNode() instanceof MappingNode)) {
      error("shape", "an expectation begins with `allow`, `deny` or `only`", at(node));
      return;
    }
    body(body.get(), name);
  }

  private static Optional<Expectation.Kind> kind(String word) {
    for (Expectation.Kind kind : Expectation.Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(word)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  private void body(NodeTuple entry, Optional<String> outerName) {
    String kindWord = scalar(entry.getKeyNode()).orElseThrow();
    Source where = at(entry.getKeyNode());
    Optional<String> name = outerName;
    List<Expectation.Word> from = List.of();
    List<Expectation.Word> to = List.of();
    List<Expectation.Word> services = List.of();
    int before = problems.list().size();
    for (NodeTuple each : ((MappingNode) entry.getValueNode()).getValue()) {
      String key = scalar(each.getKeyNode()).orElse("?");
      if (!KEYS.contains(key)) {
        error("key", "`" + key + "` is not known here", at(each.getKeyNode()));
        continue;
      }
      List<Expectation.Word> words = words(each.getValueNode());
      from = key.equals("from") ? words : from;
      to = key.equals("to") ? words : to;
      services = key.startsWith("service") ? words : services;
      name = key.equals("name") ? words.stream().map(Expectation.Word::text).findFirst() : name;
    }
    Expectation.Kind kind = kind(kindWord).orElseThrow();
    boolean anyone = kind == Expectation.Kind.ONLY;
    if (to.isEmpty() || from.isEmpty() && !anyone) {
      error("shape", "`" + kindWord + "` says no `" + (to.isEmpty() ? "to" : "from") + "`", where);
    }
    if (kind == Expectation.Kind.ALLOW && services.isEmpty()) {
      error("shape", "`allow` says no `service`", where);
    }
    if (anyone && from.isEmpty() && services.isEmpty()) {
      error("shape", "`only` says neither `from` nor `services`", where);
    }
    if (problems.list().size() == before) {
      String words = kindWord + words(" from ", from) + words(" to ", to) + words(" on ", services);
      found.add(new Expectation(kind, name.orElse(words), from, to, services, where));
    }
  }

  private static String words(String before, List<Expectation.Word> words) {
    return words.isEmpty()
        ? ""
        : before + String.join(", ", words.stream().map(Expectation.Word::text).toList());
  }

  /** One word, or a list of them. */
  private List<Expectation.Word> words(Node node) {
    List<Node> nodes =
        node instanceof SequenceNode ? ((SequenceNode) node).getValue() : List.of(node);
    List<Expectation.Word> words = new ArrayList<>();
    for (Node each : nodes) {
      Optional<String> word = scalar(each).map(String::trim).filter(text -> !text.isEmpty());
      if (word.isPresent()) {
        words.add(new Expectation.Word(word.get(), at(each)));
      } else {
        error("shape", "a word is expected here", at(each));
      }
    }
    return words;
  }
}
