package org.rulewalk.parsers.write;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureFiles;
import org.rulewalk.parsers.capture.FileKind;
import org.rulewalk.parsers.capture.LoadReport;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.network.CaptureFile;
import org.rulewalk.simulator.network.Machine;
import org.rulewalk.simulator.network.Network;

/**
 * Writes a changed capture into a directory: every file of the original, those that no longer hold
 * anew. The machines of a capture without folders get some.
 *
 * <p>A directory with other things in it is never written to: only one that is empty, new, or was
 * written by this class, which leaves a list of its files there.
 */
public final class CaptureWriter {
  /** The list of what was written, in the directory itself. */
  public static final String LIST = ".rulewalk-saved";

  private final Path directory;
  private final Problems problems;
  private final List<String> written = new ArrayList<>();

  private CaptureWriter(Path directory, Problems problems) {
    this.directory = directory;
    this.problems = problems;
  }

  /**
   * Writes it.
   *
   * @param path where the original is
   * @param capture the original
   * @param after its machines as they are to be
   * @param problems gets what can't be written
   * @throws IOException if the directory is in use for something else or can't be written to
   */
  public static void write(
      Path path, Capture capture, Network after, Path directory, Problems problems)
      throws IOException {
    Path original = path.toRealPath();
    Path wanted = real(directory.toAbsolutePath().normalize());
    if (Files.isDirectory(original) && wanted.startsWith(original)) {
      throw new IOException(directory + " is inside the capture itself");
    }
    CaptureWriter writer = new CaptureWriter(directory, problems);
    writer.makeReady();
    writer.copy(path, capture, after);
    Files.write(directory.resolve(LIST), writer.written);
  }

  /** The path with the links of what exists of it followed. */
  private static Path real(Path path) throws IOException {
    if (Files.exists(path)) {
      return path.toRealPath();
    }
    Path parent = path.getParent();
    return parent == null ? path : real(parent).resolve(path.getFileName());
  }

  private void makeReady() throws IOException {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new IOException(directory + " is there already, and is no directory");
    }
    Files.createDirectories(directory);
    Path list = directory.resolve(LIST);
    if (Files.isRegularFile(list, LinkOption.NOFOLLOW_LINKS)) {
      for (String old : Files.readAllLines(list)) {
        Path file = directory.resolve(old).normalize();
        if (file.startsWith(directory.normalize()) && isWithin(file.getParent())) {
          Files.deleteIfExists(file);
        }
      }
      Files.delete(list);
      removeEmptyFolders();
    }
    try (Stream<Path> left = Files.list(directory)) {
      if (left.findAny().isPresent()) {
        throw new FileAlreadyExistsException(
            directory + " has files in it that were not saved by rulewalk: name another directory");
      }
    }
  }

  private boolean isWithin(Path folder) throws IOException {
    return Files.isDirectory(folder) && folder.toRealPath().startsWith(directory.toRealPath());
  }

  private void removeEmptyFolders() throws IOException {
    List<Path> folders;
    try (Stream<Path> all = Files.walk(directory)) {
      folders =
          all.filter(each -> Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS))
              .filter(each -> !each.equals(directory))
              .sorted(Comparator.reverseOrder())
              .toList();
    }
    for (Path folder : folders) {
      try (Stream<Path> inside = Files.list(folder)) {
        if (inside.findAny().isPresent()) {
          continue;
        }
      }
      Files.delete(folder);
    }
  }

  private void copy(Path path, Capture capture, Network after) throws IOException {
    Map<String, MachineFiles> changed = new HashMap<>();
    for (Machine machine : after.machines().values()) {
      Optional<Machine> before = capture.network().machine(machine.name());
      if (!machine.isExternal() && before.isPresent()) {
        changed.put(
            machine.name(),
            MachineFiles.of(
                before.get(), machine, captured(capture.report(), machine.name()), problems));
      }
    }
    Map<String, FileKind> kinds = kinds(capture.report());
    CaptureFiles.read(
        path,
        (machine, inside, name, in) -> {
          Optional<MachineFiles> files = machine.map(changed::get);
          boolean gone =
              files.map(each -> each.replaced().contains(kinds.get(inside))).orElse(false);
          if (gone || name.equals(LIST)) {
            return;
          }
          Path target = target(machine.map(m -> "vms/" + m + "/").orElse("") + name);
          Set<Integer> lines =
              files.map(each -> each.linesGone().getOrDefault(inside, Set.of())).orElse(Set.of());
          if (lines.isEmpty()) {
            Files.copy(in, target);
          } else {
            copyWithout(lines, in, target);
          }
        },
        problems);
    for (Map.Entry<String, MachineFiles> machine : changed.entrySet()) {
      for (Map.Entry<String, String> file : machine.getValue().texts().entrySet()) {
        Files.writeString(target("vms/" + machine.getKey() + "/" + file.getKey()), file.getValue());
      }
    }
  }

  private static Set<CaptureFile> captured(LoadReport report, String machine) {
    return report.machines().getOrDefault(machine, List.of()).stream()
        .flatMap(file -> file.kind().captureFile().stream())
        .collect(Collectors.toSet());
  }

  private static Map<String, FileKind> kinds(LoadReport report) {
    Map<String, FileKind> kinds = new HashMap<>();
    report
        .machines()
        .values()
        .forEach(files -> files.forEach(file -> kinds.put(file.path(), file.kind())));
    return kinds;
  }

  private static void copyWithout(Set<Integer> gone, InputStream in, Path target)
      throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    try (var out = Files.newBufferedWriter(target)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!gone.contains(++number)) {
          out.write(line);
          out.write('\n');
        }
      }
    }
  }

  /** A place in the directory, with its folders; never one outside. */
  private Path target(String name) throws IOException {
    Path target = directory.resolve(name).normalize();
    if (!target.startsWith(directory.normalize())) {
      throw new IOException(name + " leads out of " + directory);
    }
    Files.createDirectories(target.getParent());
    if (!isWithin(target.getParent())) {
      throw new IOException(name + " leads out of " + directory);
    }
    written.add(name);
    return target;
  }
}
