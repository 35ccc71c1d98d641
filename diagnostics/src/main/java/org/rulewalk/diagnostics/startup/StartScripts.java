package org.rulewalk.diagnostics.startup;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rulewalk.diagnostics.command.Invocation;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.dom0.PedosNames;
import org.rulewalk.parsers.source.SourceText;

/** The files below {@code /rw/config} of one machine, as far as the capture has them. */
public final class StartScripts {
  private static final String FOLDER = "rw-config/";
  private static final String HOME = "/rw/config/";

  /** {@code -rwxr-xr-x. 1 root root 312 Jan 12 09:41 rc.local}. */
  private static final Pattern MODE =
      Pattern.compile("^[-l]([-rwxsStT]{9})[.+@]?\\s.*\\s(\\S+)\\s*$");

  private static final Pattern HEADING = Pattern.compile("^(\\S+):\\s*$");

  private final Map<String, SourceText> files = new TreeMap<>();
  private final Map<String, Boolean> modes = new HashMap<>();
  private final String machine;

  /** What the capture has of a machine. */
  public StartScripts(Capture capture, String machine) {
    this.machine = machine;
    for (String prefix : List.of("vms/" + machine + "/" + FOLDER, FOLDER)) {
      capture
          .texts()
          .forEach(
              (path, text) -> {
                if (path.startsWith(prefix)) {
                  files.putIfAbsent(path.substring(prefix.length()), text);
                }
              });
    }
    capture.text(machine, "rc.local").ifPresent(text -> files.putIfAbsent("rc.local", text));
    Optional.ofNullable(files.remove("modes.txt"))
        .or(() -> capture.text(machine, "modes.txt"))
        .ifPresent(this::readModes);
  }

  private void readModes(SourceText text) {
    String folder = "";
    for (String line : text.text().split("\n")) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        folder = inside(heading.group(1) + "/");
        continue;
      }
      Matcher mode = MODE.matcher(line);
      if (mode.matches()) {
        String name = mode.group(2);
        boolean runs = mode.group(1).chars().anyMatch(c -> c == 'x' || c == 's' || c == 't');
        modes.put(inside(name.startsWith("/") ? name : folder + name), runs);
      }
    }
  }

  private static String inside(String path) {
    String bare = path.startsWith("./") ? path.substring(2) : path;
    return bare.startsWith(HOME) ? bare.substring(HOME.length()) : bare.replaceFirst("^/", "");
  }

  /** Whether the capture has any file or mode of that folder. */
  public boolean isKnown() {
    return !files.isEmpty() || !modes.isEmpty();
  }

  /** The scripts in the order in which a start runs them. */
  public List<StartScript> all() {
    List<StartScript> scripts = new ArrayList<>();
    for (boolean folder : new boolean[] {true, false}) {
      add(scripts, StartScript.Kind.FIREWALL, folder);
    }
    for (boolean folder : new boolean[] {true, false}) {
      add(scripts, StartScript.Kind.RC_LOCAL, folder);
    }
    return scripts;
  }

  /** Scripts whose mode is known and whose text is not; all that is known of them is that. */
  List<StartScript> notCaptured() {
    List<StartScript> scripts = new ArrayList<>();
    for (String name : new java.util.TreeSet<>(modes.keySet())) {
      for (StartScript.Kind kind : StartScript.Kind.values()) {
        if (!files.containsKey(name) && isOf(kind, name)) {
          SourceText unread = SourceText.of("vms/" + machine + "/" + FOLDER + name, "#!");
          scripts.add(new StartScript(HOME + name, kind, unread, Optional.of(modes.get(name))));
        }
      }
    }
    return scripts;
  }

  private void add(List<StartScript> scripts, StartScript.Kind kind, boolean folder) {
    files.forEach(
        (name, text) -> {
          if (name.contains("/") == folder && isOf(kind, name)) {
            scripts.add(
                new StartScript(HOME + name, kind, text, Optional.ofNullable(modes.get(name))));
          }
        });
  }

  private static boolean isOf(StartScript.Kind kind, String name) {
    if (kind == StartScript.Kind.RC_LOCAL) {
      return name.equals("rc.local") || name.matches("rc\\.local\\.d/[^/]+\\.rc");
    }
    int slash = name.indexOf('/');
    return slash < 0
        ? PedosNames.isSame(name, "qubes-firewall-user-script")
        : PedosNames.isSame(name.substring(0, slash), "qubes-firewall.d");
  }

  /** The files as the machine's scripts see them. */
  public Invocation.Files asSeen() {
    return path ->
        path.startsWith(HOME)
            ? Optional.ofNullable(files.get(path.substring(HOME.length()))).map(SourceText::text)
            : Optional.empty();
  }
}
