package org.rulewalk.diagnostics.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rulewalk.simulator.network.Interface;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Settings;
import org.rulewalk.simulator.value.IpVersion;
import org.rulewalk.simulator.value.Source;

/** sysctl, and what is written to files below /proc/sys. */
public final class SettingTool {
  private static final String PROC = "/proc/sys/";
  private static final Pattern DEVICE =
      Pattern.compile("net\\.ipv[46]\\.(?:conf|neigh)\\.([^.]+)\\..*");
  private static final Pattern DISABLED =
      Pattern.compile("net\\.ipv6\\.conf\\.([^.]+)\\.disable_ipv6");
  private static final Pattern DEFAULT = Pattern.compile("net\\.ipv4\\.conf\\.default\\.(.*)");

  private SettingTool() {}

  static Outcome sysctl(Machine before, Invocation invocation) {
    SysctlWords words = SysctlWords.of(invocation);
    if (words.unknownFile().isPresent()) {
      return Outcome.notUnderstood(
          before, "`" + words.unknownFile().get() + "` is not in the capture");
    }
    if (words.fromFile() && words.assignments().isEmpty()) {
      return Outcome.notUnderstood(before, "files of settings below /etc are not in the capture");
    }
    Machine machine = before;
    List<String> complaints = new ArrayList<>();
    boolean failed = false;
    for (String assignment : words.assignments()) {
      int sign = assignment.indexOf('=');
      if (sign <= 0) {
        complaints.add("sysctl: command line(0): invalid syntax, continuing...");
        failed = true;
        continue;
      }
      String key = name(assignment.substring(0, sign).strip(), machine);
      String value = assignment.substring(sign + 1).strip();
      if (isAbsent(machine, key)) {
        complaints.add(cannotStat(key));
        failed |= !words.forgiving();
      } else if (isInvalid(machine, key, value)) {
        complaints.add("sysctl: setting key \"" + key + "\": Invalid argument");
        failed = true;
      } else {
        machine = set(machine, key, value, invocation.source());
      }
    }
    for (String key : words.reads()) {
      if (isAbsent(machine, name(key, machine))) {
        complaints.add(cannotStat(name(key, machine)));
        failed |= !words.forgiving();
      }
    }
    String said = words.forgiving() ? "" : String.join("\n", complaints);
    if (failed) {
      return new Outcome(Outcome.Kind.REFUSED, machine, OptionalInt.of(1), Listing.EMPTY, said);
    }
    return words.assignments().isEmpty()
        ? Outcome.printed(before, values(before, words.reads(), words.bare()))
        : Outcome.changed(machine);
  }

  private static String cannotStat(String key) {
    String path = key.replace('/', '\u0000').replace('.', '/').replace('\u0000', '.');
    return "sysctl: cannot stat " + PROC + path + ": No such file or directory";
  }

  /** A setting of an interface that the machine lacks. Of others, a capture may list just some. */
  private static boolean isAbsent(Machine machine, String key) {
    Matcher device = DEVICE.matcher(key);
    if (machine.settings().find(key).isPresent() || !device.matches()) {
      return false;
    }
    String name = device.group(1).replace('/', '.');
    return !name.equals("all") && !name.equals("default") && machine.find(name).isEmpty();
  }

  /** Where there is a number, only numbers may be written. */
  private static boolean isInvalid(Machine machine, String key, String value) {
    boolean number = machine.settings().find(key).filter(e -> isNumber(e.value())).isPresent();
    boolean ttl = key.equals("net.ipv4.ip_default_ttl");
    return (number || ttl) && !isNumber(value)
        || ttl && (Long.parseLong(value) < 1 || Long.parseLong(value) > 255);
  }

  private static boolean isNumber(String text) {
    return text.strip().matches("-?\\d{1,18}");
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

  /** Sets one; the kernel copies some to others (net/ipv4/devinet.c, net/ipv6/addrconf.c). */
  private static Machine set(Machine machine, String key, String value, Source source) {
    Settings.Entry entry = new Settings.Entry(value, source);
    Machine changed = machine.with(machine.settings().with(key, entry));
    boolean four = key.equals("net.ipv4.ip_forward") || key.equals("net.ipv4.conf.all.forwarding");
    if (four) {
      return forwarding(machine, value, source);
    }
    if (key.equals("net.ipv6.conf.all.forwarding")) {
      return everywhere(changed, IpVersion.IPV6, "forwarding", entry);
    }
    Matcher disabled = DISABLED.matcher(key);
    if (disabled.matches()) {
      boolean all = disabled.group(1).equals("all");
      Machine set = all ? everywhere(changed, IpVersion.IPV6, "disable_ipv6", entry) : changed;
      String only = all ? "" : disabled.group(1).replace('/', '.');
      return SixSwitch.switched(machine, set, only);
    }
    Matcher usual = DEFAULT.matcher(key);
    if (usual.matches()) {
      return copied(changed, usual.group(1), entry);
    }
    return changed;
  }

  /**
   * A change of IPv4's forwarding goes to all interfaces, and decides whether to obey redirects.
   */
  private static Machine forwarding(Machine machine, String value, Source source) {
    Settings.Entry entry = new Settings.Entry(value, source);
    boolean on = !value.equals("0");
    boolean same = machine.settings().flag("net.ipv4.ip_forward", false) == on;
    Settings settings = machine.settings().with("net.ipv4.ip_forward", entry);
    settings = settings.with(Settings.name(IpVersion.IPV4, "all", "forwarding"), entry);
    if (same) {
      return machine.with(settings);
    }
    String redirects = Settings.name(IpVersion.IPV4, "all", "accept_redirects");
    settings = settings.with(redirects, new Settings.Entry(on ? "0" : "1", source));
    return everywhere(machine.with(settings), IpVersion.IPV4, "forwarding", entry);
  }

  private static Machine everywhere(
      Machine machine, IpVersion version, String key, Settings.Entry entry) {
    Settings settings = machine.settings().with(Settings.name(version, "default", key), entry);
    for (Interface device : machine.interfaces()) {
      settings = settings.with(Settings.name(version, device.name(), key), entry);
    }
    return machine.with(settings);
  }

  /** A new default goes to the interfaces that have had no IPv4 address, and so no own settings. */
  private static Machine copied(Machine machine, String key, Settings.Entry entry) {
    Settings settings = machine.settings();
    for (Interface device : machine.interfaces()) {
      String name = Settings.name(IpVersion.IPV4, device.name(), key);
      if (device.addresses(IpVersion.IPV4).isEmpty() && settings.find(name).isPresent()) {
        settings = settings.with(name, entry);
      }
    }
    return machine.with(settings);
  }
}
