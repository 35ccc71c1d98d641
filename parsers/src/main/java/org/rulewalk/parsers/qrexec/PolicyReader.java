package org.rulewalk.parsers.qrexec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.parsers.source.Spelling;
import org.rulewalk.simulator.value.Source;

/**
 * Reads dom0's qrexec policy as qrexec does. Where qrexec stops at the first error, this goes on,
 * so that all are told.
 *
 * <p>Time is linear in what is read; a file that is included often is read often, up to {@value
 * #MOST_INCLUDES} times in all. Nothing outside the capture is looked at.
 */
public final class PolicyReader {
  private static final int MOST_INCLUDES = 2000;
  private static final int DEEPEST = 50;
  private static final int MOST_LINES = 500_000;
  private static final int MOST_ERRORS = 100;
  private static final List<String> IGNORED_SUFFIXES = List.of(".rpmsave", ".rpmnew", ".swp");
  private static final String SUFFIX = ".policy";

  private final PolicyTree tree;
  private final List<PolicyLine> lines = new ArrayList<>();
  private final List<PolicyError> errors = new ArrayList<>();
  private final List<PolicyGap> gaps = new ArrayList<>();
  private final Set<Policy.Taken> taken = new LinkedHashSet<>();
  private final List<Policy.Ignored> ignored = new ArrayList<>();
  private final Deque<String> open = new ArrayDeque<>();
  private String base = PolicyTree.POLICY_D;
  private int includes;

  private PolicyReader(PolicyTree tree) {
    this.tree = tree;
  }

  /**
   * The policy that calls of a service with an argument are asked of.
   *
   * @param service in PedOS' spelling
   * @param argument without its plus sign
   */
  public static Policy read(PolicyFiles files, String service, String argument) {
    PolicyReader reader = new PolicyReader(files.tree());
    if (reader.hasList()) {
      reader.list();
      return reader.finished(Policy.Form.ONE_LIST);
    }
    if (files.tree().hasDirectory(PolicyTree.OLD)) {
      reader.old(service, argument);
      return reader.finished(Policy.Form.FILE_PER_SERVICE);
    }
    return reader.finished(Policy.Form.NONE);
  }

  private Policy finished(Policy.Form form) {
    return new Policy(form, lines, errors, gaps, List.copyOf(taken), ignored);
  }

  private boolean hasList() {
    return tree.names(PolicyTree.POLICY_D).stream().anyMatch(name -> name.endsWith(SUFFIX))
        || tree.names(PolicyTree.RUNTIME).stream().anyMatch(name -> name.endsWith(SUFFIX));
  }

  /** {@code load_policy_dirs}: by name, the one below /run where both have it. */
  private void list() {
    SortedMap<String, String> paths = new TreeMap<>();
    for (String directory : List.of(PolicyTree.RUNTIME, PolicyTree.POLICY_D)) {
      for (String name : counting(directory)) {
        String before = paths.putIfAbsent(name, directory);
        if (before != null) {
          ignore(directory + name, "the file of the same name in " + before + " counts instead");
        }
      }
    }
    paths.forEach(
        (name, directory) -> {
          base = directory;
          tree.file(directory + name).ifPresent(text -> listed(text, directory + name));
        });
    if (!tree.names(PolicyTree.OLD).isEmpty()
        && taken.stream().noneMatch(file -> file.path().startsWith(PolicyTree.OLD))) {
      tree.names(PolicyTree.OLD)
          .forEach(
              name ->
                  ignore(
                      PolicyTree.OLD + name,
                      "no line !compat-4.0 in policy.d has the files of R4.0 read"));
    }
  }

  /** {@code filter_filepaths}: those of a directory that count. */
  private List<String> counting(String directory) {
    List<String> counting = new ArrayList<>();
    for (String name : tree.names(directory)) {
      if (name.startsWith(".")) {
        ignore(directory + name, "its name begins with a dot");
      } else if (!name.endsWith(SUFFIX)) {
        ignore(directory + name, "its name does not end with .policy");
      } else {
        // names that hold the system's own name are lower case in the other spelling
        String strange = upper(name.replace("PedOS", "")) + LineReader.strange(name, "_.-");
        if (!strange.isEmpty()) {
          Source where = tree.file(directory + name).map(SourceText::whole).orElse(Source.NONE);
          error(
              where,
              "invalid filename: " + directory + name,
              "names of policy files have lower-case letters, digits, _ . and - alone",
              Optional.empty());
        }
        counting.add(name);
      }
    }
    return counting;
  }

  private static String upper(String name) {
    return name.equals(name.toLowerCase(java.util.Locale.ROOT)) ? "" : name;
  }

  private void ignore(String path, String reason) {
    tree.file(path).ifPresent(text -> ignored.add(new Policy.Ignored(text.file(), reason)));
  }

  /** Whether a file may be read now; if so, {@link #close} must follow. */
  private boolean open(SourceText text, String path, Source where) {
    if (open.contains(path)) {
      error(where, "the file includes itself: " + path, "take the line out", Optional.empty());
      return false;
    }
    includes++;
    if (includes > MOST_INCLUDES || open.size() >= DEEPEST || lines.size() > MOST_LINES) {
      gap(where, path);
      return false;
    }
    if (text.text().indexOf('\ufffd') >= 0) {
      error(
          text.whole(),
          "the file is no UTF-8",
          "write it anew without the broken characters",
          Optional.empty());
    }
    open.push(path);
    taken.add(new Policy.Taken(text.file(), path));
    return true;
  }

  private void close() {
    open.pop();
  }

  private void gap(Source where, String path) {
    if (gaps.size() < MOST_ERRORS) {
      gaps.add(new PolicyGap(lines.size(), where, path));
    }
  }

  private void error(Source where, String message, String hint, Optional<String> corrected) {
    PolicyError error = new PolicyError(where, message, hint, corrected);
    if (errors.size() < MOST_ERRORS && !errors.contains(error)) {
      errors.add(error);
    }
  }

  /** A line that says something; comments and empty lines do not. */
  private static boolean says(String line) {
    return !line.isEmpty() && line.charAt(0) != '#';
  }

  private void listed(SourceText text, String path) {
    if (!open(text, path, text.whole())) {
      return;
    }
    for (int number = 1; number <= text.lineCount(); number++) {
      String line = Fields.strip(text.line(number));
      if (!says(line)) {
        continue;
      }
      Source where = text.atLine(number);
      try {
        if (line.startsWith("!")) {
          directive(Fields.split(line), where);
        } else {
          lines.add(LineReader.listed(line, where));
        }
      } catch (Misread e) {
        error(where, e.getMessage(), e.hint(), LineReader.corrected(line));
      }
    }
    close();
  }

  private void directive(List<String> words, Source where) throws Misread {
    int wanted;
    switch (words.get(0)) {
      case "!include":
      case "!include-dir":
        wanted = 1;
        break;
      case "!include-service":
        wanted = 3;
        break;
      case "!compat-4.0":
        wanted = 0;
        break;
      default:
        throw new Misread(
            "invalid directive",
            "there are !include, !include-dir, !include-service and !compat-4.0");
    }
    if (words.size() - 1 != wanted) {
      throw new Misread("invalid number of params", words.get(0) + " takes " + wanted);
    }
    switch (words.get(0)) {
      case "!include":
        include(PolicyTree.resolve(base, words.get(1)), where);
        break;
      case "!include-dir":
        includeDirectory(PolicyTree.resolve(base, words.get(1)) + "/", where);
        break;
      case "!include-service":
        includeService(
            LineReader.service(words.get(1), words.get(2)),
            PolicyTree.resolve(base, words.get(3)),
            base,
            where);
        break;
      default:
        compatible(where);
    }
  }

  private void include(String path, Source where) {
    Optional<SourceText> text = tree.file(path);
    if (text.isEmpty()) {
      gap(where, path);
    } else if (open.contains(path)) {
      open(text.get(), path, where);
    } else {
      listed(text.get(), path);
    }
  }

  private void includeDirectory(String directory, Source where) {
    if (!tree.hasDirectory(directory)) {
      gap(where, directory);
      return;
    }
    counting(directory).forEach(name -> include(directory + name, where));
  }

  private void includeService(
      LineReader.Service service, String path, String directory, Source where) {
    Optional<SourceText> text = tree.file(path);
    if (text.isEmpty()) {
      gap(where, path);
      return;
    }
    if (!open(text.get(), path, where)) {
      return;
    }
    for (int number = 1; number <= text.get().lineCount(); number++) {
      String line = Fields.strip(text.get().line(number));
      if (says(line)) {
        serviceLine(
            line.replace("$include:", "!include "), service, directory, text.get().atLine(number));
      }
    }
    close();
  }

  private void serviceLine(
      String line, LineReader.Service service, String directory, Source where) {
    try {
      if (!line.startsWith("!")) {
        lines.add(LineReader.included(line, service, where));
        return;
      }
      List<String> words = Fields.split(line.replace(',', ' '));
      if (!words.get(0).equals("!include")) {
        throw new Misread("invalid directive", "in such a file !include alone is known");
      }
      if (words.size() != 2) {
        throw new Misread("invalid number of params", "!include takes 1");
      }
      includeService(service, PolicyTree.resolve(directory, words.get(1)), directory, where);
    } catch (Misread e) {
      error(where, e.getMessage(), e.hint(), Optional.empty());
    }
  }

  /** {@code !compat-4.0}: all of the old folder, each service's files for one argument first. */
  private void compatible(Source where) {
    SortedMap<String, SortedMap<String, String>> services = new TreeMap<>();
    for (String name : tree.names(PolicyTree.OLD)) {
      String strange = LineReader.strange(name, "+-._");
      boolean suffixed = IGNORED_SUFFIXES.stream().anyMatch(name::endsWith);
      if (suffixed || name.startsWith(".") || !strange.isEmpty()) {
        ignore(PolicyTree.OLD + name, "its name is that of a copy, or no service's");
        continue;
      }
      int plus = name.indexOf('+');
      String service = plus < 0 ? name : name.substring(0, plus);
      // a tilde sorts behind every character that an argument may have
      String argument = plus < 0 ? "~" : name.substring(plus);
      services.computeIfAbsent(service, s -> new TreeMap<>()).put(argument, name);
    }
    services.forEach(
        (service, files) ->
            files.forEach((argument, name) -> compatible(service, argument, name, where)));
  }

  private void compatible(String name, String argument, String file, Source where) {
    boolean any = argument.equals("~");
    LineReader.Service service =
        new LineReader.Service(
            Optional.of(Spelling.pedOs(name)), any ? Optional.empty() : Optional.of(argument));
    includeService(service, PolicyTree.OLD + file, PolicyTree.OLD, where);
    if (!any) {
      Source whole = tree.file(PolicyTree.OLD + file).map(SourceText::whole).orElse(where);
      implied(service, "@anyvm", whole);
      implied(service, "@adminvm", whole);
    }
  }

  private void implied(LineReader.Service service, String target, Source where) {
    lines.add(
        new PolicyLine(
            service.name(),
            service.argument(),
            "@anyvm",
            target,
            PolicyLine.Action.DENY,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            true,
            where,
            true));
  }

  /** R4.0: the file for the argument alone if there is one, else that of the service. */
  private void old(String service, String argument) {
    String exact = PolicyTree.OLD + service + "+" + argument;
    String path = tree.file(exact).isPresent() ? exact : PolicyTree.OLD + service;
    LineReader.Service about =
        new LineReader.Service(
            Optional.of(service),
            path.equals(exact) ? Optional.of("+" + argument) : Optional.empty());
    Optional<SourceText> text = tree.file(path);
    if (text.isEmpty()) {
      gap(Source.NONE, path);
    } else {
      old(text.get(), path, about, text.get().whole());
    }
    for (String name : tree.names(PolicyTree.OLD)) {
      if (Spelling.pedOs(name).equals(service) && path.equals(exact)) {
        ignore(
            PolicyTree.OLD + name,
            "R4.0 asks the file for +" + argument + " alone where there is one");
      }
    }
  }

  private void old(SourceText text, String path, LineReader.Service service, Source from) {
    if (!open(text, path, from)) {
      return;
    }
    for (int number = 1; number <= text.lineCount(); number++) {
      String line = Fields.strip(text.line(number)).replace('$', '@');
      if (says(line)) {
        oldLine(line, service, text.atLine(number));
      }
    }
    close();
  }

  private void oldLine(String line, LineReader.Service service, Source where) {
    if (!line.startsWith("@include:")) {
      try {
        lines.add(LineReader.old(line, service, where));
      } catch (Misread e) {
        error(where, e.getMessage(), e.hint(), Optional.empty());
      }
      return;
    }
    String path = PolicyTree.resolve(PolicyTree.OLD, line.substring("@include:".length()));
    Optional<SourceText> text = tree.file(path);
    if (text.isEmpty()) {
      gap(where, path);
    } else {
      old(text.get(), path, service, where);
    }
  }
}
