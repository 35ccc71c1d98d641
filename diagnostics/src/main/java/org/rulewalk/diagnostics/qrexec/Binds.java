package org.rulewalk.diagnostics.qrexec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.qrexec.UnitFile;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.parsers.source.Spelling;
import org.rulewalk.simulator.value.Source;

/**
 * Finds the units in a VM's /rw/config that bind ports by PedOS.ConnectTCP, and what is wrong with
 * them (systemd.socket(5), systemd.exec(5); qubes-core-agent-linux {@code misc-post.sh} runs
 * rc.local).
 */
final class Binds {
  private static final String SOCKET = ".socket";
  private static final String TEMPLATE = "@.service";
  private static final String FOLDER = "rw-config/";
  private static final String WHERE_SYSTEMD_LOOKS = "systemd/system";

  private final Capture capture;
  private final String vm;

  private Binds(Capture capture, String vm) {
    this.capture = capture;
    this.vm = vm;
  }

  /** Those of a VM that are about a port, on either side. */
  static List<Bind> of(Capture capture, String vm, Call call) {
    Binds binds = new Binds(capture, vm);
    List<Bind> found = new ArrayList<>();
    for (Map.Entry<String, SourceText> file : capture.texts().entrySet()) {
      boolean own = file.getKey().startsWith("vms/" + vm + "/" + FOLDER);
      if (own && file.getKey().endsWith(SOCKET)) {
        binds.read(file.getValue()).ifPresent(found::add);
      }
    }
    int local = call.localPort().orElse(call.port());
    return found.stream()
        .filter(b -> is(b.port(), call.port()) || is(b.localPort(), local))
        .toList();
  }

  private static boolean is(OptionalInt port, int wanted) {
    return port.isPresent() && port.getAsInt() == wanted;
  }

  private Optional<Bind> read(SourceText socketText) {
    String path = socketText.file();
    String stem = path.substring(0, path.length() - SOCKET.length());
    String name = stem.substring(stem.lastIndexOf('/') + 1);
    Optional<SourceText> template = capture.text(stem + TEMPLATE);
    Optional<SourceText> plain = capture.text(stem + ".service");
    UnitFile socket = UnitFile.parse(socketText);
    Optional<UnitFile> service = template.or(() -> plain).map(UnitFile::parse);
    Optional<UnitFile.Entry> start = service.flatMap(unit -> unit.last("Service", "ExecStart"));
    List<String> words = start.map(entry -> UnitFile.words(entry.value())).orElse(List.of());
    List<String> arguments = arguments(words);
    OptionalInt port = arguments.size() > 1 ? port(arguments.get(1)) : OptionalInt.empty();
    boolean aboutIt = port.isPresent() || service.isEmpty();
    if (!aboutIt) {
      return Optional.empty();
    }
    List<Bind.Fault> faults = new ArrayList<>();
    Source whole = socketText.whole();
    Optional<UnitFile.Entry> listens = socket.last("Socket", "ListenStream");
    OptionalInt local = listens.map(entry -> localPort(entry.value())).orElse(OptionalInt.empty());
    if (local.isEmpty()) {
      faults.add(
          new Bind.Fault(
              Bind.Kind.NO_LOCAL_PORT, listens.map(UnitFile.Entry::source).orElse(whole)));
    }
    if (template.isEmpty()) {
      faults.add(
          new Bind.Fault(
              plain.isPresent() ? Bind.Kind.NO_TEMPLATE : Bind.Kind.NO_SERVICE,
              plain.map(SourceText::whole).orElse(whole)));
    }
    Optional<UnitFile.Entry> accept = socket.last("Socket", "Accept");
    if (accept.isEmpty() || !isOn(accept.get().value())) {
      faults.add(
          new Bind.Fault(
              Bind.Kind.NOT_ACCEPTING, accept.map(UnitFile.Entry::source).orElse(whole)));
    }
    service.ifPresent(unit -> input(unit, start.map(UnitFile.Entry::source).orElse(whole), faults));
    script(name, faults);
    String target =
        arguments.isEmpty() || arguments.get(0).isEmpty() ? Call.DEFAULT : arguments.get(0);
    return Optional.of(
        new Bind(
            name,
            listens.map(UnitFile.Entry::value).orElse(""),
            local,
            port.isPresent() ? Optional.of(target) : Optional.empty(),
            port,
            start.map(UnitFile.Entry::source).orElse(whole),
            faults));
  }

  private static void input(UnitFile service, Source where, List<Bind.Fault> faults) {
    Optional<UnitFile.Entry> input = service.last("Service", "StandardInput");
    if (input.isEmpty() || !input.get().value().equals("socket")) {
      faults.add(
          new Bind.Fault(Bind.Kind.NO_INPUT, input.map(UnitFile.Entry::source).orElse(where)));
    }
  }

  private static boolean isOn(String value) {
    return List.of("true", "yes", "1", "on", "y", "t")
        .contains(value.toLowerCase(java.util.Locale.ROOT));
  }

  /** VM and service of {@code qrexec-client-vm [OPTION…] VM SERVICE}. */
  private static List<String> arguments(List<String> words) {
    int at = 0;
    while (at < words.size() && !words.get(at).endsWith("qrexec-client-vm")) {
      at++;
    }
    at++;
    while (at < words.size() && words.get(at).startsWith("-")) {
      at++;
    }
    return at < words.size() ? words.subList(at, words.size()) : List.of();
  }

  private static OptionalInt port(String service) {
    String name = Spelling.pedOs(service);
    return name.startsWith(Call.SERVICE + "+")
        ? number(name.substring(Call.SERVICE.length() + 1))
        : OptionalInt.empty();
  }

  private static OptionalInt localPort(String listens) {
    return listens.startsWith("/") || listens.startsWith("@")
        ? OptionalInt.empty()
        : number(listens.substring(listens.lastIndexOf(':') + 1));
  }

  private static OptionalInt number(String digits) {
    boolean plain =
        !digits.isEmpty()
            && digits.length() < 6
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return plain ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
  }

  private void script(String name, List<Bind.Fault> faults) {
    Optional<SourceText> script = capture.text(vm, FOLDER + "rc.local");
    if (script.isEmpty()) {
      faults.add(new Bind.Fault(Bind.Kind.NO_SCRIPT, Source.NONE));
      return;
    }
    Source whole = script.get().whole();
    notExecutable().ifPresent(line -> faults.add(new Bind.Fault(Bind.Kind.NOT_EXECUTABLE, line)));
    int socket = 0;
    int service = 0;
    int started = 0;
    for (int number = 1; number <= script.get().lineCount(); number++) {
      String line = script.get().line(number).strip();
      boolean says = !line.startsWith("#");
      boolean copies = says && line.contains(WHERE_SYSTEMD_LOOKS);
      socket = socket == 0 && copies && names(line, name, SOCKET) ? number : socket;
      service = service == 0 && copies && names(line, name, TEMPLATE) ? number : service;
      boolean starts =
          line.contains(" start ") || line.contains(" restart ") || line.contains("--now");
      started = says && starts && line.contains(name + SOCKET) ? number : started;
    }
    if (socket == 0 || service == 0) {
      faults.add(new Bind.Fault(Bind.Kind.NOT_COPIED, whole));
    }
    if (started == 0 || started < Math.max(socket, service)) {
      faults.add(
          new Bind.Fault(
              Bind.Kind.NOT_STARTED, started == 0 ? whole : script.get().atLine(started)));
    }
  }

  /** Whether a command names the unit, or all files that begin like it. */
  private static boolean names(String line, String name, String ending) {
    return line.contains(name + ending)
        || line.contains(name + "*")
        || line.contains("*" + ending.substring(ending.indexOf('.')));
  }

  /** The line of modes.txt by which rc.local is not executable. */
  private Optional<Source> notExecutable() {
    Optional<SourceText> modes = capture.text(vm, FOLDER + "modes.txt");
    for (int number = 1; modes.isPresent() && number <= modes.get().lineCount(); number++) {
      String line = modes.get().line(number);
      boolean script = line.endsWith(" rc.local") || line.endsWith("/rc.local");
      if (script && line.length() > 10 && line.substring(0, 10).indexOf('x') < 0) {
        return Optional.of(modes.get().atLine(number));
      }
    }
    return Optional.empty();
  }
}
