package org.rulewalk.parsers.capture;

import java.util.List;
import java.util.Optional;

/**
 * Where in a store the capture is. With folders: {@code vms/<machine>/…}, {@code dom0/…} and
 * capture.json below a root. Without: the files of one machine side by side.
 *
 * @param root what stands before every path, empty or ending with a slash
 * @param plainMachine the machine that all files belong to, if there are no folders
 */
record Layout(String root, Optional<String> plainMachine) {
  private static final String VMS = "vms/";

  /** The layout that the paths show; {@code name} is what a machine without folder is called. */
  static Layout of(List<FileStore.Listed> files, String name) {
    Optional<String> root = Optional.empty();
    String common = files.isEmpty() ? "" : parent(files.get(0).path());
    for (FileStore.Listed file : files) {
      root = shorter(root, rootOf(file.path()));
      while (!file.path().startsWith(common)) {
        common = parent(common.substring(0, common.length() - 1));
      }
    }
    if (root.isPresent()) {
      return new Layout(root.get(), Optional.empty());
    }
    String folder = common.isEmpty() ? name : common.substring(0, common.length() - 1);
    return new Layout(common, Optional.of(folder.substring(folder.lastIndexOf('/') + 1)));
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  private static Optional<String> shorter(Optional<String> a, Optional<String> b) {
    return a.isPresent() && b.isPresent()
        ? (a.get().length() <= b.get().length() ? a : b)
        : a.or(() -> b);
  }

  /** What stands before {@code vms/<machine>/<file>}, {@code dom0/<file>} or capture.json. */
  private static Optional<String> rootOf(String path) {
    String[] parts = path.split("/");
    int length = 0;
    for (int i = 0; i < parts.length; i++) {
      boolean machines = parts[i].equals("vms") && i + 2 < parts.length;
      boolean dom0 = parts[i].equals("dom0") && i + 1 < parts.length;
      boolean json = parts[i].equals("capture.json") && i == parts.length - 1;
      if (machines || dom0 || json) {
        return Optional.of(path.substring(0, length));
      }
      length += parts[i].length() + 1;
    }
    return Optional.empty();
  }

  /** The path inside the capture; empty for files outside it. */
  Optional<String> inside(String path) {
    return path.startsWith(root) ? Optional.of(path.substring(root.length())) : Optional.empty();
  }

  /** The machine that a path inside the capture belongs to. */
  Optional<String> machine(String inside) {
    if (plainMachine.isPresent()) {
      return plainMachine;
    }
    int slash = inside.startsWith(VMS) ? inside.indexOf('/', VMS.length()) : -1;
    return slash < 0 ? Optional.empty() : Optional.of(inside.substring(VMS.length(), slash));
  }

  /** The path inside the machine's folder. */
  String name(String inside) {
    return plainMachine.isPresent()
        ? inside
        : inside.substring(inside.indexOf('/', VMS.length()) + 1);
  }

  /** The path inside the capture of a machine's file. */
  String path(String machine, String name) {
    return plainMachine.isPresent() ? name : VMS + machine + "/" + name;
  }
}
