package org.rulewalk.diagnostics.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rulewalk.diagnostics.journal.JournalEvidence;
import org.rulewalk.parsers.capture.Capture;
import org.rulewalk.parsers.capture.CaptureLoader;

/** A capture written file by file, and what audit says of it. */
final class Captured {
  private final Path folder;

  Captured(Path folder) {
    this.folder = folder;
  }

  /** Adds a file; {@code sys-net/ip-addr.txt} is of a machine, {@code /capture.json} is not. */
  Captured with(String name, String... lines) {
    Path file =
        name.startsWith("/") ? folder.resolve(name.substring(1)) : folder.resolve("vms/" + name);
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return this;
  }

  /** A machine with interfaces, each {@code NAME ADDRESS/LENGTH}, and routes. */
  Captured machine(String name, List<String> interfaces, String... routes) {
    StringBuilder addresses =
        new StringBuilder(
            "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 group default\n    inet 127.0.0.1/8 scope host lo\n");
    int index = 2;
    for (String each : interfaces) {
      String[] words = each.split(" ");
      String group = words[0].startsWith("vif") ? "2" : "default";
      addresses
          .append(index++)
          .append(": ")
          .append(words[0])
          .append(": <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 group ")
          .append(group)
          .append("\n");
      for (int i = 1; i < words.length; i++) {
        addresses
            .append(words[i].contains(":") ? "    inet6 " : "    inet ")
            .append(words[i])
            .append(" scope global ")
            .append(words[0])
            .append("\n");
      }
    }
    return with(name + "/ip-addr.txt", addresses.toString())
        .with(name + "/ip-route.txt", routes)
        .with(
            name + "/sysctl.txt",
            "net.ipv4.ip_forward = 1",
            "net.ipv4.conf.all.forwarding = 1",
            "net.ipv6.conf.all.forwarding = 1",
            "net.ipv4.conf.all.rp_filter = 0");
  }

  Subject subject() {
    Capture capture = CaptureLoader.load(folder);
    return new Subject(capture, JournalEvidence.of(folder, capture));
  }

  /** The findings of an id. */
  List<Finding> findings(String id) {
    return Audit.of(subject()).stream().filter(f -> f.id().equals(id)).toList();
  }
}
