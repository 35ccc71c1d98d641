package org.rulewalk.parsers.capture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rulewalk.parsers.dom0.Dom0Files;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.parsers.source.SourceText;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;
import org.rulewalk.simulator.value.Source;

/** One capture while its files are read. */
final class Loading {
  private static final String CAPTURE_JSON = "capture.json";
  private static final String DOM0 = "dom0/";

  private final RuleParsers parsers;
  private final Problems problems;
  private final Tally tally = new Tally();
  private final Map<String, MachineDraft> drafts = new TreeMap<>();
  private final Map<String, SourceText> texts = new HashMap<>();
  private final Map<String, FileKind> kinds = new HashMap<>();
  private final Map<String, Long> sizes = new HashMap<>();
  private List<FileStore.Listed> files = List.of();
  private Layout layout = new Layout("", Optional.empty());
  private Optional<SourceText> captureJson = Optional.empty();

  Loading(RuleParsers parsers, Problems problems) {
    this.parsers = parsers;
    this.problems = problems;
  }

  /** Takes note of what there is, so that machines whose files all fail exist too. */
  void begin(List<FileStore.Listed> found, Layout shown) {
    files = found;
    layout = shown;
    for (FileStore.Listed file : files) {
      sizes.put(file.path(), file.sizeBytes());
      layout.inside(file.path()).flatMap(layout::machine).ifPresent(this::draft);
    }
  }

  private MachineDraft draft(String machine) {
    return drafts.computeIfAbsent(
        machine, name -> new MachineDraft(name, parsers, problems, tally));
  }

  /** Whether a file is to be read; those that are too large are refused with a problem. */
  boolean wants(String path) {
    Optional<String> inside = layout.inside(path);
    if (inside.isEmpty()) {
      return false;
    }
    FileKind kind = namedKind(inside.get());
    if (sizes.getOrDefault(path, 0L) > kind.limitBytes()) {
      tooLarge(inside.get(), kind);
      return false;
    }
    return kind != FileKind.JOURNAL;
  }

  private void tooLarge(String inside, FileKind kind) {
    problems.error(
        "too-large",
        "the file has more than " + (kind.limitBytes() >> 20) + " MiB: not read",
        new Source(inside, 0, 0, ""),
        0,
        "");
  }

  private FileKind namedKind(String inside) {
    if (inside.startsWith(DOM0) && layout.plainMachine().isEmpty()) {
      return FileKind.ofName(inside.substring(DOM0.length())) == FileKind.JOURNAL
          ? FileKind.JOURNAL
          : FileKind.KEPT;
    }
    return layout
        .machine(inside)
        .map(machine -> FileKind.ofName(layout.name(inside)))
        .orElse(FileKind.KEPT);
  }

  /** Takes a file's bytes. */
  void file(String path, byte[] bytes) {
    String inside = layout.inside(path).orElse(path);
    FileKind kind = namedKind(inside);
    if (bytes.length > kind.limitBytes()) {
      tooLarge(inside, kind);
      return;
    }
    Optional<SourceText> text = Decoded.text(inside, bytes, problems);
    if (text.isEmpty()) {
      return;
    }
    if (inside.equals(CAPTURE_JSON)) {
      captureJson = text;
      kinds.put(inside, FileKind.KEPT);
    } else if (kind == FileKind.KEPT) {
      keep(inside, text.get());
    } else {
      layout
          .machine(inside)
          .ifPresent(machine -> machineFile(draft(machine), inside, kind, text.get()));
    }
  }

  private void keep(String inside, SourceText text) {
    boolean known = inside.startsWith(DOM0) || layout.machine(inside).isPresent();
    if (known) {
      kinds.put(inside, FileKind.KEPT);
      texts.put(inside, text);
    }
  }

  private void machineFile(MachineDraft draft, String inside, FileKind named, SourceText text) {
    FileKind kind = Sections.sniff(text).filter(found -> counts(found, named)).orElse(named);
    if (kind == FileKind.UNKNOWN) {
      problems.note(
          "file-unknown",
          "neither name nor content tells what this file is: not read",
          text.whole(),
          0,
          "");
      return;
    }
    if (kind != named) {
      String wanted = kind.captureFile().map(CaptureFile::fileName).orElse("");
      problems.note(
          "file-content",
          "by its content this is " + wanted + ": read as that",
          text.whole(),
          0,
          "");
    }
    kinds.put(inside, kind);
    draft.file(kind, text);
  }

  /** Content counts more than the name only where both can't be right. */
  private static boolean counts(FileKind found, FileKind named) {
    if (named == FileKind.UNKNOWN) {
      return true;
    }
    return found.isRules() != named.isRules();
  }

  /** Everything that was read. */
  Capture finished() {
    Map<String, Machine> machines = new LinkedHashMap<>();
    drafts.forEach((name, draft) -> machines.put(name, draft.finished()));
    Declared declared =
        captureJson
            .map(text -> CaptureJson.parse(text, machines.keySet(), problems))
            .orElse(Declared.NOTHING);
    Dom0Files dom0 =
        Dom0Files.read(texts, problems, (file, entries) -> tally.add(file, entries, entries));
    Network network = new Wiring(machines, declared, Providers.of(dom0.rows()), problems).network();
    return new Capture(network, report(network), texts);
  }

  private LoadReport report(Network network) {
    Map<String, List<LoadReport.FileReport>> byMachine = new TreeMap<>();
    List<LoadReport.FileReport> others = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    drafts.keySet().forEach(name -> byMachine.put(name, new ArrayList<>()));
    for (FileStore.Listed file : files) {
      String inside = layout.inside(file.path()).orElse(file.path());
      LoadReport.FileReport report = report(inside, file.sizeBytes());
      layout.machine(inside).map(byMachine::get).orElse(others).add(report);
    }
    for (String name : drafts.keySet()) {
      network.machine(name).orElseThrow().missing().stream()
          .sorted()
          .forEach(file -> missing.add(layout.path(name, file.fileName())));
    }
    return new LoadReport(
        byMachine, others, problems.list(), problems.dropped(), missing, network.links());
  }

  private LoadReport.FileReport report(String inside, long size) {
    FileKind kind = kinds.getOrDefault(inside, namedKind(inside));
    Tally.Count count = tally.of(inside);
    return new LoadReport.FileReport(
        inside, kind, size, count.rules(), count.understood(), kinds.containsKey(inside));
  }
}
