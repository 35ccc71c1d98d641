package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** sysctl, and what is written to files below /proc/sys. */
public final class SettingTool {
  private static final String PROC = "/proc/sys/";

  private SettingTool() {}

  static Outcome sysctl(Machine before, Invocation invocation) {
    List<String> assignments = new ArrayList<>();
    List<String> reads = new ArrayList<>();
    boolean fromFile = false;
    boolean bare = false;
    for (String word : invocation.arguments()) {
      if (word.startsWith("-")) {
        fromFile |= word.equals("-p") || word.startsWith("--load") || word.equals("--system");
        bare |= word.equals("-n") || word.equals("--values");
      } else if (fromFile) {
        Optional<String> text = invocation.files().text(word);
        if (text.isEmpty()) {
          return Outcome.notUnderstood(before, "`" + word + "` is not in the capture");
        }
        text.get()
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .filter(line -> "#;".indexOf(line.charAt(0)) < 0)
            .forEach(assignments::add);
      } else if (word.indexOf('=') > 0) {
        assignments.add(word);
      } else {
        reads.add(word);
      }
    }
    if (fromFile && assignments.isEmpty()) {
      return Outcome.notUnderstood(before, "files of settings below /etc are not in the capture");
    }
    Machine machine = before;
    for (String assignment : assignments) {
      int sign = assignment.indexOf('=');
      String key = name(assignment.substring(0, sign).strip(), machine);
      machine = set(machine, key, assignment.substring(sign + 1).strip(), invocation.source());
    }
    if (!assignments.isEmpty()) {
      return Outcome.changed(machine);
    }
    return Outcome.printed(before, values(before, reads, bare));
  }

  private static Listing values(Machine machine, List<String> reads, boolean bare) {
    Listing all = Listing.EMPTY;
    for (String key : reads) {
      Optional<Settings.Entry> entry = machine.settings().find(name(key, machine));
      all =
          all.and(
              entry
                  .map(e -> Listing.of(bare ? e.value() : key + " = " + e.value()))
                  .orElse(Listing.UNKNOWN));
    }
    return all;
  }

  /** Names may have slashes or dots; an interface's name may hold dots itself. */
  private static String name(String written, Machine machine) {
    if (written.indexOf('/') >= 0) {
      // of the two signs, the first that occurs parts
      int slash = written.indexOf('/');
      int dot = written.indexOf('.');
      if (dot < 0 || slash < dot) {
        return written.replace('.', '\u0000').replace('/', '.').replace('\u0000', '/');
      }
      return written;
    }
    for (Interface device : machine.interfaces()) {
      String name = device.name();
      if (name.indexOf('.') >= 0 && written.contains("." + name + ".")) {
        return written.replace("." + name + ".", "." + name.replace('.', '/') + ".");
      }
    }
    return written;
  }

  /** Whether a path is that of a setting. */
  public static boolean isSetting(String path) {
    return path.startsWith(PROC);
  }

  /** What reading a setting's file gives, as far as the capture tells. */
  public static Optional<String> read(Machine machine, String path) {
    return machine
        .settings()
        .find(name(path.substring(PROC.length()), machine))
        .map(Settings.Entry::value);
  }

  /** A value written to a setting's file. */
  public static Machine write(Machine machine, String path, String value, Source source) {
    return set(machine, name(path.substring(PROC.length()), machine), value.strip(), source);
  }

  /** Sets one; those that the kernel copies to others go there too (net/ipv4/devinet.c). */
  private static Machine set(Machine machine, String key, String value, Source source) {
    Settings.Entry entry = new Settings.Entry(value, source);
    Settings settings = machine.settings().with(key, entry);
    boolean four = key.equals("net.ipv4.ip_forward") || key.equals("net.ipv4.conf.all.forwarding");
    boolean six = key.equals("net.ipv6.conf.all.forwarding");
    if (four || six) {
      IpVersion version = four ? IpVersion.IPV4 : IpVersion.IPV6;
      settings = settings.with(Settings.name(version, "all", "forwarding"), entry);
      settings = settings.with(Settings.name(version, "default", "forwarding"), entry);
      settings = four ? settings.with("net.ipv4.ip_forward", entry) : settings;
      for (Interface device : machine.interfaces()) {
        settings = settings.with(Settings.name(version, device.name(), "forwarding"), entry);
      }
    }
    return machine.with(settings);
  }
}
