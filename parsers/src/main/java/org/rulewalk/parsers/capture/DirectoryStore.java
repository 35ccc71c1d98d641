package org.rulewalk.parsers.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;
import org.rulewalk.parsers.source.Problems;
import org.rulewalk.simulator.value.Source;

/**
 * A directory. Links count if they lead to a file inside it; directories behind links are not
 * entered.
 */
final class DirectoryStore implements FileStore {
  private static final int DEEPEST = 16;

  private final Path root;

  DirectoryStore(Path root) {
    this.root = root;
  }

  @Override
  public List<Listed> list(Problems problems) throws IOException {
    Path real = root.toRealPath();
    List<Listed> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        EnumSet.noneOf(java.nio.file.FileVisitOption.class),
        DEEPEST,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            return visit(file, attributes, real, found, problems);
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            problems.error("unreadable", "the file can't be read", source(name(file)), 0, "");
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(Comparator.comparing(Listed::path));
    return found;
  }

  private FileVisitResult visit(
      Path file, BasicFileAttributes attributes, Path real, List<Listed> found, Problems problems)
      throws IOException {
    String name = name(file);
    if (found.size() >= MOST_FILES) {
      problems.error(
          "too-many-files",
          "more than " + MOST_FILES + " files, the rest is not read",
          source(""),
          0,
          "");
      return FileVisitResult.TERMINATE;
    }
    if (attributes.isRegularFile()) {
      found.add(new Listed(name, attributes.size()));
    } else if (attributes.isSymbolicLink() && leadsToFileInside(file, real)) {
      found.add(new Listed(name, Files.size(file)));
    } else {
      problems.error(
          "unsafe-file",
          "a link out of the capture, a device or a pipe: not read",
          source(name),
          0,
          "");
    }
    return FileVisitResult.CONTINUE;
  }

  private static boolean leadsToFileInside(Path link, Path real) {
    try {
      Path target = link.toRealPath();
      return target.startsWith(real) && Files.isRegularFile(target);
    } catch (IOException e) {
      // a link to nothing, or in a circle
      return false;
    }
  }

  @Override
  public void stream(Predicate<String> wanted, Streams receiver) throws IOException {
    for (Listed file : list(new Problems())) {
      if (wanted.test(file.path())) {
        try (InputStream in = Files.newInputStream(root.resolve(file.path()))) {
          receiver.file(file, in);
        }
      }
    }
  }

  private String name(Path file) {
    return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
  }

  private static Source source(String name) {
    return new Source(name, 0, 0, "");
  }

  @Override
  public void read(Predicate<String> wanted, Receiver receiver, Problems problems)
      throws IOException {
    for (Listed file : list(new Problems())) {
      if (!wanted.test(file.path())) {
        continue;
      }
      try {
        receiver.file(file.path(), Files.readAllBytes(root.resolve(file.path())));
      } catch (IOException e) {
        problems.error("unreadable", "the file can't be read", source(file.path()), 0, "");
      }
    }
  }
}
