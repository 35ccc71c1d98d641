package org.rulewalk.diagnostics.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.rulewalk.diagnostics.expose.Exposure;
import org.rulewalk.diagnostics.expose.MachineStep;

/** The scripts of {@code expose --script}: a folder a machine. */
final class ExposeFiles {
  private ExposeFiles() {}

  /**
   * Writes them; the files that were written.
   *
   * @throws BadInput if one is there already, or can't be written
   */
  static List<Path> write(Exposure exposure, Path folder) {
    List<Path> written = new ArrayList<>();
    for (MachineStep step : exposure.steps()) {
      // a capture's folder names its machines, and must not lead anywhere else
      Path own = folder.resolve(step.stop().machine().replaceAll("[^A-Za-z0-9._-]|^\\.+", "_"));
      String file = step.keep().file();
      write(own.resolve("now.sh"), script(step.now()), written);
      write(own.resolve("undo.sh"), script(step.undo()), written);
      if (!file.isEmpty()) {
        write(own.resolve(file.substring(file.lastIndexOf('/') + 1)), step.keep().whole(), written);
      }
    }
    return written;
  }

  private static String script(List<String> commands) {
    return "#!/bin/sh\n" + String.join("\n", commands) + "\n";
  }

  private static void write(Path file, String text, List<Path> written) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      file.toFile().setExecutable(true);
      written.add(file);
    } catch (FileAlreadyExistsException e) {
      throw new BadInput(file + " is there already; name another folder, or move it away");
    } catch (IOException e) {
      throw new BadInput("can't write " + file + ": " + e.getMessage());
    }
  }
}
